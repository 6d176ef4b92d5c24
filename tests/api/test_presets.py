"""Presets: applications registered under the rules of each system, whether or not its wire is served."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core.identifiers import to_text
from tests.api.cast import Cast
from tests.api.registering import (
    APPLICATIONS,
    CALLBACK,
    CXONE,
    NITRO,
    changed,
    made,
    pair,
    refusals,
)


def test_every_preset_is_told_to_everybody_with_a_token(cast: Cast) -> None:
    callers = ("contact", "machine_without_scope", "operator")
    answers = [cast.call(cast.caller(caller), "GET", "/presets") for caller in callers]
    assert {one.status_code for one in answers} == {200}
    assert len({one.text for one in answers}) == 1
    told = {one["name"]: one for one in answers[0].json["items"]}
    assert set(told) == {"standard", "nexus211", "deeplynx", "deeplynx1", "cxone", "nitro", "nexusguard"}
    assert {name for name, one in told.items() if one["is_spoken"]} == set(told) - {"cxone", "deeplynx1"}
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


@pytest.mark.parametrize("body", [CXONE], ids=lambda body: str(body["preset"]))
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
    there = own["dialect_settings"]["deeplynx"]
    assert (there["token_format"], there["pkce"], there["code_lifetime"]) == ("bare_jwt", "none", 600)
    for one in (own, strict):
        assert (one["token_format"], one["access_token_algorithm"]) == ("jwt", "ES256")
        assert (one["pkce"], one["code_lifetime"], one["access_token_lifetime"]) == ("required", 60, 900)
    assert changed(cast, own, dialects=["standard"]).status_code == 200


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


def test_what_nitro_tokens_are_belongs_to_its_own_mount(cast: Cast) -> None:
    """Facts B24 to B27: where the wire is not served nothing of it is inherited. Nothing refreshes a token."""
    cast.world.make.api(None, "actions:write")
    application, secret = pair(cast, made(cast, NITRO, scopes=["actions:write"], dialects=["standard"]))
    granted = cast.world.token(application, secret, grant_type="client_credentials")
    assert granted.json["expires_in"] == 900
    refreshed = cast.world.token(application, secret, grant_type="refresh_token", refresh_token="x")
    assert refreshed.json["error"] == "unauthorized_client"


def test_nitro_clients_serve_their_own_site(cast: Cast) -> None:
    """Facts B13, B17: its days are those of the American east; the site that owns a client is the only one it serves; every client has a secret (B1)."""
    for audience in ("any_organization", "listed_organizations"):
        result = cast.as_owner("POST", APPLICATIONS, NITRO | {"audience": audience})
        assert refusals(result) == {"audience": "E-FIELD-04"}
    assert made(cast, NITRO)["budget_time_zone"] == "America/New_York"
    public = cast.as_owner("POST", APPLICATIONS, NITRO | {"type": "public", "redirect_uris": [CALLBACK]})
    assert refusals(public)["type"] == "E-FIELD-04"
