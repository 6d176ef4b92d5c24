// The applications of the reader's own organization, for the playground: through the API, with the reader's rights.
import { signInWindow } from "./access.js";
import { bearerRequest, send } from "./flow.js";

const PAGE = 100;
const SCOPES = ["openid", "profile", "email"];

// `events`: trouble(text), say(text), changed(clients, chosen) after anything was read or done.
export const ownApplications = (root, words, events) => {
  const { issuer, ownCallback: callback } = root.dataset;
  const signIn = signInWindow(root.dataset);
  // The token stays in this variable, as on the reference page.
  let token = null;

  const call = async (method, path, body, headers = {}) => {
    const request = bearerRequest(`${issuer}/api/v1${path}`, token);
    const json = body ? { "Content-Type": "application/json" } : {};
    const answer = await send({ ...request, method, headers: { ...request.headers, ...json, ...headers }, body: body && JSON.stringify(body) }).catch(() => null);
    if (answer && answer.status < 400) return answer;
    if (answer?.status === 401) token = null;
    const found = answer?.json?.errors?.map((one) => `${one.field}: ${one.message}`).join(" ");
    throw new Error(found || answer?.json?.detail || words.no_answer);
  };

  const authorized = async () => {
    if (token) return;
    const given = await signIn([], () => events.say(words.opened));
    events.say("");
    if (!given) throw new Error(words.blocked);
    if (!given.access_token) throw new Error(`${words.signing_failed} ${given.error ?? words.no_answer}`);
    token = given.access_token;
    setTimeout(() => {
      token = null;
    }, (Number(given.expires_in) || 0) * 1000);
  };

  const clientOf = (one) => ({
    id: one.id,
    place: `/organizations/${one.organization_id}/applications/${one.id}`,
    name: one.name,
    type: one.type,
    client_id: one.client_id,
    scopes: one.scopes,
    redirect_uri: callback,
    is_ready: one.redirect_uris.includes(callback),
  });

  const runs = (one) => one.type !== "backend" && one.dialects.includes("standard") && one.grant_types.includes("authorization_code");

  const listed = async (organization) => {
    const found = [];
    let cursor = null;
    do {
      const query = new URLSearchParams({ state: "enabled", archived: "false", limit: PAGE, ...(cursor && { cursor }) });
      const { json } = await call("GET", `/organizations/${organization.id}/applications?${query}`);
      found.push(...json.items.filter(runs));
      cursor = json.next_cursor;
    } while (cursor);
    return found.map(clientOf);
  };

  const readAll = async (chosen) => {
    const { organization } = (await call("GET", "/me")).json;
    const clients = await listed(organization);
    events.changed({ organization, clients }, chosen);
    return organization;
  };

  // Read, changed under the tag that was read, and said: nobody's other edit is lost.
  const edit = async (client, uris) => {
    const read = await call("GET", client.place);
    const changed = await call("PATCH", client.place, { redirect_uris: uris(read.json.redirect_uris) }, { "If-Match": read.headers.etag });
    await readAll(client.client_id);
    return changed.json;
  };

  const act = (work) => async (client) => {
    events.trouble("");
    try {
      await authorized();
      await work(client);
    } catch (problem) {
      events.trouble(problem.message);
    }
  };

  return {
    choose: act(() => readAll()),
    make: act(async () => {
      const { organization } = (await call("GET", "/me")).json;
      const body = { type: "public", name: words.made_name, redirect_uris: [callback], scopes: SCOPES };
      const { json } = await call("POST", `/organizations/${organization.id}/applications`, body);
      await readAll(json.client_id);
      events.say(words.made);
    }),
    add: act(async (client) => {
      const after = await edit(client, (uris) => [...uris, callback]);
      events.say(after.redirect_uris.includes(callback) ? words.added : words.waits);
    }),
    remove: act(async (client) => {
      await edit(client, (uris) => uris.filter((uri) => uri !== callback));
      events.say(words.taken_out);
    }),
  };
};
