"""How values of records read in lists and facts: the same words for the same thing on every page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grantway.edges.console.cells import Said, State
from grantway.edges.web.words import Text, Words, _

TYPE_NAMES = {"confidential": _("Confidential"), "public": _("Public"), "backend": _("Backend")}
STATE_NAMES = {
    "enabled": _("Enabled"),
    "disabled": _("Disabled"),
    "deletion_scheduled": _("Scheduled for deletion"),
}
PUBLICATION_NAMES = {
    "draft": _("Not published"),
    "submitted": _("Waiting for review"),
    "approved": _("Approved"),
    "rejected": _("Rejected"),
}
_TONES: Mapping[str, Any] = {
    "enabled": "ok",
    "disabled": "off",
    "deletion_scheduled": "bad",
    "draft": "off",
    "submitted": "warn",
    "approved": "ok",
    "rejected": "bad",
}


def state_of(record: Mapping[str, Any]) -> State:
    """How a record stands, the gravest first: suspended by operators, put away, or its own state."""
    if record.get("suspended_at"):
        return State(Words(_("Suspended by operators")), "bad")
    if record.get("archived"):
        return State(Words(_("Archived")), "off")
    state = record["state"]
    return State(Words(STATE_NAMES.get(state, state)), _TONES.get(state, ""))


def publication_of(record: Mapping[str, Any]) -> State:
    """How its publication stands."""
    if record.get("pending"):
        return State(Words(_("Changes wait for review")), "warn")
    name = record["publication"]
    return State(Words(PUBLICATION_NAMES[name]), _TONES[name])


def type_of(record: Mapping[str, Any]) -> Said:
    """What type an application is of."""
    return Said(Words(TYPE_NAMES[record["type"]]))


def wording_of(scope: Mapping[str, Any], locale: str) -> Text:
    """What a scope allows in the reader's language: in its makers' words, or in ours of one of ours."""
    for one in scope["translations"]:
        if one["locale"] in {locale, locale.partition("-")[0]}:
            text: str = one["text"]
            return text
    return Words(scope["text"])


INSTALLATION_NAMES = {
    "active": _("Active"),
    "suspended": _("Suspended"),
    "requested": _("Asked for"),
    "revoked": _("Revoked"),
}
_TONES_OF_INSTALLATIONS: Mapping[str, Any] = {
    "active": "ok",
    "suspended": "off",
    "requested": "warn",
    "revoked": "bad",
}


def installation_of(record: Mapping[str, Any]) -> State:
    """How an installation stands, from either side."""
    state = record["state"]
    return State(Words(INSTALLATION_NAMES[state]), _TONES_OF_INSTALLATIONS[state])
