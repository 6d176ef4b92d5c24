"""The operator's part of the demonstration: applications are approved and vouched for, as anybody's are."""

from __future__ import annotations

from grantway.app import Product
from grantway.core.model import Application
from grantway.core.ports import Tx
from grantway.core.vouching import holds
from grantway.demo.filling import Facts
from grantway.features.registry.publication import Target


def answer_for(product: Product, facts: Facts) -> None:
    """At every start: what was moved or was there before vouchers is answered for as it is now."""
    for told in facts["applications"]:
        with product.services.store.begin() as tx:
            application = tx.gate.application_by_client_id(told["client_id"])
            if application is None or not application.redirects:
                continue
            vouch(product, tx, _reviewed(product, tx, _published(product, tx, application)))


def _published(product: Product, tx: Tx, application: Application) -> Application:
    is_whole = application.base_url is not None and application.owner_email is not None
    if application.publication != "draft" or not is_whole:
        # Those of one organization ask for nobody's approval; those of an older demonstration lack a part.
        return application
    publications, caller = product.features.api.publications, product.operators.caller()
    terms = tx.gate.platform_policy().terms_version
    at = Target(application.organization_id, application.id, application.version)
    submitted = publications.submit(tx, caller, at, terms_version=terms)
    at = Target(application.organization_id, application.id, submitted.version)
    return publications.approve(tx, caller, at)


def _reviewed(product: Product, tx: Tx, application: Application) -> Application:
    """What waits of one that was approved, as after a change of the server's own address, is approved too."""
    if tx.organization(application.organization_id).pending_version(application.id) is None:
        return application
    at = Target(application.organization_id, application.id, application.version)
    return product.features.api.pending.approve(tx, product.operators.caller(), at)


def vouch(product: Product, tx: Tx, application: Application) -> None:
    """Answer for it before everybody, as it is now; once."""
    given = tx.gate.live_vouchers(application.id, application.organization_id)
    if not any(one.organization_id is None and holds(one, application) for one in given):
        product.features.api.vouching.vouch_for(tx, product.operators.caller(), application)
