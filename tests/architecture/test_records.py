"""Each table says in a decision who makes its rows, how many, how long they stay, and who takes them away."""

from __future__ import annotations

import importlib
import pkgutil
import re

from grantway.storage.sql import tables
from grantway.storage.sql.tables.metadata import METADATA
from tests.architecture.tree import ROOT

PAGE = ROOT / "docs/decisions/0039-who-may-fill-what.md"


def test_every_table_has_a_bound_and_an_end_that_are_written_down() -> None:
    for module in pkgutil.iter_modules(tables.__path__):
        importlib.import_module(f"{tables.__name__}.{module.name}")
    rows = [
        line.strip("|").split("|") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")
    ]
    told = [name for row in rows for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(told) == sorted(METADATA.tables)
    for row in rows:
        assert len(row) == 5, row
        assert all(cell.strip() for cell in row), row
