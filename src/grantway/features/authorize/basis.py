"""What a code may be made on: somebody agreed to it, or somebody answers for it.

A value, so that a dialect that has no page can refuse by it what others ask people about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grantway.core.model import Application, Id, Voucher
from grantway.core.scopes import ScopeSet
from grantway.core.vouching import Asked, covering


@dataclass(frozen=True, slots=True)
class Basis:
    """An act that allows it: what the person agreed to, or else a voucher."""

    voucher_id: Id | None = None


def basis_of(
    application: Application, asked: Asked, *, agreed: ScopeSet, vouchers: Iterable[Voucher]
) -> Basis | None:
    """The act that allows all of this. None: there is none, and no setting stands for one.

    `agreed` is what the person allowed and did not take back. It comes first: what stands on the
    person's own word does not fall with somebody else's.
    """
    if asked.scopes <= agreed:
        return Basis()
    voucher = covering(application, vouchers, asked)
    return Basis(voucher.id) if voucher is not None else None
