// Sends the answer on to the application at once; without this script its button does.
// Loaded as an ordinary script, in words that old web views know. The method is the prototype's, because a field may
// have any name. The application is slow sometimes: a click while it takes its time would send the answer twice.
var form = document.querySelector("form[data-submits-itself]");
form.addEventListener("submit", function (event) {
  event.preventDefault();
});
// A page that the browser kept and shows again was answered: the server knows what comes now.
window.addEventListener("pageshow", function (event) {
  if (event.persisted) {
    window.location.reload();
  }
});
HTMLFormElement.prototype.submit.call(form);
