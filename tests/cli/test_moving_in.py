"""`grantway import`: what is of another server moves in with its client ids and secrets, and nobody changes a line.

Each format has a file made by hand in `tests/cli/moving`.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest

from grantway.core.audit import AuditQuery
from grantway.core.errors import FIELD_REDIRECT_WILDCARD
from tests.cli.conftest import Run, told
from tests.cli.moved import FILES, OLD_SECRETS, REFUSED_IN, UNAUTHENTICATED, actions, bring
from tests.kit.world import World


def answer_to(world: World, client_id: str, secret: str) -> str:
    """What the token endpoint of the application's dialect says to an authorization code that nobody has."""
    application = world.application_of(client_id)
    pair = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    form = {"grant_type": "authorization_code", "code": "none", "redirect_uri": "https://x.example.test/"}
    headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"}
    body, path = urlencode(form), "/oauth/token"
    if "nexus211" in application.dialects:
        path, body = "/d/nexus211/oauth/access-token", '{"code": "none"}'
        headers["Content-Type"] = "application/json"
    if "deeplynx" in application.dialects:
        del headers["Authorization"]
        query = {"code": "none", "client_id": client_id, "client_secret": secret, "state": "s"}
        query["redirect_uri"] = application.redirects[0].uri
        path, body = "/d/deeplynx/api/v1/oauth/exchange?" + urlencode(query), ""
    result = world.client.simulate_post(path, body=body, headers=headers)
    assert result.status_code >= 400
    return result.text


@pytest.mark.parametrize("format_", sorted(OLD_SECRETS))
def test_an_imported_application_authenticates_with_its_old_secret(
    run: Run, town: World, format_: str
) -> None:
    """D9 to D12, N2, C4, B1, G1: from a file of the format, made by hand, to the token endpoint."""
    file, client_id, secret = OLD_SECRETS[format_]
    refused = REFUSED_IN.get(format_, [])
    planned = bring(run, format_, FILES / file, "--organization", "town", "--plan", code=1 if refused else 3)
    with town.store.read() as tx:
        assert tx.gate.application_by_client_id(client_id) is None, "a plan changes nothing"
    done = bring(run, format_, FILES / file, "--organization", "town", code=1 if refused else 0)
    assert actions(done) == actions(planned)
    assert [one for one, action in actions(done).items() if action == "refuse"] == refused
    assert secret not in json.dumps(done)
    town.product.poll()
    wrong, right = answer_to(town, client_id, "not-" + secret), answer_to(town, client_id, secret)
    assert any(one in wrong for one in UNAUTHENTICATED), wrong
    assert not any(one in right for one in UNAUTHENTICATED), right
    again = bring(run, format_, FILES / file, "--organization", "town", code=1 if refused else 0)
    assert set(actions(again).values()) <= {"keep", "refuse"}, "a second time there is nothing to do"
    with town.store.read() as tx:
        found = tx.gate.application_by_client_id(client_id)
        assert found is not None
        (credential,) = tx.organization(found.organization_id).credentials(found.id)
    assert credential.foreign_text is None, "rewritten at the first right use"
    assert credential.imported is not None
    assert found.audience_effective == "own_organization"


def test_what_comes_along_is_said_record_by_record(run: Run, town: World) -> None:
    found = {
        one["client_id"]: one
        for one in bring(run, "keycloak", FILES / "keycloak.json", "--organization", "town", code=1)[
            "records"
        ]
    }
    assert set(found) == {"map", "wild", "off"}, "what every realm has of itself is left out"
    assert found["off"]["secrets"] == ["plain, short"]
    assert any("No such scope here: map:draw." in note for note in found["map"]["notes"])
    (refusal,) = found["wild"]["refusals"]
    assert (refusal["field"], refusal["id"]) == ("redirectUris[0]", FIELD_REDIRECT_WILDCARD.id)
    assert "https://wild.example.test/callback" in refusal["sentence"], "the exact ones to register"
    town.product.poll()
    application = town.application_of("map")
    assert {one.uri for one in application.redirects} == {
        "https://map.example.test/callback",
        "https://map.example.test/other",
    }
    assert application.origins == ("https://map.example.test",)
    assert "map:read" in application.scopes
    assert application.settings.grant_types == {"authorization_code", "refresh_token", "client_credentials"}
    assert application.settings.at("standard").access_token_lifetime == 300
    assert application.settings.at("standard").pkce == "optional", "no client changes a line"
    assert application.settings.at("standard").refresh_policy == "stable"
    assert town.application_of("off").state == "disabled"


