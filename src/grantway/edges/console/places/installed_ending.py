"""What stops when an authorized application is suspended or revoked, in numbers."""

from __future__ import annotations

from grantway.edges.console.here import Here, Record
from grantway.edges.web.words import Text, _, words

READ = "readInstallation"
_COUNTED = 1_000


def record(here: Here) -> Record:
    """The installation of the page."""
    return here.read(READ)


def people_of(here: Here, one: Record) -> int:
    """How many people let it act for them, by themselves."""
    query = {"application": one["application"]["id"]}
    return len(here.some("listConsents", query=query, limit=_COUNTED).items)


def client_id_of(one: Record) -> str:
    """The client id of what is installed."""
    text: str = one["application"]["client_id"]
    return text


def _what_stops(here: Here) -> list[Text]:
    one = record(here)
    name = one["application"]["name"]
    found: list[Text] = [
        words(
            _("%(name)s can no longer do what it may do here: %(count)s scopes, %(used)s of them in use."),
            name=name,
            count=len(one["scopes"]),
            used=len(one["scopes"]) - len(one["unused_scopes"]),
        )
    ]
    if one["last_used_at"] is None:
        found.append(words(_("It was never used.")))
    else:
        found.append(words(_("It was last used on %(day)s."), day=one["last_used_at"][:10]))
    if here.may("listConsents"):
        found.append(
            words(_("People here who allowed it themselves: %(count)s."), count=people_of(here, one))
        )
    return found


def suspending(here: Here) -> tuple[Text, ...]:
    """What stops until it is resumed."""
    return (
        *_what_stops(here),
        words(_("You can resume it at any time. Tokens that have not expired work then.")),
    )


def revoking(here: Here) -> tuple[Text, ...]:
    """What ends for good."""
    return (
        *_what_stops(here),
        words(_("Every secret and token with which it acts here is dead at once, and stays so.")),
        words(_("Sign-ins of members to it end, too, and new ones are blocked.")),
        words(_("Nothing brings them back. It can be installed anew, with new secrets.")),
    )
