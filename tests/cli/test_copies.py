"""Backup and restore: a copy of one moment, and nothing that was issued before a restore works after it."""

from __future__ import annotations

import getpass
import sqlite3
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grantway.core.identifiers import from_text
from grantway.core.model import SECOND
from grantway.core.ports import Page
from grantway.core.secrets import REFRESH_PREFIX
from grantway.storage import migrate, open_store
from grantway.storage.sql.copies import (
    CopyError,
    back_up,
    check,
    command_of,
    dump_command,
    is_in_use,
    public_address,
)
from grantway.system import SystemClock
from tests.cli.conftest import Run, told
from tests.kit.databases import Databases
from tests.kit.world import World, settings_of


@pytest.fixture
def target(store_url: str, databases: Databases) -> Iterator[str]:
    """Another database of the same kind, to restore into."""
    url = databases.sqlite() if store_url.startswith("sqlite") else databases.postgresql()
    yield url
    databases.drop(url)


def test_a_copy_is_for_its_owner_alone_and_never_replaces_a_file(
    run: Run, world: World, tmp_path: Path
) -> None:
    assert world.issuer
    file = tmp_path / "copy"
    assert told(run("backup", str(file), "--json"))["bytes"] > 1_000
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = run("backup", str(file))
    assert (again.exit_code, "cannot be made" in again.stderr) == (1, True)
    assert run("backup", str(tmp_path / "no" / "such" / "folder")).exit_code == 1


def test_a_copy_that_is_made_under_load_is_of_one_moment(
    run: Run, world: World, target: str, tmp_path: Path
) -> None:
    """Two organizations are made in each transaction: a copy has both of a pair, or none."""
    some, stop, pairs = world.make.organization("Some"), threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            number = pairs[0]
            with world.store.begin() as tx:
                for half in (1, 2):
                    name = f"pair-{number}-{half}"
                    one = replace(some, id=some.id - 2 * number - half, slug=name, name=name)
                    tx.platform.insert_organization(one)
            pairs[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while pairs[0] < 5:
            assert writer.is_alive()
        begun = pairs[0]
        done = run("backup", str(tmp_path / "copy"))
    finally:
        stop.set()
        writer.join()
    assert done.exit_code == 0, done.output
    restored = run("restore", str(tmp_path / "copy"), "--replace", "--yes", GRANTWAY_DATABASE_URL=target)
    assert restored.exit_code == 0, restored.output
    store = open_store(target)
    with store.read() as tx:
        names = [one.name for one in tx.platform.organizations(Page(limit=100_000)) if "pair" in one.name]
    store.close()
    assert len(names) >= 2 * begun
    assert len(names) % 2 == 0


def test_nothing_that_was_issued_works_after_a_restore_revoked_or_not(
    run: Run, world: World, target: str, tmp_path: Path
) -> None:
    """E18, decision 0006: an old copy revives old epochs, and none of the keys that believed them."""
    # Commands go by the real clock.
    world.clock.advance((SystemClock().now() - world.clock.now()) / SECOND)
    world.product.poll()
    northwind = world.make.organization("Northwind")
    app = world.make.application(northwind, scopes=("openid", "offline_access"))
    opaque = world.make.application(
        northwind, scopes=("openid", "offline_access"), settings={"token_format": "opaque"}
    )
    person, secrets = world.make.person(northwind), {one.id: world.make.secret(one) for one in (app, opaque)}
    issued = {
        one.id: world.authorize(one, person, secret=secrets[one.id], scope="openid offline_access")
        for one in (app, opaque)
    }
    browser = world.browser()
    browser.sign_in(person.email, person.password)
    assert run("backup", str(tmp_path / "copy")).exit_code == 0
    # What is revoked after the copy was made is what an old copy would revive.
    assert world.bearer(issued[app.id].access_token).status_code == 200
    gone = told(run("secrets", "list", app.client_id, "--json"))[0]["id"]
    assert run("secrets", "revoke", app.client_id, gone, "--yes").exit_code == 0
    assert run("users", "end-sessions", person.email, "--yes").exit_code == 0
    before = world.product.services.keyring.public_keys("standard")
    done = run(
        "restore", str(tmp_path / "copy"), "--replace", "--yes", "--json", GRANTWAY_DATABASE_URL=target
    )
    report = told(done)
    world.clock.advance(60)
    after = World(settings_of(target), clock=world.clock)
    try:
        for one in (app, opaque):
            tokens = issued[one.id]
            assert after.bearer(tokens.access_token).status_code == 401, one.name
            refreshed = after.token(
                one, secrets[one.id], grant_type="refresh_token", refresh_token=tokens.refresh_token
            )
            assert refreshed.status_code == 400
        with after.store.read() as tx:
            for tokens in issued.values():
                grant_id = from_text(tokens.refresh_token.removeprefix(REFRESH_PREFIX).partition(".")[0])
                assert grant_id is not None
                assert tx.gate.grant(grant_id) is None
            for kind in ("session", "code", "pending"):
                assert tx.gate.artifacts_of_kind(kind, now=0) == ()
        kids = {key["kid"] for key in after.product.services.keyring.public_keys("standard")}
        assert kids
        assert kids.isdisjoint({key["kid"] for key in before})
        # Everybody begins anew, and then it works; the revoked secret is back, as the command says.
        again = after.authorize(app, person, secret=secrets[app.id], scope="openid")
        assert after.bearer(again.access_token).status_code == 200
    finally:
        after.close()
        browser.close()
    assert report["undone"] == []
    assert len(report["keys_withdrawn"]) >= len(before)
    assert "Client secrets and passwords are those of the copy" in done.stderr


def test_what_was_done_since_is_listed_where_a_database_is_replaced(
    run: Run, world: World, target: str, tmp_path: Path
) -> None:
    assert world.issuer
    there = {"GRANTWAY_DATABASE_URL": target}
    first = told(run("orgs", "create", "--name", "Northwind", "--json", **there))
    assert run("backup", str(tmp_path / "copy"), **there).exit_code == 0
    run("orgs", "disable", first["slug"], **there)
    run("orgs", "create", "--name", "Contoso", **there)
    restore = ("restore", str(tmp_path / "copy"), "--replace")
    assert run(*restore, typed="n\n", **there).exit_code == 1
    assert run("restore", str(tmp_path / "copy"), "--yes", **there).exit_code == 1
    report = told(run(*restore, "--yes", "--json", **there))
    assert [one["action"] for one in report["undone"]] == ["organization.create", "organization.update"]
    assert report["undone"][1]["target"] == first["id"]
    assert told(run("orgs", "show", first["slug"], **there))["state"] == "enabled"
    assert run("orgs", "show", "contoso", **there).exit_code == 1
    acts = told(run("audit", "list", "--action", "server.restore", "--json", **there))
    assert [one["actor_kind"] for one in acts] == ["command_line"]


def test_a_database_that_is_in_use_or_there_is_left_alone(run: Run, world: World, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "copy")).exit_code == 0
    with world.store.read() as tx:
        assert tx.gate.feed_position() >= 0
    refused = run("restore", str(tmp_path / "copy"), "--replace", "--yes")
    assert (refused.exit_code, "works on this database" in refused.stderr) == (1, True)
    assert "already" in run("restore", str(tmp_path / "copy"), "--yes").stderr


