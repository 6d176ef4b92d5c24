"""A request that waits for a person: what is remembered between the pages, and for which browser."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from msgspec import structs

from grantway.core import errors
from grantway.core.claims import NO_CLAIMS, AskedClaims
from grantway.core.errors import PageError
from grantway.core.messages import ResponseMode, Session
from grantway.core.model import MINUTE, Artifact, Id, Instant
from grantway.core.ports import Tx
from grantway.core.secrets import digest, same
from grantway.features.authorize.views import Browser

KIND = "pending"
WAITING: Instant = 15 * MINUTE
"""How long a request waits for somebody to sign in, and how long it is remembered how one ended."""
LIFETIME: Instant = 60 * MINUTE
"""How long one lives that somebody signed in to."""
CODE = "code"
"""The outcome of a request that ended in a code; that of any other is the id of a refusal."""


class Over(Exception):
    """The request was answered, or its time is over: see `afterwards`."""


class Shown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stood on the page that a person was shown last: see `showing`."""

    step: str
    session_id: Id
    user_id: Id
    application_version: int
    redirect_uri: str
    organization_id: Id | None = None
    scopes: list[str] = []
    mark: str = ""
    """Another one as soon as anything that stood there is. The form carries it."""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """The request of a device that is decided here: by the hash of its code, and as its person knows it."""

    key: str
    user_code: str


class Pending(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A verified authorization request. Nothing security-relevant of it is in the browser (V054)."""

    application_id: Id
    client_id: str
    mount: str
    dialect: str
    redirect_uri: str
    redirect_repeated: bool
    mode: ResponseMode
    names_issuer: bool
    created_at: Instant
    code_name: str = "code"
    scopes: list[str] | None = None
    state: str | None = None
    state_repeated: bool = False
    nonce: str | None = None
    code_challenge: str | None = None
    resources: list[str] = []
    prompts: list[str] = []
    max_age: int | None = None
    login_hint: str | None = None
    ui_locales: str | None = None
    hinted_user: Id | None = None
    hinted_organization: Id | None = None
    """What the `id_token_hint` names."""
    claims: AskedClaims = NO_CLAIMS
    """What is asked for by name."""
    error: str | None = None
    """Id of a refusal found after the redirect was verified. It is told after sign-in (C065)."""
    lacking: list[str] = []
    """The scopes of ours that it was refused for, if any."""
    browser: str | None = None
    signed_in: Id | None = None
    """The session that somebody signed in to by the form of this request, the last one."""
    signed_in_before: list[Id] = []
    """Those of the clicks before: a second click signs in once more, and either tab may go on."""
    session_id: Id | None = None
    """In which session everything below was decided: in another one, nothing was."""
    organization_id: Id | None = None
    asked_in: Id | None = None
    """The organization whose admins were asked to let the application in, in the course of this request."""
    consented_for: tuple[Id, Id] | None = None
    """User and organization that consent was given for in this request, and for no other."""
    shown: Shown | None = None
    answered: str | None = None
    """The mark of the page that was answered last."""
    has_changed: bool = False
    """Whether an answer did not count because something had changed: the next page says so."""
    bucket: str | None = None
    weight: int = 1
    """In what it was counted when it began, and as how much: see `room`."""
    outcome: str | None = None
    """How it ended: `CODE`, or the id of a refusal."""
    device: Device | None = None
    """What waits for the answer instead of an application behind a redirect: then `redirect_uri` is empty."""
    by_person: bool = False
    """Whether a person ended it by a button that says no."""

    @property
    def is_silent(self) -> bool:
        """`prompt=none`: the person may not be asked anything."""
        return "none" in self.prompts


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Pending).decode


def artifact_of(handle: str, pending: Pending) -> Artifact:
    """The stored form, found by the hash of the handle."""
    lifetime = WAITING if pending.session_id is None else LIFETIME
    return Artifact(
        kind=KIND,
        key=digest(handle),
        payload=encode(pending),
        created_at=pending.created_at,
        expires_at=pending.created_at + lifetime,
        application_id=pending.application_id,
        organization_id=pending.organization_id,
        dialect=pending.dialect,
    )


def of_session(pending: Pending, session: Session | None) -> Pending:
    """The request as it stands for whoever is signed in now.

    What somebody decided in a session that has ended, or that is another one, was never decided: the
    next person, or the same one after signing out, begins after the sign-in.
    """
    if session is None or pending.session_id == session.id:
        return pending
    return structs.replace(
        pending,
        session_id=session.id,
        organization_id=None,
        asked_in=None,
        consented_for=None,
        shown=None,
        answered=None,
    )


def bound_to(pending: Pending, browser: Browser) -> Pending:
    """The request as one of this browser."""
    return structs.replace(pending, browser=browser.mark)


def find(tx: Tx, handle: str, browser: Browser, now: Instant) -> Pending:
    """The pending request of a handle, which works in its own browser only. Raises Over, PageError."""
    artifact = tx.gate.artifact(KIND, digest(handle), now=now)
    if artifact is None:
        raise Over
    pending = decode(artifact.payload)
    if pending.browser is None:
        pending = bound_to(pending, browser)
        keep(tx, handle, pending, now)
    elif not is_bound_to(pending, browser):
        raise PageError(errors.STEP_UNKNOWN, "another browser")
    return of_session(pending, browser.session)


def is_bound_to(pending: Pending, browser: Browser) -> bool:
    """Whether a request belongs to this browser."""
    return pending.browser is not None and browser.mark is not None and same(pending.browser, browser.mark)


def keep(tx: Tx, handle: str, pending: Pending, now: Instant) -> None:
    """Remember what changed about it. Raises Over."""
    if not tx.gate.replace_artifact(artifact_of(handle, pending), now=now):
        raise Over


def close(
    tx: Tx, handle: str, pending: Pending, outcome: str, *, by_person: bool, late: bool, now: Instant
) -> None:
    """A pending request ends once, whatever its answer; how, is remembered for a while. Raises Over.

    `late`: the person goes back to the application although the time is over.
    """
    ended = structs.replace(
        pending,
        scopes=None,
        nonce=None,
        code_challenge=None,
        resources=[],
        login_hint=None,
        consented_for=None,
        shown=None,
        answered=None,
        outcome=outcome,
        by_person=by_person,
    )
    closed = replace(artifact_of(handle, ended), expires_at=now + WAITING)
    if not tx.gate.close_artifact(closed, after=0 if late else now, now=now):
        raise Over
