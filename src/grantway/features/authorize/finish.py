"""The end of a browser flow: a code, or a refusal, for the application."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace

from msgspec.structs import astuple

from grantway.core import devices, errors
from grantway.core.concerns import Concern
from grantway.core.devices import DeviceRequest
from grantway.core.errors import PageError, Reason, Refused
from grantway.core.messages import Answer, Session
from grantway.core.model import SECOND, Application, Artifact, Id, Party
from grantway.core.ports import Tx
from grantway.core.redirects import VerifiedRedirect
from grantway.core.scopes import ScopeSet, naming
from grantway.core.secrets import CODE_PREFIX, digest, encode
from grantway.features import codes
from grantway.features.authorize.pending import Pending
from grantway.features.authorize.telling import Telling
from grantway.features.authorize.views import Browser
from grantway.features.authorize.wanted import claims_of, could_ask
from grantway.features.codes import CodePayload
from grantway.features.letting_in import Doorway
from grantway.features.services import Services
from grantway.features.standing import epochs_of


@dataclass(frozen=True, slots=True)
class Ending:
    """A pending request whose every step is done."""

    pending: Pending
    session: Session
    application: Application
    redirect: VerifiedRedirect | None
    address: str = ""
    """Where the browser is, for the log."""


class Finishing:
    """Makes codes and answers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._told = Telling(services)
        self._doorway = Doorway(services)

    def answer(
        self,
        tx: Tx,
        ended: Ending,
        party: Party,
        code: str,
        *,
        scopes: ScopeSet,
        voucher_id: Id | None,
    ) -> Answer:
        """A fresh code, bound to everything it may be asked about when it is redeemed."""
        now, session_id = self._services.clock.now(), ended.session.id
        in_force = ended.application.settings.at(ended.pending.dialect)
        made = Artifact(codes.KIND, digest(code), b"", now, now + in_force.code_lifetime * SECOND)
        payload = self._payload(ended, party, scopes=scopes, voucher_id=voucher_id, session_id=session_id)
        self._keep(tx, ended, party, made, payload)
        return self._answer(ended.pending, ended.redirect, {ended.pending.code_name: code})

    def allow(
        self,
        tx: Tx,
        ended: Ending,
        party: Party,
        request: DeviceRequest,
        *,
        scopes: ScopeSet,
        voucher_id: Id | None,
    ) -> None:
        """What the device will redeem, until its own time is over.

        It stands on a session of its own: the person who allowed it with a telephone may sign out there, and
        the device goes on until it is withdrawn or a new password ends every session.
        """
        now, session_id = self._services.clock.now(), self._services.entropy.new_id()
        made = Artifact(devices.KIND, request.key, b"", now, request.expires_at)
        payload = self._payload(ended, party, scopes=scopes, voucher_id=voucher_id, session_id=session_id)
        self._keep(tx, ended, party, made, payload)

    def _payload(
        self, ended: Ending, party: Party, *, scopes: ScopeSet, voucher_id: Id | None, session_id: Id
    ) -> CodePayload:
        pending, session, application = ended.pending, ended.session, ended.application
        entry = self._doorway.entry(pending.mount, scopes, redirect_uri=pending.redirect_uri or None)
        return CodePayload(
            redirect_uri=pending.redirect_uri,
            redirect_repeated=pending.redirect_repeated,
            scopes=sorted(scopes),
            epochs=astuple(epochs_of(application, party, entry)),
            auth_time=session.auth_time,
            methods=list(session.methods),
            state=pending.state if pending.state_repeated else None,
            code_challenge=pending.code_challenge,
            nonce=pending.nonce,
            resources=pending.resources,
            session_id=session_id,
            voucher_id=voucher_id,
            claims=claims_of(pending, scopes),
            mount=pending.mount,
        )

    def _keep(self, tx: Tx, ended: Ending, party: Party, made: Artifact, payload: CodePayload) -> None:
        application, user_id, organization_id = (
            ended.application,
            ended.session.user_id,
            party.organization.id,
        )
        tx.gate.put_artifact(
            replace(
                made,
                payload=codes.encode(payload),
                application_id=application.id,
                organization_id=organization_id,
                subject=user_id,
                dialect=ended.pending.dialect,
                session_id=payload.session_id,
            )
        )
        self._told.entered(
            tx, application, user_id=user_id, organization_id=organization_id, address=ended.address
        )
        self._services.activity.sign_in(application.client_id, organization_id, at=made.created_at)

    def code_of(self, handle: str | None, browser: Browser) -> str:
        """The text of the code in which a request ends. It is stored nowhere, only its hash is.

        That of a waiting request is computed, so that the second click of two is given the same one. It
        takes our key, the handle, and the secret of the browser that the request is bound to.
        """
        if handle is None or browser.secret is None:
            return CODE_PREFIX + encode(self._services.entropy.token_bytes(32))
        message = f"code|{handle}|{browser.secret}".encode()
        return CODE_PREFIX + encode(hmac.digest(self._services.keyring.link_key(), message, "sha256"))

    def again(self, tx: Tx, pending: Pending, redirect: VerifiedRedirect | None, code: str) -> Answer | None:
        """The answer with a code that was given before, if nobody has redeemed it and it still works."""
        known = tx.gate.artifact(codes.KIND, digest(code), now=self._services.clock.now())
        return self._answer(pending, redirect, {pending.code_name: code}) if known is not None else None

    def refusal(self, pending: Pending, redirect: VerifiedRedirect | None, reason: Reason) -> Answer:
        """The error answer of RFC 6749 §4.1.2.1."""
        text = naming(reason.text, could_ask(self._services, pending, reason))
        concern = Concern(pending.client_id, pending.organization_id or 0, tuple(pending.lacking))
        answer = self._answer(pending, redirect, {"error": reason.code, "error_description": text})
        return replace(answer, refused=Refused(reason, concern=concern))

    def _answer(
        self, pending: Pending, redirect: VerifiedRedirect | None, parameters: dict[str, str]
    ) -> Answer:
        if redirect is None:
            raise PageError(errors.STEP_UNKNOWN, "a device fetches its answer itself")
        if pending.state is not None:
            parameters["state"] = pending.state
        if pending.names_issuer:
            parameters["iss"] = self._services.issuer_of(pending.mount)
        return Answer(redirect, pending.mode, parameters)
