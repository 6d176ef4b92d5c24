"""One page as one person sees it: where it is, as whom they act, what they may, and what the records say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import urlencode

from grantway.core.errors import DomainError, Forbidden, NotFound
from grantway.core.identifiers import to_text
from grantway.core.model import Id, Instant, Organization, User
from grantway.core.model import Place as PlaceOfPerson
from grantway.edges.console.table import Entry, Form, Group, Place
from grantway.edges.web.operations import Operation
from grantway.edges.web.records.acting import Acting, Found, operation_named
from grantway.edges.web.records.admission import admitted
from grantway.edges.web.requests import HttpRequest
from grantway.features.access.callers import Caller

ELSEWHERE = "site."
"""How the ids of places begin that show another organization's records to operators."""

Record: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DeveloperLinks:
    """Where developers find more; nothing is shown for what is not served."""

    playground_url: str | None = None
    reference_url: str | None = None


@dataclass(frozen=True, slots=True)
class Here:
    """What a place is told when it is asked for its page."""

    request: HttpRequest
    acting: Acting
    caller: Caller
    user: User
    organization: Organization
    """The one in the path of the page: as whose member the person acts."""
    places: tuple[PlaceOfPerson, ...]
    ids: Mapping[str, Id]
    place: Place
    table: Mapping[str, Place]
    issuer: str
    now: Instant
    link_key: Callable[[], bytes]
    links: DeveloperLinks
    groups: Mapping[str, Group]
    entries: tuple[Entry, ...]
    secret_of_form: Any
    """Makes the unseen parts of a form: `(form, ids) -> pairs`."""
    locale: str = "en"
    zone: str = "UTC"
    form: Form | None = None
    read_before: dict[tuple[str, tuple[tuple[str, Id], ...]], Record] = field(default_factory=dict)

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of the address."""
        return self.request.query().without()

    @property
    def is_elsewhere(self) -> bool:
        """Whether an operator looks at another organization's records."""
        return self.place.id.startswith(ELSEWHERE)

    def owner_id(self) -> Id:
        """The organization whose records these are."""
        return self.ids.get("organization_id", self.caller.organization_id)

    # What may be done -------------------------------------------------------------------------------------
    def in_words(self, text: str) -> str:
        """A sentence of ours in the reader's language, where it has to be compared."""
        return self.request.server.pages.translate(text, self.locale)

    def may(self, operation: str | Operation, **ids: Id) -> bool:
        """Whether the person may do an operation on the records of this page."""
        one = operation_named(operation) if isinstance(operation, str) else operation
        named = {**self.ids, **ids}
        named.setdefault("organization_id", self.caller.organization_id)
        try:
            admitted(one, self.caller, named)
        except (Forbidden, NotFound):
            return False
        return True

    def may_see(self, place: Place) -> bool:
        """Whether a page is for this person, and the record has such a page."""
        allowed = self.may(place.operation) and (not place.needs or self.may(place.needs))
        return allowed and (place.fits is None or place.fits(self))

    # What the records say ---------------------------------------------------------------------------------
    def read(self, operation: str, **ids: Id) -> Record:
        """What an operation answers about one record; read once for a page. Raises what it raises."""
        named = self._ids_for(operation, ids)
        key = (operation, tuple(sorted(named.items())))
        if key not in self.read_before:
            self.read_before[key] = self.acting.do(operation, named)
        return self.read_before[key]

    def if_any(self, operation: str, **ids: Id) -> Record | None:
        """The same, or None where there is no such record or it is not for this person to see."""
        try:
            return self.read(operation, **ids)
        except DomainError:
            return None

    def every(self, operation: str, *, query: Mapping[str, str] | None = None, **ids: Id) -> list[Record]:
        """All records of a list that is bounded, as it is of one application or one organization."""
        return self.acting.every(operation, self._ids_for(operation, ids), query=query, most=1_000)

    def some(
        self,
        operation: str,
        *,
        query: Mapping[str, str] | None = None,
        limit: int,
        after: Id = 0,
        **ids: Id,
    ) -> Found:
        """One page of a list of any length."""
        return self.acting.some(
            operation, self._ids_for(operation, ids), query=query, limit=limit, after=after
        )

    def _ids_for(self, operation: str, ids: Mapping[str, Id]) -> dict[str, Id]:
        named = {**self.ids, **ids}
        return {name: named[name] for name in operation_named(operation).parameters if name in named}

    # Where things are -------------------------------------------------------------------------------------
    def at(self, place_id: str, /, **ids: Id | str) -> str:
        """The address of a place; of the same records as this page's, unless others are named.

        An operator who looks at another organization's records goes on doing so.
        """
        found = self.table[place_id]
        elsewhere = self.table.get(ELSEWHERE + place_id)
        if "organization_id" in self.ids and elsewhere is not None:
            found = elsewhere
        return self._written(found.address(), ids)

    def again(self, query: Mapping[str, str] | None = None) -> str:
        """The address of this page, with other parameters."""
        address = self._written(self.place.address())
        return f"{address}?{urlencode(query)}" if query else address

    def address_of(self, form: Form, **ids: Id | str) -> str:
        """Where a form of this page goes."""
        return self._written(f"{self.place.address()}/{form.path}", ids)

    def _written(self, template: str, ids: Mapping[str, Id | str] = MappingProxyType({})) -> str:
        """An address with the ids of this page in it, unless others are named."""
        return template.format(slug=self.organization.slug, **texts_of({**self.ids, **ids}))

    def own(self, path: str) -> Form:
        """The form of this page that is at this path."""
        return next(one for one in self.place.forms if one.path == path)


def texts_of(ids: Mapping[str, Id | str]) -> dict[str, str]:
    """Ids as addresses have them."""
    return {name: one if isinstance(one, str) else to_text(one) for name, one in ids.items()}
