"""A secret was found where it does not belong: what it was is ended, and told to those whose it is.

Whoever has no right to it gets the answer of an unknown text, so nobody can try texts here. The text
itself goes nowhere: not into a log, a record or an answer.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from grantway.core import errors
from grantway.core.audit import THE_SERVER
from grantway.core.errors import RECORD_NOT_FOUND, FieldError, Invalid, NotFound
from grantway.core.identifiers import to_text
from grantway.core.leaks import LOOKS_LIKE_SECRET, Ended, Leak, LeakedState, MustAct
from grantway.core.model import SECOND, Credential, Id
from grantway.core.ports import Tx
from grantway.core.scopes import parse
from grantway.core.secrets import Secret
from grantway.features import fields
from grantway.features.access.callers import Caller, admit
from grantway.features.access.permissions import SECRETS_WRITE
from grantway.features.audit import Act, AuditLog
from grantway.features.memory.keyring import RefreshFacts
from grantway.features.services import Services
from grantway.features.tokens.facts import Facts
from grantway.features.tokens.revoke import end_token
from grantway.features.tokens.verify import Verifier

LONGEST_SECRET = 12_000
LONGEST_PLACE = 500
LEAKED = "found outside"
"""Why a family of tokens ended."""


class Leaks:
    """Takes found secrets."""

    def __init__(self, services: Services, verifier: Verifier) -> None:
        self._services = services
        self._verifier = verifier
        self._log = AuditLog(services)

    def report(self, tx: Tx, caller: Caller, found: Secret, *, found_at: str = "") -> Leak:
        """End a found secret. Raises Invalid, and NotFound for what is nothing of the caller's.

        Twice is once: what has ended already is recognised, and nothing more ends.
        """
        admit(caller, SECRETS_WRITE, caller.organization_id)
        text = found.reveal().strip()
        _judge(text, found_at)
        leak = self._credential(tx, caller, Secret(text)) or self._token(tx, caller, text)
        if leak is None:
            raise NotFound(RECORD_NOT_FOUND)
        told = replace(leak, must_act=_must_act(tx, caller, leak))
        self._tell_others(tx, caller, told)
        if not _is_makers(caller, leak):
            # From where the makers call is theirs to know.
            return replace(told, last_used_from=None)
        return told

    # Client secrets --------------------------------------------------------------------------------
    def _credential(self, tx: Tx, caller: Caller, secret: Secret) -> Leak | None:
        digests = self._services.keyring.secret_digests(secret)
        for credential in tx.gate.credentials_of_digest(digests):
            leak = self._leak_of_credential(tx, credential)
            if leak is not None and _may_know(caller, leak):
                return replace(leak, ended=self._end_credential(tx, leak))
        return None

    def _leak_of_credential(self, tx: Tx, credential: Credential) -> Leak | None:
        application = tx.gate.application(credential.application_id)
        if application is None:
            return None
        scopes, now = application.scopes, self._services.clock.now()
        if credential.organization_id != application.organization_id:
            installation = tx.gate.installation(application.id, credential.organization_id)
            scopes &= installation.scopes if installation is not None else frozenset()
        is_expired = credential.expires_at is not None and credential.expires_at <= now
        state: LeakedState = (
            "ended" if credential.revoked_at is not None else "expired" if is_expired else "live"
        )
        return Leak(
            kind="client_secret",
            record_id=credential.id,
            application=application,
            organization_id=credential.organization_id,
            state=state,
            made_at=credential.created_at,
            expires_at=credential.expires_at,
            scopes=scopes,
            last_used_at=credential.last_used_at,
            last_used_from=credential.last_used_from,
        )

    def _end_credential(self, tx: Tx, leak: Leak) -> tuple[Ended, ...]:
        """With the secret go the tokens that the application got with it for itself."""
        door, now = tx.organization(leak.application.organization_id), self._services.clock.now()
        is_ended = door.revoke_credential(leak.application.id, leak.record_id, now=now)
        return ("secret", "tokens") if is_ended else ()

    # Tokens ----------------------------------------------------------------------------------------
    def _token(self, tx: Tx, caller: Caller, text: str) -> Leak | None:
        refresh = self._services.keyring.read_refresh(text)
        if refresh is not None:
            return self._refresh_token(tx, caller, refresh)
        facts = self._verifier.read_anywhere(text)
        return self._access_token(tx, caller, facts) if facts is not None else None

    def _refresh_token(self, tx: Tx, caller: Caller, refresh: RefreshFacts) -> Leak | None:
        grant, application = tx.gate.grant(refresh.grant_id), tx.gate.application(refresh.application_id)
        if grant is None or application is None:
            return None
        now = self._services.clock.now()
        ends = min(grant.expires_at, grant.idle_expires_at or grant.expires_at)
        leak = Leak(
            kind="refresh_token",
            record_id=grant.id,
            application=application,
            organization_id=grant.organization_id,
            state="ended" if grant.state != "live" else "expired" if ends <= now else "live",
            made_at=grant.created_at,
            expires_at=ends,
            scopes=grant.scopes,
            last_used_at=grant.rotated_at,
        )
        if not _may_know(caller, leak):
            return None
        # An earlier generation, too: whoever has one may have had them all.
        is_ended = tx.gate.revoke_grant(grant.id, reason=LEAKED, now=now)
        return replace(leak, ended=("family",) if is_ended else ())

    def _access_token(self, tx: Tx, caller: Caller, facts: Facts) -> Leak | None:
        application, now = tx.gate.application(facts.application), self._services.clock.now()
        if application is None:
            return None
        is_expired = facts.expires_at * SECOND <= now
        is_dead = self._services.directory.is_dead(facts.grant, facts.token_id, facts.session)
        leak = Leak(
            kind="access_token",
            record_id=facts.token_id,
            application=application,
            organization_id=facts.organization,
            state="expired" if is_expired else "live" if self._verifier.is_live(facts) else "ended",
            made_at=facts.issued_at * SECOND,
            expires_at=facts.expires_at * SECOND,
            scopes=parse(facts.scopes) or frozenset(),
        )
        if not _may_know(caller, leak):
            return None
        if is_expired or is_dead:
            return leak
        # What is merely suspended ends as well, so that it does not come back.
        end_token(tx, facts, reason=LEAKED, now=now)
        return replace(leak, ended=("token",) if facts.grant is None else ("family",))

    def _tell_others(self, tx: Tx, caller: Caller, leak: Leak) -> None:
        """A line in the log of each organization it touches; who found it is not their business."""
        told = {"kind": leak.kind, "application_id": to_text(leak.application.id), "ended": list(leak.ended)}
        for one in leak.must_act:
            if one.organization_id != caller.organization_id:
                act = Act("secret.leaked", leak.record_id, one.organization_id, after=told)
                self._log.record(tx, THE_SERVER, act)


def _judge(text: str, found_at: str) -> None:
    findings = fields.Findings()
    if not text:
        findings.add("secret", errors.FIELD_REQUIRED)
    elif len(text) > LONGEST_SECRET:
        findings.add("secret", fields.too_long(LONGEST_SECRET))
    findings.add("found_at", fields.line_problem(found_at, longest=LONGEST_PLACE))
    findings.raise_if_any()
    for spelt in (found_at, unquote(found_at)):
        if text in spelt or LOOKS_LIKE_SECRET.search(spelt):
            raise Invalid((FieldError("found_at", errors.LEAK_INSIDE),))


def _is_makers(caller: Caller, leak: Leak) -> bool:
    return caller.is_platform or caller.organization_id == leak.application.organization_id


def _may_know(caller: Caller, leak: Leak) -> bool:
    """The makers of the application, the organization that it acts for, and operators."""
    return _is_makers(caller, leak) or caller.organization_id == leak.organization_id


def _must_act(tx: Tx, caller: Caller, leak: Leak) -> tuple[MustAct, ...]:
    """The makers first; then the organization that was acted for, which may have to look at its data."""
    addresses = leak.application.notification_addresses
    owner: Id = leak.application.organization_id
    makers = MustAct(
        owner,
        _name_of(tx, owner),
        addresses if _is_makers(caller, leak) else (),
        len(addresses),
    )
    if leak.organization_id == owner:
        return (makers,)
    return makers, MustAct(leak.organization_id, _name_of(tx, leak.organization_id))


def _name_of(tx: Tx, organization_id: Id) -> str:
    organization = tx.gate.organization_record(organization_id)
    return organization.name if organization is not None else ""
