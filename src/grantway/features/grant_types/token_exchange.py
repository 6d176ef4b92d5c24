"""An application gets a token of its own for whom a token of a sibling speaks for (RFC 8693 §2).

Impersonation, and only among the applications of one organization: whoever let in the one lets its maker act.
The new token has none of the scopes that the presented one lacks, ends no later, and dies with it. Nothing
says on whose behalf it was exchanged (`act`, §4.1): the client is named in it anyhow, and nobody else acts.
"""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import OAuthError, Refused
from grantway.core.exchange import ACCESS_TOKEN, GRANT_TYPE
from grantway.core.messages import (
    AuthenticatedClient,
    Authorization,
    StandingKey,
    Subject,
    TokenRequest,
)
from grantway.core.model import SECOND, Application, Id, Instant, Party, SignInFacts
from grantway.core.ports import Tx
from grantway.core.scopes import OFFLINE_ACCESS
from grantway.features.grant_bindings import check_credential
from grantway.features.services import Services
from grantway.features.tokens.facts import Facts
from grantway.features.tokens.verify import VerifiedToken, Verifier

_SUBJECTS = frozenset({"user", "service_account"})
_NOT_TAKEN = ("actor_token", "actor_token_type")


class TokenExchange:
    """Reads from memory and writes nothing."""

    name = GRANT_TYPE
    needs_secret = True

    def __init__(self, services: Services, verifier: Verifier) -> None:
        self._services = services
        self._verifier = verifier

    def authorize(
        self, tx: Tx, client: AuthenticatedClient, request: TokenRequest, *, now: Instant
    ) -> Authorization | Refused:
        """The subject of the presented token, as far as it reaches. Raises OAuthError (§2.2.2)."""
        text = _subject_token(request)
        application, found = client.application, self._verifier.presented(text, request.origin.mount)
        if found is None or not _is_exchangeable(*found, application):
            raise OAuthError(errors.EXCHANGE_SUBJECT)
        token, facts = found
        party = self._party(application, token)
        check_credential(client, party)
        if party.user is not None and party.withdrawals:
            self._require_consent(tx, application, token.organization_id, party.user.id)
        sign_in = None
        if token.auth_time is not None:
            sign_in = SignInFacts(token.auth_time * SECOND, token.methods)
        return Authorization(
            organization_id=token.organization_id,
            organization_source="token",
            party=party,
            subject=Subject(token.subject.kind, token.subject.id),
            ceiling=token.scopes - {OFFLINE_ACCESS},
            grant_id=token.grant_id,
            sign_in=sign_in,
            echo={"issued_token_type": ACCESS_TOKEN},
            access_key=_key_of(facts),
            ends_at=token.expires_at,
            behind=facts.as_behind(),
        )

    def _party(self, application: Application, token: VerifiedToken) -> Party:
        directory, organization_id = self._services.directory, token.organization_id
        account = token.party.service_account
        if account is not None:
            party = directory.party_of_account(application, organization_id, account.id)
        else:
            party = directory.party(application, organization_id, token.subject.id)
        if party is None:
            raise OAuthError(errors.EXCHANGE_SUBJECT, "the subject is gone")
        return party

    def _require_consent(self, tx: Tx, application: Application, organization_id: Id, user_id: Id) -> None:
        """Who once cut this very application off has to have let it in again since."""
        consent = tx.gate.consent(user_id, application.id, organization_id)
        if consent is None or consent.revoked_at is not None:
            raise OAuthError(errors.EXCHANGE_SUBJECT, "the person withdrew what this application may do")


def _subject_token(request: TokenRequest) -> str:
    given = request.parameters
    if any(name in given for name in _NOT_TAKEN):
        raise OAuthError(errors.EXCHANGE_ACTOR)
    text, kind = given.get("subject_token"), given.get("subject_token_type")
    for name, value in (("subject_token", text), ("subject_token_type", kind)):
        if not value:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, name)
    if kind != ACCESS_TOKEN or given.get("requested_token_type", ACCESS_TOKEN) != ACCESS_TOKEN:
        raise OAuthError(errors.EXCHANGE_TYPE)
    return text or ""


def _is_exchangeable(token: VerifiedToken, facts: Facts, application: Application) -> bool:
    """A token of a sibling, for somebody of ours, that is bound to no key and was not exchanged itself."""
    return (
        token.application.organization_id == application.organization_id
        and token.subject.kind in _SUBJECTS
        and token.proof_key is None
        and facts.behind is None
    )


def _key_of(facts: Facts) -> StandingKey | None:
    return None if facts.access_key is None else StandingKey(facts.access_key, facts.access_key_epoch)
