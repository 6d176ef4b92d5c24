"""Presets of served wires: what nexus211 opens by signing people in, and what deeplynx registers."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.api.cast import Cast
from tests.api.registering import APPLICATIONS, CALLBACK, changed, made, pair, refusals
from tests.kit.world import authorization_request

NEXUS211: dict[str, Any] = {
    "preset": "nexus211",
    "type": "confidential",
    "name": "Orbit",
    "dialects": ["nexus211", "standard"],
}
DEEPLYNX: dict[str, Any] = {
    "preset": "deeplynx",
    "type": "confidential",
    "name": "Orbit",
    "redirect_uris": [CALLBACK],
}


def answer(cast: Cast, record: dict[str, Any], **person_changes: Any) -> set[str]:
    """What a stranger who tries to sign in to the application brings home."""
    stranger = cast.world.make.person(cast.other, **person_changes)
    with cast.world.store.read() as tx:
        application = tx.gate.application_by_client_id(record["client_id"])
    assert application is not None
    cast.world.product.poll()
    query = authorization_request(application, redirect_uri=CALLBACK, scope="openid")
    left = cast.world.browser().authorize(
        "/oauth/authorize?" + urlencode(query), email=stranger.email, password=stranger.password
    )
    return set(parse_qs(urlsplit(left).query))


def test_setting_up_sign_in_opens_a_nexus211_application_and_its_owner_narrows_it(cast: Cast) -> None:
    """Facts N4, N5, N12, N13, N14, N15: at home first, then for all, and for its own again."""
    record = made(cast, NEXUS211)
    assert (record["scopes"], record["audience"]) == ([], "own_organization")
    opened = changed(cast, record, redirect_uris=[CALLBACK], scopes=["openid"])
    assert (opened.status_code, opened.json["audience"]) == (200, "any_organization")
    assert "code" in answer(cast, opened.json)
    narrowed = changed(cast, opened.json, audience="own_organization")
    assert narrowed.json["audience"] == "own_organization"
    assert "code" not in answer(cast, narrowed.json)
    kept = changed(cast, narrowed.json, redirect_uris=[CALLBACK, CALLBACK + "/two"])
    assert kept.json["audience"] == "own_organization", "only the first one opens it"


def test_a_nexus211_application_is_narrow_from_the_start_if_its_owner_says_so(cast: Cast) -> None:
    """Fact N14: said at registration."""
    said = {"redirect_uris": [CALLBACK], "scopes": ["openid"], "audience": "own_organization"}
    assert "code" not in answer(cast, made(cast, NEXUS211 | said))


def test_nexus211_gives_the_pair_and_installs_by_it(cast: Cast) -> None:
    """Facts N2, N9, as far as the management API shows it: the Client ID is in the record, always the same."""
    record = made(cast, NEXUS211)
    application, secret = pair(cast, record)
    assert secret.startswith("gws_")
    assert application.installable == "by_client_id"
    renamed = changed(cast, record, name="Orbit Two")
    assert renamed.json["client_id"] == record["client_id"]


@pytest.mark.parametrize("missing", ["name", "redirect_uris"])
def test_a_deeplynx_application_needs_a_name_and_a_callback(cast: Cast, missing: str) -> None:
    """Fact D4: also where it names grant types that need no callback."""
    empty: dict[str, Any] = {"name": "", "redirect_uris": []}
    for grants in ({}, {"grant_types": ["client_credentials"]}):
        body = DEEPLYNX | grants | {missing: empty[missing]}
        assert refusals(cast.as_operator("POST", APPLICATIONS, body)) == {missing: "E-FIELD-01"}


def test_a_deeplynx_application_may_say_more_and_its_developer_gets_the_pair(cast: Cast) -> None:
    """Facts D5, D6: the operator registers it, and has the id and the secret to hand on."""
    more = {
        "description": "Shows deliveries on a map.",
        "base_url": "https://orbit.example.test/",
        "owner_email": "mara@orbit.example.test",
    }
    result = cast.as_operator("POST", APPLICATIONS, DEEPLYNX | more)
    assert result.status_code == 201
    assert {name: result.json[name] for name in more} == more
    secret = cast.as_operator("POST", f"{APPLICATIONS}/{result.json['id']}/secrets", {})
    assert (secret.status_code, bool(result.json["client_id"])) == (201, True)
