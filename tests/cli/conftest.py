"""Commands run in this process, against a database of each kind."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grantway.cli import main
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


def told(result: Result) -> Any:
    """The JSON that a command that worked printed."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