def test_states_and_limits_come_along(run: Run, town: World) -> None:
    """D19, C20, B11, B12, G11."""
    for name in ("deeplynx", "cxone", "nitro", "nexusguard"):
        bring(run, name, FILES / OLD_SECRETS[name][0], "--organization", "town")
    assert town.application_of("archived-in-deeplynx").archived_at is not None
    nightly = town.application_of("nightly@Acme")
    assert (nightly.type, nightly.state, nightly.stopped_by_rank) == ("backend", "disabled", None)
    dialer = town.application_of("Dialer@Acme")
    assert (dialer.audience_requested, dialer.audience_effective) == ("any_organization", "own_organization")
    embedding = town.application_of("a1b2c3d4e5f60718")
    assert (embedding.settings.session_minutes, embedding.settings.minutes_per_day) == (30, 120)
    assert town.application_of("b1b2c3d4e5f60718").default_name == "studio"
    shield = town.application_of("0123456789abcdef0123456789abcdef")
    assert shield.settings.networks == ("198.51.100.0/24", "127.0.0.0/8")
    assert shield.audience_effective == "own_organization", "an import publishes nothing"
    with town.store.read() as tx:
        for one in (dialer, shield, embedding):
            assert tx.gate.live_vouchers(one.id, one.organization_id) == (), "an import never vouches"


def test_without_an_organization_each_realm_becomes_one(run: Run, world: World) -> None:
    planned = bring(run, "keycloak", FILES / "keycloak.json", "--plan", code=1)
    assert planned["organizations"] == {"town": "town"}
    assert bring(run, "keycloak", FILES / "keycloak.json", code=1)["organizations"] == {"town": "town"}
    assert bring(run, "keycloak", FILES / "keycloak.json", code=1)["organizations"] == {}
    with world.store.read() as tx:
        owner = tx.gate.organization_record(world.application_of("map").organization_id)
    assert owner is not None
    assert owner.slug == "town"
    result = run("import", str(FILES / "hydra.json"), "--from", "hydra")
    assert result.exit_code == 2
    assert "--organization" in result.stderr


def test_what_owners_decided_here_stays(run: Run, town: World) -> None:
    bring(run, "keycloak", FILES / "keycloak.json", "--organization", "town", code=1)
    application = town.application_of("map")
    told(run("apps", "disable", application.client_id, "--json"))
    with town.store.begin() as tx:
        door = tx.organization(application.organization_id)
        (credential,) = door.credentials(application.id)
        door.revoke_credential(application.id, credential.id, now=town.clock.now())
    again = bring(run, "keycloak", FILES / "keycloak.json", "--organization", "town", code=1)
    assert actions(again)["map"] == "keep"
    assert town.application_of("map").state == "disabled"
    with town.store.read() as tx:
        held = tx.organization(application.organization_id).credentials(application.id)
    assert len(held) == 1, "a secret that was revoked here does not come back"


def test_a_change_in_the_file_is_a_change_here(run: Run, town: World, tmp_path: Path) -> None:
    data = json.loads((FILES / "keycloak.json").read_text())
    bring(run, "keycloak", FILES / "keycloak.json", "--organization", "town", code=1)
    data["clients"][1]["redirectUris"] = ["https://map.example.test/new"]
    data["clients"][1]["secret"] = "another-secret-of-the-map-0123"
    file = tmp_path / "again.json"
    file.write_text(json.dumps(data))
    found = bring(run, "keycloak", file, "--organization", "town", code=1)
    (changed,) = (one for one in found["records"] if one["client_id"] == "map")
    assert changed["action"] == "change"
    assert [one["name"] for one in changed["members"]] == ["redirect_uris", "post_logout_redirect_uris"]
    assert changed["secrets"] == ["plain"]


