// A guide of another system: its requests from a table, filled with what is known, sent, and their answers read.
import { colouredJson, element, pane } from "./code.js";
import { challengeOf, random, send } from "./flow.js";

const root = document.getElementById("guide");
const words = JSON.parse(root.dataset.words);
const steps = JSON.parse(root.dataset.steps);
const offered = JSON.parse(root.dataset.clients);
const inputs = JSON.parse(root.dataset.inputs);
const { base, callback, here } = root.dataset;
const KEPT = `grantway.guide.${base}`;
const find = (selector) => root.querySelector(selector);
const section = (at) => find(`[data-step="${at}"]`);

// What has to outlive the way to the server and back. What the reader filled in does not.
let kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
const answers = [];

const keep = () => sessionStorage.setItem(KEPT, JSON.stringify(kept));
const client = () => offered.find((one) => one.client_id === kept.client) ?? offered[0];
const isOne = (step) => !step.types.length || !client() || step.types.includes(client().type);
const filledIn = () => Object.fromEntries(inputs.map((name) => [name, find(`[data-input="${name}"]`).value.trim()]).filter(([, value]) => value));
const known = () => ({ redirect_uri: callback, ...kept.known, ...filledIn() });

const secrets = () => Object.entries(known()).filter(([name, value]) => name.includes("secret") && value).map(([, value]) => value);
const masked = (text) => secrets().reduce((shown, secret) => shown.replaceAll(secret, words.hidden).replaceAll(encodeURIComponent(secret), words.hidden), text);

const filled = (text, values = known()) => text.replaceAll(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const filledAll = (texts) => (texts ? Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(text)])) : null);
const missing = (step) => step.asks.filter((name) => !(name in known()));

const requestOf = (step) => {
  const url = new URL(base + filled(step.path));
  for (const [name, text] of Object.entries(filledAll(step.query))) url.searchParams.set(name, text);
  const request = { method: step.method, url: url.href, headers: { Accept: "application/json" } };
  const [form, json] = [filledAll(step.form), filledAll(step.json)];
  if (form) Object.assign(request, { form, headers: { ...request.headers, "Content-Type": "application/x-www-form-urlencoded" } });
  if (json) Object.assign(request, { body: JSON.stringify(json), headers: { ...request.headers, "Content-Type": "application/json" } });
  if (step.basic) request.headers.Authorization = `Basic ${btoa(step.basic.map((text) => filled(text)).join(":"))}`;
  if (step.bearer) request.headers.Authorization = `Bearer ${filled(step.bearer)}`;
  return request;
};

const linesOf = ({ headers, form, body, url }) => {
  const shown = Object.entries(headers).map(([name, value]) => `${name}: ${value.startsWith("Basic ") ? `Basic ${words.hidden}` : value}`);
  const query = [...new URL(url).searchParams].map(([name, value]) => `${name}=${value}`).join("\n&");
  const content = form ? Object.entries(form).map(([name, value]) => `${name}=${value}`).join("\n&") : (body ?? "");
  return masked([query && `?${query}`, shown.join("\n"), content].filter(Boolean).join("\n\n"));
};

const member = (json, path) => path.split(".").reduce((value, name) => value?.[name], json);

const wentWell = (step, answer) =>
  answer?.status < 400 && (!step.succeeds || String(member(answer.json, step.succeeds[0])) === step.succeeds[1]);

const draw = () => {
  let isNext = true;
  steps.forEach((step, at) => {
    const box = section(at);
    const [lacking, answer] = [missing(step), answers[at]];
    box.hidden = find(`[data-rail="${at}"]`).hidden = !isOne(step);
    if (box.hidden) return;
    const isDone = step.navigates ? Boolean(kept.known.code) : wentWell(step, answer);
    const state = isDone ? "done" : answer ? "failed" : lacking.length ? "waiting" : "ready";
    const request = requestOf(step);
    const text = linesOf(request);
    const title = [element("b", {}, step.method), ` ${new URL(request.url).pathname}`];
    box.querySelector("[data-shown]").replaceChildren(pane({ title, aside: words.request, lines: [text], copy: () => text, words }));
    const needs = box.querySelector("[data-needs]");
    needs.hidden = !lacking.length;
    needs.textContent = `${words.needs} ${lacking.join(", ")}`;
    const button = box.querySelector("[data-send]");
    button.disabled = lacking.length > 0 || here !== "yes";
    const isActive = isNext && state === "ready";
    button.classList.toggle("primary", isActive);
    button.classList.toggle("plain", !isActive);
    if (isActive) isNext = false;
    box.dataset.state = find(`[data-rail="${at}"]`).dataset.state = state;
    find(`[data-rail="${at}"] .rail-state`).textContent = state === "ready" && !isActive ? "" : words[state === "ready" ? "next" : state];
    box.querySelector("[data-answer]").replaceChildren(...(answer ? [answerPane(answer, isDone)] : []));
  });
};

const answerPane = (answer, isWell) => {
  if (!answer.status) return pane({ title: words.answer, aside: words.no_answer, state: "bad", lines: [""], words });
  const body = answer.json ? colouredJson(JSON.stringify(answer.json, null, 2)) : answer.text || words.no_body;
  const title = [words.answer, element("span", { className: "muted" }, ` ${answer.milliseconds} ${words.milliseconds}`)];
  return pane({ title, aside: `${answer.status} ${answer.reason}`.trim(), state: isWell ? "ok" : "bad", lines: [body], copy: () => answer.text, words });
};

const run = async (at) => {
  const step = steps[at];
  if (step.navigates) {
    keep();
    return location.assign(requestOf(step).url);
  }
  answers[at] = await send(requestOf(step)).catch(() => ({ status: 0 }));
  for (const [name, path] of Object.entries(step.takes)) {
    const value = member(answers[at].json, path);
    if (value !== undefined) kept.known[name] = value;
  }
  keep();
  return draw();
};

const choose = () => {
  for (const name of inputs) {
    const told = client()?.[name];
    if (told) find(`[data-input="${name}"]`).value = told;
  }
};

const restart = async (changes = {}) => {
  const verifier = random(32);
  kept = { client: kept?.client ?? null, ...changes, known: { state: random(16), verifier, challenge: await challengeOf(verifier) } };
  answers.length = 0;
  keep();
  choose();
  draw();
};

const takeAnswer = () => {
  const address = new URL(location.href);
  const found = Object.fromEntries(address.searchParams);
  if (!("code" in found) && !("error" in found)) return;
  // A code in the address would end up in the history and in logs.
  history.replaceState(null, "", address.pathname);
  if (found.state !== kept.known.state || !("code" in found)) {
    find("[data-trouble]").textContent = found.state === kept.known.state ? found.error : words.forged;
    find("[data-trouble]").hidden = false;
    return;
  }
  kept.known.code = found.code;
  keep();
};

const start = async () => {
  find("[data-choosers]").hidden = offered.length < 2;
  find("[data-clients-list]").replaceChildren(
    ...offered.map((one, at) => {
      const radio = element("input", { type: "radio", name: "client", id: `client-${at}`, checked: one === (kept ? client() : offered[0]) });
      radio.addEventListener("change", () => restart({ client: one.client_id }));
      return element("label", { className: "choice", htmlFor: `client-${at}` }, radio, element("span", { className: "name" }, one.name));
    }),
  );
  if (!kept) await restart();
  takeAnswer();
  choose();
  draw();
};

for (const name of inputs) find(`[data-input="${name}"]`).addEventListener("input", draw);
steps.forEach((_, at) => section(at).querySelector("[data-send]").addEventListener("click", () => run(at)));
find("[data-restart]").addEventListener("click", () => restart());
start();
