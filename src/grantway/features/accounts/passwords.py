"""What may be chosen as a password, and changing one.

Length decides; no kinds of characters are demanded, and nothing expires by date. Refused are the
passwords that attackers try first and those made of what everybody knows about the person. A password
is stored and verified whole and with its case (`core.passwords`); folding is for these two comparisons only.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

from grantway.core.audit import Actor
from grantway.core.errors import (
    FIELD_PASSWORD_CHARACTERS,
    FIELD_PASSWORD_COMMON,
    FIELD_PASSWORD_DIFFERENT,
    FIELD_PASSWORD_KNOWN,
    FIELD_PASSWORD_SHORT,
    FIELD_PASSWORD_WRONG,
    FIELD_REQUIRED,
    FIELD_TOO_LONG,
    LOGIN_THROTTLED,
    FieldError,
    Invalid,
    Reason,
    Refused,
)
from grantway.core.messages import Session
from grantway.core.model import User
from grantway.core.passwords import can_be_typed, prepared
from grantway.core.ports import Passwords, Tx
from grantway.core.secrets import Secret, encode, same
from grantway.features.accounts.sessions import Sessions
from grantway.features.accounts.sign_in_log import SignInLog
from grantway.features.accounts.throttling import Source, Throttle
from grantway.features.audit import Act, AuditLog
from grantway.features.services import Services

MINIMUM = 12
MAXIMUM = 256
OF_ONES_OWN = 8
"""Characters that must be left of a password without the words that everybody knows."""

PRODUCT_WORDS = ("grantway", "password", "passwort", "signin", "login", "oauth")
_SHORTEST_WORD = 4
_WORD = re.compile(r"[^\W\d_]+")
_TAIL = re.compile(r"[\W\d_]*\Z")
_LETTERS_OF_SIGNS = str.maketrans("0134578@$!|", "oieastbasil")


@cache
def _common_passwords() -> frozenset[str]:
    """The list, read in a process by the first new password: most processes never see one."""
    text = files("grantway.features.accounts").joinpath("common_passwords.txt").read_text("ascii")
    return frozenset(text.split())


Fit: TypeAlias = Literal["no", "yes", "as_before"]
"""Whether a password is the one that is stored; `as_before`: by a hash that must be made anew."""


def fit_of(passwords: Passwords, phc: str | None, typed: Secret) -> Fit:
    """Whether what was typed fits. Without a stored hash the same work is done for the same answer, no.

    A hash from before passwords were prepared was made of the text itself. What is tried depends on what
    was typed and on nothing else, so that a failure costs the same with an account and without (V150).
    """
    text = typed.reveal()
    meant = prepared(text)
    if passwords.verify(phc, meant):
        return "yes"
    return "as_before" if meant != text and passwords.verify(phc, text) else "no"


class PasswordRules:
    """The rules, with the list of common passwords."""

    def problem_of(self, typed: str, known: Iterable[str] = ()) -> Reason | None:
        """What is wrong with a new password, or None. `known` is what everybody knows of its owner."""
        password = prepared(typed)
        if not password:
            return FIELD_REQUIRED
        if not can_be_typed(password):
            return FIELD_PASSWORD_CHARACTERS
        if len(password) < MINIMUM:
            return FIELD_PASSWORD_SHORT
        if len(password) > MAXIMUM:
            return FIELD_TOO_LONG.saying(f"At most {MAXIMUM} characters.")
        folded = _folded(password)
        if any(form in _common_passwords() for form in _forms(folded)):
            return FIELD_PASSWORD_COMMON
        words = sorted(_words((*PRODUCT_WORDS, *known)), key=len, reverse=True)
        for form in _forms(folded):
            rest = form
            for word in words:
                rest = rest.replace(word, "")
            if rest != form and len(rest) < OF_ONES_OWN:
                return FIELD_PASSWORD_KNOWN
        return None

    def accepted(self, typed: Secret, known: Iterable[str], *, confirmation: str | None = None) -> str:
        """The text to be hashed of a new password.

        Raises Invalid unless it may be chosen and was typed twice alike, if it was twice.
        """
        password = prepared(typed.reveal())
        problem = self.problem_of(password, known)
        if problem is not None:
            raise Invalid((FieldError("new_password", problem),))
        if confirmation is not None and not same(prepared(confirmation), password):
            raise Invalid((FieldError("confirm", FIELD_PASSWORD_DIFFERENT),))
        return password


class PasswordChange:
    """Changing one's own password, which ends the person's other sessions."""

    def __init__(self, services: Services, sessions: Sessions, rules: PasswordRules) -> None:
        self._services = services
        self._sessions = sessions
        self._rules = rules
        self._log = AuditLog(services)
        self._told = SignInLog(services)

    def change(
        self,
        session: Session,
        present: Secret,
        new: Secret,
        *,
        confirmation: str,
        source: Source,
        mark: str,
    ) -> int | Refused:
        """Set a new password and say how many other sessions ended. Raises Invalid.

        The form is of the password that `mark` stands for. If that was changed meanwhile, and the session
        lives on, it was changed here: this is the second click, and nothing is left to do.

        The present password is asked for and counted like a sign-in, so that an unattended browser is
        neither enough to take the account nor a place to guess.
        """
        user = self._services.directory.user(session.user_id)
        if user is None:
            raise Invalid((FieldError("password", FIELD_PASSWORD_WRONG),))
        chosen = self._rules.accepted(new, known_words(user), confirmation=confirmation)
        throttle = Throttle(self._services.keyring.link_key())
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            phc = _phc_of(tx, user)
            if not same(mark, self._mark(phc)):
                return 0
            if not throttle.admits(tx.gate, user.email, source, now=now):
                return Refused(LOGIN_THROTTLED)
        if fit_of(self._services.passwords, phc, present) == "no":
            self._told.failed(user.email, user.id, source)
            raise Invalid((FieldError("password", FIELD_PASSWORD_WRONG),))
        new_phc = self._services.passwords.hash(chosen)
        with self._services.store.begin() as tx:
            if not tx.gate.replace_password(user.id, new_phc, former=phc or "", now=now):
                return 0
            throttle.clear(tx.gate, user.email, source)
            ended = self._sessions.end_others(tx, user.id, keep=session.id)
            self._tell(tx, user, source, ended)
            return ended

    def mark_of(self, session: Session) -> str:
        """What a form for changing the password carries, so that it is of this password and no later one."""
        with self._services.store.read() as tx:
            user = tx.gate.user(session.user_id)
            return self._mark(_phc_of(tx, user) if user is not None else None)

    def _mark(self, phc: str | None) -> str:
        message = f"password|{phc or ''}".encode()
        return encode(hmac.digest(self._services.keyring.link_key(), message, "sha256")[:16])

    def _tell(self, tx: Tx, user: User, source: Source, ended: int) -> None:
        actor = Actor("user", user.id, address=source.address)
        self._log.record(tx, actor, Act("user.change_password", user.id, after={"sessions_ended": ended}))


def _phc_of(tx: Tx, user: User) -> str | None:
    """The hash of the person's password, if their address is verified and they have one."""
    record = tx.gate.password_of(user.email)
    return record.phc if record is not None and record.user.id == user.id else None


def known_words(user: User, *organizations: str) -> tuple[str, ...]:
    """What a stranger knows of a person: the names, the address and the organizations."""
    told = user.claims
    names = (user.given_name, user.family_name, told.middle_name, told.nickname, told.preferred_username)
    return (user.name, *(name or "" for name in names), user.email, *organizations)


def _words(texts: Iterable[str]) -> set[str]:
    """The words that are long enough to carry a password, folded like one."""
    found: set[str] = set()
    for text in texts:
        folded = _folded(text)
        found.update(word for word in _WORD.findall(folded) if len(word) >= _SHORTEST_WORD)
        joined = "".join(_WORD.findall(folded))
        if "@" not in folded and len(joined) >= _SHORTEST_WORD:
            found.add(joined)
    return found


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _forms(folded: str) -> tuple[str, ...]:
    """A password as it is, and with the signs that stand for letters read as letters."""
    tail = _TAIL.search(folded)
    end = tail.start() if tail is not None else len(folded)
    head = folded[:end].translate(_LETTERS_OF_SIGNS)
    return (folded, head + folded[end:], folded.translate(_LETTERS_OF_SIGNS))
