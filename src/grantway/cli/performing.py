"""Operations of the management API, done by somebody at the machine: judged and told in the same words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import fail, refusals
from grantway.core.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grantway.app import Product
    from grantway.core.model import Id
    from grantway.edges.web.operations import Operation
    from grantway.edges.web.records.acting import Acting


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


def operation_named(name: str) -> Operation:
    """The operation of an id."""
    from grantway.edges.web.records import acting

    return acting.operation_named(name)


class Machine:
    """Does operations as an operator, and has the log told that it was the command line."""

    def __init__(self, product: Product) -> None:
        from grantway.core.audit import AT_THE_MACHINE
        from grantway.edges.web.records.acting import Who

        self.product = product
        self.caller = product.operators.caller()
        self._who = Who(self.caller, AT_THE_MACHINE)

    @contextmanager
    def acting(self, *, is_reading: bool = False) -> Iterator[Acting]:
        """One transaction: all that is done in it holds, or nothing."""
        from grantway.edges.web.records.acting import Acting

        store = self.product.services.store
        with store.read() if is_reading else store.begin() as tx:
            yield Acting(self.product.features.api, tx, self._who)

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
        """All records of a list. See `Acting.every`."""
        with self.acting(is_reading=True) as acting:
            return acting.every(name, ids, query=query, most=most)
