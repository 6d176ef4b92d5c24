"""How far an application of CXone reaches: exchanges, tenants, kinds of application, and foreign pages."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

import falcon.testing
import pytest

from grantway.core import access_keys, exchange
from grantway.core.identifiers import to_text
from tests.dialects.cxone.guide import AUTHORIZE, CALLBACK, FORM, SCOPES, TOKEN, USERINFO, Guide, claims_of

IMPERSONATIONS = "urn:ietf:params:oauth:grant-type:{}-token-exchange"


def exchanged(guide: Guide, grant_type: str, **changes: str) -> falcon.testing.Result:
    """A sibling of the guide's application exchanges a token of its person."""
    world, make = guide.world, guide.world.make
    sibling = make.application(
        guide.tenant,
        dialect="cxone",
        scopes=("openid", "email", "organizations:read"),
        settings={"grant_types": frozenset({"authorization_code", exchange.GRANT_TYPE})},
    )
    pair = base64.b64encode(f"{sibling.client_id}:{make.secret(sibling)}".encode()).decode()
    form = {
        "grant_type": grant_type,
        "subject_token": guide.by_key().json["access_token"],
        "subject_token_type": "access_token",
        **changes,
    }
    return world.client.simulate_post(
        TOKEN, body=urlencode(form), headers={**FORM, "Authorization": f"Basic {pair}"}
    )


def test_an_exchange_gives_the_same_person_to_a_sibling(guide: Guide) -> None:
    """C57, C58: `token-exchange`, and the one impersonation that makes nobody else of the subject."""
    plain = exchanged(guide, "token-exchange")
    assert plain.status_code == 200, plain.text
    assert list(plain.json) == ["access_token", "token_type", "expires_in", "issued_token_type"]
    claims = claims_of(plain.json["access_token"])
    assert claims["sub"] == to_text(guide.person.id)
    assert claims["scope"].split() == ["openid", "email", "organizations:read"]
    told = guide.call("GET", USERINFO, plain.json["access_token"])
    assert told.json == {"sub": to_text(guide.person.id), "email": "mara@northwind.example"}
    narrowed = exchanged(
        guide, IMPERSONATIONS.format("user-impersonation"), audience=f"{guide.world.issuer}/api/v1"
    )
    assert narrowed.status_code == 200, narrowed.text


@pytest.mark.parametrize(
    "name", ["associated-user", "role-impersonation", "impersonate-configure", "impersonate-support"]
)
def test_nobody_becomes_somebody_else(guide: Guide, name: str) -> None:
    """C58: the other four are refused; so is our own name of what has another one here."""
    refused = exchanged(guide, IMPERSONATIONS.format(name))
    assert (refused.status_code, refused.json["error"]) == (400, "unsupported_grant_type")
    assert exchanged(guide, exchange.GRANT_TYPE).json["error"] == "unsupported_grant_type"


@pytest.mark.parametrize(
    "changes",
    [{"subject_token_type": "id_token"}, {"subject_token": "nonsense"}, {"audience": "Orbit@Northwind"}],
)
def test_an_exchange_is_refused_in_the_form_of_this_mount(guide: Guide, changes: dict[str, str]) -> None:
    """C47: 400 and a published code."""
    refused = exchanged(guide, "token-exchange", **changes)
    assert (refused.status_code, refused.json["error"]) in {(400, "invalid_request"), (400, "invalid_scope")}
    assert guide.ask(grant_type="token-exchange").json["error"] == "unauthorized_client", "off by default"


def test_one_registration_serves_every_tenant(guide: Guide) -> None:
    """C37, C41: an approved product, by the key of a person of another tenant that names it."""
    world, make = guide.world, guide.world.make
    customer = make.organization("Customer")
    product = make.application(
        guide.tenant,
        dialect="cxone",
        scopes=SCOPES,
        audience_requested="any_organization",
        audience_effective="any_organization",
        publication="approved",
    )
    secret, person = make.secret(product), make.person(customer)
    tied, text = make.access_key(customer, person, application_id=product.id)
    other, untied = make.access_key(customer, person)
    pair = {"client_id": product.client_id, "client_secret": secret}
    got = guide.by_key({}, username=to_text(tied.id), password=text, **pair)
    assert got.status_code == 200, got.text
    assert claims_of(got.json["access_token"])["tenantId"] == to_text(customer.id)
    refused = guide.by_key({}, username=to_text(other.id), password=untied, **pair)
    assert refused.json["error_id"] == "E-KEY-03"
    make.change_application(product, audience_effective="own_organization")
    world.product.poll()
    assert guide.by_key({}, username=to_text(tied.id), password=text, **pair).json["error"] == "invalid_grant"
    assert guide.call("GET", USERINFO, got.json["access_token"]).status_code == 401


def test_back_end_and_user_applications_are_told_apart(guide: Guide) -> None:
    """C38: a back-end one has no browser, a key and the token endpoint; people sign in to the others."""
    make = guide.world.make
    back = make.application(
        guide.tenant,
        "backend",
        dialect="cxone",
        scopes=("openid",),
        settings={"grant_types": frozenset({"client_credentials", access_keys.GRANT_TYPE})},
    )
    secret = make.secret(back)
    query = guide.query(client_id=back.client_id, redirect_uri=CALLBACK)
    assert guide.world.client.simulate_get(AUTHORIZE, params=query).status_code == 400
    got = guide.by_key({}, client_id=back.client_id, client_secret=secret)
    assert list(got.json) == ["access_token", "token_type", "expires_in", "id_token", "issued_token_type"]


def test_browsers_call_from_registered_origins_alone(guide: Guide) -> None:
    """C39: the token endpoint and userinfo, from the page that was registered; the documents from everywhere."""

    def allowed(origin: str, path: str) -> Any:
        sent = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return guide.world.client.simulate_options(path, headers=sent).headers.get(
            "access-control-allow-origin"
        )

    for path in (TOKEN, USERINFO):
        assert allowed("https://orbit.example", path) == "https://orbit.example"
        assert allowed("https://elsewhere.example", path) is None
