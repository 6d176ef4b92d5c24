"""Signing in with e-mail address and password."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.errors import LOGIN_FAILED, LOGIN_THROTTLED, Refused
from grantway.core.messages import Session
from grantway.core.model import PasswordRecord
from grantway.core.passwords import prepared
from grantway.core.secrets import Secret
from grantway.features.accounts.passwords import fit_of
from grantway.features.accounts.sessions import Sessions
from grantway.features.accounts.sign_in_log import SignInLog
from grantway.features.accounts.throttling import Source, Throttle
from grantway.features.services import Services

LONGEST_EMAIL = 320
PASSWORD_METHOD = "pwd"
"""The name of this method in `amr` (RFC 8176)."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session, the text of its cookie, and the device cookie that now knows the account."""

    session_text: Secret
    session: Session
    device: str


class Login:
    """Evaluates attempts. Every failure looks alike and costs alike, whatever was wrong (V150)."""

    def __init__(self, services: Services, sessions: Sessions) -> None:
        self._services = services
        self._sessions = sessions
        self._told = SignInLog(services)

    def attempt(
        self, email: str, password: Secret, *, source: Source, former: str | None = None
    ) -> SignedIn | Refused:
        """Sign in, ending the browser's session `former`.

        Counting is a transaction of its own, committed before the password is looked at: an attempt
        that is never evaluated to the end still counts, and no row is locked during the slow hash.
        """
        account = email.strip()
        throttle = Throttle(self._services.keyring.link_key())
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            is_admitted = throttle.admits(tx.gate, account, source, now=now)
            found = tx.gate.password_of(account) if is_admitted and _is_address(account) else None
        if not is_admitted:
            return Refused(LOGIN_THROTTLED)
        record, owner = _usable(found), found.user.id if found is not None else None
        passwords = self._services.passwords
        fit = fit_of(passwords, record.phc if record else None, password)
        if record is None or fit == "no":
            self._told.failed(account, owner, source)
            return Refused(LOGIN_FAILED)
        anew = passwords.hash(prepared(password.reveal())) if fit == "as_before" else None
        with self._services.store.begin() as tx:
            # Whoever changed the password meanwhile has ended the sessions that the former one opened;
            # whoever changes it now waits until this one is there to be ended.
            if (
                tx.gate.hold_password(record.user.id) is None
                or _usable(tx.gate.password_of(account)) != record
            ):
                return Refused(LOGIN_FAILED)
            if anew is not None:
                tx.gate.set_password(record.user.id, anew, now=now)
            started = self._sessions.start(tx, record.user, (PASSWORD_METHOD,), replaces=former)
            throttle.clear(tx.gate, account, source)
            self._told.succeeded(tx, record.user.id, source)
        fresh = self._services.entropy.token_bytes(16)
        device = throttle.device_after_success(account, source.device, fresh=fresh)
        return SignedIn(started.text, started.session, device)


def _usable(record: PasswordRecord | None) -> PasswordRecord | None:
    """The record of somebody who may sign in with a password; anybody else is as good as unknown."""
    if record is None or not record.phc or record.user.state != "enabled":
        return None
    return record


def _is_address(text: str) -> bool:
    """Whether the text could be a stored address; what a database cannot even compare could not."""
    return 0 < len(text) <= LONGEST_EMAIL and text.isprintable()
