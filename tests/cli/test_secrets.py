"""The commands about found secrets and service accounts."""

from __future__ import annotations

from pathlib import Path

from grantway.core.identifiers import to_text
from tests.cli.conftest import Run, told
from tests.kit.world import World


def test_a_found_secret_is_read_from_standard_input_or_a_file(run: Run, world: World, tmp_path: Path) -> None:
    application = world.make.application(
        world.make.organization("Northwind"), "backend", scopes=("members:read",)
    )
    for way in ("standard input", "file"):
        secret = world.make.secret(application)
        if way == "file":
            (tmp_path / "found.txt").write_text(secret + "\n")
            options, typed = ("--file", str(tmp_path / "found.txt")), ""
        else:
            options, typed = ("--found-at", "a chat"), secret + "\n"
        result = run("secrets", "leaked", *options, "--json", typed=typed)
        leak = told(result)
        assert (leak["client_id"], leak["ended"]) == (application.client_id, ["secret", "tokens"])
        assert secret not in result.output
        again = run("secrets", "leaked", typed=secret)
        assert again.exit_code == 0
        assert "ended already" in again.stderr
        world.product.poll()
        assert world.token(application, secret, grant_type="client_credentials").status_code == 401
    lines = told(run("audit", "list", "--action", "secret.leaked", "--json"))
    assert {line["actor_kind"] for line in lines} == {"command_line", "server"}
    assert "a chat" in str(lines)


def test_what_is_no_secret_of_this_server(run: Run) -> None:
    for typed in ("gws_" + "x" * 43, "nothing"):
        result = run("secrets", "leaked", typed=typed)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "gave out no such secret" in result.stderr
        assert typed not in result.stderr
    assert run("secrets", "leaked", typed="").exit_code == 1


def test_a_secret_is_never_taken_from_the_command_line(run: Run) -> None:
    assert run("secrets", "leaked", "gws_" + "x" * 43).exit_code == 2


def test_service_accounts_are_made_and_listed(run: Run, world: World) -> None:
    northwind = world.make.organization("Northwind")
    robot = world.make.application(northwind, "backend")
    owner = ("--organization", northwind.slug)
    create = ("service-accounts", "create", *owner, "--name", "Night shift")
    made = told(run(*create, "--role", "member", "--application", robot.client_id, "--json"))
    assert made["applications"] == [to_text(robot.id)]
    assert told(run("service-accounts", "list", *owner, "--json")) == [made]
    assert "Night shift" in run("service-accounts", "list", *owner).stdout
    assert run(*create, "--role", "owner").exit_code == 2
    missing = run(*create, "--role", "member", "--application", "nobody")
    assert "No application has this client id" in missing.stderr
    foreign = world.make.application(world.make.organization("Contoso"), "backend")
    assert run(*create, "--role", "member", "--application", foreign.client_id).exit_code == 1
