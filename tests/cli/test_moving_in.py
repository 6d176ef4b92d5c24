"""`grantway import`: what is of another server moves in with its client ids and secrets, and nobody changes a line.

Each format has a file made by hand in `tests/cli/moving`.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from grantway.core.audit import AuditQuery
from grantway.core.errors import FIELD_REDIRECT_WILDCARD
from grantway.core.ports import Page
from tests.cli.conftest import Run, told
from tests.kit.world import World

FILES = Path(__file__).parent / "moving"
SCOPES = ("map:read", "ledger:read", "referrals.read", "gamification_user", "global")

OLD_SECRETS = {
    "nexus211": ("nexus211.json", "nx_7f3a-1", "nx-secret-of-the-referral-bot"),
    "deeplynx": ("deeplynx.json", "4vJ9dcE5QkY2pX8sT1uWz0aBcDeFgHiJkLmNoPqRsTu", "A1b2-_" * 14 + "zz"),
    "cxone": ("cxone.csv", "Dialer@Acme", "cxone secret: with, a comma"),
    "nitro": ("nitro.csv", "a1b2c3d4e5f60718", "abcdefghijklmnopqrstuvwxyz1234"),
    "nexusguard": (
        "nexusguard.json",
        "0123456789abcdef0123456789abcdef",
        "fedcba9876543210fedcba9876543210",
    ),
    "keycloak": ("keycloak.json", "map", "Zs6AzvJ1mTqv3Rk2Xc8yQ0wLpN4dEbHf"),
    "hydra": ("hydra.json", "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d", "the-old-secret-of-the-ledger"),
    "auth0": (
        "auth0.json",
        "kQm3Xl0ZsVb7nR2cT9yW4eUo6pAiD1fG",
        "Vx_8tq-0aJ3kLm5nPq7rSt9uVw1xYz2A4bC6dE8fG0hI2jK4lM6nO8pQ0rS2tU4v",
    ),
    "django-oauth-toolkit": (
        "django-oauth-toolkit.json",
        "i7oEHdYN7s2rSkZPz3zD5YMcCw4aZ1zVb0nQfXxK",
        "the-old-secret-of-the-shop",
    ),
}
REFUSED_IN = {"keycloak": ["wild"]}
UNAUTHENTICATED = ("invalid_client", "invalid client_secret", "Unauthorized")


@pytest.fixture
def town(world: World) -> World:
    """A server with an organization and the scopes that some applications ask for."""
    organization = world.make.organization("Town", slug="town")
    world.make.api(organization, *SCOPES)
    return world


def bring(run: Run, format_: str, file: Path | str, *more: str, code: int = 0) -> dict[str, Any]:
    result = run("import", str(file), "--from", format_, "--json", *more)
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def actions(found: dict[str, Any]) -> dict[str, str]:
    return {one["client_id"]: one["action"] for one in found["records"]}


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
    assert application.settings.refresh_policy == "stable"
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


def fixture_of(*fields: dict[str, Any]) -> str:
    whole = {"client_type": "confidential", "authorization_grant_type": "client-credentials"}
    return json.dumps(
        [{"model": "oauth2_provider.application", "pk": 1, "fields": {**whole, **one}} for one in fields],
        indent=1,
    )


@pytest.mark.parametrize(
    "client_id",
    ["Dialer @ Acme!", "a:b", "100%", "a+b", "x" * 255, "~", "../../etc", "studio", 'say "hi"', "<script>"],
)
def test_any_printable_ascii_is_a_client_id(run: Run, town: World, tmp_path: Path, client_id: str) -> None:
    """RFC 6749 appendix A.1; at the token endpoint form-encoded, as RFC 6749 §2.3.1 has it, or as it is."""
    from urllib.parse import quote_plus

    file = tmp_path / "fixture.json"
    file.write_text(fixture_of({"client_id": client_id, "client_secret": "a-secret", "name": "Odd"}))
    bring(run, "django-oauth-toolkit", file, "--organization", "town")
    town.product.poll()
    spellings = [quote_plus(client_id)] if ":" in client_id else [quote_plus(client_id), client_id]
    for spelt in spellings:
        pair = base64.b64encode(f"{spelt}:a-secret".encode()).decode()
        result = town.client.simulate_post(
            "/oauth/revoke",
            body="token=x",
            headers={"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"},
        )
        assert result.status_code == 200, spelt
    form = urlencode({"client_id": client_id, "client_secret": "a-secret", "token": "x"})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert town.client.simulate_post("/oauth/revoke", body=form, headers=headers).status_code == 200
    told(run("apps", "show", "--json", "--", client_id))


def test_client_ids_that_mean_something_else_are_refused(run: Run, town: World, tmp_path: Path) -> None:
    """RFC 9700 §4.15: a client whose id is a person's would be that person to whoever reads `sub`."""
    from grantway.core.identifiers import to_text

    person = town.make.person()
    other = town.make.application(town.make.organization())
    named = [
        to_text(person.user.id),
        "GrantwayReference",
        other.client_id,
        "twice",
        "twice",
        "ünicode",
        "x" * 256,
    ]
    file = tmp_path / "fixture.json"
    file.write_text(fixture_of(*({"client_id": one, "client_secret": "s", "name": "Odd"} for one in named)))
    found = bring(run, "django-oauth-toolkit", file, "--organization", "town", code=1)
    assert [one["action"] for one in found["records"]] == ["refuse"] * 3 + ["create"] + ["refuse"] * 3
    assert found["records"][4]["refusals"][0]["line"] > found["records"][3]["line"]


