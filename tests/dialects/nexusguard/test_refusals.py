"""Every refusal of ours has a code at the nexusguard mount, and the page lists them."""

from __future__ import annotations

import re

import pytest

from grantway.core.errors import OAuthError, PageError, all_reasons
from grantway.edges.dialects.nexusguard import DIALECT
from grantway.edges.dialects.nexusguard.errors import FAMILIES, OTHERS, code_of
from tests.architecture import tree
from tests.dialects.nexusguard.guide import failed
from tests.dialects.wire import Wired

PAGE = (tree.ROOT / "docs" / "dialects" / "nexusguard.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wired() -> Wired:
    return Wired(DIALECT)


def test_every_refusal_is_told_in_the_envelope(wired: Wired) -> None:
    """G30, G31, G32: never 0, no two alike but the wrong secret and the unknown app, nothing of what was sent."""
    codes: dict[int, str] = {}
    code = 0
    for reason in all_reasons():
        answers = []
        for kind in (OAuthError, PageError):
            wired.features.outcome = kind(reason, "a detail for the log")
            answers.append(
                wired.post(
                    "/d/nexusguard/oauth/credit/token",
                    "app_id=a-marked-app&secret=a-marked-secret&grant_type=client_credential",
                )
            )
        assert len({one.text for one in answers}) == 1
        assert not any(word in answers[0].text for word in ("marked", "detail"))
        code = failed(answers[0])
        if reason.id.split("-")[1] not in FAMILIES:
            assert code == OTHERS
        elif reason.id != "E-CLIENT-10":
            assert codes.setdefault(code, reason.id) == reason.id
            assert code == code_of(reason)


def test_the_page_has_the_table_of_codes() -> None:
    """G31: whoever reads a code finds its family there, and the number of the refusal in it."""
    told = {
        name: int(first.replace(",", ""))
        for first, name in re.findall(r"^\| ([\d,]+) \| `E-([A-Z]+)` \|", PAGE, re.MULTILINE)
    }
    assert told == FAMILIES
    assert f"{OTHERS:,}" in PAGE
