"""Operations by their ids, for one caller in one transaction: for who asks without a request of their own.

The words are those of the API: JSON goes in and comes out. Each operation is admitted, judged and told
to the log as if it were asked for by a request, so nothing can be done here that cannot be done there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import msgspec

from grantway.core.audit import Actor
from grantway.core.messages import Session
from grantway.core.model import Id
from grantway.core.ports import Page, Tx
from grantway.edges.web.operations import Call, Listing, Operation, Reply
from grantway.edges.web.records import bodies, operations
from grantway.edges.web.records.admission import admitted, filters_of
from grantway.edges.web.records.recording import Recorder
from grantway.edges.web.records.services import RecordFeatures
from grantway.features.access.callers import Caller
from grantway.features.tokens.verify import VerifiedToken

PAGE = 500
"""Records that are read at once. A list is read to its end."""


@cache
def operation_named(name: str) -> Operation:
    """The operation of an id. Raises StopIteration where there is none."""
    return next(one for one in operations.ALL if one.id == name)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list as it is answered, and the id after which the next one begins, if there is one."""

    items: list[Any]
    following: Id | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """On whose behalf, and who the log says did it: by a token, in a browser's session, or at the machine."""

    caller: Caller
    actor: Actor
    token: VerifiedToken | None = None
    session: Session | None = None


class Acting:
    """The operations of one transaction: all that is done here holds, or nothing."""

    def __init__(self, features: RecordFeatures, tx: Tx, who: Who) -> None:
        self.tx = tx
        self._features = features
        self._who = who
        self._recorder = Recorder(features)

    def do(
        self,
        name: str,
        ids: Mapping[str, Id] | None = None,
        body: Mapping[str, Any] | None = None,
        *,
        version: int | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        """What the operation answers; the record as it was where it answers nothing.

        A `version` that was read earlier is refused where the record changed since; without one the record
        is taken as it is. Raises what the operation raises.
        """
        operation = operation_named(name)
        call = self._call(operation, ids)
        before = self._before(operation, call)
        if version is None and before is not None:
            version = getattr(before.body, "version", None)
        read = None
        if operation.request is not None:
            read = bodies.taken(body or {}, operation.request, operation.answer)
        filters = filters_of(operation, (query or {}).get)
        outcome = self._recorder.perform(
            operation, replace(call, body=read, version=version or 0, query=filters), self._who.actor
        )
        if isinstance(outcome, Listing):
            raise TypeError(f"{name} is a list")
        return _plain(outcome.body if outcome.body is not None or before is None else before.body)

    def before(self, operation: Operation, ids: Mapping[str, Id]) -> Any:
        """The record that an operation changes, as it is; None where it changes none. Raises NotFound."""
        shown = self._before(operation, self._call(operation, ids))
        return None if shown is None else _plain(shown.body)

    def every(
        self,
        name: str,
        ids: Mapping[str, Id] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        most: int | None = None,
    ) -> list[Any]:
        """All records of a list as they are answered, page by page; `most` of them where that is given."""
        operation = operation_named(name)
        call = replace(self._call(operation, ids), query=filters_of(operation, (query or {}).get))
        found: list[Any] = []
        page = Page(limit=PAGE)
        while most is None or len(found) < most:
            listing = operation.handler(self._features, replace(call, page=page))
            if not isinstance(listing, Listing):
                raise TypeError(f"{name} is no list")
            found += [_plain(one) for one in listing.items]
            if len(listing.items) < page.limit:
                break
            page = replace(page, after=listing.keys[-1])
        return found[:most]

    def some(
        self,
        name: str,
        ids: Mapping[str, Id] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        limit: int,
        after: Id = 0,
    ) -> Found:
        """So many records of a list, after the one of this id."""
        operation = operation_named(name)
        call = replace(self._call(operation, ids), query=filters_of(operation, (query or {}).get))
        # One more than is shown tells whether there is a next page.
        listing = operation.handler(self._features, replace(call, page=Page(limit + 1, after)))
        if not isinstance(listing, Listing):
            raise TypeError(f"{name} is no list")
        has_more = len(listing.items) > limit
        items = [_plain(one) for one in listing.items[:limit]]
        return Found(items, listing.keys[limit - 1] if has_more else None)

    def _call(self, operation: Operation, ids: Mapping[str, Id] | None) -> Call:
        """A request by whoever acts, of their own organization where none is named, if they may do this."""
        caller, named = self._who.caller, dict(ids or {})
        if "organization_id" in operation.parameters:
            named.setdefault("organization_id", caller.organization_id)
        place = admitted(operation, caller, named)
        return Call(
            tx=self.tx,
            caller=caller,
            organization_id=place,
            token=self._who.token,
            session=self._who.session,
            ids=named,
        )

    def _before(self, operation: Operation, call: Call) -> Reply | None:
        """The answer that shows the record before it is changed, where there is one. Raises NotFound."""
        reader = operation.audit.before if operation.audit is not None else None
        shown = None if reader is None else reader(self._features, call)
        return shown if isinstance(shown, Reply) else None


def _plain(answer: object) -> Any:
    """An answer as JSON has it."""
    return msgspec.json.decode(msgspec.json.encode(answer))
