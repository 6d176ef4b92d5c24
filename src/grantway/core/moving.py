"""What moves in from another server: one application as every reader of a format gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grantway.core.errors import MOVING_CLIENT_ID, Reason
from grantway.core.foreign_secrets import ForeignSecret
from grantway.core.identifiers import from_text
from grantway.core.model import REFERENCE_CLIENT, Id

LONGEST_CLIENT_ID = 255


@dataclass(frozen=True, slots=True)
class Realm:
    """Whose it is on the other server: an organization of this short name, made where there is none."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a record is not taken: the member of the file, the line in which it stands, and a sentence."""

    field: str
    line: int
    reason: Reason

    @property
    def sentence(self) -> str:
        """What it says to people."""
        return self.reason.sentence


@dataclass(frozen=True, slots=True)
class Incoming:
    """An application of another server.

    `values` are members of the draft of an application, by name; the preset gives what is not among them.
    `refusals` are what its reader could not take, and `notes` what does not come along.
    """

    line: int
    client_id: str
    values: Mapping[str, Any]
    secrets: tuple[ForeignSecret, ...] = ()
    realm: Realm | None = None
    is_open: bool = False
    """Whether members of every organization could sign in to it."""
    is_leaving: bool = False
    """Whether it was scheduled for deletion."""
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """What the file calls a member of the draft, and the line in which it stands."""
    sites: tuple[str, ...] = ()
    """Addresses of the application itself, out of which exact redirects are made."""


def client_id_problem(client_id: str) -> Reason | None:
    """What is wrong with the client id of another server."""
    if not 0 < len(client_id) <= LONGEST_CLIENT_ID:
        return MOVING_CLIENT_ID.saying(f"It has 1 to {LONGEST_CLIENT_ID} characters.")
    if any(not " " <= sign <= "~" for sign in client_id):
        return MOVING_CLIENT_ID.saying("Its characters are printable ASCII (RFC 6749, appendix A.1).")
    if client_id == REFERENCE_CLIENT:
        return MOVING_CLIENT_ID.saying("It belongs to the server itself.")
    return None


def record_id_in(client_id: str) -> Id | None:
    """The record that a client id could be mistaken for, where it is written as their ids are.

    Tokens name people by such ids and machines by their client ids (RFC 9700 §4.15).
    """
    return from_text(client_id)
