// Lets a person read the password being typed. Without this script the button stays hidden.
for (const button of document.querySelectorAll("[data-reveals]")) {
  const input = document.getElementById(button.dataset.reveals);
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? button.dataset.hide : button.dataset.show;
    button.setAttribute("aria-label", `${button.textContent}: ${button.dataset.describe}`);
    button.setAttribute("aria-pressed", String(shown));
  };
  button.hidden = false;
  show(false);
  button.addEventListener("click", () => show(input.type === "password"));
  // A browser remembers what was typed into a text field, so it is a password again before it is sent.
  input.form.addEventListener("submit", () => show(false));
}
