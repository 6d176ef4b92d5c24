// express-openid-connect: every page of the site asks for a sign-in.
import { auth } from 'express-openid-connect'
import { app, facts, serve } from './site.mjs'

const asked = facts.client_secret
  ? { clientSecret: facts.client_secret, authorizationParams: { response_type: 'code' } }
  : {}
app.use(auth({
  issuerBaseURL: facts.issuer,
  baseURL: facts.address,
  clientID: facts.client_id,
  secret: 'a long secret of this site, for its own cookie',
  idpLogout: false,
  ...asked,
}))
app.get('/me', async (request, answer) => answer.json({ ...request.oidc.user, ...await request.oidc.fetchUserInfo() }))
serve()
