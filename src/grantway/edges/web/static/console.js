// What makes the console quicker where scripts run. Everything it does is possible without it.
(function () {
  "use strict";

  function told(button, words) {
    var before = Array.from(button.childNodes);
    var label = button.getAttribute("aria-label");
    button.classList.add("done");
    if (label) { button.setAttribute("aria-label", words); } else { button.textContent = words; }
    setTimeout(function () {
      button.classList.remove("done");
      if (label) { button.setAttribute("aria-label", label); } else { button.replaceChildren.apply(button, before); }
    }, 1500);
  }

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copy).then(function () { told(button, button.dataset.done); });
    });
  });

  document.querySelectorAll("[data-save]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([button.dataset.text], { type: "text/plain" }));
      link.download = button.dataset.save;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  });

  // On a narrow screen the menu begins closed.
  var menu = document.querySelector(".menu");
  if (menu && window.matchMedia("(max-width: 860px)").matches) { menu.open = false; }

  // "/" leads to the search, unless one is writing.
  var search = document.getElementById("q");
  document.addEventListener("keydown", function (event) {
    var target = event.target;
    var writes = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
    if (event.key === "/" && !writes && !event.ctrlKey && !event.metaKey && !event.altKey && search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  // Who leaves a form that was begun is asked first.
  var begun = false;
  document.querySelectorAll("form[data-guard]").forEach(function (form) {
    if (form.method !== "post") { return; }
    form.addEventListener("input", function () { begun = true; });
    form.addEventListener("submit", function () {
      begun = false;
      setTimeout(function () {
        form.querySelectorAll("button[type=submit]").forEach(function (button) { button.setAttribute("aria-disabled", "true"); });
      }, 0);
    });
  });
  window.addEventListener("beforeunload", function (event) { if (begun) { event.preventDefault(); } });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("button[aria-disabled]").forEach(function (button) { button.removeAttribute("aria-disabled"); });
  });
})();
