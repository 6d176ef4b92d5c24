"""A person opens an application from a portal: the act behind a launch, and what it needs.

It is the person's own act. Whichever program asks, does so with a token that the person's sign-in gave it,
and only while that session is live: nobody launches for somebody else, no machine for anybody.
"""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import FieldError, Forbidden, Invalid, OAuthError
from grantway.core.launching import LIFETIME, Launched
from grantway.core.messages import Session
from grantway.core.model import SECOND, Application, Artifact, Id, Party
from grantway.core.ports import Tx
from grantway.core.sessions import session_of
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import LAUNCHES_WRITE
from grantway.features.accounts.sessions import KIND as SESSION
from grantway.features.launches import Launch, Launches, check_launched, party_of
from grantway.features.services import Services
from grantway.features.standing import epochs_of
from grantway.features.tokens.verify import VerifiedToken


class Launching:
    """Makes launches of applications that are opened so."""

    def __init__(self, services: Services, dialects: frozenset[str]) -> None:
        """`dialects` are those that are served here and have an entrance for launches."""
        self._services = services
        self._dialects = dialects
        self._launches = Launches(services)

    def launch(
        self,
        tx: Tx,
        caller: Caller,
        proof: VerifiedToken | Session | None,
        organization_id: Id,
        *,
        client_id: str,
    ) -> Launched:
        """A launch of an application in an organization of the person's. Raises DomainError.

        `proof` is what the person acts with: a token that their sign-in gave, or their browser's session.
        """
        enter(tx, caller, LAUNCHES_WRITE, organization_id)
        session = self._session(tx, proof)
        application = self._application(client_id)
        dialect = min(self._dialects & application.dialects, default=None)
        if dialect is None:
            raise _not_launched("spoken nowhere here, or without launches")
        party = self._party(tx, application, session, organization_id)
        launch = Launch(
            session, application.id, organization_id, dialect, epochs_of(application, party, None)
        )
        made = self._launches.make(tx, launch)
        now = self._services.clock.now()
        return Launched(made, application.id, organization_id, dialect, now + LIFETIME, application.base_url)

    def _session(self, tx: Tx, proof: VerifiedToken | Session | None) -> Session:
        """The live session that is the proof, or that the token was made in. Raises Forbidden."""
        if isinstance(proof, Session):
            self._live(tx, proof.id)
            return proof
        token = proof
        if token is None or token.party.user is None or token.session is None:
            raise Forbidden(errors.LAUNCH_PERSON, "no person, or no session")
        session_id = session_of(token.session)
        live = self._live(tx, session_id)
        user = token.party.user
        return Session(
            id=session_id,
            user_id=user.id,
            auth_time=(token.auth_time or 0) * SECOND,
            methods=token.methods,
            created_at=live[0].created_at,
            expires_at=live[0].expires_at,
            user_epoch=user.epoch,
        )

    def _live(self, tx: Tx, session_id: Id) -> tuple[Artifact, ...]:
        live = tx.gate.artifacts_of_session(SESSION, session_id, now=self._services.clock.now())
        if not live:
            raise Forbidden(errors.LAUNCH_PERSON, "the session is over")
        return live

    def _application(self, client_id: str) -> Application:
        application = self._services.directory.application_by_client_id(client_id)
        if application is None or not application.is_usable:
            raise _not_launched("unknown or not usable")
        return application

    def _party(self, tx: Tx, application: Application, session: Session, organization_id: Id) -> Party:
        """The person's place there, where the application was installed or is at home (G14).

        One that was not installed is answered like one that does not exist. Raises Forbidden, Invalid.
        """
        user = self._services.directory.user(session.user_id)
        party = party_of(tx, application, user, organization_id)
        if party is None:
            raise Forbidden(errors.RECORD_FORBIDDEN, "not a member there")
        try:
            check_launched(application, party)
        except OAuthError as refusal:
            raise _not_launched(refusal.reason.id) from None
        return party


def _not_launched(detail: str) -> Invalid:
    return Invalid((FieldError("client_id", errors.LAUNCH_NONE),), detail)
