// jose: an API that checks tokens by the published keys alone.
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { app, facts, serve } from './site.mjs'

const keys = createRemoteJWKSet(new URL(facts.issuer + '/oauth/jwks'))
app.get('/me', async (request, answer) => {
  try {
    const token = (request.get('authorization') ?? '').replace(/^Bearer /, '')
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: facts.issuer, audience: request.query.audience, typ: 'at+jwt', requiredClaims: ['sub', 'client_id', 'exp'],
    })
    answer.json({ client_id: payload.client_id, alg: protectedHeader.alg })
  } catch (failure) {
    answer.status(401).json({ failure: failure.code })
  }
})
serve()
