"""Applications by the names that people type; the command ends with a sentence where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grantway.cli.output import fail

if TYPE_CHECKING:
    from grantway.app import Product
    from grantway.core.model import Application


def application_named(product: Product, client_id: str) -> Application:
    """The application of a client id."""
    with product.services.store.read() as tx:
        found = tx.gate.application_by_client_id(client_id)
    if found is None:
        fail("No application has this client id.")
    return found
