"""Client authentication: which application a request comes from, and for which organization.

The secret that is presented selects the organization (data model §4). Unknown client, wrong secret
and disabled application are refused alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from grantway.core import errors
from grantway.core.asker import ASKER
from grantway.core.errors import OAuthError, concerning
from grantway.core.foreign_secrets import ForeignKind, compared
from grantway.core.messages import AuthenticatedClient, Origin, PresentedClient
from grantway.core.model import MINUTE, Application, Credential, Instant
from grantway.core.ports import Attempt, Tx
from grantway.core.secrets import Secret, digest, same
from grantway.features.guesses import Guesses
from grantway.features.services import Services
from grantway.features.standing import check_address

_FAILURES_PER_MINUTE = 30


class ClientAuthentication:
    """Turns what a request claims about its client into an application that stands."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._guesses = Guesses()

    def authenticate(
        self, presented: PresentedClient | None, origin: Origin, *, grant_type: str | None = None
    ) -> AuthenticatedClient:
        """The application behind the request. Raises OAuthError with `invalid_client`.

        A public application is known by its id alone; one that has a secret must present it, and a
        public one must not. Where settings say so for a mount, `grant_type` needs no secret there.
        """
        if presented is None or not presented.client_id:
            raise OAuthError(errors.CLIENT_MISSING)
        application = self._application(presented)
        credential: Credential | None = None
        try:
            credential = self._credential(application, presented, origin, grant_type)
            if application is not None:
                self.check(application, origin, credential)
        except OAuthError as refusal:
            if application is not None:
                here = credential.organization_id if credential is not None else 0
                concerning(refusal, client_id=application.client_id, organization_id=here)
            raise
        if application is None:
            raise OAuthError(errors.CLIENT_UNKNOWN, "unknown client_id")
        if credential is not None:
            self._services.uses.secret(credential.id, origin.address, at=self._services.clock.now())
        ASKER.client = application.client_id
        return AuthenticatedClient(application, credential)

    def check(self, application: Application, origin: Origin, credential: Credential | None = None) -> None:
        """Whether the application may be used from there at all, with this credential or without any.

        Raises OAuthError.
        """
        self._check_standing(application, credential, origin)
        check_address(application, origin.address)

    def _application(self, presented: PresentedClient) -> Application | None:
        directory = self._services.directory
        application = directory.application_by_client_id(presented.client_id)
        if application is None and presented.as_sent is not None:
            application = directory.application_by_client_id(presented.as_sent[0])
        if presented.is_broken and (application is None or not application.has_imported_secrets):
            raise OAuthError(errors.CLIENT_BASIC_MALFORMED, "broken percent sign")
        return application

    def _credential(
        self,
        application: Application | None,
        presented: PresentedClient,
        origin: Origin,
        grant_type: str | None,
    ) -> Credential | None:
        """The live credential of the presented secret; None for a client that has none and sent none.

        A right secret of ours costs no write and is never throttled.
        """
        if presented.secret is None:
            if application is None or application.type == "public":
                return None
            if grant_type in application.settings.at(origin.dialect).secretless:
                return None
            raise OAuthError(errors.CLIENT_UNKNOWN, "no secret sent")
        if application is None or application.type == "public":
            self._count_failure(application, presented, origin)
            raise OAuthError(errors.CLIENT_UNKNOWN, "a secret of no application that has one")
        services = self._services
        credential = services.directory.credential(
            application.id, services.keyring.secret_digests(presented.secret)
        )
        if credential is None and application.has_imported_secrets:
            return self._imported(application, presented, origin)
        if credential is None or not _is_live(credential, services.clock.now()):
            self._count_failure(application, presented, origin)
            raise OAuthError(errors.CLIENT_SECRET_WRONG, "no credential fits")
        return credential

    def _count_failure(
        self, application: Application | None, presented: PresentedClient, origin: Origin
    ) -> None:
        """Only wrong secrets are counted, so nobody can lock the rightful holder out (E03).

        While secrets are here that take long to evaluate, every wrong one does: else the time would tell
        which applications there are, and which of them moved in.
        """
        services, now = self._services, self._services.clock.now()
        with services.store.begin() as tx:
            stand_in = tx.gate.foreign_stand_in()
            if stand_in is not None:
                is_counted = self._admitted(tx, application, presented, origin) is not None
            elif application is not None and application.type != "public":
                attempt = Attempt(f"client:{application.id}:{origin.address}", _FAILURES_PER_MINUTE, MINUTE)
                is_counted = tx.gate.count_attempt(attempt, now=now)
            else:
                is_counted = True
        if not is_counted:
            raise OAuthError(errors.CLIENT_THROTTLED)
        if stand_in is not None:
            self._evaluate_for_nothing(stand_in, presented)

    def _admitted(
        self, tx: Tx, application: Application | None, presented: PresentedClient, origin: Origin
    ) -> tuple[Attempt, ...] | None:
        name = _counted_as(application, presented)
        return self._guesses.admitted(tx.gate, name, origin.address, now=self._services.clock.now())

    def _evaluate_for_nothing(self, stand_in: str, presented: PresentedClient) -> None:
        foreign = self._services.foreign
        with foreign.turn():
            foreign.fits(stand_in, presented.secret.reveal() if presented.secret is not None else "")

    # Secrets that another server made -----------------------------------------------------------------
    def _imported(self, application: Application, presented: PresentedClient, origin: Origin) -> Credential:
        """The live imported credential of a secret. It is counted before anything is compared.

        What is compared is what is stored at that moment, never what memory has: another process may have
        put a hash of ours in place since, and the one that memory has would then fit nothing.
        """
        services, now = self._services, self._services.clock.now()
        with services.store.begin() as tx:
            counted = self._admitted(tx, application, presented, origin)
            stand_in = tx.gate.foreign_stand_in()
            stored = tx.gate.imported_credentials(application.id)
        if counted is None:
            raise OAuthError(errors.CLIENT_THROTTLED)
        texts = [secret.reveal() for _, secret in presented.readings if secret is not None]
        fitting = self._adopted(stored, texts)
        adopted_from = None
        if fitting is None and stand_in is not None:
            with services.foreign.turn():
                # Whoever waited here for the one before looks first whether that one made it fast.
                with services.store.read() as tx:
                    stored = tx.gate.imported_credentials(application.id)
                fitting = self._adopted(stored, texts)
                if fitting is None:
                    fitting = adopted_from = self._foreign(stored, texts, stand_in)
        if fitting is None:
            raise OAuthError(errors.CLIENT_SECRET_WRONG, "no credential fits")
        credential, text = fitting
        with services.store.begin() as tx:
            tx.gate.uncount_attempts(counted, at=now)
            if adopted_from is not None:
                pepper_id, digest = services.keyring.hash_secret(Secret(text))
                tx.gate.adopt_secret(credential, pepper_id=pepper_id, digest=digest)
        self._guesses.was_right(_counted_as(application, presented), origin.address)
        return credential

    def _adopted(self, stored: Sequence[Credential], texts: Sequence[str]) -> _Fitting | None:
        """The imported credential whose hash is ours by now."""
        keyring = self._services.keyring
        for credential, kind in self._live(stored):
            if credential.foreign_text is not None:
                continue
            for text in texts:
                meant = compared(kind, text)
                if any(same(one, credential.digest) for one in keyring.secret_digests(Secret(meant))):
                    return credential, meant
        return None

    def _foreign(self, stored: Sequence[Credential], texts: Sequence[str], stand_in: str) -> _Fitting | None:
        """The imported credential whose hash is still the other server's. Every way out of it takes long."""
        foreign = self._services.foreign
        hashes = [pair for pair in self._live(stored) if pair[0].foreign_text is not None]
        for credential, kind in hashes:
            for text in texts:
                if foreign.fits(credential.foreign_text or "", text):
                    return credential, compared(kind, text)
        if not hashes:
            foreign.fits(stand_in, texts[0])
        return None

    def _live(self, stored: Sequence[Credential]) -> list[tuple[Credential, ForeignKind]]:
        now = self._services.clock.now()
        return [(one, one.imported) for one in stored if one.imported is not None and _is_live(one, now)]

    def _check_standing(
        self, application: Application, credential: Credential | None, origin: Origin
    ) -> None:
        if not application.is_usable:
            raise OAuthError(errors.CLIENT_DISABLED, "application not enabled")
        if origin.dialect not in application.dialects:
            raise OAuthError(errors.CLIENT_DIALECT)
        owner = self._services.directory.organization(application.organization_id)
        if owner is None or not owner.is_active:
            raise OAuthError(errors.CLIENT_DISABLED, "owner organization not enabled")
        if credential is None or credential.organization_id == application.organization_id:
            return
        installation = self._services.directory.installation(application.id, credential.organization_id)
        if installation is None or installation.state != "active":
            raise OAuthError(errors.CLIENT_DISABLED, "installation not active")


_Fitting: TypeAlias = tuple[Credential, str]
"""A credential, and what of the presented text was compared with it."""


def _counted_as(application: Application | None, presented: PresentedClient) -> str:
    return str(application.id) if application is not None else digest(presented.client_id).hex()[:32]


def _is_live(credential: Credential, now: Instant) -> bool:
    return credential.revoked_at is None and (credential.expires_at is None or now < credential.expires_at)
