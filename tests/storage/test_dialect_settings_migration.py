"""Filled databases of the step before: settings go apart, and nothing loose is left at the standard mount."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from grantway.core.model import Application
from grantway.core.mount_settings import MountSettings, values_of
from grantway.storage import kind_of, migrate, open_store, path_of
from grantway.storage.sql import migrations
from grantway.storage.sql.migrations import connected
from grantway.storage.sql.sqlite import make_file
from tests.kit.databases import Databases

STEP = "0021"
DEEPLYNX: dict[str, Any] = {
    "token_format": "bare_jwt",
    "access_token_algorithm": "HS256",
    "access_token_lifetime": 28_800,
    "client_may_choose_lifetime": True,
    "chosen_lifetime_cap": 604_800,
    "code_lifetime": 600,
    "pkce": "none",
    "several_audiences": True,
    "id_tokens": False,
}
STRICT = values_of(MountSettings())
FORMER: dict[int, tuple[str, str, list[str], dict[str, Any]]] = {
    1: ("confidential", "standard", ["standard"], {"token_format": "opaque", "pkce": "optional"}),
    2: ("confidential", "deeplynx", ["deeplynx", "standard"], DEEPLYNX),
    3: ("confidential", "deeplynx", ["deeplynx", "standard"], DEEPLYNX | {"access_token_lifetime": 300, "pkce": "optional"}),
    4: ("confidential", "deeplynx", ["deeplynx"], DEEPLYNX | {"code_lifetime": 30}),
    5: ("public", "deeplynx", ["standard"], {"access_token_lifetime": 28_800}),
    6: ("confidential", "nitro", ["standard"], {"token_format": "opaque", "access_token_lifetime": 86_400}),
    7: ("confidential", "nexus211", ["nexus211", "standard"], {"token_format": "opaque", "access_token_lifetime": 3_600, "pkce": "none", "several_audiences": True, "id_tokens": False}),
    8: ("public", "deeplynx", ["deeplynx", "standard"], DEEPLYNX | {"pkce": "required"}),
}  # fmt: skip
"""Type, preset, dialects and settings of applications as they were stored."""


@pytest.fixture(params=["sqlite", "postgresql"])
def former_url(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Any:
    """A database at the step before, with applications in it."""
    url = f"sqlite:///{tmp_path}/former.db"
    if request.param == "postgresql":
        url = databases.server.postgres_url(databases.server.create_database())
    if request.param == "sqlite":
        make_file(path_of(url))
    with connected(kind_of(url), path_of(url) if request.param == "sqlite" else url) as connection:
        configuration = Config()
        folder = str(Path(migrations.__file__).parent)
        configuration.set_main_option("script_location", folder.replace("%", "%%"))
        step = ScriptDirectory.from_config(configuration).get_revision(STEP)
        assert step is not None
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, str(step.down_revision))
        _fill(connection)
    yield url
    if request.param == "postgresql":
        databases.drop(url)


def _fill(connection: sa.Connection) -> None:
    tables = sa.MetaData()
    tables.reflect(connection)
    _insert(connection, tables.tables["organizations"], id=1, kind="tenant", name="Acme", slug="acme")
    for identifier, (kind, preset, dialects, changes) in FORMER.items():
        settings = {"grant_types": ["authorization_code"], "consent": "platform", "refresh_grace": 5}
        _insert(
            connection,
            tables.tables["applications"],
            id=identifier,
            organization_id=1,
            client_id=f"client-{identifier}",
            type=kind,
            preset=preset,
            dialects=json.dumps(dialects),
            settings=json.dumps({**settings, **STRICT, **changes}, default=sorted),
            audience_requested="own_organization",
            audience_effective="own_organization",
            installable="by_audience",
            publication="draft",
            platform="web",
        )


def _insert(connection: sa.Connection, table: sa.Table, **values: Any) -> None:
    """A row with what is named, and something small where something must be."""
    plain = {"state": "enabled", "epoch": 1, "version": 1, "notification_addresses": "[]"}
    missing = {
        column.name: plain.get(column.name, 0 if isinstance(column.type, sa.Integer) else "x")
        for column in table.c
        if not column.nullable and column.name not in values
    }
    connection.execute(table.insert().values({**missing, **values}))


def read(url: str) -> dict[int, Application]:
    store = open_store(url)
    with store.read() as tx:
        found = {identifier: tx.gate.application(identifier) for identifier in FORMER}
    store.close()
    return {identifier: one for identifier, one in found.items() if one is not None}


def test_settings_move_to_the_mounts_that_they_are_for(former_url: str) -> None:
    migrate(former_url)
    found = read(former_url)
    assert set(found) == set(FORMER)
    for identifier, (_, preset, dialects, changes) in FORMER.items():
        settings = found[identifier].settings
        assert (settings.consent, settings.refresh_grace) == ("platform", 5)
        if preset in dialects:
            assert values_of(settings.at(preset)) == {**STRICT, **changes}, "its own mount has what it had"
        if dialects == ["standard"]:
            assert values_of(settings.at("standard")) == {**STRICT, **changes}, "who is strict stays as it is"


def test_nothing_loose_is_left_at_the_standard_mount(former_url: str) -> None:
    migrate(former_url)
    found = {identifier: one.settings.at("standard") for identifier, one in read(former_url).items()}
    assert values_of(found[2]) == STRICT
    assert values_of(found[7]) == STRICT
    assert values_of(found[8]) == STRICT
    chosen = {"access_token_lifetime": 300, "pkce": "optional"}
    assert values_of(found[3]) == STRICT | chosen, "what was chosen, and what everybody may choose, stays"
    assert found[4].code_lifetime == 30, "stricter than strict stays so"


def test_a_dialect_that_is_added_later_has_what_its_preset_gives(former_url: str) -> None:
    migrate(former_url)
    there = read(former_url)[5].settings.at("deeplynx")
    assert (there.token_format, there.access_token_algorithm) == ("bare_jwt", "HS256")
    assert there.pkce == "required", "a public application has no secret that could stand for it"


def test_what_the_migration_writes_is_what_the_store_writes(former_url: str) -> None:
    """Equal settings have equal texts, so nothing changes when the record is written again unchanged."""
    migrate(former_url)
    store = open_store(former_url)
    with store.begin() as tx:
        for one in read(former_url).values():
            written = tx.organization(1).update_application(one, version=one.version)
            assert written is not None
            assert written.settings == one.settings
    store.close()
