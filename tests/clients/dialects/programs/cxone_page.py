"""A page of a public application of CXone's: it has no secret and proves itself by PKCE."""

from __future__ import annotations

import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

PAGE = """<!doctype html>
<meta charset="utf-8"><title>Wallboard</title><pre></pre>
<script type="module">
const { issuer, clientId, redirectUri } = SETTINGS
const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=/g, '')
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))
const json = async (...request) => (await fetch(...request)).json()
const server = await json(issuer + '/.well-known/openid-configuration')
const form = (fields) => ({ method: 'POST', body: new URLSearchParams({ client_id: clientId, ...fields }) })
const answer = new URLSearchParams(location.search)

if (answer.has('code')) {
  const kept = JSON.parse(sessionStorage.kept)
  history.replaceState(null, '', '/callback')
  if (answer.get('state') !== kept.state) throw new Error('state')
  const tokens = await json(server.token_endpoint, form({ grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: redirectUri, code_verifier: kept.verifier }))
  const authorization = { headers: { Authorization: `Bearer ${tokens.access_token}` } }
  const user = await json(server.userinfo_endpoint, authorization)
  const claims = JSON.parse(atob(tokens.id_token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')))
  const again = await json(server.token_endpoint, form({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }))
  const access = JSON.parse(atob(tokens.access_token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')))
  const tenant = await json(`${issuer}/.well-known/cxone-configuration?tenantId=${access.tenantId}`)
  document.querySelector('pre').textContent = JSON.stringify({ members: Object.keys(tokens), user, nonce: claims.nonce === kept.nonce, iss: claims.iss, refreshed: 'access_token' in again, tenant })
} else {
  const kept = { state: random(), nonce: random(), verifier: random() }
  sessionStorage.kept = JSON.stringify(kept)
  const challenge = base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(kept.verifier)))
  location.assign(server.authorization_endpoint + '?' + new URLSearchParams({
    client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope: 'openid',
    state: kept.state, nonce: kept.nonce, code_challenge: challenge, code_challenge_method: 'S256',
  }))
}
</script>
"""
SETTINGS = {
    "issuer": os.environ["BASE_URL"],
    "clientId": os.environ["CLIENT_ID"],
    "redirectUri": os.environ["REDIRECT_URI"],
}


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGE.replace("SETTINGS", json.dumps(SETTINGS)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", urlsplit(SETTINGS["redirectUri"]).port or 80), Page).serve_forever()
