"""What commands say of a database that cannot be used: why, and what to do. The failures are real ones."""

from __future__ import annotations

import contextlib
import errno
import socket
import sqlite3
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from click.testing import CliRunner

from grantway.cli import main
from grantway.cli.database_troubles import ADVICE, ROOT_KEY_ADVICE, SENTENCES
from grantway.cli.listening import reason_not_listening
from grantway.storage import migrate, trouble_with
from grantway.storage.sql.trouble import Trouble
from tests.cli.test_serve import serving
from tests.kit.databases import Databases
from tests.kit.world import settings_of

COMMANDS = (("migrate",), ("check-config", "--connect"), ("orgs", "list"), ("doctor",))


def run(url: str, *command: str) -> tuple[int, str]:
    environ = {
        "GRANTWAY_ISSUER": "https://id.example.test",
        "GRANTWAY_DATABASE_URL": url,
        "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "GRANTWAY_LOG_FORMAT": "text",
    }
    result = CliRunner().invoke(main, command, env=environ)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_every_trouble_has_a_sentence_and_an_advice() -> None:
    assert set(SENTENCES) == set(ADVICE) == {trouble.value for trouble in Trouble}


def with_no_folder(path: Path) -> Path:
    return path / "away" / "grantway.db"


def with_a_folder(path: Path) -> Path:
    return path


def with_another_kind(path: Path) -> Path:
    (path / "notes.db").write_text("These are notes and no database. " * 200)
    return path / "notes.db"


def with_an_unwritable_folder(path: Path) -> Path:
    # A folder in which nobody, root included, can make a file.
    return Path("/proc/grantway.db")


