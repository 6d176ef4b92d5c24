"""Reads the members of a record of another server, and remembers what the file calls them.

Names are found in whichever way a file spells them: `clientId`, `client_id` and `Client ID` are one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import msgspec

from grantway.core.errors import MOVING_MEMBER
from grantway.core.foreign_secrets import (
    ForeignHash,
    ForeignSecret,
    NotUsable,
    of_hash,
    read_keycloak,
    read_secret,
)
from grantway.core.moving import Incoming, Realm, Refusal
from grantway.edges.moving.scanning import Record, records_of, words_of

_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_NOT_IN_A_SLUG = re.compile(r"[^a-z0-9]+")
_TRUE, _FALSE = frozenset({"true", "yes", "1", "on"}), frozenset({"false", "no", "0", "off"})
_LONGEST_SLUG = 63
_OF_THE_WEB = ("https://", "http://")

_Value = TypeVar("_Value")
Reader: TypeAlias = "Callable[[Row], Incoming | None]"


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files. `read` makes an application of a record, or None of what is none."""

    name: str
    summary: str
    read: Reader
    lists: tuple[str, ...] = ()
    """Members of an outer object under which the records stand."""

    def incoming(self, data: bytes) -> Iterator[Incoming]:
        """Every application of a file. Raises Unreadable."""
        return self.of(records_of(data, self.lists))

    def of(self, records: Iterable[Record]) -> Iterator[Incoming]:
        """Every application of records that were read already."""
        for record in records:
            found = self.read(Row(record))
            if found is not None:
                yield found


class Row:
    """One record on its way: what was read of it, what was refused, and what is told."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.values: dict[str, Any] = {}
        self.notes: list[str] = []
        self._refusals: list[Refusal] = []
        self._names: dict[str, tuple[str, int]] = {}
        self._spelt = {_plain(name): name for name in record.data}

    def has(self, *names: str) -> bool:
        """Whether a member is there and says something."""
        return self._find(names)[1] not in (None, "")

    def text(self, *names: str, into: str = "") -> str | None:
        """The text of the first of these members; None where there is none. `into`: the draft's member."""
        name, value = self._find(names)
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.refuse(name, "Expected a text.")
            return None
        return self._kept(into, name, value.strip())

    def flag(self, *names: str) -> bool | None:
        """Whether the first of these members says yes or no."""
        name, value = self._find(names)
        if isinstance(value, bool) or value is None or value == "":
            return value if isinstance(value, bool) else None
        text = str(value).lower()
        if text in _TRUE | _FALSE:
            return text in _TRUE
        self.refuse(name, "Expected true or false.")
        return None

    def number(self, *names: str, into: str = "") -> int | None:
        """The whole number of the first of these members."""
        name, value = self._find(names)
        if value is None or value == "":
            return None
        try:
            found = int(value) if not isinstance(value, bool | float) else None
        except (TypeError, ValueError):
            found = None
        if found is None:
            self.refuse(name, "Expected a whole number.")
            return None
        return self._kept(into, name, found)

    def texts(self, *names: str, into: str = "", apart: str | None = None) -> tuple[str, ...]:
        """The texts of the first of these members: a list, or one text in which they are apart."""
        name, value = self._find(names)
        if value is None or value == "":
            return ()
        if isinstance(value, str):
            value = words_of(value) if apart is None else [one for one in value.split(apart) if one]
        try:
            found = msgspec.convert(value, list[str])
        except msgspec.ValidationError:
            self.refuse(name, "Expected a list of texts.")
            return ()
        return self._kept(into, name, tuple(dict.fromkeys(one.strip() for one in found if one.strip())))

    def part(self, *names: str) -> dict[str, Any]:
        """The object of the first of these members; an empty one where there is none."""
        name, value = self._find(names)
        if value is None or value == "":
            return {}
        if not isinstance(value, dict):
            self.refuse(name, "Expected an object.")
            return {}
        return value

    def secrets(self, *names: str) -> tuple[ForeignSecret, ...]:
        """The secrets of all these members: each a text, a hash, or a list of them."""
        found: list[ForeignSecret] = []
        for one in names:
            name, value = self._find((one,))
            for item in value if isinstance(value, list) else [value]:
                if item is None or item == "":
                    continue
                self._names["secrets"] = (name, self.record.line_of(name))
                try:
                    found.append(_secret(item))
                except NotUsable as wrong:
                    self.refuse(name, str(wrong))
        return tuple({one.text: one for one in found}.values())

    def common(self, preset: str, *, kind: str) -> None:
        """What most systems name alike: the name, what it is for, whom to tell, and the state."""
        self.keep("preset", preset)
        self.keep("type", kind, "type")
        self.text("name", "applicationName", "appName", "clientName", into="name")
        self.text("description", into="description")
        contacts = self.texts("notificationAddresses", "technicalContacts", "contacts", "email")
        if contacts:
            self.keep("notification_addresses", contacts, "notificationAddresses")
        is_off = self.flag("enabled") is False or (self.text("state", "status") or "").lower() == "disabled"
        self.keep("state", "disabled" if is_off else "enabled", "state")

    def keep(self, member: str, value: Any, name: str = "") -> None:
        """Say a member of the draft that stands in the file under another form."""
        self._kept(member, name or member, value)

    def refuse(self, name: str, sentence: str) -> None:
        """Note why this record is not taken."""
        refusal = Refusal(name, self.record.line_of(name), MOVING_MEMBER.saying(sentence))
        if refusal not in self._refusals:
            self._refusals.append(refusal)

    def note(self, sentence: str) -> None:
        """Note what does not come along."""
        self.notes.append(sentence)

    def signed_by(self, algorithm: object) -> None:
        """Note that ID tokens are not signed with a client's secret here, where they were."""
        if isinstance(algorithm, str) and algorithm.startswith("HS"):
            self.note(
                f"Its ID tokens were signed by {algorithm}, with the secret: here by a key of the metadata."
            )

    def incoming(
        self,
        client_id: str | None,
        *,
        secrets: Iterable[ForeignSecret] = (),
        realm: Realm | None = None,
        sites: Iterable[str | None] = (),
        **more: bool,
    ) -> Incoming:
        """The application of what was read."""
        if not client_id and not self._refusals:
            self.refuse("", "This record has no client id.")
        redirects = self.values.get("redirect_uris", ())
        if "platform" not in self.values and any(not one.startswith(_OF_THE_WEB) for one in redirects):
            # An address that opens an app on the device.
            self.keep("platform", "native")
        return Incoming(
            line=self.record.line,
            client_id=client_id or "",
            values=self.values,
            secrets=tuple(secrets),
            realm=realm,
            refusals=tuple(self._refusals),
            notes=tuple(self.notes),
            names=self._names,
            sites=tuple(site for site in sites if site),
            **more,
        )

    def client_id(self, *names: str) -> str | None:
        """The client id as it is: spaces at its ends are part of it."""
        name, value = self._find(names)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.refuse(name, "Expected a text.")
            return None
        self._names["client_id"] = (name, self.record.line_of(name))
        return value

    def _find(self, names: Iterable[str]) -> tuple[str, Any]:
        """What the file calls the first of these names, and its value."""
        for one in names:
            spelt = self._spelt.get(_plain(one))
            if spelt is not None and self.record.data[spelt] is not None:
                return spelt, self.record.data[spelt]
        return next(iter(names), ""), None

    def _kept(self, into: str, name: str, value: _Value) -> _Value:
        if into:
            self.values[into] = value
            self._names[into] = (name, self.record.line_of(name))
        return value


