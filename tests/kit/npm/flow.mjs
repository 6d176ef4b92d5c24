// Drives a server with openid-client, unmodified. Reads one JSON object from argv and talks to the
// test over lines: it prints the authorization URL, reads the callback URL, prints what it got.
import * as readline from 'node:readline/promises'
import * as oidc from 'openid-client'

const facts = JSON.parse(process.argv[2])
const lines = readline.createInterface({ input: process.stdin })
const say = (value) => process.stdout.write(JSON.stringify(value) + '\n')

const authentication = facts.client_secret
  ? (facts.method === 'post' ? oidc.ClientSecretPost : oidc.ClientSecretBasic)(facts.client_secret)
  : oidc.None()
const config = await oidc.discovery(
  new URL(facts.issuer), facts.client_id,
  { id_token_signed_response_alg: 'RS256' }, authentication,
  { execute: [oidc.allowInsecureRequests] },
)

if (facts.machine) {
  const token = await oidc.clientCredentialsGrant(config, { scope: facts.scope })
  const seen = await oidc.tokenIntrospection(config, token.access_token)
  say({ scope: token.scope, active: seen.active, client_id: seen.client_id })
  process.exit(0)
}

const verifier = oidc.randomPKCECodeVerifier()
const state = oidc.randomState()
const nonce = oidc.randomNonce()
say({
  url: oidc.buildAuthorizationUrl(config, {
    redirect_uri: facts.redirect_uri, scope: facts.scope, state, nonce, max_age: '3600',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  }).href,
})
const callback = new URL(await lines[Symbol.asyncIterator]().next().then((line) => line.value))
const tokens = await oidc.authorizationCodeGrant(config, callback, {
  pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, maxAge: 3600,
  idTokenExpected: true,
})
const claims = tokens.claims()
const person = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token)
let active = null
if (facts.client_secret) {
  active = (await oidc.tokenIntrospection(config, fresh.access_token)).active
}
await oidc.tokenRevocation(config, fresh.refresh_token)
let refused = null
try {
  await oidc.refreshTokenGrant(config, fresh.refresh_token)
} catch (error) {
  refused = error.error
}
say({ sub: claims.sub, email: person.email, rotated: fresh.refresh_token !== tokens.refresh_token, active, refused })
process.exit(0)
