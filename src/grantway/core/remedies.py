"""What developers do about a refused request, by the id of the refusal. docs/errors.md says the same.

Of a refusal without a sentence here nothing is kept for developers: it is no fault of an application.
"""

from __future__ import annotations

from collections.abc import Mapping

from grantway.core.concerns import Difference


def _(text: str) -> str:
    """Mark a sentence for the catalogues; the page translates it."""
    return text


REMEDIES: Mapping[str, str] = {
    "E-CLIENT-01": _(
        "Compare client id and secret with the application's settings. A public application sends its "
        "client id alone."
    ),
    "E-CLIENT-02": _("Send HTTP Basic, or `client_id` (and `client_secret`) in the body."),
    "E-CLIENT-03": _("Keep one of the two; HTTP Basic is the better one."),
    "E-CLIENT-04": _(
        "Form-encode id and secret, join them with a colon, encode that in base64 (RFC 6749 §2.3.1)."
    ),
    "E-CLIENT-05": _("Add the grant type in the application's settings, or use one it has."),
    "E-CLIENT-06": _(
        "Use the address of the application's own dialect, or let the application accept this one."
    ),
    "E-CLIENT-07": _(
        "Move it to the body, a client secret to HTTP Basic. Treat it as leaked: make a new one, then "
        "revoke the old one."
    ),
    "E-CLIENT-08": _(
        "An administrator of the owner, or of the installing organization, sees which switch is off and "
        "can turn it on again."
    ),
    "E-CLIENT-09": _(
        "Wait a minute and use the right secret. If you sent none, somebody behind your address is guessing."
    ),
    "E-CLIENT-10": _("Make a new secret in the application's settings; old ones are not shown again."),
    "E-REQUEST-01": _("Send it once. Only `resource` and `audience` may be repeated."),
    "E-REQUEST-02": _("Let a library encode the parameters."),
    "E-REQUEST-03": _("Set `Content-Type` to what the endpoint takes."),
    "E-REQUEST-04": _("Send it. An empty parameter counts as an absent one."),
    "E-REQUEST-05": _("Keep what is long on your side and send a short reference to it."),
    "E-REQUEST-06": _("Send the parameters themselves."),
    "E-REQUEST-07": _("Send the parameters themselves."),
    "E-REQUEST-08": _("Send less at once. Operators set `GRANTWAY_BODY_LIMIT` for all endpoints together."),
    "E-REQUEST-09": _("Use one of them. Tokens, revocation and introspection take POST only."),
    "E-GRANT-01": _("Send the grant type."),
    "E-GRANT-02": _("Take one of `grant_types_supported` in the metadata document."),
    "E-GRANT-03": _(
        "Begin the sign-in again. Redeem each code once, soon, with the client id that asked for it."
    ),
    "E-GRANT-04": _("Begin again. If your own code retried: keep the answer of the first attempt instead."),
    "E-GRANT-05": _("Send the same text again, character by character."),
    "E-GRANT-06": _("Keep the verifier in the session in which you began, and send it."),
    "E-GRANT-07": _(
        "Send the verifier itself: 43 to 128 unreserved characters. Look for sessions that are mixed up."
    ),
    "E-GRANT-08": _("Send `code_challenge` with the authorization request, or no verifier at all."),
    "E-GRANT-09": _("Send the `state` of the authorization request."),
    "E-GRANT-10": _("Ask the person to sign in again."),
    "E-GRANT-11": _(
        "Store the new refresh token before you use the new access token, and let one process at a time "
        "refresh."
    ),
    "E-GRANT-12": _("Present the home secret, or the secret of the organization that the person chose."),
    "E-GRANT-13": _("Nothing on the client's side: an administrator of the organization can enable them."),
    "E-GRANT-14": _(
        "An administrator of that organization installs the application, or resumes the installation."
    ),
    "E-GRANT-15": _("Leave the lifetime out, or let the application choose lifetimes in its token settings."),
    "E-GRANT-16": _("Redeem the code at once, and begin the sign-in again."),
    "E-SCOPE-01": _(
        "Ask for scopes that the application has; the description names some that could be asked for. A "
        "refresh may narrow scopes, never widen them."
    ),
    "E-SCOPE-02": _("Give the application scopes that fit the grant type."),
    "E-SCOPE-03": _("Name one API with `resource`, or ask once for each API."),
    "E-SCOPE-04": _("Look up the scope's legs in the catalogue of APIs."),
    "E-SCOPE-05": _(
        "Use the identifier of the API exactly as it is registered, and ask for a scope of it; or its "
        "operator sets `tokens_without_scope`."
    ),
    "E-AUTHORIZE-02": _("Compare the client id with the settings and look at the application's state."),
    "E-AUTHORIZE-03": _("Send `redirect_uri`."),
    "E-AUTHORIZE-04": _("Register the very text that is sent, with its scheme, port, path and slash."),
    "E-AUTHORIZE-05": _("Use the code flow; tokens never come back through the browser."),
    "E-AUTHORIZE-06": _("Send `response_type=code`."),
    "E-AUTHORIZE-07": _("Leave it out, or use one of the two."),
    "E-AUTHORIZE-08": _("Send `code_challenge` with `code_challenge_method=S256`."),
    "E-AUTHORIZE-09": _("Send `code_challenge_method=S256`."),
    "E-AUTHORIZE-10": _("Hash the verifier with SHA-256 and encode the 32 bytes."),
    "E-AUTHORIZE-11": _(
        "Use `none` alone, or any of `login`, `consent`, `select_account`, separated by spaces."
    ),
    "E-AUTHORIZE-12": _("Send whole seconds, or leave it out."),
    "E-AUTHORIZE-13": _("Repeat the request without `prompt=none`."),
    "E-AUTHORIZE-14": _("Repeat the request without `prompt=none`."),
    "E-AUTHORIZE-15": _("Repeat the request without `prompt=none`."),
    "E-AUTHORIZE-16": _("Accept it, and offer to try again."),
    "E-AUTHORIZE-17": _(
        "Offer to try again later. An administrator of the person's organization installs the "
        "application, or its owner widens its audience."
    ),
    "E-AUTHORIZE-18": _("Send an unguessable `state`, and compare it when the answer comes."),
    "E-AUTHORIZE-19": _("Add the grant type in the settings; a backend cannot sign people in."),
    "E-AUTHORIZE-20": _("Send the ID token that this client received, or leave the hint out."),
    "E-AUTHORIZE-21": _("Leave it out."),
    "E-TOKEN-01": _("Send `Authorization: Bearer` with an access token."),
    "E-TOKEN-02": _("Refresh, or get a new token. If that is refused too, its reason is told there."),
    "E-TOKEN-03": _("Ask for the scope when you get the token, after the application was given it."),
    "E-TOKEN-04": _("Send it in the header only."),
    "E-TOKEN-05": _("Get a token for it: ask for its scopes, or name it with `resource`."),
    "E-TOKEN-06": _("Use a token from a sign-in."),
    "E-TOKEN-07": _(
        "Get a new one as the first was got. Clients ask for one when they read this, not before each "
        "call. If it was made just now, compare the clock of your machine with this server's `Date` "
        "header."
    ),
    "E-TOKEN-08": _("Have the organization's administrators install it."),
    "E-BUDGET-01": _(
        "Wait as long as `Retry-After` says. The makers see in `GET .../applications/{id}/usage` who used"
        " what, and can raise `minutes_per_day`."
    ),
    "E-BUDGET-02": _("Start the sign-in again."),
    "E-NETWORK-01": _(
        "Compare the address in the log with `networks` in the application's settings. If it is that of a"
        " proxy, the operator has to declare it (`GRANTWAY_TRUSTED_PROXIES`)."
    ),
    "E-SERVICE-01": _(
        "An administrator of the organization enables it and lists the application; check that the secret"
        " is that organization's."
    ),
    "E-DECISION-01": _("Let an operator list the gateway among the API's introspectors, and check `api`."),
    "E-DECISION-02": _("Add `api=` with the identifier of the API to the address."),
    "E-DECISION-03": _(
        "Configure the gateway as integrating.md shows, and let it remove the headers of the other kind."
    ),
    "E-DECISION-04": _("Let an operator enable it."),
    "E-DECISION-05": _("Send the address in its plain form. integrating.md lists what is refused."),
    "E-DECISION-06": _("Check method and path; an operator declares the route."),
    "E-LIMIT-01": _(
        "Wait for the seconds of `Retry-After`. Limits and use: `GET .../applications/{id}/limits`."
    ),
    "E-VOUCH-04": _(
        "An administrator gives a voucher with `asserted_subject`; the API's owner sets `asserted_subjects`."
    ),
    "E-VOUCH-05": _("Send the id as your own records have it, without spaces around it."),
    "E-VOUCH-06": _("Leave the user out, or ask with the grant type for the application itself."),
    "E-LAUNCH-01": _("Lead the person back to the portal, which makes a new one."),
    "E-GATE-01": _(
        "Have the application approved, ask for scopes of low risk only, or let an administrator of the "
        "organization install it."
    ),
    "E-GATE-02": _(
        "Without `prompt=none` the person can ask the administrators on our page. Makers have the "
        "application approved."
    ),
    "E-MOUNT-01": _(
        "A developer changes `token_format` or the algorithm, or their values in `dialect_settings` for "
        "this dialect."
    ),
    "E-CLAIMS-01": _(
        "Send what OpenID Connect Core 5.5 describes; claims that the server does not know may stand in it."
    ),
    "E-CLAIMS-02": _("Ask for one of `acr_values_supported`, or do not make it essential."),
    "E-DEVICE-03": _("Tell it on the device; begin again when the person wants to."),
    "E-DEVICE-04": _("Begin again."),
    "E-DEVICE-05": _("Begin again."),
    "E-DEVICE-06": _("Begin again. If it happens often, the device asks twice or leaks the code."),
    "E-DEVICE-08": _("Wait; see `Retry-After`. Look for who begins so many."),
    "E-DEVICE-13": _("Lead the person to the address in `verification_uri`."),
    "E-KEY-01": _(
        "Its owner looks at the key in the list of access keys, and makes a new one where it is over."
    ),
    "E-KEY-02": _("Wait a minute, and send the right secret."),
    "E-KEY-03": _("Its owner makes a key that names this application."),
    "E-KEY-04": _("A developer of the organization takes that default application."),
    "E-EXCHANGE-01": _(
        "Present the token as it came in, while it lives. Chains are not built: exchange the first token "
        "again."
    ),
    "E-EXCHANGE-02": _("Send `urn:ietf:params:oauth:token-type:access_token`."),
    "E-EXCHANGE-03": _("Leave both parameters out."),
    "E-CORS-01": _(
        "Add the origin to the application's `origins` as the browser sends it: scheme, host and port, no"
        " slash."
    ),
}

DIFFERENCES: Mapping[Difference, str] = {
    "slash": _("Only the slash at the end differs."),
    "case": _("Only letter case differs."),
    "query": _("Only the query differs."),
    "fragment": _("Only the fragment differs; an address to return to has none."),
    "scheme": _("Only http and https differ."),
    "port": _("Only the port differs."),
    "www": _("Only `www.` differs."),
    "path": _("Only the path differs."),
    "host": _("Only the host differs."),
    "several": _("More than one part of the address differs."),
}
"""How the nearest registered address differs from what was sent."""
