// The playground: an ordinary public or confidential application that shows what it does.
import { colouredJson, copyButton, element, pane } from "./code.js";
import { claimTable } from "./claims.js";
import { authorizationParameters, bearerRequest, checkedIdToken, decoded, formRequest, freshSecrets, send, withQuery } from "./flow.js";
import { ownApplications } from "./own.js";

const root = document.getElementById("playground");
const words = JSON.parse(root.dataset.words);
// What a demonstration offers to everybody, and after them those of the reader's own organization.
const offered = JSON.parse(root.dataset.clients).map((one) => ({ is_ready: true, ...one }));
const { issuer, home } = root.dataset;
// Each application that is tried in the console has its own record; its answers arrive at the playground's address.
const KEPT = `grantway.playground${home ?? ""}`;
const AWAY = "grantway.playground.away";
const find = (selector) => root.querySelector(selector);
const where = (selector, work) => root.querySelectorAll(selector).forEach(work);

// Everything drawn comes from this one record, so a reload after the redirect shows what was there before.
const blank = () => ({ client: null, own: [], organization: null, scopes: null, secrets: null, returned: null, exchanges: {}, tokens: {}, identity: null });
let kept = { ...blank(), ...JSON.parse(sessionStorage.getItem(KEPT) ?? "{}") };
let server = null;

const keep = () => sessionStorage.setItem(KEPT, JSON.stringify(kept));
const clients = () => [...offered, ...kept.own];
const client = () => clients().find((one) => one.client_id === kept.client) ?? clients()[0];
const scopes = () => kept.scopes ?? client().scopes;

const trouble = (text) => {
  const box = find("[data-trouble]");
  box.textContent = text;
  box.hidden = false;
};

const ordered = JSON.parse(root.dataset.steps);
const signsIn = ordered.includes("request");

const stateOf = (name) => {
  const { exchanges, returned, tokens, identity } = kept;
  const of = (exchange) => (!exchange ? "ready" : exchange.answer?.status < 400 ? "done" : "failed");
  if (!client()?.is_ready) return name === "request" ? "ready" : "waiting";
  if (name === "request") return returned ? "done" : "ready";
  if (signsIn && !returned) return "waiting";
  if (name === "callback") return returned.checks.every(([, passed]) => passed) ? "done" : "failed";
  if (signsIn && stateOf("callback") === "failed") return "waiting";
  if (name === "token") return of(exchanges.token);
  if (!tokens.access_token) return "waiting";
  if (name === "identity" && !tokens.id_token) return "skipped";
  if (name === "refresh" && !tokens.refresh_token) return "skipped";
  if (name === "end" && signsIn && !tokens.refresh_token) return of(exchanges.introspect);
  if (name === "identity") return !identity ? "ready" : identity.checks.every(([, passed]) => passed) ? "done" : "failed";
  if (name === "end") return of(exchanges.revoke);
  return of(exchanges[name]);
};

const LABELS = { waiting: "waiting", ready: "next", done: "done", failed: "failed", skipped: "skipped" };

const drawStates = () => {
  let active = null;
  for (const name of ordered) {
    const state = stateOf(name);
    if (state === "ready" && !active) active = name;
    find(`[data-step="${name}"]`).dataset.state = state;
    where(`[data-rail="${name}"]`, (entry) => {
      entry.dataset.state = state;
      entry.querySelector(".rail-state").textContent = state === "ready" && active !== name ? "" : words[LABELS[state]];
      entry.toggleAttribute("data-active", active === name);
    });
    // Only the step that comes next wears the accent colour.
    for (const button of root.querySelectorAll(`[data-step="${name}"] .button.primary, [data-step="${name}"] .button.was-primary`)) {
      button.classList.toggle("primary", active === name);
      button.classList.toggle("plain", active !== name);
      button.classList.add("was-primary");
    }
  }
};

const checkList = (checks) =>
  checks.map(([name, passed, value]) =>
    element(
      "li",
      {},
      element("span", { className: `state ${passed ? "ok" : "bad"}` }, words[passed ? "passed" : "failed"]),
      element("span", { className: "check" }, words[name]),
      element("span", { className: "id value" }, value ?? ""),
    ),
  );

const pairs = (entries, join, between) =>
  entries.flatMap(([name, value], at) => [
    at ? between : "",
    element("span", { className: "code-name" }, name),
    join,
    element("span", { className: "code-text" }, value),
  ]);

const addressLines = (address) => {
  const url = new URL(address);
  const lines = [...url.searchParams].map(([name, value]) => [name, encodeURIComponent(value)]);
  const base = `${url.origin}${url.pathname}`;
  return lines.length ? [`${base}\n?`, ...pairs(lines, "=", "\n&")] : [base];
};

