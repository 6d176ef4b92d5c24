// What an answer or a token says, member by member: its name, its value, what it means.
import { element } from "./code.js";

// The whole of a token stands in the answer above.
const LONG = 120;
const SHOWN = 48;
const TIMES = new Set(["iat", "nbf", "exp", "auth_time"]);

const readable = (name, value, words) => {
  if (TIMES.has(name) && Number.isFinite(value)) return `${value} (${new Date(value * 1000).toLocaleString(document.documentElement.lang)})`;
  if (value === "" || value === null) return words.empty;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > LONG ? `${text.slice(0, SHOWN)}…` : text;
};

export const claimTable = (members, words) => {
  const head = [words.claim, words.value, words.meaning].map((text) => element("th", { scope: "col" }, text));
  const rows = Object.entries(members).map(([name, value]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", className: "id" }, name),
      element("td", { className: "id" }, readable(name, value, words)),
      element("td", {}, words[`claim_${name}`] ?? words[name] ?? ""),
    ),
  );
  return element(
    "div",
    { className: "scroller", tabIndex: 0, role: "region", "aria-label": words.claims },
    element("table", { className: "parameters" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)),
  );
};
