// The protocol itself: what an application computes, sends and checks. No page in here.

const encoder = new TextEncoder();

export const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

export const random = (size) => base64url(crypto.getRandomValues(new Uint8Array(size)));

export const challengeOf = async (verifier) => base64url(await crypto.subtle.digest("SHA-256", encoder.encode(verifier)));

export const freshSecrets = async () => {
  const verifier = random(32);
  return { verifier, challenge: await challengeOf(verifier), state: random(16), nonce: random(16) };
};

export const authorizationParameters = (client, scopes, secrets) => {
  const parameters = {
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: client.redirect_uri,
    scope: scopes.join(" "),
    state: secrets.state,
    nonce: secrets.nonce,
    code_challenge: secrets.challenge,
    code_challenge_method: "S256",
  };
  if (!scopes.includes("openid")) delete parameters.nonce;
  if (!scopes.length) delete parameters.scope;
  return parameters;
};

export const withQuery = (address, parameters) => {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
};

// Basic as RFC 6749 §2.3.1 has it: both halves form-encoded before they are joined.
const basic = (client, secret) => {
  const half = (text) => new URLSearchParams({ v: text }).toString().slice(2);
  return `Basic ${btoa(`${half(client.client_id)}:${half(secret)}`)}`;
};

export const formRequest = (url, client, secret, fields) => {
  const headers = { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" };
  if (client.type === "public") return { method: "POST", url, headers, form: { ...fields, client_id: client.client_id } };
  return { method: "POST", url, headers: { ...headers, Authorization: basic(client, secret) }, form: fields };
};

export const bearerRequest = (url, token) => ({
  method: "GET",
  url,
  headers: { Accept: "application/json", Authorization: `Bearer ${token}` },
});

export const send = async (request) => {
  const started = performance.now();
  const answer = await fetch(request.url, {
    method: request.method,
    headers: request.headers,
    body: request.form ? new URLSearchParams(request.form) : request.body,
    cache: "no-store",
    credentials: "omit",
  });
  const text = await answer.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every answer has a body, and a proxy may answer in its own words.
  }
  return {
    status: answer.status,
    reason: answer.statusText,
    headers: Object.fromEntries(answer.headers),
    text,
    json,
    milliseconds: Math.round(performance.now() - started),
  };
};

export const decoded = (token) => {
  const [header, claims] = token.split(".").slice(0, 2).map((part) => JSON.parse(new TextDecoder().decode(bytesOf(part))));
  return { header, claims };
};

const ALGORITHMS = {
  ES256: { key: { name: "ECDSA", namedCurve: "P-256" }, use: { name: "ECDSA", hash: "SHA-256" } },
  RS256: { key: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, use: "RSASSA-PKCS1-v1_5" },
};

const signatureFits = async (token, header, keys) => {
  const algorithm = ALGORITHMS[header.alg];
  const key = keys.find((one) => one.kid === header.kid);
  if (!algorithm || !key) return false;
  const imported = await crypto.subtle.importKey("jwk", key, algorithm.key, false, ["verify"]);
  const [head, body, signature] = token.split(".");
  return crypto.subtle.verify(algorithm.use, imported, bytesOf(signature), encoder.encode(`${head}.${body}`));
};

const halfHash = async (token) => base64url((await crypto.subtle.digest("SHA-256", encoder.encode(token))).slice(0, 16));

// Each check of OpenID Connect Core §3.1.3.7 that applies here, with what was compared.
export const checkedIdToken = async ({ token, accessToken, keys, issuer, clientId, nonce }) => {
  const { header, claims } = decoded(token);
  const audience = [claims.aud].flat();
  const checks = [
    ["check_signature", await signatureFits(token, header, keys), `${header.alg} · ${header.kid ?? ""}`],
    ["check_issuer", claims.iss === issuer, claims.iss],
    ["check_audience", audience.includes(clientId), audience.join(" ")],
    ["check_nonce", claims.nonce === nonce, claims.nonce ?? ""],
    ["check_expiry", claims.exp * 1000 > Date.now(), new Date(claims.exp * 1000).toLocaleString(document.documentElement.lang)],
  ];
  if (claims.at_hash) checks.push(["check_at_hash", claims.at_hash === (await halfHash(accessToken)), claims.at_hash]);
  return { header, claims, checks };
};