@pytest.mark.parametrize(
    ("format_", "text", "told_"),
    [
        ("keycloak", '{"realm": "x",\n "clients": [\n  {"clientId": "a"},\n  {"clientId": 7\n', "Line 5"),
        ("keycloak", '{"realm": "x",\n "clients": [\n  {"clientId": "a"},\n  "b"]}', "Line 4"),
        ("auth0", "[\n {}\n {}]", "Line 3"),
        ("auth0", "", "no records"),
        ("nitro", "client_id,name\na,b\nc\n", "Line 3"),
        ("nitro", 'client_id,name\n"a,b\n', "CSV"),
        ("grantway", "organization: x\napplications:\n- 7\n", "Line 3"),
        ("grantway", "a: [\n", "Line 2"),
        ("hydra", "[" * 100_000, "Line 1"),
        ("hydra", "\xff".encode("latin-1"), "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    run: Run, town: World, tmp_path: Path, format_: str, text: str | bytes, told_: str
) -> None:
    file = tmp_path / "broken"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = run("import", str(file), "--from", format_, "--organization", "town")
    assert result.exit_code == 1
    assert told_ in result.stderr
    assert "E-MOVING-01" in result.stderr


def test_a_member_of_the_wrong_type_is_named_with_its_line(run: Run, town: World, tmp_path: Path) -> None:
    file = tmp_path / "clients.json"
    file.write_text('[\n {\n  "client_id": "a",\n  "redirect_uris": [1]\n }\n]')
    (one,) = bring(run, "hydra", file, "--organization", "town", code=1)["records"]
    assert (one["refusals"][0]["field"], one["refusals"][0]["line"]) == ("redirect_uris", 4)


def test_nothing_of_a_file_is_obeyed_by_a_terminal(run: Run, town: World, tmp_path: Path) -> None:
    file = tmp_path / "clients.json"
    file.write_text(
        json.dumps([{"client_id": "a\x1b[2J", "client_name": "b\x1b]0;x\x07", "scope": "\x1b[31m"}])
    )
    result = run("import", str(file), "--from", "hydra", "--organization", "town", "--plan")
    assert result.exit_code == 1
    assert "\x1b" not in result.output


def test_every_act_of_an_import_is_told(run: Run, town: World) -> None:
    bring(run, "hydra", FILES / "hydra.json", "--organization", "town")
    with town.store.read() as tx:
        acts = tx.platform.audit(AuditQuery(limit=20))
    mine = {one.action: one for one in acts if one.actor_kind == "command_line"}
    assert {"application.create", "secret.import"} <= set(mine), [one.action for one in acts]
    assert "pbkdf2-sha256$" not in "".join(f"{one.after}" for one in acts)


def test_an_unknown_format_is_answered_with_all_there_are(run: Run) -> None:
    result = run("import", "x", "--from", "okta")
    assert result.exit_code == 2
    assert all(name in result.stderr for name in (*OLD_SECRETS, "grantway"))


def test_an_address_of_an_app_on_the_device_makes_it_native(run: Run, town: World, tmp_path: Path) -> None:
    file = tmp_path / "realm.json"
    client = {"clientId": "phone", "publicClient": True, "redirectUris": ["com.example.phone:/cb"]}
    masked = {"clientId": "masked", "secret": "**********", "redirectUris": ["https://m.example.test/cb"]}
    file.write_text(json.dumps({"realm": "town", "clients": [client, masked]}))
    found = bring(run, "keycloak", file)
    assert set(actions(found).values()) == {"create"}
    assert town.application_of("phone").platform == "native"
    assert any("does not have the secret" in note for note in found["records"][1]["notes"])


def test_an_application_that_waits_for_a_review_is_not_asked_again(
    run: Run, town: World, tmp_path: Path
) -> None:
    """What was approved keeps what acts, and a second run finds that the rest is asked for already."""
    bring(run, "cxone", FILES / "cxone.csv", "--organization", "town")
    dialer = town.application_of("Dialer@Acme")
    approved = replace(dialer, publication="approved", audience_effective="any_organization")
    with town.store.begin() as tx:
        door = tx.organization(dialer.organization_id)
        assert door.update_application(approved, version=dialer.version) is not None
    changed = (FILES / "cxone.csv").read_text().replace("test/cb2", "test/cb3")
    file = tmp_path / "again.csv"
    file.write_text(changed)
    first = bring(run, "cxone", file, "--organization", "town")
    assert actions(first)["Dialer@Acme"] == "change"
    assert [one["waits"] for one in first["records"][0]["members"]] == [True]
    assert actions(bring(run, "cxone", file, "--organization", "town"))["Dialer@Acme"] == "keep"
