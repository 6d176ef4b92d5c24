// Adds to the reference page what needs a script: colours, copy buttons, a filter, and where the reader is.
import { colouredJson, copyButton } from "./code.js";
import { startTrying } from "./try.js";

const root = document.getElementById("reference");
const words = JSON.parse(root.dataset.words);

for (const code of root.querySelectorAll("code[data-language]")) {
  const text = code.textContent;
  if (code.dataset.language === "json") code.replaceChildren(colouredJson(text));
  code.closest("figure").querySelector("[data-copy-here]").append(copyButton(() => text, words));
}

startTrying(root);

const finder = root.querySelector("[data-finder]");
const input = finder.querySelector("input");
const said = finder.querySelector("[role=status]");
const entries = [...root.querySelectorAll("[data-entry]")].map((entry) => {
  const article = document.getElementById(entry.dataset.entry);
  return { entry, article, text: article.querySelector(".about").textContent.toLowerCase() };
});

const filter = () => {
  const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { entry, article, text } of entries) {
    const shown = wanted.every((word) => text.includes(word));
    entry.hidden = article.hidden = !shown;
    count += Number(shown);
  }
  for (const group of root.querySelectorAll(".group, .api-group")) {
    group.hidden = !group.querySelector("[data-entry]:not([hidden]), .operation:not([hidden])");
  }
  const sentence = count === 0 ? words.none : count === 1 ? words.one : words.many.replace("{count}", String(count));
  said.textContent = wanted.length ? sentence : "";
};

finder.hidden = false;
input.addEventListener("input", filter);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  event.preventDefault();
  input.focus();
});

const visible = new Set();
const observer = new IntersectionObserver(
  (changes) => {
    for (const { target, isIntersecting } of changes) visible[isIntersecting ? "add" : "delete"](target.id);
    const current = entries.find(({ article }) => visible.has(article.id))?.entry;
    for (const { entry } of entries) {
      const link = entry.firstElementChild;
      if (entry === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  },
  { rootMargin: "-80px 0px -60% 0px" },
);
for (const { article } of entries) observer.observe(article);

// On a phone the list of everything starts closed; it is one press away.
if (matchMedia("(max-width: 859px)").matches) root.querySelector(".menu").open = false;
