"""The statements themselves: each is used, and says the same on both databases."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from msgspec.structs import fields

import grantway.storage.sql
from grantway.core.model import Party
from grantway.core.ports import WouldBlock
from grantway.storage.blocking import RefusingStore
from grantway.storage.sql import postgresql, rows, sqlite
from grantway.storage.sql.statements import Statements
from grantway.storage.sql.types import constant

FOLDER = Path(grantway.storage.sql.__file__).parent


@pytest.fixture(params=["sqlite", "postgresql"])
def statements(request: pytest.FixtureRequest) -> Statements:
    if request.param == "sqlite":
        return sqlite.statements()
    return postgresql.statements()


def test_every_statement_is_run_by_a_door(statements: Statements) -> None:
    doors = [*FOLDER.glob("*.py"), *FOLDER.glob("gates/*.py")]
    text = "".join(path.read_text() for path in doors)
    unused = [name for name in statements if f'"{name}"' not in text]
    # Named by a pattern, in the module that writes applications.
    assert unused == [name for name in unused if re.fullmatch(r"delete_\w+s", name)]
    assert len(unused) == 4


def test_no_statement_is_written_by_hand() -> None:
    texts = {path.name: path.read_text() for path in FOLDER.rglob("*.py") if "migrations" not in path.parts}
    by_hand = re.compile(r'"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b|\btext\(')
    assert [name for name, text in texts.items() if by_hand.search(text)] == []


def test_no_file_of_the_store_reads_the_clock_of_the_database() -> None:
    texts = {path.name: path.read_text() for path in FOLDER.rglob("*.py")}
    assert [name for name, text in texts.items() if "func.now" in text or "server_default" in text] == []


def test_a_constant_is_a_word_or_a_number() -> None:
    assert str(constant("two_words")) == "'two_words'"
    assert str(constant(7)) == "7"
    with pytest.raises(ValueError, match="quote"):
        constant("quote'")


def test_the_columns_of_a_party_stand_in_the_order_of_its_parts() -> None:
    read = [field.name for field in fields(Party) if field.name != "service_account"]
    assert read == ["organization", "installation", "user", "membership", "withdrawals"]
    assert len(rows.PARTY) == 1 + sum(
        map(len, (rows.ORGANIZATION, rows.INSTALLATION, rows.USER, rows.MEMBERSHIP))
    )


def test_the_refusing_store_refuses_before_anything_happens() -> None:
    store = RefusingStore()
    for opened in (store.read, store.begin):
        with opened() as tx:
            with pytest.raises(WouldBlock):
                _ = tx.gate
            with pytest.raises(WouldBlock):
                _ = tx.platform
            with pytest.raises(WouldBlock):
                tx.organization(1)
    store.on_commit(lambda _: None)
    store.close()
    assert not issubclass(WouldBlock, Exception)
    assert inspect.getdoc(WouldBlock)
