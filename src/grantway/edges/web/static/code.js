// Panes of code shared by the developer pages: colours for JSON, and copy buttons.

export const element = (name, properties = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
};

const SVG = "http://www.w3.org/2000/svg";
const COPY = "M7 9a2 2 0 0 1 2-2h5.5a2 2 0 0 1 2 2v5.500a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2ZM13 7V5.500a2 2 0 0 0-2-2H5.500a2 2 0 0 0-2 2V11a2 2 0 0 0 2 2H7";

const icon = (path) => {
  const drawing = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
};

// The words stand in a label of their own, so that "Copied" is announced and the button keeps its width.
export const copyButton = (text, words) => {
  const said = element("span", { className: "spoken", role: "status" });
  const button = element("button", { type: "button", className: "copy", title: words.copy }, icon(COPY));
  button.setAttribute("aria-label", words.copy);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text());
    button.classList.add("copied");
    said.textContent = words.copied;
    setTimeout(() => {
      button.classList.remove("copied");
      said.textContent = "";
    }, 1600);
  });
  return element("span", { className: "copier" }, button, said);
};

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

// Colours a JSON text as nodes, never as markup: what a server answers is not ours to trust.
export const colouredJson = (text) => {
  const out = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [whole, string, colon] = found;
    out.append(text.slice(end, found.index));
    const kind = colon ? "code-name" : string ? "code-text" : "code-value";
    out.append(element("span", { className: kind }, string ?? whole), colon ?? "");
    end = found.index + whole.length;
  }
  out.append(text.slice(end));
  return out;
};

export const pane = ({ title, aside = "", state = "", lines, copy, words }) => {
  const name = element("span", { className: "pane-title" }, ...[title].flat());
  const caption = element("figcaption", {}, name);
  if (aside) caption.append(element("span", { className: state ? `state ${state}` : "pane-aside" }, aside));
  if (copy) caption.append(copyButton(copy, words));
  const code = element("pre", { tabIndex: 0 }, element("code", {}, ...lines));
  code.setAttribute("role", "region");
  code.setAttribute("aria-label", `${aside} ${name.textContent}`.trim());
  return element("figure", { className: "pane" }, caption, code);
};
