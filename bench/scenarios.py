"""The requests that are measured. To add one is to add one entry to `product_scenarios`."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.load import Scenario
from bench.stage import SCOPE, SIGN_IN_SCOPES, Client, Stage
from grantway.edges.dialects.standard import paths
from tests.kit.browser import Browser
from tests.kit.factories import CALLBACK

FORM = "application/x-www-form-urlencoded"
# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

# Each request takes the token that has waited longest, and each answer brings the next of its chain.
_REFRESH = """
local free, first, last = { %(tokens)s }, 1, %(count)d
function request()
  local token = free[first] or "none"
  free[first] = nil
  first = first + 1
  return wrk.format(nil, nil, nil, "grant_type=refresh_token&refresh_token=" .. token)
end
function response(status, headers, body)
  local token = string.match(body, '"refresh_token":"([^"]+)"')
  if token then last = last + 1; free[last] = token end
end
"""

# A code that has arrived is exchanged by the next request of any connection; else a new flow begins.
_SIGN_IN = """
local codes, first, last = {}, 1, 0
local browser = { ["Host"] = wrk.headers["Host"], ["Cookie"] = %(cookie)s }
function request()
  local code = codes[first]
  if code == nil then return wrk.format("GET", %(authorize)s, browser) end
  codes[first] = nil
  first = first + 1
  return wrk.format(nil, nil, nil, %(exchange)s .. code)
end
function response(status, headers, body)
  local code = string.match(headers["location"] or "", "[?&]code=([^&]+)")
  if code then last = last + 1; codes[last] = code end
end
"""


def bare_scenario() -> Scenario:
    """A token request to the servers that answer it with a constant."""
    headers = {"Content-Type": FORM, "Authorization": "Basic " + "Zm9v" * 24}
    return Scenario("constant", "/token", "POST", headers, f"grant_type=client_credentials&scope={SCOPE}")


def product_scenarios(stage: Stage) -> tuple[Scenario, ...]:
    """All of them, over a running server. Signing in once happens here."""
    opaque = machine_token(stage, stage.opaque)
    bearer = SignedIn(stage, stage.web).code_flow()["access_token"]
    return (
        _credentials("client_credentials, opaque", stage.opaque),
        _credentials("client_credentials, JWT ES256", stage.es256, "ES256"),
        _credentials("client_credentials, JWT RS256", stage.rs256, "RS256"),
        _post("introspection", paths.INTROSPECT, stage.opaque, f"token={opaque}"),
        _decision(stage, opaque),
        Scenario("userinfo", paths.USERINFO, headers={"Authorization": f"Bearer {bearer}"}),
        Scenario("keys", paths.KEYS),
        Scenario("metadata", paths.OPENID_CONFIGURATION),
        *_with_a_person(stage, stage.web_es256, "ES256"),
        *_with_a_person(stage, stage.web, "RS256"),
    )


def _with_a_person(stage: Stage, client: Client, algorithm: str) -> tuple[Scenario, ...]:
    """Each answer holds an access token, signed with ES256, and an ID token, signed with this algorithm."""
    person = SignedIn(stage, client)
    signatures = ("ES256", algorithm)
    body = f"grant_type=refresh_token&refresh_token={person.code_flow()['refresh_token']}"
    return (
        _post(
            f"refresh, ID token {algorithm}",
            paths.TOKEN,
            client,
            body,
            signatures=signatures,
            script=person.refresh_script,
        ),
        # Sent once it is refused, for its code is none; what is measured is a code and its exchange.
        _post(
            f"whole sign-in, ID token {algorithm}",
            paths.TOKEN,
            client,
            person.exchange("0" * 47),
            signatures=signatures,
            script=person.sign_in_script,
            requests_each=2,
            status=400,
        ),
    )


def _decision(stage: Stage, token: str) -> Scenario:
    """What a gateway asks for each call of an API."""
    call = {"X-Original-Method": "GET", "X-Original-URI": "/orders/7", "X-Forwarded-For": "192.0.2.7"}
    proofs = {"Grantway-Gateway": stage.gateway.basic, "Authorization": f"Bearer {token}"}
    return Scenario("decision", paths.DECISION, headers=call | proofs)


def _credentials(name: str, client: Client, *signatures: str) -> Scenario:
    return _post(name, paths.TOKEN, client, "grant_type=client_credentials", signatures=signatures)


def _post(name: str, path: str, client: Client, body: str, **more: object) -> Scenario:
    headers = {"Content-Type": FORM, "Authorization": client.basic}
    return Scenario(name, path, "POST", headers, body, **more)  # type: ignore[arg-type]


def machine_token(stage: Stage, client: Client) -> str:
    """An access token for no user."""
    with _connection(stage) as connection:
        return str(_token(connection, client, "grant_type=client_credentials")["access_token"])


class SignedIn:
    """A person with a live session, who has consented, and what an application can get with that."""

    def __init__(self, stage: Stage, client: Client) -> None:
        self._stage = stage
        self._client = client
        request = {
            "response_type": "code",
            "client_id": client.application.client_id,
            "redirect_uri": CALLBACK,
            "scope": " ".join(SIGN_IN_SCOPES),
            "state": "0123456789",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        self._authorize = paths.AUTHORIZE + "?" + urlencode(request)
        browser = Browser(stage.settings.issuer)
        browser.authorize(self._authorize, email=stage.person.email, password=stage.person.password)
        browser.close()
        self._cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())

    def exchange(self, code: str) -> str:
        """The body of the request that redeems a code."""
        form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        return urlencode(form) + "&code=" + code

    def code_flow(self) -> dict[str, str]:
        """Tokens by a whole flow."""
        with _connection(self._stage) as connection:
            return self._code_flow(connection)

    def refresh_script(self, connections: int) -> str:
        """A script with twice as many fresh tokens as connections, so that none is used twice at once."""
        with _connection(self._stage) as connection:
            tokens = [self._code_flow(connection)["refresh_token"] for _ in range(2 * connections)]
        quoted = ", ".join(json.dumps(token) for token in tokens)
        return _REFRESH % {"tokens": quoted, "count": len(tokens)}

    def sign_in_script(self, connections: int) -> str:
        """A script that goes the whole way again and again."""
        return _SIGN_IN % {
            "cookie": json.dumps(self._cookie),
            "authorize": json.dumps(self._authorize),
            "exchange": json.dumps(self.exchange("")),
        }

    def _code_flow(self, connection: http.client.HTTPConnection) -> dict[str, str]:
        connection.request("GET", self._authorize, headers={"Cookie": self._cookie})
        response = connection.getresponse()
        response.read()
        query = parse_qs(urlsplit(response.headers["location"]).query)
        return _token(connection, self._client, self.exchange(query["code"][0]))


def _token(connection: http.client.HTTPConnection, client: Client, body: str) -> dict[str, str]:
    headers = {"Content-Type": FORM, "Authorization": client.basic}
    connection.request("POST", paths.TOKEN, body, headers=headers)
    response = connection.getresponse()
    answer: dict[str, str] = json.loads(response.read())
    if response.status != 200:
        message = f"No token: {answer}"
        raise RuntimeError(message)
    return answer


@contextmanager
def _connection(stage: Stage) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", stage.settings.port, timeout=30)
    try:
        yield connection
    finally:
        connection.close()
