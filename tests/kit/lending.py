"""Databases of PostgreSQL that tests use one after the other: emptied, and not made anew."""

from __future__ import annotations

import psycopg
from psycopg import sql

from tests.kit.databases import Databases


class Lending:
    """PostgreSQL databases that one process of the run uses again and again, emptied in between.

    What tests write goes, and so do the sessions that they leave behind. A database whose tables or settings somebody
    changed is dropped instead.
    """

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._idle: list[_Lent] = []
        self._out: dict[str, _Lent] = {}

    def borrow(self) -> str:
        """Return the address of a migrated database in which nobody has written, or nothing is left of it."""
        lent = self._idle.pop() if self._idle else _Lent(self._databases.postgresql())
        self._out[lent.url] = lent
        return lent.url

    def give_back(self, url: str) -> None:
        """Take a database back that `borrow` returned."""
        lent = self._out.pop(url)
        if lent.is_as_new():
            self._idle.append(lent)
        else:
            self._drop(lent)

    def close(self) -> None:
        """Drop what was given back."""
        while self._idle:
            self._drop(self._idle.pop())

    def _drop(self, lent: _Lent) -> None:
        lent.close()
        self._databases.drop(lent.url)


class _Lent:
    """A database and a session in it, which knows what was there at first."""

    # Rows that are gone still take room until somebody collects them, which nobody does here.
    MOST_USES = 200

    # No row of these is written when the rows of other tables are.
    SHAPE = """
        SELECT
            (SELECT array_agg(row(c.xmin, c.relfilenode)::text ORDER BY c.oid) FROM pg_class c
                WHERE c.relnamespace = 'public'::regnamespace),
            (SELECT sum(a.xmin::text::bigint) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                WHERE c.relnamespace = 'public'::regnamespace),
            (SELECT count(*) FROM pg_trigger),
            (SELECT count(*) FROM pg_proc),
            (SELECT d.xmin::text FROM pg_database d WHERE d.datname = current_database()),
            (SELECT count(*) FROM pg_db_role_setting)
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._uses = 0
        self._session = psycopg.connect(url, autocommit=True)
        # Rows go in any order, whatever refers to them.
        self._session.execute("SET session_replication_role = replica")
        self._emptying = self._prepare()
        self._shape = self._session.execute(self.SHAPE).fetchone()

    def is_as_new(self) -> bool:
        """End the sessions of others and empty the database. False: it is not what it was, or was used enough."""
        self._uses += 1
        try:
            self._session.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if self._uses >= self.MOST_USES or self._session.execute(self.SHAPE).fetchone() != self._shape:
                return False
            self._session.execute(self._emptying)
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def _prepare(self) -> sql.Composed:
        """Keep the rows that a migration wrote, and return what brings every table back to them."""
        listed = self._session.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        steps: list[sql.Composed] = []
        for (name,) in listed.fetchall():
            table, kept = sql.Identifier("public", name), sql.Identifier("pg_temp", name)
            steps.append(sql.SQL("DELETE FROM {}").format(table))
            if self._session.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(table)).rowcount:
                self._session.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(kept, table))
                steps.append(sql.SQL("INSERT INTO {} TABLE {}").format(table, kept))
        return sql.SQL("; ").join(steps)
