"""What this program writes is for its own account alone, whatever the mask of the shell was."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grantway.core.outgoing import Letter
from grantway.storage import files_of, open_store
from grantway.system.mailing import FolderMailer
from tests.cli.conftest import Run
from tests.kit.databases import Databases
from tests.kit.server import LiveServer
from tests.storage.records import artifact


@contextmanager
def open_mask() -> Iterator[None]:
    """As in a shell in which everybody may read and write what is made."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


def loose(folder: Path) -> list[str]:
    """What below a folder others may read or write."""
    return [str(path) for path in folder.rglob("*") if path.stat().st_mode & 0o077]


def test_a_database_and_what_stands_beside_it_are_private(run: Run, tmp_path: Path) -> None:
    """It holds hashes and sealed keys."""
    url = f"sqlite:///{tmp_path}/own.db"
    assert run("migrate", GRANTWAY_DATABASE_URL=url).exit_code == 0
    store = open_store(url)
    with store.begin() as tx:
        tx.gate.put_artifact(artifact("code", b"1"))
    assert {"own.db", "own.db-wal", "own.db-shm"} <= {path.name for path in tmp_path.iterdir()}
    assert loose(tmp_path) == []
    store.close()


def test_letters_are_private(tmp_path: Path) -> None:
    """A letter has a link in it that opens an account."""
    with open_mask():
        mailer = FolderMailer(tmp_path / "mail", "noreply@id.example.test")
        mailer.send(Letter("a@example.test", "Subject", "Text", "1"))
    assert loose(tmp_path) == []


def test_a_serving_process_writes_nothing_that_others_may_read(tmp_path: Path) -> None:
    """Its database, keys, letters, and whatever a library writes for it."""
    folder = tmp_path / "data"
    with open_mask():
        folder.mkdir(mode=0o700)
        with LiveServer(folder):
            found = [path for path in loose(folder) if path != str(folder / "log")]
    assert found == []


def test_the_doctor_names_what_others_may_read_and_the_command_to_run(
    run: Run, tmp_path: Path, databases: Databases
) -> None:
    url = databases.sqlite(tmp_path)
    (path, *_) = files_of(url)
    Path(path).chmod(0o644)
    found = run("doctor", "--json", GRANTWAY_DATABASE_URL=url)
    (files,) = [one for one in _findings(found.stdout) if one["check"] == "files"]
    assert files["ok"] is False
    command = str(files["advice"]).split("`")[1]
    assert path in shlex.split(command)
    subprocess.run(shlex.split(command), check=True)
    again = run("doctor", "--json", GRANTWAY_DATABASE_URL=url)
    (files,) = [one for one in _findings(again.stdout) if one["check"] == "files"]
    assert files["ok"] is True


def _findings(text: str) -> list[dict[str, object]]:
    return list(json.loads(text))