const masked = (headers) =>
  Object.entries(headers).map(([name, value]) => [name, value.startsWith("Basic ") ? `Basic ${words.hidden}` : value]);

const requestPane = (request) => {
  const { pathname } = new URL(request.url);
  const body = request.form ? ["\n\n", ...pairs(Object.entries(request.form).map(([k, v]) => [k, encodeURIComponent(v)]), "=", "\n&")] : [];
  const lines = [...pairs(masked(request.headers), ": ", "\n"), ...body];
  const form = request.form ? `\n\n${new URLSearchParams(request.form)}` : "";
  const copied = () => `${request.method} ${request.url}\n${masked(request.headers).map((pair) => pair.join(": ")).join("\n")}${form}`;
  return pane({ title: [element("b", {}, request.method), ` ${pathname}`], aside: words.request, lines, copy: copied, words });
};

// What the protocol speaks through; the rest is there to be unfolded.
const TELLING = new Set(["content-type", "cache-control", "www-authenticate", "location", "retry-after"]);

const answerPane = (answer) => {
  if (!answer) return pane({ title: words.answer, aside: words.no_answer, state: "bad", lines: [""], words });
  const headers = Object.entries(answer.headers);
  const others = headers.filter(([name]) => !TELLING.has(name));
  const body = answer.json ? [colouredJson(JSON.stringify(answer.json, null, 2))] : [answer.text || words.no_body];
  const drawn = pane({
    title: [words.answer, element("span", { className: "muted" }, ` ${answer.milliseconds} ${words.milliseconds}`)],
    aside: `${answer.status} ${answer.reason}`.trim(),
    state: answer.status < 400 ? "ok" : "bad",
    lines: [...pairs(headers.filter(([name]) => TELLING.has(name)), ": ", "\n"), "\n\n", ...body],
    copy: () => answer.text,
    words,
  });
  const rest = element("pre", {}, element("code", {}, ...pairs(others, ": ", "\n")));
  if (others.length) drawn.append(element("details", { className: "rest" }, element("summary", {}, words.more_headers), rest));
  return drawn;
};

const drawExchange = (name) => {
  const exchange = kept.exchanges[name];
  where(`[data-exchange="${name}"]`, (box) => box.replaceChildren(...(exchange ? [requestPane(exchange.request), answerPane(exchange.answer)] : [])));
};

const heading = (text) => element("h3", {}, text);

// What the answers say, member by member. An access token is read here for who learns; an application leaves that to APIs.
const drawExplained = () => {
  const { exchanges, tokens, identity } = kept;
  const told = (name) => (exchanges[name]?.answer?.status < 400 ? exchanges[name].answer.json : null);
  const table = (title, members) => (members ? [heading(title), claimTable(members, words)] : []);
  const tokenParts = () => {
    if (!told("token")) return [];
    const read = readable(tokens.access_token);
    const inside = read ? table(words.decoded, read.claims) : [element("p", { className: "muted" }, words.opaque)];
    return [...table(words.told, told("token")), ...inside];
  };
  const parts = {
    token: tokenParts,
    identity: () => table(words.claims, identity?.claims),
    userinfo: () => table(words.told, told("userinfo")),
    introspect: () => table(words.told, told("introspect")),
  };
  for (const [name, made] of Object.entries(parts)) where(`[data-explained="${name}"]`, (box) => box.replaceChildren(...made()));
};

const readable = (token) => {
  try {
    return decoded(token);
  } catch {
    return null;
  }
};

const drawClients = () => {
  find("[data-clients-list]").replaceChildren(
    ...clients().map((one, at) => {
      const radio = element("input", { type: "radio", name: "client", id: `client-${at}`, checked: one === client() });
      radio.addEventListener("change", () => restart({ client: one.client_id }));
      const note = one.is_ready ? (words[one.type] ?? one.type) : words.not_ready;
      const text = element("span", {}, element("span", { className: "name" }, one.name), element("span", { className: "note" }, note));
      return element("label", { className: "choice", htmlFor: `client-${at}` }, radio, text);
    }),
  );
  const one = client();
  find("[data-address-missing]").hidden = !one || one.is_ready;
  find("[data-address-there]").hidden = !one?.place || !one.is_ready;
};

const drawChoosers = () => {
  const one = client();
  find("[data-choosers]").hidden = !one;
  for (const part of root.querySelectorAll("[data-chosen]")) part.hidden = !one?.is_ready;
  find("[data-scopes-list]").replaceChildren(
    ...(one?.scopes ?? []).map((scope) => {
      const box = element("input", { type: "checkbox", id: `scope-${scope}`, checked: scopes().includes(scope) });
      box.addEventListener("change", () => {
        kept.scopes = client().scopes.filter((one) => (one === scope ? box.checked : scopes().includes(one)));
        keep();
        drawRequest();
      });
      return element("label", { className: "toggle", htmlFor: `scope-${scope}` }, box, element("span", { className: "id" }, scope));
    }),
  );
};

