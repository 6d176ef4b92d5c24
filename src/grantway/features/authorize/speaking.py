"""An authorization request that a program makes in the name of a person, with the person's token (D28).

Its answer is a code for another application. Whoever may make such requests can enter every application that
asks nobody as the person, so it takes a voucher that says the application speaks for its people
(`asserted_subject`), and nothing that a page would have to ask is ever answered here.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from grantway.core import errors
from grantway.core.errors import OAuthError, PageError, concerning, reason_of
from grantway.core.messages import Answer, AuthorizeRequest, AuthorizeRules, BearerRequest, Session
from grantway.core.model import SECOND, Id
from grantway.features.authorize import pending as waiting
from grantway.features.authorize.begin import Beginning
from grantway.features.authorize.due import Dues, Ready
from grantway.features.authorize.ending import Endings
from grantway.features.authorize.finish import Finishing
from grantway.features.authorize.steps import Tell
from grantway.features.authorize.views import Browser
from grantway.features.services import Services
from grantway.features.tokens.asserted import voucher_to_assert
from grantway.features.tokens.verify import VerifiedToken, Verifier


@dataclass(frozen=True, slots=True)
class AuthorizeFor:
    """A request, and the token of the person it is made for."""

    request: AuthorizeRequest
    bearer: BearerRequest


class Speaking:
    """Answers at once, for the person and the organization of the token."""

    def __init__(self, services: Services, verifier: Verifier) -> None:
        self._services = services
        self._verifier = verifier
        self._beginning = Beginning(services)
        self._dues = Dues(services)
        self._endings = Endings(services)
        self._finishing = Finishing(services)

    def authorize(self, asked: AuthorizeFor, rules: AuthorizeRules) -> Answer:
        """A code, on what the person allowed before or on a voucher. Raises OAuthError, PageError."""
        token = self._verifier.bearer(asked.bearer, audience=None)
        vouchers = self._services.directory.vouchers(token.application.id, token.organization_id)
        voucher_to_assert(
            token.application,
            vouchers,
            organization_id=token.organization_id,
            dialect=asked.bearer.origin.dialect,
        )
        return self._answer(asked.request, rules, self._session(token), token.organization_id)

    def _answer(
        self, request: AuthorizeRequest, rules: AuthorizeRules, session: Session, organization_id: Id
    ) -> Answer:
        verified = self._beginning.verify(request, rules)
        now, browser = self._services.clock.now(), Browser(None, session, request.origin.address)
        pending = self._beginning.check(request, rules, verified, now)
        if pending.error is not None:
            refusal = PageError(reason_of(pending.error))
            concerning(refusal, organization_id=organization_id, named=pending.lacking)
            raise refusal
        pending = waiting.of_session(pending, session)
        pending = structs.replace(pending, prompts=["none"], organization_id=organization_id)
        with self._services.store.begin() as tx:
            due = self._dues.of(tx, pending, browser, now)
            if isinstance(due, Ready):
                return self._endings.coded(tx, pending, due, self._finishing.code_of(None, browser))
            refused = PageError(due.reason if isinstance(due, Tell) else errors.AUTHORIZE_LOGIN_REQUIRED)
            concerning(refused, organization_id=organization_id)
            raise refused

    def _session(self, token: VerifiedToken) -> Session:
        """The session that the token was made in: what is given here ends with it."""
        user, grant_id = token.party.user, token.grant_id
        if user is None or grant_id is None:
            raise OAuthError(errors.TOKEN_NO_USER)
        with self._services.store.read() as tx:
            grant = tx.gate.grant(grant_id)
        if grant is None or grant.session_id is None:
            raise OAuthError(errors.TOKEN_INVALID, "it stands on no session")
        signed_in = grant.auth_time if grant.auth_time is not None else grant.created_at
        now = self._services.clock.now()
        return Session(grant.session_id, user.id, signed_in, grant.methods, now, now + SECOND, user.epoch)
