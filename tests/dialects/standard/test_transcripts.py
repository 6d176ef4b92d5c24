"""The standard's endpoints over the real features, on both databases: request and answer, side by side."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import ApplicationType
from grantway.edges.dialects.standard import paths
from tests.kit.factories import CALLBACK
from tests.kit.world import World

VERIFIER = "x" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def request_of(client_id: str, /, **changes: str) -> str:
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "scope": "openid email",
        "state": "s-1",
        "nonce": "n-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    return paths.AUTHORIZE + "?" + urlencode(query)


def answer_in(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def test_the_code_flow(world: World) -> None:
    """C022, C063, C075, C076, C077: every answer names the issuer."""
    northwind = world.make.organization("Northwind")
    person = world.make.person(northwind)
    application = world.make.application(northwind)
    secret = world.make.secret(application)
    browser = world.browser()

    first = world.client.simulate_get(request_of(application.client_id))
    assert first.status_code == 303
    assert first.headers["location"].startswith(f"{world.issuer}/interaction/")

    seen = browser.authorize(request_of(application.client_id), email=person.email, password=person.password)
    assert browser.last is not None
    assert browser.last.status_code == 303
    answer = answer_in(seen)
    assert answer.keys() == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("s-1", world.issuer)

    redeemed = world.token(
        application,
        secret,
        grant_type="authorization_code",
        code=answer["code"],
        redirect_uri=CALLBACK,
        code_verifier=VERIFIER,
    )
    assert redeemed.status_code == 200
    assert redeemed.headers["cache-control"] == "no-store"
    assert redeemed.headers["pragma"] == "no-cache"
    assert redeemed.json.keys() == {
        "access_token",
        "token_type",
        "expires_in",
        "scope",
        "refresh_token",
        "id_token",
    }
    assert redeemed.json["token_type"] == "Bearer"
    assert redeemed.json["scope"] == "openid email"

    told = world.bearer(redeemed.json["access_token"])
    assert told.status_code == 200
    assert told.json == {
        "sub": to_text(person.id),
        "org": to_text(northwind.id),
        "email": person.email,
        "email_verified": True,
    }

    refreshed = world.token(
        application, secret, grant_type="refresh_token", refresh_token=redeemed.json["refresh_token"]
    )
    assert refreshed.status_code == 200
    assert refreshed.json["scope"] == "openid email"

    again = world.token(
        application,
        secret,
        grant_type="authorization_code",
        code=answer["code"],
        redirect_uri=CALLBACK,
        code_verifier=VERIFIER,
    )
    assert (again.status_code, again.json["error"]) == (400, "invalid_grant")


def test_a_live_session_answers_at_once_also_by_form_post(world: World) -> None:
    northwind = world.make.organization()
    person = world.make.person(northwind)
    application = world.make.application(northwind)
    browser = world.browser()
    address = request_of(application.client_id)
    browser.authorize(address, email=person.email, password=person.password)
    silent = browser.visit(request_of(application.client_id, prompt="none"))
    assert silent is not None
    assert "code" in answer_in(silent)
    assert browser.visit(request_of(application.client_id, response_mode="form_post")) is None
    assert browser.last is not None
    assert "form-action" not in browser.last.headers["content-security-policy"]
    form = browser.forms[0]
    assert form.action == CALLBACK
    assert form.fields.keys() == {"code", "state", "iss"}


def test_errors_reach_the_application_with_state_and_issuer(world: World) -> None:
    """C064, C065, C067, C076: only after its address stands, and prompt=none at once."""
    application = world.make.application(world.make.organization())
    left = world.browser().visit(request_of(application.client_id, prompt="none"))
    assert left is not None
    assert left.startswith(CALLBACK + "?")
    answer = answer_in(left)
    assert (answer["error"], answer["state"], answer["iss"]) == ("login_required", "s-1", world.issuer)
    for changes in (
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK + "?x=1"},
        {"client_id": "nobody"},
    ):
        refused = world.client.simulate_get(request_of(application.client_id, **changes))
        assert refused.status_code == 400
        assert refused.headers["content-type"] == "text/html; charset=utf-8"
        assert "location" not in refused.headers


def test_client_credentials_and_the_end_of_a_token(world: World) -> None:
    """C061."""
    northwind = world.make.organization()
    world.make.api(None, "orders:read")
    application = world.make.application(northwind, "backend", scopes=("orders:read",))
    secret = world.make.secret(application)
    token = world.machine_token(application, secret)

    def post(path: str, **form: str) -> Any:
        pair = base64.b64encode(f"{application.client_id}:{secret}".encode()).decode()
        return world.client.simulate_post(
            path, body=urlencode(form), headers={**FORM, "Authorization": f"Basic {pair}"}
        )

    seen = post(paths.INTROSPECT, token=token)
    assert seen.status_code == 200
    assert seen.json["active"] is True
    assert seen.json["client_id"] == application.client_id
    assert seen.json["scope"] == "orders:read"
    assert seen.json["org"] == to_text(northwind.id)
    revoked = post(paths.REVOKE, token=token)
    assert (revoked.status_code, revoked.text) == (200, "")
    world.product.poll()
    assert post(paths.INTROSPECT, token=token).json == {"active": False}
    assert post(paths.REVOKE, token="nothing of ours").status_code == 200


def test_an_unknown_client_and_a_wrong_secret_look_alike(world: World) -> None:
    """C062, V150, V151."""
    application = world.make.application(world.make.organization(), "backend", scopes=())
    world.make.secret(application)
    wrong = world.token(application, "gws_wrong", grant_type="client_credentials")
    unknown = world.client.simulate_post(
        paths.TOKEN,
        body="grant_type=client_credentials",
        headers={**FORM, "Authorization": "Basic " + base64.b64encode(b"nobody:gws_wrong").decode()},
    )
    for answer in (wrong, unknown):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")
        assert answer.json["error"] == "invalid_client"
    without_id = [{**answer.json, "request_id": ""} for answer in (wrong, unknown)]
    assert without_id[0] == without_id[1]


def test_metadata_tells_the_truth(world: World) -> None:
    """C023, C024, C078, V055: every endpoint exists, and what is advertised is what works."""
    document = world.client.simulate_get(paths.OPENID_CONFIGURATION).json
    assert document == world.client.simulate_get(paths.AUTHORIZATION_SERVER).json
    assert document["issuer"] == world.issuer
    for name, address in document.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            path = address.removeprefix(world.issuer)
            assert world.client.simulate_get(path).status_code != 404, name
    assert document["grant_types_supported"] == [
        "authorization_code",
        "client_credentials",
        "refresh_token",
        "urn:grantway:params:oauth:grant-type:access-key",
        "urn:grantway:params:oauth:grant-type:service-account",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert {"RS256", "ES256"} <= set(document["id_token_signing_alg_values_supported"])
    assert {"sub", "name", "email", "email_verified"} <= set(document["claims_supported"])

    northwind = world.make.organization()
    application = world.make.application(northwind)
    person = world.make.person(northwind)
    browser = world.browser()
    browser.authorize(request_of(application.client_id), email=person.email, password=person.password)
    for changes in (
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"response_type": "code id_token"},
        {"response_mode": "fragment"},
        {"request": "eyJ"},
        {"request_uri": "https://a"},
    ):
        left = browser.visit(request_of(application.client_id, **changes))
        assert left is not None, changes
        assert "error" in answer_in(left), changes


def test_the_keys_that_are_published_verify_what_is_signed(world: World) -> None:
    """C077, C127: no two keys have one kid, and no private part is shown."""
    keys = world.client.simulate_get(paths.KEYS).json["keys"]
    assert len({key["kid"] for key in keys}) == len(keys)
    assert all(key["kty"] in {"EC", "RSA", "OKP"} for key in keys)
    assert not any(member in key for key in keys for member in ("d", "p", "q", "k"))


def test_browser_origins_are_those_of_enabled_applications(world: World) -> None:
    """C009, V137."""
    spa = "https://spa.example.test"
    application = world.make.application(world.make.organization(), "public", origins=(spa,))
    world.product.poll()

    def allowed(origin: str) -> str | None:
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        answer = world.client.simulate_options(paths.TOKEN, headers=headers)
        assert answer.status_code == 204
        value: str | None = answer.headers.get("access-control-allow-origin")
        return value

    assert allowed(spa) == spa
    assert allowed(spa + ".evil") is None
    answer = world.client.simulate_post(
        paths.TOKEN,
        body=urlencode({"grant_type": "authorization_code", "client_id": application.client_id, "code": "x"}),
        headers={**FORM, "Origin": spa},
    )
    assert answer.status_code == 400
    assert answer.headers["access-control-allow-origin"] == spa
    world.make.change_application(application, state="disabled")
    world.product.poll()
    assert allowed(spa) is None


@pytest.mark.parametrize(
    ("kind", "secret", "expected"),
    [
        ("public", "gws_wrong", (401, "invalid_client")),
        # What libraries send that know one way only: an id, and a secret that there is none of.
        ("public", "", (400, "invalid_grant")),
        ("confidential", "", (401, "invalid_client")),
    ],
)
def test_a_basic_header_without_a_secret_is_a_public_applications(
    world: World, kind: ApplicationType, secret: str, expected: tuple[int, str]
) -> None:
    """C050, C054."""
    application = world.make.application(world.make.organization(), kind)
    pair = base64.b64encode(f"{application.client_id}:{secret}".encode()).decode()
    answer = world.client.simulate_post(
        paths.TOKEN,
        body="grant_type=authorization_code&code=x",
        headers={**FORM, "Authorization": f"Basic {pair}"},
    )
    assert (answer.status_code, answer.json["error"]) == expected
    if expected[0] == 401:
        # The one answer that makes a library try its other way.
        assert answer.headers["www-authenticate"].startswith("Basic ")