def realm_of(name: str | None) -> Realm | None:
    """An organization of a name on the other server."""
    if not name:
        return None
    slug = _NOT_IN_A_SLUG.sub("-", name.lower()).strip("-")[:_LONGEST_SLUG].rstrip("-")
    return Realm(slug, name) if slug else None


def grants(
    row: Row, offered: Iterable[str], named: Iterable[str], name: str = "grant_types"
) -> tuple[str, ...]:
    """Those of the grant types that are offered here; the others are noted."""
    wanted, known = list(dict.fromkeys(named)), frozenset(offered)
    left_out = [one for one in wanted if one not in known]
    if left_out:
        row.note(f"Not offered here, and left out: the grant types {', '.join(left_out)}.")
    kept = tuple(one for one in wanted if one in known)
    if wanted and not kept:
        row.refuse(name, "None of its grant types is offered here.")
    return kept


def _secret(value: Any) -> ForeignSecret:
    if isinstance(value, str):
        return read_secret(value)
    if isinstance(value, dict):
        return of_hash(_keycloak(value))
    raise NotUsable("A secret is a text, or the two objects that Keycloak writes of a hash.")


def _keycloak(value: dict[str, Any]) -> ForeignHash:
    parts = []
    for name in ("secretData", "credentialData"):
        part = value.get(name)
        try:
            parts.append(msgspec.json.decode(part) if isinstance(part, str) else part)
        except msgspec.DecodeError:
            parts.append(None)
    secret_data, credential_data = parts
    if not isinstance(secret_data, dict) or not isinstance(credential_data, dict):
        raise NotUsable("These are not the two objects that Keycloak writes of a hash.")
    return read_keycloak(secret_data, credential_data)


def _plain(name: str) -> str:
    return _NOT_IN_A_NAME.sub("", name.lower())
