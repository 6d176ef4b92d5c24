"""The memory of facts: the stores that implement `core.ports`, and the way to open and migrate one.

What belongs here speaks SQL and decides nothing: which rows there are, how they are found, and what
may happen to them only once. Rules about them live in `features`; only the composition root knows
this package. A backend is one folder, and one scheme in `_KINDS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from grantway.core.ports import Store, StoreKind

if TYPE_CHECKING:
    from grantway.storage.sql.migrations import Condition
    from grantway.storage.sql.store import Around
    from grantway.storage.sql.trouble import Trouble

_KINDS: dict[str, StoreKind] = {"sqlite": "sqlite", "postgresql": "postgresql", "postgres": "postgresql"}


def kind_of(url: str) -> StoreKind:
    """The kind of database an address leads to. Raises ValueError for any other."""
    kind = _KINDS.get(urlsplit(url).scheme)
    if kind is None:
        raise ValueError("the address of the database must begin with sqlite: or postgresql:")
    return kind


def path_of(url: str) -> str:
    """The file that an address of SQLite names: `sqlite:////absolute/path`, `sqlite:///relative/path`."""
    parts = urlsplit(url)
    if parts.netloc or not parts.path.startswith("/") or len(parts.path) < 2:
        raise ValueError("the address of a file must be sqlite:/// followed by its path")
    return unquote(parts.path[1:])


def files_of(url: str) -> tuple[str, ...]:
    """The files of a database that is one, with those that SQLite makes beside it; none of a server's."""
    if kind_of(url) != "sqlite":
        return ()
    return tuple(path_of(url) + ending for ending in ("", "-wal", "-shm", "-journal"))


def open_store(
    url: str,
    *,
    pool_size: int = 16,
    statement_timeout: float = 2.0,
    pool_timeout: float = 1.0,
    around: Around | None = None,
) -> Store:
    """Open the store at an address. Connects with the first statement, not before.

    `around` is entered around each round trip, for traces.
    """
    # Imported here, because a command that never opens a store need not load a database toolkit.
    from grantway.storage.sql.store import SqlStore

    if kind_of(url) == "sqlite":
        from grantway.storage.sql.sqlite import SqliteEngine

        return SqlStore(SqliteEngine(path_of(url), pool_size=pool_size, pool_timeout=pool_timeout), around)
    from grantway.storage.sql.postgresql import PostgresqlEngine

    return SqlStore(
        PostgresqlEngine(
            url, pool_size=pool_size, pool_timeout=pool_timeout, statement_timeout=statement_timeout
        ),
        around,
    )


def migrate(url: str) -> None:
    """Lead the database at an address to the schema of this version. Safe to run by several at once."""
    from grantway.storage.sql.migrations import upgrade

    upgrade(kind_of(url), url if kind_of(url) == "postgresql" else path_of(url))


def check_schema(url: str) -> None:
    """Raise Unavailable where a database does not answer, NewerSchema or OlderSchema for another's."""
    from grantway.storage.sql.migrations import check

    check(kind_of(url), url if kind_of(url) == "postgresql" else path_of(url))


def trouble_with(url: str, failure: BaseException) -> Trouble | None:
    """What is the matter with the database at an address; None where the failure is none of a database."""
    from grantway.storage.sql.trouble import trouble_of

    return trouble_of(failure, path=path_of(url) if kind_of(url) == "sqlite" else None)


def condition_of(url: str) -> Condition:
    """How the database at an address stands. Changes nothing. Raises Unavailable."""
    from grantway.storage.sql.migrations import condition

    return condition(kind_of(url), url if kind_of(url) == "postgresql" else path_of(url))
