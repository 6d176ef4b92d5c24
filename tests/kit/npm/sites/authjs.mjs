// Auth.js with its Express adapter.
import { ExpressAuth, getSession } from '@auth/express'
import { app, facts, serve } from './site.mjs'

const config = {
  trustHost: true,
  secret: 'a long secret of this site, for its own cookie',
  providers: [{
    id: 'grantway', name: 'Grantway', type: 'oidc',
    issuer: facts.issuer, clientId: facts.client_id, clientSecret: facts.client_secret,
  }],
}
app.use('/auth', ExpressAuth(config))
app.get('/me', async (request, answer) => answer.json((await getSession(request, config))?.user ?? null))
serve()
