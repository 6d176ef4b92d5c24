// An application of Nexus211's guide: the API with its own pair and with that of whoever authorized it, and people
// who sign in.
import { randomUUID } from 'node:crypto'
import axios from 'axios'
import express from 'express'

const { BASE_URL, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, SERVICE_ACCOUNT } = process.env
const nexus = axios.create({ baseURL: BASE_URL })
const as = (secret) => ({ auth: { username: CLIENT_ID, password: secret } })
const bearer = (token) => ({ headers: { Authorization: `Bearer ${token}` } })
const app = express()
const states = new Set()

// Programmatic: as itself, and on behalf of each organization that authorized it.
app.get('/work', async (request, answer) => {
  const own = await nexus.get('/organizations/current', as(CLIENT_SECRET))
  const keys = await nexus.get('/keys', as(CLIENT_SECRET))
  const others = await Promise.all(keys.data.map((key) => nexus.get('/organizations/current', as(key.secret))))
  answer.json({ own: own.data, keys: keys.data, others: others.map((one) => one.data) })
})

// Programmatic, in a role: as a service account.
app.get('/night', async (request, answer) => {
  const { data } = await nexus.post('/oauth/service-account-token', { profile: SERVICE_ACCOUNT }, as(CLIENT_SECRET))
  answer.json((await nexus.get('/organizations/current', bearer(data.token))).data)
})

// Personal: somebody signs in, and the application acts as that profile until it gives the token back.
app.get('/login', (request, answer) => {
  const state = randomUUID()
  states.add(state)
  answer.redirect(`${BASE_URL}/oauth/authorize?${new URLSearchParams({ state, application: CLIENT_ID, redirect: REDIRECT_URI })}`)
})
app.get('/callback', async (request, answer) => {
  if (!states.delete(request.query.state)) return answer.status(400).send('Unknown state')
  const { data } = await nexus.post('/oauth/access-token', { code: request.query.code }, as(CLIENT_SECRET))
  const current = await nexus.get('/organizations/current', bearer(data.token))
  const revoked = await nexus.post('/oauth/revoke', null, bearer(data.token))
  const after = await nexus.get('/organizations/current', bearer(data.token)).catch((error) => error.response)
  const again = await nexus.post('/oauth/access-token', { code: request.query.code }, as(CLIENT_SECRET)).catch((error) => error.response)
  answer.json({ members: Object.keys(data), current: current.data, revoked: revoked.status, after: after.status, again: again.status })
})

app.listen(Number(new URL(REDIRECT_URI).port), '127.0.0.1')