def test_a_copy_under_another_root_key_takes_nobodys_place(
    run: Run, world: World, target: str, tmp_path: Path
) -> None:
    assert world.issuer
    assert run("backup", str(tmp_path / "copy")).exit_code == 0
    other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    there = {"GRANTWAY_DATABASE_URL": target}
    refused = run("restore", str(tmp_path / "copy"), "--replace", "--yes", **there, GRANTWAY_ROOT_KEYS=other)
    assert (refused.exit_code, "GRANTWAY_ROOT_KEYS" in refused.stderr) == (2, True)
    assert not is_in_use(target)
    assert list(Path(tmp_path).glob("*.restoring*")) == []


def test_a_restore_into_nothing_works_and_an_older_copy_is_migrated(
    run: Run, world: World, tmp_path: Path
) -> None:
    """From a file of the revision before, into a place where nothing is."""
    from alembic import command
    from alembic.config import Config

    from grantway.storage.sql import migrations
    from grantway.storage.sql.migrations import connected

    assert world.issuer
    older = tmp_path / "older.db"
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(migrations.__file__).parent))
    older.touch(mode=0o600)
    with connected("sqlite", str(older)) as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head-1")
    there = {"GRANTWAY_DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}
    with sqlite3.connect(older) as direct:
        direct.execute("PRAGMA journal_mode = DELETE")
    # A database that no server was ever started on has no keys to check.
    fresh = run("restore", str(older), "--yes", **there)
    assert fresh.exit_code == 0, fresh.output
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600
    assert run("orgs", "list", **there).exit_code == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no copy"),
        (b"hello", "no copy"),
        (b"PGDMP and then nothing", "copy is of postgresql"),
        (b"SQLite format 3\0" + b"\0" * 4_000, "damaged"),
    ],
)
def test_what_is_no_copy_is_refused(run: Run, tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "copy").write_bytes(content)
    there = {"GRANTWAY_DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}
    refused = run("restore", str(tmp_path / "copy"), "--yes", **there)
    assert (refused.exit_code, sentence in refused.stderr) == (1, True), refused.stderr
    assert not (tmp_path / "new.db").exists()


def test_a_copy_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/there.db"
    migrate(url)
    back_up(url, tmp_path / "copy")
    assert check(tmp_path / "copy", "sqlite")
    with sqlite3.connect(tmp_path / "copy") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CopyError, match="newer version"):
        check(tmp_path / "copy", "sqlite")


def test_a_database_that_cannot_be_reached_is_told(run: Run, tmp_path: Path) -> None:
    nowhere = {"GRANTWAY_DATABASE_URL": f"postgresql://grantway:hush@/nowhere?host={tmp_path}"}
    made = run("backup", str(tmp_path / "copy"), **nowhere)
    assert (made.exit_code, "pg_dump failed" in made.stderr, "hush" in made.output) == (1, True, False)
    assert not (tmp_path / "copy").exists()


def test_where_the_programs_are_missing_the_command_is_told_without_the_password() -> None:
    with pytest.raises(CopyError, match="or run: pg_nothing --dbname=") as refused:
        command_of("pg_nothing", [f"--dbname={public_address('postgresql://me:hush@/grantway')}"])
    assert "hush" not in str(refused.value)


def test_a_password_goes_to_the_programs_by_a_file_of_their_own(databases: Databases, tmp_path: Path) -> None:
    url = databases.postgresql()
    secret = url.replace("postgresql:///", f"postgresql://{getpass.getuser()}:hu%3Ash%5C@/")
    back_up(secret, tmp_path / "copy")
    assert check(tmp_path / "copy", "postgresql")
    assert "hu:sh" not in " ".join(dump_command(secret, Path("out")))
    databases.drop(url)
