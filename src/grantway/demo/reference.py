"""The application through which readers of the reference page sign in."""

from __future__ import annotations

from typing import Any

from grantway.app import Product
from grantway.demo.answering import vouch
from grantway.demo.cast import MANAGEMENT, REFERENCE_CALLBACK
from grantway.edges.api import Endpoints, Reference, described
from grantway.edges.dialects.standard import paths
from grantway.features.registry.drafts import ApplicationDraft

PATH = "/reference"
PLAYGROUND = "/playground"


def keep_reference(product: Product, facts: dict[str, Any]) -> None:
    """Register the application where there is none yet, and follow a change of the server's address."""
    caller, features = product.operators.caller(), product.features.api
    redirect_uris = (product.settings.issuer + REFERENCE_CALLBACK,)
    client_id = facts.get("reference", {}).get("client_id", "")
    with product.services.store.begin() as tx:
        application = tx.gate.application_by_client_id(client_id)
        if application is None:
            draft = ApplicationDraft(
                type="public",
                name="API reference",
                description="The reference page of this server: it sends requests for its readers.",
                audience="any_organization",
                redirect_uris=redirect_uris,
                scopes=MANAGEMENT,
                notification_addresses=("makers@grantway.example",),
            )
            application = features.applications.create(tx, caller, caller.organization_id, draft)
        elif tuple(one.uri for one in application.redirects) != redirect_uris:
            application = features.applications.update(
                tx,
                caller,
                application.organization_id,
                application_id=application.id,
                changes={"redirect_uris": redirect_uris},
                version=application.version,
            )
        # Readers are of every organization, and most of those let in only what somebody answers for.
        vouch(product, tx, application)
    facts["reference"] = {"client_id": application.client_id}


def add_reference(product: Product, client_id: str | None) -> None:
    """Serve the reference page with this application filled in."""
    root, server = product.placed[0].mount, product.server
    endpoints = Endpoints(root.base_url + paths.AUTHORIZE, root.base_url + paths.TOKEN, PLAYGROUND)
    page = Reference(described(server.issuer, endpoints), endpoints, server, root, client_id=client_id)
    product.app.add_route(PATH, page)
