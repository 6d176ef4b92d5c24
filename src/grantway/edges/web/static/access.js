// Signs the reader in through the application that is part of the server, in a window of its own.
import { authorizationParameters, formRequest, freshSecrets, send, withQuery } from "./flow.js";

// `place` has the addresses and the client id, as both pages for developers carry them in their data.
export const signInWindow = ({ issuer, authorize, token, callback, client }) => {
  const channel = new BroadcastChannel("grantway.reference");
  let pending = null;

  channel.addEventListener("message", ({ data }) => {
    // Another page's sign-in has another state; an answer of another server is none of ours (RFC 9207).
    if (!pending || data.state !== pending.secrets.state || data.iss !== issuer) return;
    pending.arrive(data);
    pending = null;
  });

  const redeemed = (code, secrets) => {
    const fields = { grant_type: "authorization_code", code, redirect_uri: callback, code_verifier: secrets.verifier };
    return send(formRequest(token, { type: "public", client_id: client }, null, fields)).catch(() => null);
  };

  // Answers what the token endpoint gave, or why there is nothing; null where the browser kept the window shut.
  return async (scopes, opens) => {
    // Opened at once, while the press still counts as the reader's wish.
    const opened = window.open("about:blank", "_blank", "popup,width=520,height=720");
    if (!opened) return null;
    opens();
    const secrets = await freshSecrets();
    const arrived = new Promise((arrive) => {
      pending = { secrets, arrive };
    });
    opened.location.replace(withQuery(authorize, authorizationParameters({ client_id: client, redirect_uri: callback }, scopes, secrets)));
    const found = await arrived;
    if (!found.code) return { error: found.error_description ?? found.error };
    const answer = await redeemed(found.code, secrets);
    return answer?.json?.access_token ? answer.json : { error: answer?.json?.error_description };
  };
};
