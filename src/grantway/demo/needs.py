"""What clients need to run their system's guide beside a Client ID and a secret, made as anybody makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from grantway.app import Product
from grantway.core.identifiers import from_text, to_text
from grantway.core.model import Application, Id
from grantway.demo.cast import APPLICATIONS, CUSTOMER, KEY_OWNER, SIGN_IN
from grantway.features.access.callers import Caller
from grantway.features.accounts.access_keys import AccessKeyDraft
from grantway.features.accounts.service_accounts import ServiceAccountDraft
from grantway.features.registry.installation_rules import InstallationDraft
from grantway.features.registry.vouching import VoucherDraft

Facts: TypeAlias = dict[str, Any]
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
            "access_key": self._access_key,
            "names_users": self._names_users,
            "installed_by": self._installed_by,
        }

    def complete(self, facts: Facts) -> None:
        """Make what is missing of them, once the applications are answered for."""
        known = {told["name"]: told for told in facts["applications"]}
        organizations = {one["name"]: id_of(one["id"]) for one in facts["organizations"]}
        for registered in APPLICATIONS:
            told = known.get(registered.draft.name, {})
            for need in registered.needs:
                if told and need not in told:
                    application = _required(self._product, told["client_id"])
                    told[need] = self._makers[need](application, organizations)

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

    def _access_key(self, application: Application, _: Organizations) -> dict[str, str]:
        """A developer's own key, for this application alone (C40, C41)."""
        home = application.organization_id
        with self._product.services.store.begin() as tx:
            (owner,) = tx.gate.people_at(KEY_OWNER)
            scopes = self._caller.scopes
            person = Caller(None, home, scopes, user_id=owner.id, role="developer")
            draft = AccessKeyDraft(application.name, application.id)
            made = self._features.access_keys.create(tx, person, home, draft)
        return {"id": to_text(made.key.id), "secret": made.secret.reveal()}

    def _names_users(self, application: Application, _: Organizations) -> bool:
        """Its organization answers for whom it names (B19 to B21)."""
        draft = VoucherDraft(application.client_id, application.version, asserted_subject=True)
        with self._product.services.store.begin() as tx:
            self._features.vouching.give(tx, self._caller, application.organization_id, draft)
        return True

    def _installed_by(self, application: Application, organizations: Organizations) -> list[str]:
        """An organization that installed it and lets its members in."""
        self._install(application, organizations[CUSTOMER], members="allow")
        return [to_text(organizations[CUSTOMER])]

    def _install(self, application: Application, customer: Id, members: str = "ask") -> None:
        scopes = tuple(sorted(application.scopes.difference(SIGN_IN)))
        with self._product.services.store.begin() as tx:
            draft = InstallationDraft(application.client_id, scopes, members)
            self._features.installations.grant(tx, self._caller, customer, draft)


def _required(product: Product, client_id: str) -> Application:
    with product.services.store.read() as tx:
        found = tx.gate.application_by_client_id(client_id)
    if found is None:
        raise RuntimeError("an application that was told is there")
    return found


def id_of(text: str) -> Id:
    """The id behind a text that a demonstration told."""
    found = from_text(text)
    if found is None:
        raise RuntimeError("an organization that was told has an id")
    return found
