"""The data folder of a demonstration: its database, its root key, and what may be told about it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from grantway.core.ports import Entropy
from grantway.core.secrets import encode


class DemoFolder:
    """One folder. Only its owner can read what is in it."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._facts = self.path / "demo.json"
        self._root_key = self.path / "root.key"
        self._database = self.path / "demo.db"

    @property
    def database_url(self) -> str:
        """The address of the database in it."""
        return f"sqlite:////{str(self._database).lstrip('/')}"

    @property
    def mail(self) -> Path:
        """Where the demonstration's mail is put instead of being sent."""
        return self.path / "mail"

    @property
    def log(self) -> Path:
        """Where the log of its server is, line by line; that of the start before has `.1` behind its name."""
        return self.path / "log.jsonl"

    def begin_log(self) -> None:
        """Put aside the log of the start before, so that two of them are all there ever are."""
        if self.log.exists():
            self.log.replace(self.log.with_name(self.log.name + ".1"))

    def root_key(self, entropy: Entropy) -> str:
        """The key that seals the database, drawn at the first start."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._root_key.exists():
            _write(self._root_key, encode(entropy.token_bytes(32)))
        return self._root_key.read_text("ascii").strip()

    def facts(self) -> dict[str, Any] | None:
        """What is in the demonstration; None before it was filled to the end."""
        if not self._facts.exists():
            return None
        facts: dict[str, Any] = json.loads(self._facts.read_text("utf-8"))
        return facts

    def keep(self, facts: dict[str, Any]) -> None:
        """Remember what is in it."""
        _write(self._facts, json.dumps(facts, indent=2) + "\n")

    def set_aside_unfinished(self) -> None:
        """Move away a database that a start left half filled: nobody knows the passwords in it."""
        if self._facts.exists() or not self._database.exists():
            return
        for ending in ("", "-wal", "-shm"):
            part = self._database.with_name(self._database.name + ending)
            if part.exists():
                part.replace(part.with_name(f"unfinished-{part.name}"))


def _write(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
