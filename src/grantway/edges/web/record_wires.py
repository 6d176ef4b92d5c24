"""The wires of a dialect that are about records: alike but for their address and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from grantway.core.messages import BearerRequest, PresentedClient
from grantway.edges.web import answers
from grantway.edges.web.dialect import Operation, Wire
from grantway.edges.web.failures import Failure
from grantway.edges.web.management import ManagementCall, Operations
from grantway.edges.web.requests import HttpAnswer, HttpRequest

Read: TypeAlias = Callable[[HttpRequest, Operations], Any]
"""What a request comes to, as operations, and what is answered. It may be tried anew, so it keeps nothing."""
Encode: TypeAlias = Callable[[Any, HttpRequest], HttpAnswer]


def as_it_is(outcome: Any, request: HttpRequest) -> HttpAnswer:
    """The record or the list as JSON."""
    return answers.json(200, outcome)


@dataclass(frozen=True, slots=True)
class RecordWires:
    """How a dialect reads who asks, and how it refuses, whichever record it is about."""

    credentials: Callable[[HttpRequest], BearerRequest | PresentedClient]
    refuse: Callable[[Failure, HttpRequest], HttpAnswer]
    encode: Encode = as_it_is

    def wire(
        self,
        method: str,
        path: str,
        read: Read,
        *,
        encode: Encode | None = None,
        for_operators: bool = False,
        is_create: bool = False,
    ) -> Wire[Any, Any]:
        """The wire of one call. `for_operators` and `is_create` are those of `ManagementCall`."""

        def decode(request: HttpRequest) -> ManagementCall:
            asker, steps = self.credentials(request), partial(read, request)
            return ManagementCall(request, asker, steps, for_operators=for_operators, is_create=is_create)

        return Wire(
            operation=Operation.MANAGEMENT,
            methods=(method,),
            path=path,
            decode=decode,
            encode=encode or self.encode,
            refuse=self.refuse,
        )
