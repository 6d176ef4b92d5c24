"""Texts of pages: sentences of ours, which the template translates, and what people wrote, which it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence of ours. Values are put in after it was translated, and escaped; one may be words itself."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


Text: TypeAlias = "str | Words"
"""A plain text is what somebody wrote, and is shown as it is."""


def _(text: str) -> str:
    """Mark a sentence for the catalogues; the template translates it."""
    return text


def words(text: str, **values: object) -> Words:
    """A sentence of ours, marked by `_` where it stands, with values for its placeholders `%(name)s`."""
    return Words(text, values)


ROLE_NAMES = {
    "owner": _("Owner"),
    "admin": _("Admin"),
    "developer": _("Developer"),
    "member": _("Member"),
    "contact": _("Contact"),
}


def role_words(role: str) -> Words:
    """A role as people read it."""
    return Words(ROLE_NAMES.get(role, role))
