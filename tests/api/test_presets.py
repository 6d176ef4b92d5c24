"""Presets: applications registered under the rules of each system, whether or not its wire is served."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core.identifiers import to_text
from tests.api.cast import Cast
from tests.api.registering import (
    APPLICATIONS,
    BASE,
    CALLBACK,
    CXONE,
    NEXUSGUARD,
    NITRO,
    changed,
    made,
    pair,
    refusals,
)
from tests.kit.world import authorization_request


def test_every_preset_is_told_to_everybody_with_a_token(cast: Cast) -> None:
    callers = ("contact", "machine_without_scope", "operator")
    answers = [cast.call(cast.caller(caller), "GET", "/presets") for caller in callers]
    assert {one.status_code for one in answers} == {200}
    assert len({one.text for one in answers}) == 1
    told = {one["name"]: one for one in answers[0].json["items"]}
    assert list(told) == ["standard", "nexus211", "deeplynx", "cxone", "nitro", "nexusguard"]
    assert {name for name, one in told.items() if one["is_spoken"]} == {"standard", "nexus211", "deeplynx"}
    assert {name for name, one in told.items() if one["approval"]} == {"cxone", "nexusguard"}
    assert {name for name, one in told.items() if one["audience_fixed"]} == {"cxone"}
    assert {name for name, one in told.items() if one["addresses_required"]} == {"cxone"}
    assert {name: one["given_reveal"] for name, one in told.items() if one["given_reveal"] != "once"} == {
        "nexus211": "api",
        "nitro": "creator",
        "nexusguard": "developers",
    }
    assert told["nitro"]["default_applications"][0]["name"] == "studio"
    assert cast.call(cast.caller("anonymous"), "GET", "/presets").status_code == 401


@pytest.mark.parametrize("body", [CXONE, NITRO, NEXUSGUARD], ids=lambda body: str(body["preset"]))
def test_where_its_wire_is_not_served_an_application_speaks_standard(
    cast: Cast, body: dict[str, Any]
) -> None:
    record = made(cast, body)
    assert (record["preset"], record["dialects"]) == (body["preset"], ["standard"])
    claimed = cast.as_owner("POST", APPLICATIONS, body | {"dialects": [body["preset"]]})
    assert refusals(claimed) == {"dialects[0]": "E-FIELD-04"}


def test_what_a_mount_makes_up_for_is_not_inherited_without_it(cast: Cast) -> None:
    """A preset of a served dialect, spoken by `standard` alone: no relaxed form comes along."""
    body = {"preset": "deeplynx", "type": "confidential", "name": "Orbit", "redirect_uris": [CALLBACK]}
    own, strict = made(cast, body), made(cast, body, dialects=["standard"])
    assert (own["token_format"], own["pkce"]) == ("bare_jwt", "none")
    assert (strict["token_format"], strict["access_token_algorithm"]) == ("jwt", "ES256")
    assert strict["pkce"] == "required"
    assert refusals(changed(cast, own, dialects=["standard"])) == {
        "token_format": "E-FIELD-04",
        "access_token_algorithm": "E-FIELD-04",
        "pkce": "E-FIELD-04",
    }


# Nitro ------------------------------------------------------------------------------------------------
def test_nitro_makers_read_their_secrets_again_and_nobody_elses(cast: Cast) -> None:
    """Facts B1, B2, B3, B4, B17: an id and a secret; the maker alone, and who that is is remembered."""
    record = made(cast, NITRO)
    assert record["organization_id"] == to_text(cast.own.id)
    assert len(record["client_id"]) > 20
    path = f"{APPLICATIONS}/{record['id']}/secrets"
    made_by = {name: cast.call(cast.caller(name), "POST", path.replace("{own}", to_text(cast.own.id)), {})
               for name in ("owner", "developer")}  # fmt: skip
    for reader in made_by:
        for maker, secret in made_by.items():
            place = f"{path}/{secret.json['id']}/reveal".replace("{own}", to_text(cast.own.id))
            seen = cast.call(cast.caller(reader), "POST", place)
            if reader == maker:
                assert seen.json["secret"] == secret.json["secret"]
            else:
                assert seen.status_code == 403
                assert secret.json["secret"] not in seen.text
    makers = {one["created_by"] for one in cast.as_owner("GET", path).json["items"]}
    assert len(makers) == 2


def test_nitro_clients_have_free_names_chosen_scopes_and_need_no_redirect(cast: Cast) -> None:
    """Facts B8, B9, B10: two of one name, scopes of the list that there is, a redirect if one likes."""
    cast.world.make.api(None, "actions:write")
    first, second = made(cast, NITRO, scopes=["actions:write"]), made(cast, NITRO)
    assert first["name"] == second["name"]
    assert (first["scopes"], second["scopes"]) == (["actions:write"], [])
    unknown = cast.as_owner("POST", APPLICATIONS, NITRO | {"scopes": ["actions:read"]})
    assert refusals(unknown) == {"scopes[0]": "E-FIELD-23"}
    redirected = made(cast, NITRO, type="confidential", redirect_uris=[CALLBACK])
    assert redirected["grant_types"] == ["client_credentials"]


def test_nitro_tokens_last_a_day_and_nothing_refreshes_them(cast: Cast) -> None:
    """Facts B18, B24, B25, B26, B27, as far as `standard` has them: opaque, 86,400 seconds, no refresh."""
    cast.world.make.api(None, "actions:write")
    application, secret = pair(cast, made(cast, NITRO, scopes=["actions:write"]))
    granted = cast.world.token(application, secret, grant_type="client_credentials")
    assert granted.json["expires_in"] == 86_400
    assert "refresh_token" not in granted.json
    assert "." not in granted.json["access_token"]
    refreshed = cast.world.token(application, secret, grant_type="refresh_token", refresh_token="x")
    assert refreshed.json["error"] == "unauthorized_client"


def test_nitro_clients_serve_their_own_site(cast: Cast) -> None:
    """Fact B17: the site that owns a client is the only one it serves; every client has a secret (B1)."""
    for audience in ("any_organization", "listed_organizations"):
        result = cast.as_owner("POST", APPLICATIONS, NITRO | {"audience": audience})
        assert refusals(result) == {"audience": "E-FIELD-04"}
    public = cast.as_owner("POST", APPLICATIONS, NITRO | {"type": "public", "redirect_uris": [CALLBACK]})
    assert refusals(public)["type"] == "E-FIELD-04"


# Nexusguard -------------------------------------------------------------------------------------------
def test_nexusguard_developers_read_the_secret_whenever_they_like(cast: Cast) -> None:
    """Facts G1, G2, G3, G7: app id and secret; a member who is no developer sees neither."""
    record = made(cast, NEXUSGUARD)
    application, secret = pair(cast, record)
    assert application.client_id == record["client_id"]
    path = f"/organizations/{to_text(cast.own.id)}/applications/{record['id']}/secrets"
    (kept,) = cast.as_owner("GET", path.replace(to_text(cast.own.id), "{own}")).json["items"]
    for reader in ("developer", "admin", "owner"):
        seen = cast.call(cast.caller(reader), "POST", f"{path}/{kept['id']}/reveal")
        assert seen.json["secret"] == secret
    assert cast.call(cast.caller("member"), "POST", f"{path}/{kept['id']}/reveal").status_code == 403
    public = cast.as_owner("POST", APPLICATIONS, NEXUSGUARD | {"type": "public"})
    assert refusals(public) == {"type": "E-FIELD-04"}


def test_nexusguard_redirects_share_the_host_of_the_app_website(cast: Cast) -> None:
    """Facts G8, G9, G16, at registration; in `standard` an address is still compared whole."""
    homeless = cast.as_owner("POST", APPLICATIONS, NEXUSGUARD | {"base_url": None})
    assert refusals(homeless) == {"base_url": "E-FIELD-01"}
    elsewhere = [
        "https://other.example.test/callback",
        "https://orbit.example.test.evil.example/callback",
        "https://orbit.example.test:8443/callback",
        "https://sub.orbit.example.test/callback",
    ]
    refused = cast.as_owner("POST", APPLICATIONS, NEXUSGUARD | {"redirect_uris": [CALLBACK, *elsewhere]})
    assert refusals(refused) == {f"redirect_uris[{index}]": "E-PRESET-01" for index in range(1, 5)}
    record = made(cast, NEXUSGUARD, scopes=["openid"], redirect_uris=[CALLBACK, BASE + "other"])
    moved = changed(cast, record, base_url="https://moved.example.test/")
    assert set(refusals(moved).values()) == {"E-PRESET-01"}
    with cast.world.store.read() as tx:
        application = tx.gate.application_by_client_id(record["client_id"])
    assert application is not None
    assert {one.match for one in application.redirects} == {"host"}
    query = authorization_request(application, redirect_uri=BASE + "unregistered")
    page = cast.world.client.simulate_get("/oauth/authorize", params=query)
    assert (page.status_code, "location" in page.headers) == (400, False)


def test_nexusguard_apps_are_installed_by_others_when_they_are_published(cast: Cast) -> None:
    """Facts G46, G47, G48, G49, G50: draft, submitted, rejected with reasons, submitted again, approved."""
    record = made(
        cast, NEXUSGUARD, audience="any_organization", scopes=["openid"], description="Shows attacks.",
        owner_email="mara@orbit.example.test",
    )  # fmt: skip
    installing = f"/organizations/{to_text(cast.other.id)}/installations"

    def install() -> Any:
        body = {"client_id": record["client_id"], "scopes": ["openid"]}
        return cast.call(cast.caller("stranger"), "POST", installing, body)

    def take(verb: str, body: Any = None, *, operator: bool = False) -> str:
        path = f"{APPLICATIONS}/{record['id']}"
        tag = cast.as_owner("GET", path).headers["etag"]
        ask = cast.as_operator if operator else cast.as_owner
        result = ask("POST", f"{path}/{verb}", body, If_Match=tag)
        assert result.status_code == 200, result.text
        return str(result.json["publication"])

    terms = {"terms_version": "1"}
    assert refusals(install()) == {"client_id": "E-FIELD-04"}
    assert take("submit", terms) == "submitted"
    assert refusals(install()) == {"client_id": "E-FIELD-04"}
    assert take("reject", {"reasons": ["insecure", "difficult_to_use"]}, operator=True) == "rejected"
    assert take("submit", terms) == "submitted"
    assert take("approve", operator=True) == "approved"
    assert install().status_code == 201
