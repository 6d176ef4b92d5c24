"""Records by what people type: short names, client ids, addresses, identifiers. Ids are taken, too.

The command ends with a sentence where there is no such record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grantway.cli.output import fail
from grantway.core.identifiers import from_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grantway.app import Product
    from grantway.core.model import Api, Application, Id, Organization, User


def organization_named(product: Product, text: str) -> Organization:
    """The organization of a short name or an id."""
    from grantway.features.declarations.planning import organization_of

    with product.services.store.read() as tx:
        found = organization_of(tx, text)
    if found is None:
        fail("No organization has this id or short name.")
    return found


def application_named(product: Product, text: str) -> Application:
    """The application of a client id or an id."""
    identifier = from_text(text)
    with product.services.store.read() as tx:
        found = tx.gate.application_by_client_id(text)
        if found is None and identifier is not None:
            found = tx.gate.application(identifier)
    if found is None:
        fail("No application has this client id.")
    return found


def user_named(product: Product, text: str) -> User:
    """The person of an e-mail address or an id: of several with one address, whoever verified it."""
    identifier = from_text(text)
    with product.services.store.read() as tx:
        found = next(iter(tx.gate.people_at(text)), None)
        if found is None and identifier is not None:
            found = tx.gate.user(identifier)
    if found is None:
        fail("Nobody has this address or id.")
    return found


def api_named(product: Product, text: str) -> Api:
    """The API of an identifier or an id."""
    with product.services.store.read() as tx:
        apis = tx.gate.catalogue().apis
    found = next((one for one in apis.values() if one.identifier == text), apis.get(from_text(text) or 0))
    if found is None:
        fail("No API has this identifier or id.")
    return found


def ids_of_application(product: Product, text: str) -> dict[str, Id]:
    found = application_named(product, text)
    return {"organization_id": found.organization_id, "application_id": found.id}


def ids_of_api(product: Product, text: str) -> dict[str, Id]:
    found = api_named(product, text)
    return {"organization_id": found.organization_id, "api_id": found.id}


def ids_of_scope(product: Product, text: str) -> dict[str, Id]:
    """The scope of a value, with its API."""
    with product.services.store.read() as tx:
        catalogue = tx.gate.catalogue()
    found = catalogue.scopes.get(text)
    if found is None:
        fail("There is no such scope.")
    return {
        "organization_id": catalogue.apis[found.api_id].organization_id,
        "api_id": found.api_id,
        "scope_id": found.id,
    }


IDS: Mapping[str, Callable[[Product, str], dict[str, Id]]] = {
    "organization_id": lambda product, text: {"organization_id": organization_named(product, text).id},
    "application_id": ids_of_application,
    "user_id": lambda product, text: {"user_id": user_named(product, text).id},
    "api_id": ids_of_api,
    "scope_id": ids_of_scope,
}
"""What a text says about the ids in an operation's path, for those that have a name."""

REFERENCES: Mapping[str, Callable[[Product, str], Id]] = {
    "application": lambda product, text: application_named(product, text).id,
    "application_id": lambda product, text: application_named(product, text).id,
    "applications": lambda product, text: application_named(product, text).id,
    "audience_organizations": lambda product, text: organization_named(product, text).id,
    "introspectors": lambda product, text: application_named(product, text).id,
    "organization": lambda product, text: organization_named(product, text).id,
    "organization_id": lambda product, text: organization_named(product, text).id,
    "to": lambda product, text: user_named(product, text).id,
    "user": lambda product, text: user_named(product, text).id,
}
"""Members of requests, and filters, that name other records."""
