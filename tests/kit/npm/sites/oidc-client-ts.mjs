// oidc-client-ts in the browser: the site serves the library as it is, and a page that uses it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { app, callback, facts, serve } from './site.mjs'

const place = createRequire(import.meta.url).resolve('oidc-client-ts').replace(/dist\/.*$/, 'dist/browser/oidc-client-ts.js')
const settings = {
  authority: facts.issuer, client_id: facts.client_id, redirect_uri: callback, loadUserInfo: true,
  scope: 'openid profile email offline_access',
}
const page = (script) => `<!doctype html><title>site</title><pre></pre><script src="/library.js"></script>
<script>const manager = new oidc.UserManager(${JSON.stringify(settings)})
const show = (value) => document.querySelector('pre').textContent = JSON.stringify(value)
;(async () => { ${script} })().catch((failure) => show({ failure: String(failure) }))</script>`

app.get('/library.js', (request, answer) => answer.type('js').send(readFileSync(place)))
app.get('/login', (request, answer) => answer.send(page('await manager.signinRedirect()')))
app.get(facts.callback, (request, answer) => answer.send(page(`
  const user = await manager.signinCallback()
  const fresh = await manager.signinSilent()
  show({ ...user.profile, refreshed: fresh.access_token !== user.access_token })`)))
serve()
