"""`grantway export`: what `apply` and `import` take again, and the secrets that may leave with it."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from grantway.core.audit import AuditQuery
from grantway.core.model import DAY
from grantway.core.ports import Page
from grantway.storage import migrate, open_store
from tests.cli.conftest import Run
from tests.cli.moved import FILES, OLD_SECRETS, actions, bring
from tests.kit.databases import Databases
from tests.kit.world import World


def test_what_is_written_out_is_taken_again(run: Run, town: World, tmp_path: Path) -> None:
    for name in ("cxone", "nitro", "nexusguard", "deeplynx", "auth0"):
        bring(run, name, FILES / OLD_SECRETS[name][0], "--organization", "town")
    leaving = town.application_of("a1b2c3d4e5f60718")
    with town.store.begin() as tx:
        gone = replace(leaving, state="deletion_scheduled", purge_at=town.clock.now() + DAY)
        tx.organization(leaving.organization_id).update_application(gone, version=leaving.version)
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
    town.product.poll()
    ledger = town.application_of(OLD_SECRETS["hydra"][1])
    town.make.secret(ledger, kept=True)
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
    run: Run, town: World, tmp_path: Path, databases: Databases
) -> None:
    for name in ("nexusguard", "deeplynx", "cxone"):
        bring(run, name, FILES / OLD_SECRETS[name][0], "--organization", "town")
    file = tmp_path / "out.yaml"
    assert run("export", "--with-secrets", "--output", str(file)).exit_code == 0
    other = databases.sqlite()
    migrate(other)
    result = run("import", str(file), "--from", "grantway", "--json", GRANTWAY_DATABASE_URL=other)
    assert result.exit_code == 0, result.output
    records = {one["client_id"]: one for one in json.loads(result.stdout)["records"]}
    assert {one["action"] for one in records.values()} == {"create"}
    assert records["0123456789abcdef0123456789abcdef"]["secrets"] == ["plain"]
    with closing(open_store(other)) as store, store.read() as tx:
        found = tx.gate.application_by_client_id("archived-in-deeplynx")
        assert found is not None
        assert found.archived_at is not None
