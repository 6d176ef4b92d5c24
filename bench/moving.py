"""`python -m bench --moving`: how long it takes to bring many applications in, and to find nothing to do."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from grantway.cli import main as command
from grantway.storage import migrate

COUNT = 10_000
AT_MOST = 60.0
"""Seconds on SQLite, on any machine that is used for this."""


def fixture(count: int) -> str:
    """So many clients, as Hydra lists them: each signs people in, with a secret of its own."""
    clients = [
        {
            "client_id": f"client-{number}",
            "client_name": f"Client {number}",
            "client_secret": f"secret-of-client-{number:08d}-0123456789",
            "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": [f"https://client-{number}.example.test/callback"],
            "scope": "openid profile",
            "token_endpoint_auth_method": "client_secret_basic",
            "owner": f"owner-{number % 20}",
        }
        for number in range(count)
    ]
    return json.dumps(clients, indent=1)


def measured(count: int = COUNT) -> Iterator[tuple[str, float]]:
    """What was done with the file, and the seconds that it took."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/moving.db"
        migrate(url)
        file = Path(folder) / "clients.json"
        file.write_text(fixture(count))
        environ = {
            "GRANTWAY_ISSUER": "https://id.example.test",
            "GRANTWAY_DATABASE_URL": url,
            "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        }
        for what, more, code in (("plan", ["--plan"], 3), ("import", [], 0), ("again", [], 0)):
            started = time.perf_counter()
            arguments = ["import", str(file), "--from", "hydra", "--json", *more]
            result = CliRunner().invoke(command, arguments, env={**os.environ, **environ})
            if result.exit_code != code:
                raise RuntimeError(result.output[-500:])
            yield what, time.perf_counter() - started


def main(count: int = COUNT) -> bool:
    """Print the figures; false where bringing in took longer than it may."""
    seconds = dict(measured(count))
    for what, taken in seconds.items():
        print(f"{count:,} applications, {what}: {taken:.1f} s")
    return seconds["import"] <= AT_MOST