def test_a_scope_of_this_servers_own_api_is_never_given_by_a_file(
    run: Run, town: World, tmp_path: Path
) -> None:
    """What a hostile tenant writes into the export that an operator imports."""
    file = tmp_path / "clients.json"
    client = {
        "client_id": "hostile",
        "client_secret": "a-secret",
        "grant_types": ["client_credentials"],
        "scope": "users:write platform applications:write ledger:read",
    }
    file.write_text(json.dumps([client]))
    (one,) = bring(run, "hydra", file, "--organization", "town")["records"]
    assert town.application_of("hostile").scopes == {"ledger:read"}
    assert "users:write" in "".join(one["notes"])


def test_at_most_four_hashes_and_no_dear_one(run: Run, town: World, tmp_path: Path) -> None:
    import hashlib

    def hash_of(number: int, rounds: int = 1_000) -> str:
        value = hashlib.pbkdf2_hmac("sha256", str(number).encode(), b"0123456789abcdef", 1_000)
        return f"pbkdf2_sha256${rounds}$0123456789abcdef${base64.b64encode(value).decode()}"

    file = tmp_path / "nexus.json"
    records = [
        {"clientId": "four", "name": "Four", "secrets": [hash_of(number) for number in range(4)]},
        {"clientId": "five", "name": "Five", "secrets": [hash_of(number) for number in range(5)]},
        {"clientId": "dear", "name": "Dear", "secrets": [hash_of(1, 9_000_000)]},
    ]
    file.write_text(json.dumps(records))
    found = bring(run, "nexus211", file, "--organization", "town", code=1)
    assert actions(found) == {"four": "create", "five": "refuse", "dear": "refuse"}
    records[0]["secrets"] = [hash_of(9)]
    file.write_text(json.dumps(records[:1]))
    found = bring(run, "nexus211", file, "--organization", "town", code=1)
    assert actions(found) == {"four": "refuse"}, "those that are here count"


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


# The way out -----------------------------------------------------------------------------------------
def test_what_is_written_out_is_taken_again(run: Run, town: World, tmp_path: Path) -> None:
    for name in ("cxone", "nitro", "nexusguard", "deeplynx", "auth0"):
        bring(run, name, FILES / OLD_SECRETS[name][0], "--organization", "town")
    file = tmp_path / "out.yaml"
    result = run("export", "--organization", "town", "--output", str(file))
    assert result.exit_code == 0, result.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert "fedcba9876543210fedcba9876543210" not in file.read_text()
    planned = run("apply", "--plan", str(file), "--json")
    assert planned.exit_code == 0, planned.output
    assert json.loads(planned.stdout)[0]["steps"] == []
    assert set(actions(bring(run, "grantway", file)).values()) == {"keep"}
    printed = run("export", "--format", "json")
    assert printed.exit_code == 0
    again = tmp_path / "out.json"
    again.write_text(printed.stdout)
    assert set(actions(bring(run, "grantway", again)).values()) == {"keep"}


def test_secrets_leave_only_where_policy_lets_them_be_read_and_only_when_asked(
    run: Run, town: World, tmp_path: Path
) -> None:
    for name in ("nexusguard", "hydra", "nitro"):
        bring(run, name, FILES / OLD_SECRETS[name][0], "--organization", "town")
    assert run("export", "--with-secrets").exit_code == 2
    file = tmp_path / "out.json"
    result = run("export", "--with-secrets", "--format", "json", "--output", str(file))
    assert result.exit_code == 0, result.output
    assert file.stat().st_mode & 0o777 == 0o600
    (document,) = [json.loads(line) for line in file.read_text().splitlines()]
    told_ = {one["client_id"]: one.get("secrets") for one in document["applications"]}
    shield = "0123456789abcdef0123456789abcdef"
    assert told_.pop(shield) == ["fedcba9876543210fedcba9876543210"]
    assert set(told_.values()) == {None}
    with town.store.read() as tx:
        acts = [one.action for one in tx.platform.audit(AuditQuery(limit=50))]
        page = tx.organization(town.application_of(shield).organization_id).applications(Page(limit=100))
    assert acts.count("secret.reveal") == 1
    assert len(page) == 4
    assert run("export", "--output", str(file)).exit_code == 1, "no file is written over"
    assert run("export", "--organization", "nowhere").exit_code == 1
    planned = run("apply", "--plan", str(file))
    assert planned.exit_code == 0, "secrets are left alone by `apply`"


def test_an_export_moves_into_another_server_with_its_secrets(
    run: Run, town: World, tmp_path: Path, databases: Any
) -> None:
    from grantway.storage import migrate

    bring(run, "nexusguard", FILES / "nexusguard.json", "--organization", "town")
    file = tmp_path / "out.yaml"
    assert run("export", "--with-secrets", "--output", str(file)).exit_code == 0
    other = databases.sqlite()
    migrate(other)
    result = run("import", str(file), "--from", "grantway", "--json", GRANTWAY_DATABASE_URL=other)
    assert result.exit_code == 0, result.output
    (one,) = json.loads(result.stdout)["records"]
    assert (one["action"], one["secrets"], one["organization"]) == ("create", ["plain"], "town")
