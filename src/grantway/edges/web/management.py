"""How the wire of a dialect asks for what the management API does.

A call is translated into operations of that API, by their ids, and never into a feature: each is admitted,
judged, bounded and told to the log as if its caller had asked there. So a wire gives nobody a power, and what
it refuses is refused for the reason that the API would give, with the members in the names of the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from grantway.core import errors
from grantway.core.errors import Expecting, FieldError, Invalid
from grantway.core.messages import BearerRequest, PresentedClient
from grantway.core.model import Id
from grantway.edges.web import forms
from grantway.edges.web.failures import Failure
from grantway.edges.web.negotiation import JSON
from grantway.edges.web.requests import HttpRequest
from grantway.features.fields import unknown_member

_MOST_UNKNOWN = 20
"""So many unknown members are told of: to look for the one that was meant takes time."""


class Operations(Protocol):
    """Operations of the management API for the caller, in one transaction. JSON goes in and comes out.

    The organization is the caller's own where none is named.
    """

    def do(
        self,
        name: str,
        ids: Mapping[str, Id] | None = None,
        body: Mapping[str, Any] | None = None,
        *,
        version: int | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        """What an operation answers; without a `version` the record is taken as it is."""

    def every(
        self,
        name: str,
        ids: Mapping[str, Id] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        most: int | None = None,
    ) -> list[Any]:
        """All records of a list; `most` of them where that is given."""


Steps: TypeAlias = Callable[[Operations], Any]
"""What a call comes to, and what it answers: a value of JSON. It may be tried anew, so it keeps nothing."""


@dataclass(frozen=True, slots=True)
class ManagementCall:
    """Who asks, as the wire has it, and for what.

    A token has to be of this mount, for the management API, and of somebody of ours; a pair stands for its
    application alone, within the organization of the secret. `for_operators`: everybody else is refused,
    whatever records it is about.
    """

    request: HttpRequest
    credentials: BearerRequest | PresentedClient
    steps: Steps
    for_operators: bool = False
    is_create: bool = False
    """Whether it is done at most once under an `Idempotency-Key`."""


@dataclass(frozen=True, slots=True)
class Names:
    """The members of a record on the wire, each with its name in the API.

    `fixed` are members that answers have and no change takes. What a dialect does not know is refused, or
    passed over where its system does so.
    """

    of_wire: Mapping[str, str]
    fixed: frozenset[str] = frozenset()
    passes_over_unknown: bool = False

    def read(self, request: HttpRequest) -> dict[str, Any]:
        """The body of a request, in the names of the wire. Raises OAuthError and Invalid."""
        if not request.is_json:
            raise Expecting(errors.REQUEST_CONTENT_TYPE, expected=JSON)
        given = forms.json_object(request.body())
        unknown = [name for name in given if name not in self.of_wire]
        found = [FieldError(name, errors.FIELD_IMMUTABLE) for name in unknown if name in self.fixed]
        if not self.passes_over_unknown:
            strange = [name for name in unknown if name not in self.fixed][:_MOST_UNKNOWN]
            found += [FieldError("", unknown_member(name, self.of_wire)) for name in strange]
        if found:
            raise Invalid(tuple(found))
        return {name: value for name, value in given.items() if name in self.of_wire}

    def inwards(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """The members of the wire in the names of the API."""
        return {self.of_wire[name]: value for name, value in members.items()}

    def outwards(self, failure: Failure) -> tuple[tuple[str, str, str], ...]:
        """What is wrong with each member: its name on the wire, the id of the refusal, and what to do."""
        of_api = {api: wire for wire, api in self.of_wire.items()}
        return tuple(
            (_renamed(one.field, of_api), one.reason.id, one.reason.sentence) for one in failure.fields
        )


def _renamed(path: str, of_api: Mapping[str, str]) -> str:
    """A path into a record, its first name in the words of the wire."""
    end = min((at for sign in "[." if (at := path.find(sign)) >= 0), default=len(path))
    return of_api.get(path[:end], path[:end]) + path[end:]
