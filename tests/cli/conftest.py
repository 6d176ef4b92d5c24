"""Commands run in this process, against a database of each kind."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grantway.cli import main
from grantway.core.audit import AuditEntry, AuditQuery
from grantway.core.identifiers import to_text
from grantway.core.model import REFERENCE_CLIENT
from grantway.core.ports import Tx
from tests.kit.world import World

Run = Callable[..., Result]


@pytest.fixture
def environ(world: World) -> dict[str, str | None]:
    """The environment of a command that works on the world's database."""
    return {
        "GRANTWAY_ISSUER": world.issuer,
        "GRANTWAY_DATABASE_URL": world.settings.database_url,
        "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "GRANTWAY_MOUNTS": "nexus211=nexus211@/d/nexus211,deeplynx=deeplynx@/d/deeplynx",
        "GRANTWAY_PASSWORD_MEMORY": "64",
        "GRANTWAY_PASSWORD_TIME": "1",
    }


@pytest.fixture
def run(environ: dict[str, str | None]) -> Run:
    """Run a command and give its result; standard output and standard error are apart."""

    def invoke(*arguments: str, typed: str = "", **changes: str) -> Result:
        mask = os.umask(0)
        try:
            return CliRunner().invoke(main, arguments, input=typed, env={**environ, **changes})
        finally:
            os.umask(mask)

    return invoke


def of_commands(tx: Tx) -> list[AuditEntry]:
    """The lines of the log but for the application that the server makes by itself, and its voucher."""
    own = tx.gate.application_by_client_id(REFERENCE_CLIENT)
    assert own is not None
    vouchers = tx.platform.platform_vouchers(application_id=own.id, only_live=False, after=0, limit=2)
    of_the_server = {to_text(own.id), *(to_text(voucher.id) for voucher in vouchers)}
    return [one for one in tx.platform.audit(AuditQuery(limit=200)) if one.target_id not in of_the_server]


def told(result: Result) -> Any:
    """The JSON that a command that worked printed."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def town(world: World) -> World:
    """A server with an organization and the scopes that some applications ask for."""
    organization = world.make.organization("Town", slug="town")
    world.make.api(organization, "map:read", "ledger:read", "referrals.read", "gamification_user", "global")
    return world