const authorizationUrl = () =>
  withQuery(server?.authorization_endpoint ?? `${issuer}/authorize`, authorizationParameters(client(), scopes(), kept.secrets));

const drawRequest = () => {
  if (!client()) return;
  const address = authorizationUrl();
  const drawn = pane({ title: [element("b", {}, "GET"), ` ${new URL(address).pathname}`], aside: words.request, lines: addressLines(address), copy: authorizationUrl, words });
  find("[data-address]").replaceChildren(...drawn.childNodes);
  find("[data-verifier]").replaceChildren(kept.secrets.verifier, copyButton(() => kept.secrets.verifier, words));
  find("[data-parameters] tbody").replaceChildren(
    ...Object.entries(authorizationParameters(client(), scopes(), kept.secrets)).map(([name, value]) =>
      element("tr", {}, element("th", { scope: "row", className: "id" }, name), element("td", { className: "id" }, value), element("td", {}, words[name])),
    ),
  );
};

const drawReturned = () => {
  if (!kept.returned) return;
  const { address, checks } = kept.returned;
  const drawn = pane({ title: [element("b", {}, "GET"), ` ${new URL(address).pathname}`], lines: addressLines(address), copy: () => address, words });
  find("[data-returned]").replaceChildren(...drawn.childNodes);
  find('[data-checks="callback"]').replaceChildren(...checkList(checks));
};

const drawIdentity = () => {
  if (!kept.identity) return;
  find('[data-checks="identity"]').replaceChildren(...checkList(kept.identity.checks));
  const panes = ["header", "claims"].map((part) => {
    const text = JSON.stringify(kept.identity[part], null, 2);
    return pane({ title: words[part], lines: [colouredJson(text)], copy: () => text, words });
  });
  find("[data-decoded]").replaceChildren(...panes);
};

const drawOwn = () => {
  const { own, organization } = kept;
  find("[data-own-sign-in]").hidden = Boolean(organization);
  find("#own-title").textContent = organization ? words.own_of.replace("{organization}", organization.name) : find("#own-title").textContent;
  if (organization && !own.length) find("[data-own-state]").textContent ||= words.own_none;
};

const draw = () => {
  if (!home) {
    drawOwn();
    drawClients();
  }
  if (signsIn) {
    drawChoosers();
    drawRequest();
    drawReturned();
    drawIdentity();
  }
  for (const name of ["token", "userinfo", "refresh", "call", "introspect", "revoke"]) drawExchange(name);
  drawExplained();
  for (const part of ["[data-secret-field]", "[data-introspection]"]) find(part).hidden = client()?.type === "public";
  where("[data-restart]", (button) => {
    button.hidden = !kept.returned && !kept.exchanges.token;
  });
  for (const box of root.querySelectorAll("[data-without]")) box.hidden = Boolean(kept.tokens[box.dataset.without]);
  for (const box of root.querySelectorAll("[data-with]")) box.hidden = !kept.tokens[box.dataset.with];
  find('[data-send="revoke"]').disabled = signsIn && !kept.tokens.refresh_token;
  drawStates();
};

const restart = async (changes = {}) => {
  const { client: chosen, own, organization } = kept;
  kept = { ...blank(), client: chosen, own, organization, ...changes, secrets: await freshSecrets() };
  find("#client-secret").value = client()?.secret ?? "";
  keep();
  draw();
};

// The address where codes arrive belongs to the page from which the browser was sent away: it alone has the verifier.
const broughtHome = () => {
  const away = home ? null : sessionStorage.getItem(AWAY);
  const theirs = away && JSON.parse(sessionStorage.getItem(`grantway.playground${away}`) ?? "null");
  if (!theirs?.secrets || new URL(location.href).searchParams.get("state") !== theirs.secrets.state) return false;
  sessionStorage.removeItem(AWAY);
  sessionStorage.setItem(`grantway.playground${away}`, JSON.stringify({ ...theirs, arrived: location.href }));
  location.replace(away);
  return true;
};

const takeAnswer = () => {
  const address = new URL(kept.arrived ?? location.href);
  const found = Object.fromEntries(address.searchParams);
  if (!("code" in found) && !("error" in found)) return false;
  const checks = [
    ["check_state", found.state === kept.secrets?.state, found.state],
    ["check_iss", found.iss === issuer, found.iss],
    ["check_code", "code" in found, found.error ?? found.code],
  ];
  kept = { ...kept, arrived: null, returned: { address: address.href, code: found.code, checks }, exchanges: {}, tokens: {}, identity: null };
  keep();
  // A code in the address would end up in the history and in logs.
  if (!home) history.replaceState(null, "", address.pathname);
  return true;
};

