// Sends the requests of the reference page: with a token from a sign-in in a window of its own, or a pasted one.
import { signInWindow } from "./access.js";
import { colouredJson, element, pane } from "./code.js";
import { bearerRequest, send } from "./flow.js";

// The token lives in this variable: never in storage, in an address or in the page.
let token = null;
// What was filled in or answered once is offered again, under its name.
const known = new Map();
const forms = new Set();

export const startTrying = (root) => {
  const words = JSON.parse(root.dataset.trying);
  const access = startAccess(root, words);
  for (const box of root.querySelectorAll("[data-try]")) {
    const trial = JSON.parse(box.dataset.try);
    box.hidden = false;
    box.addEventListener("toggle", () => {
      if (!box.open || box.dataset.drawn) return;
      box.dataset.drawn = "yes";
      drawTrial(box, trial, words, access);
    });
  }
};

const startAccess = (root, words) => {
  const box = root.querySelector("[data-access]");
  const find = (selector) => box.querySelector(selector);
  const { issuer } = root.dataset;
  const signIn = signInWindow(root.dataset);
  let timer = null;

  const say = (sentence, isGood, scope = "") => {
    const state = find("[data-access-state]");
    state.textContent = sentence;
    state.classList.toggle("ok", Boolean(isGood));
    find("[data-access-scopes]").replaceChildren(...scope.split(" ").filter(Boolean).map((one) => element("span", { className: "tag" }, one)));
    find("[data-forget]").hidden = !token;
  };
  const trouble = (sentence) => {
    const place = find("[data-access-trouble]");
    place.textContent = sentence ?? "";
    place.hidden = !sentence;
  };
  const forget = (sentence) => {
    clearTimeout(timer);
    token = null;
    find("#try-token").value = "";
    say(sentence);
  };

  // Knowing who calls fills in the organization.
  const meet = async () => {
    const answer = await send(bearerRequest(`${issuer}/api/v1/me`, token)).catch(() => null);
    const place = answer?.json?.organization?.id;
    if (place) learn("organization_id", place);
  };

  const take = async (given) => {
    if (!given?.access_token) {
      say(words.none);
      trouble(given ? `${words.failed} ${given.error ?? words.unsent}` : words.blocked);
      return;
    }
    token = given.access_token;
    const seconds = Number(given.expires_in) || 0;
    clearTimeout(timer);
    timer = setTimeout(() => forget(words.ended), seconds * 1000);
    const time = new Date(Date.now() + seconds * 1000).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    say(words.until.replace("{time}", time), true, given.scope);
    await meet();
  };

  find("[data-sign-in]").addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble();
    const scopes = find("#try-scopes").value.split(/\s+/).filter(Boolean);
    await take(await signIn(scopes, () => say(words.opened)));
  });

  find("[data-paste]").addEventListener("submit", (event) => {
    event.preventDefault();
    trouble();
    clearTimeout(timer);
    token = find("#try-token").value.trim();
    find("#try-token").value = "";
    say(words.pasted, true);
    meet();
  });

  find("[data-forget]").addEventListener("click", () => forget(words.none));
  box.hidden = false;
  say(words.none);
};

const learn = (name, value) => {
  known.set(name, value);
  for (const { fields } of forms) {
    const input = fields.get(name);
    if (input && !input.value) input.value = value;
  }
};

// The sample with the records in it that were made or read here before.
const bodyOf = ({ body, named }) => {
  const sample = JSON.parse(body);
  for (const [member, meant] of Object.entries(named)) {
    if (!known.has(meant)) continue;
    sample[member] = Array.isArray(sample[member]) ? [known.get(meant)] : known.get(meant);
  }
  return JSON.stringify(sample, null, 2);
};

const redrawBodies = () => {
  for (const one of forms) {
    // What the reader typed is the reader's.
    if (!one.body || one.body.value !== one.drawn) continue;
    one.drawn = one.body.value = bodyOf(one.trial);
  }
};

// An id that was made is what the next request is about.
const learnFrom = (answer, trial) => {
  if (answer.headers.etag) known.set("If-Match", answer.headers.etag);
  for (const { fields } of forms) {
    const tag = fields.get("If-Match");
    if (tag && answer.headers.etag) tag.value = answer.headers.etag;
  }
  const place = answer.headers.location?.split("/") ?? [];
  if (place.length > 1) learn(`${place.at(-2).replace(/s$/, "").replace("-", "_")}_id`, place.at(-1));
  // Of a list the first record is as good as any.
  const [record] = answer.json?.items ?? [answer.json];
  const named = trial.url.match(/{(\w+)_id}$/)?.[1] ?? trial.url.split("/").at(-1).replace(/s$/, "");
  const kind = place.length > 1 ? place.at(-2).replace(/s$/, "") : named;
  if (answer.status >= 400) return;
  for (const [member, value] of Object.entries(record ?? {})) {
    if (["string", "number"].includes(typeof value)) known.set(`${kind}.${member}`, value);
  }
  redrawBodies();
};

