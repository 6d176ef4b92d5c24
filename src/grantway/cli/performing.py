"""Operations of the management API, done by somebody at the machine: judged and told in the same words."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import fail, refusals
from grantway.core.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grantway.app import Product
    from grantway.core.model import Id
    from grantway.core.ports import Tx
    from grantway.edges.web.operations import Call, Operation

PAGE = 500
"""Records that are read at once. A list is read to its end."""


@contextmanager
def at_the_machine(*, is_reading: bool = False) -> Iterator[Machine]:
    """What a command works with; it ends with the sentence of whatever is refused.

    One that only reads makes nothing of what a server needs, and says so where that is missing.
    """
    with opened(settings_of_process()) as product, refusals():
        if not is_reading:
            product.prepare()
        product.poll()
        try:
            machine = Machine(product)
        except NotFound:
            fail("This database was not set up yet. Start `grantway serve` once.")
        yield machine


@cache
def operation_named(name: str) -> Operation:
    """The operation of an id."""
    from grantway.edges.api.operations import ALL

    return next(one for one in ALL if one.id == name)


class Machine:
    """Does operations as an operator, and has the log told that it was the command line."""

    def __init__(self, product: Product) -> None:
        from grantway.edges.api.recording import Recorder

        self.product = product
        self.caller = product.operators.caller()
        self._features = product.features.api
        self._recorder = Recorder(product.features.api)

    @contextmanager
    def acting(self, *, is_reading: bool = False) -> Iterator[Acting]:
        """One transaction: all that is done in it holds, or nothing."""
        store = self.product.services.store
        with store.read() if is_reading else store.begin() as tx:
            yield Acting(self, tx)

    def do(
        self,
        name: str,
        ids: Mapping[str, Id] | None = None,
        body: Mapping[str, Any] | None = None,
        *,
        version: int | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        """One operation in a transaction of its own. See `Acting.do`."""
        with self.acting() as acting:
            return acting.do(name, ids, body, version=version, query=query)

    def every(
        self,
        name: str,
        ids: Mapping[str, Id] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        most: int | None = None,
    ) -> list[Any]:
        """All records of a list as they are answered, page by page; `most` of them where that is given."""
        from grantway.core.ports import Page
        from grantway.edges.api.pipeline import filters_of
        from grantway.edges.web.operations import Listing

        operation = operation_named(name)
        filters, page = filters_of(operation, (query or {}).get), Page(limit=PAGE)
        found: list[Any] = []
        with self.product.services.store.read() as tx:
            while most is None or len(found) < most:
                call = replace(self.call(tx, ids or {}), query=filters, page=page)
                listing = operation.handler(self._features, call)
                if not isinstance(listing, Listing):
                    raise TypeError(f"{name} is no list")
                found += [_plain(one) for one in listing.items]
                if len(listing.items) < page.limit:
                    break
                page = replace(page, after=listing.keys[-1])
        return found[:most]

    def call(self, tx: Tx, ids: Mapping[str, Id]) -> Call:
        """A request by whoever is at the machine."""
        from grantway.edges.web.operations import Call

        place = ids.get("organization_id", self.caller.organization_id)
        return Call(tx=tx, caller=self.caller, organization_id=place, ids=ids)

    def perform(self, operation: Operation, call: Call) -> Any:
        """What an operation answers, after the log was told."""
        from grantway.core.audit import AT_THE_MACHINE

        return self._recorder.perform(operation, call, AT_THE_MACHINE)

    def before(self, operation: Operation, call: Call) -> Any:
        """The answer that shows the record before it is changed, where there is one. Raises NotFound."""
        reader = operation.audit.before if operation.audit is not None else None
        return None if reader is None else reader(self._features, call)


class Acting:
    """Operations of one transaction."""

    def __init__(self, machine: Machine, tx: Tx) -> None:
        self._machine = machine
        self.tx = tx

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
        from grantway.edges.api import bodies
        from grantway.edges.api.pipeline import filters_of

        operation = operation_named(name)
        call = self._machine.call(self.tx, ids or {})
        before = self._machine.before(operation, call)
        if version is None and before is not None:
            version = getattr(before.body, "version", None)
        read = None
        if operation.request is not None:
            read = bodies.read(_encode(body or {}), operation.request, operation.answer)
        filters = filters_of(operation, (query or {}).get)
        reply = self._machine.perform(
            operation, replace(call, body=read, version=version or 0, query=filters)
        )
        answer = reply.body if reply.body is not None or before is None else before.body
        return _plain(answer)


def _encode(value: object) -> bytes:
    import msgspec

    return msgspec.json.encode(value)


def _plain(answer: object) -> Any:
    """An answer as JSON has it."""
    import msgspec

    return msgspec.json.decode(msgspec.json.encode(answer))
