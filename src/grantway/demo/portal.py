"""The portal of a demonstration: somebody of the customer is signed in to it, and opens applications."""

from __future__ import annotations

from typing import Any

from grantway.app import Product
from grantway.core.errors import DomainError, Refused
from grantway.core.launching import LIFETIME, Launched
from grantway.core.messages import Session
from grantway.core.secrets import Secret
from grantway.demo.cast import CUSTOMER
from grantway.demo.needs import id_of
from grantway.features.accounts.throttling import Source
from grantway.features.launches import Launch, Launches, party_of
from grantway.features.standing import epochs_of

_HERE = Source("127.0.0.1", browser="The demonstration's portal")


class Portal:
    """Signs the customer's user in with the password that the demonstration knows, and launches for them."""

    def __init__(self, product: Product, facts: dict[str, Any]) -> None:
        self._product = product
        self._entrances = {
            one.dialect.name: one.dialect.entrance
            for one in product.placed
            if one.dialect.entrance is not None
        }
        customer = next(one for one in facts["organizations"] if one["name"] == CUSTOMER)
        self._customer, self._account = id_of(customer["id"]), customer["user"]
        self._session: Session | None = None

    def passed(self, told: dict[str, Any]) -> dict[str, str]:
        """What an application is passed when it is opened now; nothing where it is not opened so.

        Each of it works once and for minutes. Nothing comes, too, where there were too many of them lately.
        """
        entrance = self._entrances.get(told["dialect"])
        if entrance is None:
            return {}
        try:
            return dict(entrance(self._launched(told["client_id"])))
        except DomainError:
            return {}

    def _launched(self, client_id: str) -> Launched:
        services, session, organization_id = self._product.services, self._signed_in(), self._customer
        with services.store.begin() as tx:
            application = tx.gate.application_by_client_id(client_id)
            user = tx.gate.user(session.user_id)
            if application is None or user is None:
                raise RuntimeError("an application and a person that were told are there")
            party = party_of(tx, application, user, organization_id)
            if party is None:
                raise RuntimeError("the person is of the customer")
            dialect = min(self._entrances.keys() & application.dialects)
            launch = Launch(
                session, application.id, organization_id, dialect, epochs_of(application, party, None)
            )
            proof = Launches(services).make(tx, launch)
        expires_at = services.clock.now() + LIFETIME
        return Launched(proof, application.id, organization_id, dialect, expires_at, application.base_url)

    def _signed_in(self) -> Session:
        session = self._session
        if session is None or session.expires_at <= self._product.services.clock.now():
            tried = self._product.features.sign_in.login.attempt(
                self._account["email"], Secret(self._account["password"]), source=_HERE
            )
            if isinstance(tried, Refused):
                raise DomainError(tried.reason)
            session = self._session = tried.session
        return session