const secret = () => find("#client-secret").value;

const redemption = () => {
  if (!signsIn) return { grant_type: "client_credentials", ...(scopes().length && { scope: scopes().join(" ") }) };
  const { returned, secrets } = kept;
  return { grant_type: "authorization_code", code: returned.code, redirect_uri: client().redirect_uri, code_verifier: secrets.verifier };
};

const requests = {
  token: () => formRequest(server.token_endpoint, client(), secret(), redemption()),
  call: () => bearerRequest(`${issuer}/api/v1/me`, kept.tokens.access_token),
  refresh: () => formRequest(server.token_endpoint, client(), secret(), { grant_type: "refresh_token", refresh_token: kept.tokens.refresh_token }),
  userinfo: () => bearerRequest(server.userinfo_endpoint, kept.tokens.access_token),
  introspect: () => formRequest(server.introspection_endpoint, client(), secret(), { token: kept.tokens.access_token }),
  revoke: () => formRequest(server.revocation_endpoint, client(), secret(), { token: kept.tokens.refresh_token ?? kept.tokens.access_token }),
};

const withoutSecret = (request) => ({ ...request, headers: Object.fromEntries(masked(request.headers)) });

const exchange = async (name) => {
  const request = requests[name]();
  const answer = await send(request).catch(() => null);
  kept.exchanges[name] = { request: withoutSecret(request), answer };
  if (!answer?.json?.access_token) return;
  // The ID token under check is the one of the sign-in, with the access token that came beside it.
  if (name === "token") kept.tokens = { ...answer.json, first_access_token: answer.json.access_token };
  else kept.tokens = { ...kept.tokens, ...answer.json, id_token: kept.tokens.id_token };
};

const checkIdentity = async () => {
  const { keys } = (await send({ method: "GET", url: server.jwks_uri, headers: {} })).json;
  const { first_access_token: accessToken, id_token: token } = kept.tokens;
  kept.identity = await checkedIdToken({ token, accessToken, keys, issuer, clientId: client().client_id, nonce: kept.secrets.nonce });
};

const discover = async () => {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  server = (await send({ method: "GET", url: address, headers: {} }).catch(() => null))?.json ?? null;
  if (!server) trouble(words.no_answer);
};

// Asked for at once; whoever is quicker than the answer waits for it.
const discovered = discover();

const start = async () => {
  if (!globalThis.crypto?.subtle) return trouble(words.insecure);
  if (broughtHome()) return;
  if (new URL(issuer).origin !== location.origin) trouble(words.elsewhere);
  if (!kept.secrets) await restart();
  const arrived = takeAnswer();
  find("#client-secret").value = client()?.secret ?? "";
  draw();
  if (arrived) find("#step-callback").scrollIntoView();
  await discovered;
  if (signsIn) drawRequest();
  drawStates();
};

const perform = (name) => (name === "identity" ? checkIdentity().catch(() => trouble(words.no_answer)) : exchange(name));

const applications = home ? null : ownApplications(root, words, {
  say: (text) => {
    find("[data-own-state]").textContent = text;
  },
  trouble: (text) => {
    const place = find("[data-own-trouble]");
    place.textContent = text;
    place.hidden = !text;
  },
  changed: ({ organization, clients: own }, chosen) => {
    const wanted = chosen ?? (own[0] ?? client())?.client_id;
    if (wanted !== kept.client) return restart({ own, organization, client: wanted });
    kept = { ...kept, own, organization };
    keep();
    draw();
  },
});
for (const [name, work] of home ? [] : [["sign-in", "choose"], ["make", "make"], ["add", "add"], ["remove", "remove"]]) {
  const button = find(`[data-own-${name}]`);
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    await applications[work](client());
    button.removeAttribute("aria-busy");
  });
}

const pressed = (selector, work) => where(selector, (button) => button.addEventListener("click", work));
pressed("[data-go]", async () => {
  await discovered;
  if (home) sessionStorage.setItem(AWAY, home);
  else sessionStorage.removeItem(AWAY);
  location.assign(authorizationUrl());
});
pressed("[data-fresh]", () => restart({ scopes: kept.scopes }));
pressed("[data-restart]", async () => {
  await restart();
  find("[data-step]").scrollIntoView();
});
for (const button of root.querySelectorAll("[data-send]")) {
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    await discovered;
    if (server) await perform(button.dataset.send);
    button.removeAttribute("aria-busy");
    keep();
    draw();
    button.closest(".actions").nextElementSibling?.scrollIntoView({ block: "nearest" });
  });
}
start();
