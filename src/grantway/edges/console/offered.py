"""What an application of another organization asks for, for who decides about it: risky first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from grantway.edges.console.blocks import Option
from grantway.edges.console.cells import State, Tone
from grantway.edges.console.here import Here, Record
from grantway.edges.web.words import Text, Words, _, words

RISK_NAMES = {"high": _("Risky"), "normal": _("Usual"), "low": _("Harmless")}
_RISKS = tuple(RISK_NAMES)
_TONES: Mapping[str, Tone] = {"high": "bad", "normal": "", "low": "ok"}


def risk_of(risk: str) -> State:
    """How much can go wrong with a scope."""
    return State(Words(RISK_NAMES[risk]), _TONES[risk])


def described(here: Here, values: Iterable[str]) -> list[Record]:
    """Scopes with the sentence that their API says of them, the risky ones first.

    One that is gone, or that this person may not read about, has its value alone.
    """
    known: dict[str, Record] = {}
    if here.may("listCatalogue"):
        known = {one["value"]: one for one in here.every("listCatalogue")}
    found = [known.get(one, {"value": one, "text": one, "risk": "normal", "api_name": ""}) for one in values]
    return sorted(found, key=lambda one: (_RISKS.index(one["risk"]), one["value"]))


def sentence_of(scope: Mapping[str, Any]) -> Text:
    """What a scope allows. Those that every server has are said in the reader's language."""
    return Words(scope["text"])


def options_of(scopes: Iterable[Mapping[str, Any]]) -> tuple[Option, ...]:
    """Scopes to be ticked: the sentence, and below it the value and how risky it is."""
    return tuple(Option(one["value"], sentence_of(one), _note(one)) for one in scopes)


def _note(one: Mapping[str, Any]) -> Text:
    risk = Words(RISK_NAMES[one["risk"]])
    if one["api_name"]:
        return words(_("%(scope)s, of %(api)s. %(risk)s"), scope=one["value"], api=one["api_name"], risk=risk)
    return str(one["value"])
