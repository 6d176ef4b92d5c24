"""What clients need to run their system's guide beside a Client ID and a secret, made as anybody makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from grantway.app import Product
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Id
from grantway.demo.cast import CUSTOMER, SIGN_IN
from grantway.features.accounts.service_accounts import ServiceAccountDraft
from grantway.features.registry.installation_rules import InstallationDraft

Organizations: TypeAlias = Mapping[str, Id]


class Needs:
    """Makes each need by its name, once: what was made is kept with the application."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._features = product.features.api
        self._caller = product.operators.caller()
        self._makers: Mapping[str, Callable[[Application, Organizations], Any]] = {
            "service_account": self._service_account,
            "granting_organizations": self._granting_organizations,
        }

    def made(self, need: str, client_id: str, organizations: Organizations) -> Any:
        """What is told of it."""
        with self._product.services.store.read() as tx:
            application = tx.gate.application_by_client_id(client_id)
        if application is None:
            raise RuntimeError("an application that was told is there")
        return self._makers[need](application, organizations)

    def _service_account(self, application: Application, _: Organizations) -> str:
        """Nobody in person, of the application's own organization, as whom it may act (N45, N48)."""
        draft = ServiceAccountDraft(f"{application.name} at night", "developer", (application.id,))
        with self._product.services.store.begin() as tx:
            owner = application.organization_id
            account = self._features.service_accounts.create(tx, self._caller, owner, draft)
        return to_text(account.id)

    def _granting_organizations(
        self, application: Application, organizations: Organizations
    ) -> list[dict[str, str]]:
        """An organization that authorized the application, with the secret of that pair (N16 to N19)."""
        self._install(application, organizations[CUSTOMER])
        with self._product.services.store.begin() as tx:
            found = self._features.revealing.keys(
                tx, self._caller, application.organization_id, application_id=application.id
            )
        return [{"id": to_text(one.organization_id), "secret": one.secret.reveal()} for one in found]

    def _install(self, application: Application, customer: Id) -> None:
        scopes = tuple(sorted(application.scopes.difference(SIGN_IN)))
        with self._product.services.store.begin() as tx:
            draft = InstallationDraft(application.client_id, scopes)
            self._features.installations.grant(tx, self._caller, customer, draft)
