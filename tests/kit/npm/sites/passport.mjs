// Passport with passport-openidconnect.
import session from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'
import { app, callback, facts, serve } from './site.mjs'

passport.use(new OpenIDConnectStrategy({
  issuer: facts.issuer,
  authorizationURL: facts.issuer + '/oauth/authorize',
  tokenURL: facts.issuer + '/oauth/token',
  userInfoURL: facts.issuer + '/oauth/userinfo',
  clientID: facts.client_id,
  clientSecret: facts.client_secret,
  callbackURL: callback,
  scope: ['profile', 'email'],
}, (issuer, profile, done) => done(null, profile)))
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

app.use(session({ secret: 'of this site', resave: false, saveUninitialized: false }))
app.use(passport.session())
app.get('/login', passport.authenticate('openidconnect'))
app.get(facts.callback, passport.authenticate('openidconnect', { successRedirect: '/me', failureMessage: true }))
app.get('/me', (request, answer) => answer.json({ name: request.user?.displayName, email: request.user?.emails?.[0].value }))
serve()
