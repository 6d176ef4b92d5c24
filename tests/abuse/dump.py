"""Everything that a database holds, as whoever steals it would read it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

Rows = dict[str, list[dict[str, Any]]]


def rows_of(url: str) -> Rows:
    """All rows of all tables, by table and column."""
    if url.startswith("sqlite:"):
        with closing(sqlite3.connect(_path_of(url))) as connection:
            connection.row_factory = sqlite3.Row
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {
                name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]
                for (name,) in names
            }
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows: Rows = {}
        for (name,) in found:
            with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
                rows[name] = cursor.execute(f'SELECT * FROM "{name}"').fetchall()
        return rows


def bytes_of(url: str) -> bytes:
    """The same in one piece; of SQLite the files as well, which keep what was deleted."""
    parts = [
        value if isinstance(value, bytes) else str(value).encode()
        for rows in rows_of(url).values()
        for row in rows
        for value in row.values()
    ]
    if url.startswith("sqlite:"):
        path = _path_of(url)
        parts += [one.read_bytes() for one in (path, Path(f"{path}-wal")) if one.exists()]
    return b"\n".join(parts)


def _path_of(url: str) -> Path:
    return Path(urlsplit(url).path.removeprefix("/"))
