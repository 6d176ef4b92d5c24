"""What the commands do, print and exit with."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from grantway import __version__
from grantway.cli import main
from grantway.core.listing import UserFilter
from grantway.core.ports import Page
from tests.cli.conftest import Run, told
from tests.kit.factories import Person
from tests.kit.world import World


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert result.stdout == f"grantway {__version__}\n"


def test_wrong_settings_are_told_all_at_once_and_end_with_2(run: Run) -> None:
    result = run("check-config", GRANTWAY_PORT="eighty", GRANTWAY_ISUER="x")
    assert result.exit_code == 2
    assert "GRANTWAY_PORT must be" in result.stderr
    assert "Did you mean GRANTWAY_ISSUER?" in result.stderr
    assert "2 problems" in result.stderr
    assert result.stdout == ""


def test_the_log_tells_what_was_done_from_here(run: Run, world: World) -> None:
    northwind = world.make.organization("Northwind")
    made = ("apps", "create", "--organization", northwind.slug, "--name", "Night job", "--type", "backend")
    secret = told(run(*made, "--notify", "dev@example.test", "--json"))["client_secret"]
    told(run("admin", "create-operator", "--email", "olga@example.test", "--name", "Olga", "--json"))
    every = told(run("audit", "list", "--json"))
    lines = [line for line in every if line["actor_kind"] != "server"]
    assert {line["actor_kind"] for line in lines} == {"command_line"}
    assert sorted(line["action"] for line in lines) == [
        "application.create",
        "operator.create",
        "secret.create",
        "user.create",
    ]
    assert secret not in str(lines)
    (created,) = told(run("audit", "list", "--action", "application.create", "--json"))
    assert created["after"]["name"] == "Night job"
    assert told(run("audit", "list", "--target", created["target_id"], "--json")) == [created]
    owner = ("--organization", created["organization_id"])
    assert len(told(run("audit", "list", *owner, "--json"))) == 2
    assert told(run("audit", "list", "--actor", "nobody!", "--json")) == []
    assert "application.create" in run("audit", "list", *owner, "--limit", "2").stdout


def test_a_mount_of_an_unknown_dialect_is_told(run: Run) -> None:
    result = run("check-config", GRANTWAY_MOUNTS="acme=klingon@/d/acme")
    assert result.exit_code == 2
    assert "cxone, deeplynx" in result.stderr


@pytest.mark.parametrize("command", ["check-config", "doctor", "serve"])
def test_mounts_in_each_others_way_are_all_told_before_anything_else_is_done(
    run: Run, command: str, tmp_path: Path
) -> None:
    """Also where the database is not even there: `serve` migrates nothing, `doctor` asks nothing."""
    text = "acme=deeplynx@/oauth,b=nexus211@/d/x,c=nexus211@/d/x"
    nowhere, log = "sqlite:////nowhere/at/all.db", tmp_path / "log"
    log.touch()
    result = run(command, GRANTWAY_MOUNTS=text, GRANTWAY_DATABASE_URL=nowhere, GRANTWAY_LOG_FILE=str(log))
    assert result.exit_code == 2, result.output
    said = result.stderr + log.read_text("utf-8")
    for words in ("acme lies over addresses", "b and c have one prefix", "2 problems with the settings"):
        assert words in said, command


def test_settings_in_order_are_shown_without_their_secrets(run: Run, world: World) -> None:
    shown = told(run("check-config", "--connect", "--json"))
    assert shown["issuer"] == world.issuer
    assert shown["root_keys"] == shown["database_url"] == "(set)"
    assert {"name": "standard", "dialect": "standard", "base_url": world.issuer, "also": []} in shown[
        "mounts"
    ]


def test_another_root_key_does_not_open_this_database(run: Run) -> None:
    other = run("keys", "new-root").stdout.strip()
    result = run("check-config", "--connect", GRANTWAY_ROOT_KEYS=other)
    assert result.exit_code == 2
    assert "GRANTWAY_ROOT_KEYS" in result.stderr
    assert other not in result.stderr


def test_a_new_root_key_in_front_opens_what_the_former_sealed(run: Run, environ: dict[str, str]) -> None:
    both = run("keys", "new-root").stdout.strip() + "," + environ["GRANTWAY_ROOT_KEYS"]
    assert run("check-config", "--connect", GRANTWAY_ROOT_KEYS=both).exit_code == 0


def test_a_database_that_is_not_there_is_told_in_a_sentence(run: Run) -> None:
    nowhere = "sqlite:////no/such/folder/grantway.db"
    for command in (("migrate",), ("keys", "list")):
        result = run(*command, GRANTWAY_DATABASE_URL=nowhere)
        assert result.exit_code == 1
        assert "Traceback" not in result.output
        assert "GRANTWAY_DATABASE_URL" in result.stderr


def test_migrating_again_is_harmless(run: Run) -> None:
    assert run("migrate").exit_code == 0
    assert run("migrate").exit_code == 0


def test_an_operator_gets_a_link_and_chooses_the_password(run: Run, world: World) -> None:
    made = told(run("admin", "create-operator", "--email", "olga@example.test", "--name", "Olga", "--json"))
    browser = world.browser()
    link = urlsplit(made["link"])
    browser.visit(f"{link.path}?{link.query}")
    browser.submit(new_password="a quiet harbour at dusk", confirm="a quiet harbour at dusk")
    browser.sign_in("olga@example.test", "a quiet harbour at dusk")
    assert browser.visit("/") is None
    assert "Platform" in browser.page
    again = run("admin", "create-operator", "--email", "olga@example.test", "--name", "Olga")
    assert "present password" in again.stderr
    assert again.stdout == ""
    browser.close()


def test_what_is_wrong_with_an_operator_is_told_by_field(run: Run) -> None:
    result = run("admin", "create-operator", "--email", "olga", "--name", " ")
    assert result.exit_code == 1
    assert "email:" in result.stderr
    assert "name:" in result.stderr


def test_somebody_is_signed_out_everywhere(run: Run, world: World) -> None:
    """C253: from the machine, too."""
    person = world.make.person(world.make.organization("Northwind"))
    browser = world.browser()
    browser.sign_in(person.email, person.password)
    assert run("admin", "end-sessions", "--email", person.email, typed="n\n").exit_code == 1
    assert run("admin", "end-sessions", "--email", "nobody@example.test", "--yes").exit_code == 1
    ended = told(run("admin", "end-sessions", "--email", person.email, "--yes", "--json"))
    assert ended.keys() == {"email", "ended"}
    browser.visit("/")
    assert "password" in browser.forms[0].fields
    browser.close()


def test_keys_are_listed_rotated_and_withdrawn(run: Run) -> None:
    before = told(run("keys", "list", "--json"))
    old = next(key for key in before if key["algorithm"] == "ES256")
    assert old["state"] == "in use"
    assert run("keys", "rotate", "--algorithm", "ES256").exit_code == 0
    after = {key["kid"]: key for key in told(run("keys", "list", "--json"))}
    assert after[old["kid"]]["state"] == "ending"
    assert sorted(key["state"] for key in after.values() if key["algorithm"] == "ES256") == [
        "announced",
        "ending",
    ]
    assert run("keys", "withdraw", old["kid"], typed="n\n").exit_code == 1
    assert run("keys", "withdraw", old["kid"], "--yes").exit_code == 0
    last = {key["kid"]: key["state"] for key in told(run("keys", "list", "--json"))}
    assert last[old["kid"]] == "withdrawn"
    assert "in use" in {last[key["kid"]] for key in told(run("keys", "list", "--json"))}


def test_keys_that_do_not_exist_are_told(run: Run) -> None:
    assert run("keys", "rotate", "--mount", "nowhere").exit_code == 1
    assert run("keys", "withdraw", "nothing", "--yes").exit_code == 1


def test_an_application_is_registered_and_works(run: Run, world: World) -> None:
    northwind = world.make.organization("Northwind")
    world.make.api(None, "orders:read")
    made = told(
        run(
            *("apps", "create", "--organization", northwind.slug, "--name", "Night job", "--type", "backend"),
            *("--scope", "orders:read", "--notify", "ops@example.test", "--json"),
        )
    )
    world.product.poll()
    with world.store.read() as tx:
        application = tx.gate.application_by_client_id(made["client_id"])
    assert application is not None
    assert world.machine_token(application, made["client_secret"])
    shown = told(run("apps", "show", made["client_id"]))
    assert shown["name"] == "Night job"
    assert "client_secret" not in shown
    listed = told(run("apps", "list", "--organization", northwind.slug, "--json"))
    assert [one["client_id"] for one in listed] == [made["client_id"]]
    assert made["client_id"] in run("apps", "list").stdout


def test_what_is_wrong_with_an_application_is_told_by_field(run: Run, world: World) -> None:
    northwind = world.make.organization("Northwind")
    result = run(
        *("apps", "create", "--organization", northwind.slug, "--name", "Night job", "--type", "backend"),
        *("--scope", "no:such", "--redirect-uri", "https://app.example.test/", "--notify", "ops"),
    )
    assert result.exit_code == 1
    for field in ("scopes[0]", "redirect_uris", "notification_addresses[0]"):
        assert field in result.stderr


def test_unknown_organizations_and_applications_are_told(run: Run) -> None:
    assert run("apps", "list", "--organization", "nowhere").exit_code == 1
    assert run("apps", "show", "nothing").exit_code == 1


def test_lists_for_people_have_columns(run: Run) -> None:
    lines = run("keys", "list").stdout.splitlines()
    assert lines[0].split() == ["kid", "mount", "algorithm", "state", "use_from", "retire_at"]
    assert len(lines) == 6


def test_the_created_operator_is_stored_as_owner(run: Run, world: World) -> None:
    told(run("admin", "create-operator", "--email", "olga@example.test", "--name", "Olga", "--json"))
    with world.store.read() as tx:
        members = tx.platform.users(Page(limit=5), UserFilter(email="olga@example.test"))
        place = tx.organization(world.make.platform.id).membership(Person(members[0]).id)
    assert place is not None
    assert place[1].role == "owner"
