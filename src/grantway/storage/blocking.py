"""The store for requests that are tried on the event loop, where nothing may wait for a database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NoReturn

from grantway.core.model import Change, Id
from grantway.core.ports import Tx, WouldBlock


class RefusingTx:
    """A unit of work that nothing is asked of. Whoever knocks at a door starts again where it may wait."""

    @property
    def gate(self) -> NoReturn:
        """Refuse."""
        raise WouldBlock

    @property
    def platform(self) -> NoReturn:
        """Refuse."""
        raise WouldBlock

    def organization(self, organization_id: Id) -> NoReturn:
        """Refuse."""
        raise WouldBlock


class RefusingStore:
    """Opens units that refuse: a use-case that opens one and needs no row of it still ends inline."""

    def __init__(self) -> None:
        self._unit: AbstractContextManager[Tx] = nullcontext(RefusingTx())

    def read(self) -> AbstractContextManager[Tx]:
        """A unit that refuses."""
        return self._unit

    def begin(self) -> AbstractContextManager[Tx]:
        """A unit that refuses."""
        return self._unit

    def on_commit(self, listener: Callable[[tuple[Change, ...]], None]) -> None:
        """Accept: this store commits nothing, so there is never anything to tell."""

    def close(self) -> None:
        """Hold nothing, so there is nothing to close."""