const drawTrial = (box, trial, words) => {
  const fields = new Map();
  const form = element("form", { className: "try-form", noValidate: true });
  const prefix = `${box.closest("article").id}-`;
  for (const one of trial.parameters) {
    const id = `${prefix}${one.name}`;
    const input = one.values.length
      ? element("select", { className: "input id", id }, element("option", { value: "" }, ""), ...one.values.map((value) => element("option", { value }, value)))
      : element("input", { className: "input id", id, maxLength: 2000, autocomplete: "off", spellcheck: false, placeholder: one.example });
    input.required = one.required;
    input.value = known.get(one.name) ?? "";
    input.addEventListener("change", () => one.place !== "query" && input.value && learn(one.name, input.value));
    fields.set(one.name, input);
    form.append(element("div", { className: "try-field" }, element("label", { className: "label", htmlFor: id }, element("span", { className: "id" }, one.name), one.required ? "" : element("span", { className: "muted" }, ` ${one.place}`)), input));
  }
  let body = null;
  if (trial.body) {
    const id = `${prefix}body`;
    body = element("textarea", { className: "input id", id, rows: Math.min(16, trial.body.split("\n").length), spellcheck: false, value: bodyOf(trial) });
    form.append(element("div", { className: "try-field" }, element("label", { className: "label", htmlFor: id }, words.body), body));
  }
  const trouble = element("p", { className: "wrong", hidden: true });
  trouble.setAttribute("role", "alert");
  const foot = element("div", { className: "try-foot" }, element("button", { className: "button primary" }, words.send));
  if (trial.method !== "GET") foot.append(element("span", { className: "muted" }, words.changes));
  const outcome = element("div", { className: "try-outcome" });
  outcome.setAttribute("aria-live", "polite");
  form.append(trouble, foot);
  box.append(form, outcome);
  forms.add({ fields, trial, body, drawn: body?.value });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const missing = [...fields.values()].find((input) => input.required && !input.value.trim());
    trouble.hidden = !missing;
    trouble.textContent = missing ? words.needed : "";
    if (missing) {
      missing.focus();
      return;
    }
    const request = requestOf(trial, fields, body);
    box.setAttribute("aria-busy", "true");
    const answer = await send(request).catch(() => null);
    box.removeAttribute("aria-busy");
    if (answer) learnFrom(answer, trial);
    trouble.hidden = Boolean(answer);
    trouble.textContent = answer ? "" : words.unsent;
    outcome.replaceChildren(requestPane(request, words), ...(answer ? [answerPane(answer, words)] : []));
  });
};

const requestOf = (trial, fields, body) => {
  const url = new URL(
    trial.url.replace(/{(\w+)}/g, (_, name) => encodeURIComponent(fields.get(name).value.trim())),
  );
  const headers = { Accept: "application/json" };
  for (const { name, place } of trial.parameters) {
    const value = fields.get(name).value.trim();
    if (value && place === "query") url.searchParams.set(name, value);
    if (value && place === "header") headers[name] = value;
  }
  if (token) headers.Authorization = `Bearer ${token}`;
  if (!body) return { method: trial.method, url: url.href, headers };
  return { method: trial.method, url: url.href, headers: { ...headers, "Content-Type": trial.type }, body: body.value };
};

const headerLines = (headers) =>
  Object.entries(headers).flatMap(([name, value]) => [element("span", { className: "code-name" }, name), ": ", element("span", { className: "code-text" }, value), "\n"]);

const requestPane = (request, words) => {
  const { pathname, search } = new URL(request.url);
  const shown = { ...request.headers };
  if (shown.Authorization) shown.Authorization = `Bearer ${words.hidden}`;
  const lines = [...headerLines(shown), ...(request.body ? ["\n", colouredJson(request.body)] : [])];
  return pane({ title: [element("b", {}, request.method), ` ${pathname}${search}`], aside: words.request, lines, words });
};

const answerPane = (answer, words) => {
  const text = answer.json ? JSON.stringify(answer.json, null, 2) : answer.text;
  const lines = [...headerLines(answer.headers), "\n", text ? colouredJson(text) : words.no_body];
  return pane({
    title: [words.answer, element("span", { className: "muted" }, ` ${answer.milliseconds} ${words.milliseconds}`)],
    aside: `${answer.status} ${answer.reason}`.trim(),
    state: answer.status < 400 ? "ok" : "bad",
    lines,
    copy: () => text,
    words,
  });
};