def with_a_newer_schema(path: Path) -> Path:
    migrate(f"sqlite:///{path}/newer.db")
    with sqlite3.connect(path / "newer.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    return path / "newer.db"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("made", "trouble"),
    [
        (with_no_folder, {Trouble.NO_FOLDER}),
        (with_a_folder, {Trouble.NOT_A_FILE}),
        (with_another_kind, {Trouble.NOT_A_DATABASE}),
        (with_an_unwritable_folder, {Trouble.UNWRITABLE_FOLDER, Trouble.NO_FILE}),
        (with_a_newer_schema, {Trouble.NEWER}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_of_a_file(
    tmp_path: Path, made: Callable[[Path], Path], trouble: set[Trouble], command: tuple[str, ...]
) -> None:
    code, said = run(f"sqlite:///{made(tmp_path)}", *command)
    assert code == 1
    if command == ("doctor",) and trouble == {Trouble.NEWER}:
        assert ADVICE[Trouble.NEWER] in said
        return
    assert any(SENTENCES[one] in said and ADVICE[one] in said for one in trouble), said
    assert str(tmp_path) not in said


def test_of_a_file_that_is_locked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/held.db"
    migrate(url)
    holder = sqlite3.connect(tmp_path / "held.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        code, said = run(url, "migrate")
    finally:
        holder.close()
    assert code == 1
    assert SENTENCES[Trouble.LOCKED] in said


def another(url: str, *, name: str | None = None, user: str | None = None) -> str:
    """The address of a server with another database or user."""
    settings = psycopg.conninfo.conninfo_to_dict(url)
    named = {"dbname": name, "user": user}
    settings |= {key: value for key, value in named.items() if value is not None}
    database, host = settings.pop("dbname"), quote(str(settings["host"]), safe="")
    who = f"{settings['user']}@" if "user" in settings else ""
    return f"postgresql://{who}/{database}?host={host}&port={settings.get('port', 5432)}"


class Refusing:
    """A server that answers every start with one refusal (PostgreSQL's protocol, ErrorResponse)."""

    def __init__(self, code: str, text: str) -> None:
        fields = b"".join(
            kind + value.encode() + b"\0" for kind, value in ((b"S", "FATAL"), (b"C", code), (b"M", text))
        )
        self._answer = b"E" + struct.pack("!i", len(fields) + 5) + fields + b"\0"
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                with connection:
                    connection.recv(1_000)
                    connection.sendall(self._answer)

    def close(self) -> None:
        self._listening.close()


@pytest.mark.parametrize(
    ("code", "text", "trouble"),
    [
        ("28P01", 'password authentication failed for user "x"', Trouble.WRONG_PASSWORD),
        ("28000", 'no pg_hba.conf entry for host "127.0.0.1"', Trouble.NO_ROLE),
        ("53300", "sorry, too many clients already", Trouble.FULL),
        ("57P03", "the database system is starting up", Trouble.STARTING),
        ("42501", 'permission denied for database "x"', Trouble.NO_RIGHT),
        ("XX000", "alguna cosa", Trouble.UNREACHABLE),
    ],
)
def test_of_a_server_that_refuses(code: str, text: str, trouble: Trouble) -> None:
    server = Refusing(code, text)
    status, said = run(f"postgresql://x:hunter2@127.0.0.1:{server.port}/x?sslmode=disable", "migrate")
    server.close()
    assert status == 1
    assert SENTENCES[trouble] in said
    assert ADVICE[trouble] in said
    assert "hunter2" not in said


def test_of_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    for address, trouble in (
        (f"127.0.0.1:{port}", Trouble.REFUSED),
        ("no-such-host.invalid", Trouble.UNKNOWN_HOST),
    ):
        for command in COMMANDS:
            status, said = run(f"postgresql://{address}/x", *command)
            assert status == 1
            assert SENTENCES[trouble] in said, (command, said)


def test_of_a_server_that_lacks_the_database_or_the_role_or_the_right(databases: Databases) -> None:
    url = databases.postgresql()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS grantway_stranger")
        connection.execute("CREATE ROLE grantway_stranger LOGIN")
    for address, trouble in (
        (another(url, name="nowhere"), Trouble.NO_DATABASE),
        (another(url, user="nobody_at_all"), Trouble.NO_ROLE),
        (another(url, user="grantway_stranger"), Trouble.NO_RIGHT),
    ):
        for command in COMMANDS:
            status, said = run(address, *command)
            assert status == 1
            assert SENTENCES[trouble] in said, (command, said)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE grantway_stranger")
    databases.drop(url)


def test_a_server_that_cannot_start_says_so_in_its_log(tmp_path: Path) -> None:
    url = f"sqlite:///{with_another_kind(tmp_path)}"
    with pytest.raises(AssertionError) as ended, serving(url, GRANTWAY_LOG_FORMAT="json"):
        pass
    assert SENTENCES[Trouble.NOT_A_DATABASE] in str(ended.value)


def test_what_is_no_fault_of_the_database_is_not_told_as_one(tmp_path: Path) -> None:
    for failure in (FileNotFoundError(errno.ENOENT, "x", "orgs.yaml"), BrokenPipeError(), ValueError()):
        assert trouble_with(f"sqlite:///{tmp_path}/grantway.db", failure) is None


def test_a_server_refuses_a_wrong_root_key_before_it_listens(databases: Databases) -> None:
    """With the sentence of `doctor`, and 2 as for every wrong setting."""
    url = databases.sqlite()
    with serving(url):
        pass
    other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    with pytest.raises(AssertionError) as ended, serving(url, GRANTWAY_ROOT_KEYS=other, GRANTWAY_WORKERS="2"):
        pass
    said = str(ended.value)
    assert ROOT_KEY_ADVICE in said
    assert "Serving" not in said
    databases.drop(url)


@pytest.mark.parametrize(
    ("failure", "port", "words"),
    [
        (OSError(errno.EADDRINUSE, "x"), 8400, "another program listens there"),
        (OSError(errno.EADDRNOTAVAIL, "x"), 8400, "does not have the address"),
        (PermissionError(errno.EACCES, "x"), 80, "CAP_NET_BIND_SERVICE"),
        (socket.gaierror(-2, "x"), 8400, "does not resolve"),
    ],
    ids=("taken", "not here", "privileged", "unknown name"),
)
def test_an_address_that_cannot_be_listened_on_says_why(failure: OSError, port: int, words: str) -> None:
    assert words in reason_not_listening(failure, settings_of("sqlite:////tmp/unused.db", port=str(port)))
