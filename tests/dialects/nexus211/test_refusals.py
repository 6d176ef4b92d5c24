"""Every refusal of the server, in the form of this mount: the table of docs/dialects/nexus211.md is the whole of it."""

from __future__ import annotations

import re
from pathlib import Path

from grantway.core import errors
from grantway.core.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    OAuthError,
    PageError,
    PreconditionFailed,
    Reason,
    ScopeMissing,
    all_reasons,
)
from grantway.core.ports import Unavailable
from grantway.edges.dialects import NEXUS211
from grantway.edges.web.failures import of_reason
from tests.dialects.wire import Wired

PAGE = Path(__file__).resolve().parents[3] / "docs" / "dialects" / "nexus211.md"
ROW = re.compile(r"^\| (\d{3}) \| (`[a-z_`, ]+`|any other) \|", re.MULTILINE)


def documented() -> dict[str, set[int]]:
    """The statuses of each `error` that the page names; "" for all others."""
    found: dict[str, set[int]] = {}
    for status, names in ROW.findall(PAGE.read_text()):
        for name in re.findall(r"`([a-z_]+)`", names) or [""]:
            found.setdefault(name, set()).add(int(status))
    return found


def test_every_refusal_has_its_form_and_its_status() -> None:
    """N27, N30: `error`, `message` and `id`, with a status that the page names."""
    wired, table = Wired(NEXUS211), documented()
    pair = {"authorization": "Basic YTpi"}
    for reason in all_reasons():
        wired.features.outcome = OAuthError(reason, "a detail for the log")
        answer = wired.ask("GET", "/d/nexus211/keys", headers=pair)
        told = errors.CLIENT_UNKNOWN if reason == errors.CLIENT_SECRET_WRONG else reason
        assert answer.json == {"error": told.code, "message": told.sentence, "id": told.id}, reason.id
        if reason == errors.REQUEST_CONTENT_TYPE:
            assert answer.status_code == 400
        elif not reason.id.startswith("E-FIELD"):
            assert answer.status_code in table.get(told.code, set()) | table[""], (reason, answer.status_code)
            assert answer.status_code == of_reason(told).status
        assert answer.headers["cache-control"] == "no-store"
        assert ("www-authenticate" in answer.headers) is (answer.status_code == 401)


def test_what_records_refuse() -> None:
    """N3, N30, N55: by kind, and 400 where members are named."""
    wired = Wired(NEXUS211)
    found = errors.RECORD_NOT_FOUND
    for error, status in (
        (NotFound(found), 404),
        (Forbidden(errors.RECORD_FORBIDDEN), 403),
        (ScopeMissing("applications:read"), 403),
        (Conflict(errors.RECORD_LOCKED), 409),
        (PreconditionFailed(errors.RECORD_CHANGED), 412),
        (Invalid((FieldError("$limit", errors.FIELD_RANGE),)), 400),
        (Unavailable(), 503),
        (ValueError("a fault of ours"), 500),
    ):
        wired.features.outcome = error
        answer = wired.ask("GET", "/d/nexus211/applications", headers={"authorization": "Basic YTpi"})
        assert answer.status_code == status, error
        assert {"error", "message", "id"} <= answer.json.keys()
        assert "fault of ours" not in answer.text


def test_before_the_redirect_is_verified_a_person_reads_it() -> None:
    """N33: on a page that leads nowhere, whatever was wrong."""
    wired = Wired(NEXUS211)
    reasons: tuple[Reason, ...] = all_reasons()
    for reason in reasons:
        wired.features.outcome = PageError(reason)
        query = "state=s&application=a&redirect=https://app.example/SECRET"
        answer = wired.ask("GET", "/d/nexus211/oauth/authorize", query=query)
        assert 400 <= answer.status_code < 600
        assert answer.headers["content-type"].startswith("text/html")
        assert "location" not in answer.headers
        assert "SECRET" not in answer.text
