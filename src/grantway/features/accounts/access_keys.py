"""Access keys: what people and service accounts are known by where nobody can sign in.

A person makes keys for themselves, an administrator for the service accounts of the organization. Nobody
makes one for somebody else: whoever held it would act in a name that never agreed. Administrators see every
key, and end it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from grantway.core import errors
from grantway.core.access_keys import (
    EVERY_KEY,
    GRANT_TYPE,
    LONGEST_LIFE,
    MOST_ACCESS_KEYS,
    MOST_OF_ONE,
    USUAL_LIFE,
    AccessKey,
    AccessKeyFilter,
)
from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_FORBIDDEN,
    RECORD_NOT_FOUND,
    RECORD_TOO_MANY,
    Conflict,
    Forbidden,
    NotFound,
    PreconditionFailed,
    Reason,
)
from grantway.core.model import Application, Id, Instant, State
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.core.secrets import ACCESS_KEY_PREFIX, Secret, encode
from grantway.features import fields
from grantway.features.access.callers import Caller, admit, enter, enter_to_appoint
from grantway.features.access.permissions import (
    ACCESS_KEYS_READ,
    ACCESS_KEYS_WRITE,
    BY_SCOPE,
    MEMBERS_WRITE,
    OF_THE_PLATFORM,
)
from grantway.features.access.ranks import rank_of_change
from grantway.features.fields import Findings, no_such
from grantway.features.services import Services
from grantway.features.standing import includes

_NEVER_HELD = OF_THE_PLATFORM | {ACCESS_KEYS_WRITE.scope or ""}
"""What no key carries: the power over the platform, which people use who sign in, and that to make keys."""


@dataclass(frozen=True, slots=True)
class AccessKeyDraft:
    """A key as somebody wants it. Without a service account it is the caller's own."""

    label: str = ""
    application_id: Id | None = None
    service_account_id: Id | None = None
    expires_at: Instant | None = None
    client_id: str | None = None
    """The same application by what people know of it."""


@dataclass(frozen=True, slots=True)
class NewAccessKey:
    """A key at the one moment when its secret is known."""

    key: AccessKey
    secret: Secret


class AccessKeys:
    """What owners and administrators do about keys."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def listed(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        page: Page,
        only: AccessKeyFilter = EVERY_KEY,
    ) -> tuple[AccessKey, ...]:
        """The caller's own, in the order of their ids; for administrators those of everybody."""
        door = enter(tx, caller, ACCESS_KEYS_READ, organization_id)
        if not _manages(caller, organization_id):
            if caller.user_id is None or only.user_id not in {None, caller.user_id}:
                return ()
            only = replace(only, user_id=caller.user_id)
        return door.access_keys(only, after=page.after, limit=page.limit)

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, access_key_id: Id) -> AccessKey:
        """One of them. Raises NotFound, also for one of somebody else."""
        return _require(enter(tx, caller, ACCESS_KEYS_READ, organization_id), caller, access_key_id)

    def create(self, tx: Tx, caller: Caller, organization_id: Id, draft: AccessKeyDraft) -> NewAccessKey:
        """Make one. Raises Forbidden, Conflict and Invalid."""
        door = enter(tx, caller, ACCESS_KEYS_WRITE, organization_id)
        if draft.service_account_id is not None:
            enter_to_appoint(tx, caller, MEMBERS_WRITE, organization_id)
        else:
            _require_self(door, caller)
        now = self._services.clock.now()
        application = _named(tx, draft)
        if application is not None:
            draft = replace(draft, application_id=application.id)
        _judge(tx, door, draft, application, organization_id=organization_id, now=now)
        owner_id = draft.service_account_id or caller.user_id or 0
        everybodys, owners = door.count_access_keys(owner_id)
        if owners >= MOST_OF_ONE or everybodys >= MOST_ACCESS_KEYS:
            raise Conflict(RECORD_TOO_MANY)
        made = self._made(tx, caller, organization_id, draft, now=now)
        door.insert_access_key(made.key)
        return made

    def update(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        access_key_id: Id,
        changes: Mapping[str, Any],
        version: int,
    ) -> AccessKey:
        """Change its label, or whether it works. Switching it off ends its tokens for good.

        Raises NotFound, PreconditionFailed, Forbidden and Invalid.
        """
        door = enter(tx, caller, ACCESS_KEYS_WRITE, organization_id)
        before = _require(door, caller, access_key_id)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        state, label = changes.get("state", before.state), changes.get("label", before.label)
        findings = Findings()
        findings.add("label", fields.line_problem(label))
        findings.add("state", fields.one_of(state, ("enabled", "disabled")))
        findings.raise_if_any()
        is_others = before.user_id is not None and before.user_id != caller.user_id
        if is_others and before.state == "disabled" and state == "enabled":
            raise Forbidden(RECORD_FORBIDDEN.saying("Its owner switches it on."), "another's key")
        wanted = replace(
            before,
            label=label,
            state=cast("State", state),
            epoch=before.epoch + (state == "disabled" and before.state != "disabled"),
            stopped_by_rank=rank_of_change(
                caller, MEMBERS_WRITE if is_others else ACCESS_KEYS_WRITE, before, changes
            ),
        )
        written = door.update_access_key(wanted, version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return written

    def delete(self, tx: Tx, caller: Caller, organization_id: Id, *, access_key_id: Id, version: int) -> None:
        """Remove one; its tokens end. Raises NotFound and PreconditionFailed."""
        door = enter(tx, caller, ACCESS_KEYS_WRITE, organization_id)
        _require(door, caller, access_key_id)
        if not door.delete_access_key(access_key_id, version=version):
            raise PreconditionFailed(RECORD_CHANGED)

    def _made(
        self, tx: Tx, caller: Caller, organization_id: Id, draft: AccessKeyDraft, *, now: Instant
    ) -> NewAccessKey:
        services = self._services
        secret = Secret(ACCESS_KEY_PREFIX + encode(services.entropy.token_bytes(32)))
        pepper_id, digest = services.keyring.hash_secret(secret)
        user_id = caller.user_id if draft.service_account_id is None else None
        withdrawals = 0
        if user_id is not None and draft.application_id is not None:
            party = tx.gate.party(draft.application_id, organization_id, user_id)
            withdrawals = party.withdrawals if party is not None else 0
        key = AccessKey(
            id=services.entropy.new_id(),
            organization_id=organization_id,
            digest=digest,
            pepper_id=pepper_id,
            hint=secret.reveal()[-4:],
            state="enabled",
            epoch=1,
            version=1,
            expires_at=draft.expires_at or now + USUAL_LIFE,
            user_id=user_id,
            service_account_id=draft.service_account_id,
            application_id=draft.application_id,
            consent_epoch=withdrawals,
            label=draft.label,
            powers=caller.scopes & BY_SCOPE.keys() - _NEVER_HELD,
            created_by=caller.user_id,
            created_at=now,
        )
        return NewAccessKey(key, secret)


def _named(tx: Tx, draft: AccessKeyDraft) -> Application | None:
    if draft.client_id is not None:
        found = tx.gate.application_by_client_id(draft.client_id)
        # Who names it twice means one application.
        return None if found is not None and draft.application_id not in {None, found.id} else found
    return tx.gate.application(draft.application_id) if draft.application_id is not None else None


def _manages(caller: Caller, organization_id: Id) -> bool:
    """Whether the keys of everybody here are the caller's to see and to end: whoever manages the members."""
    try:
        admit(caller, MEMBERS_WRITE, organization_id)
    except (Forbidden, NotFound):
        return False
    return True


def _require(door: OrganizationDoor, caller: Caller, access_key_id: Id) -> AccessKey:
    """A key that is the caller's own or theirs to manage; every other one is unknown."""
    key = door.own_access_key(access_key_id)
    if key is not None:
        is_own = caller.user_id is not None and key.user_id == caller.user_id
        if is_own or _manages(caller, key.organization_id):
            return key
    raise NotFound(RECORD_NOT_FOUND)


def _require_self(door: OrganizationDoor, caller: Caller) -> None:
    """Only a person makes a key of their own, where they are a member (D75)."""
    member = door.membership(caller.user_id) if caller.user_id is not None else None
    if member is None or member[1].state != "enabled":
        raise Forbidden(
            RECORD_FORBIDDEN.saying("People make keys for themselves."), "no person, or no member"
        )


def _judge(
    tx: Tx,
    door: OrganizationDoor,
    draft: AccessKeyDraft,
    application: Application | None,
    *,
    organization_id: Id,
    now: Instant,
) -> None:
    findings = Findings()
    findings.add("label", fields.line_problem(draft.label))
    if draft.expires_at is not None and not now < draft.expires_at <= now + LONGEST_LIFE:
        findings.add("expires_at", errors.FIELD_RANGE.saying("A time after now, and within 366 days."))
    listed = None
    if draft.service_account_id is not None:
        account = door.own_service_account(draft.service_account_id)
        if account is None:
            findings.add("service_account", no_such("a service account of the organization, by its id"))
        else:
            listed = account.applications
    if draft.application_id is not None or draft.client_id is not None:
        name = "application" if draft.client_id is None else "client_id"
        findings.add(name, _tie_problem(tx, application, organization_id, listed))
    findings.raise_if_any()


def _tie_problem(
    tx: Tx, application: Application | None, organization_id: Id, listed: frozenset[Id] | None
) -> Reason | None:
    """Own applications, and those that can be let in here, if they take keys; all others are alike."""
    if application is None or not _is_in_reach(tx, application, organization_id):
        return no_such("an own application, or one that the organization lets in, by its id")
    if listed is not None and application.id not in listed:
        return no_such("an application that the service account lists")
    if GRANT_TYPE not in application.settings.grant_types:
        return errors.ACCESS_KEY_POLICY
    return None


def _is_in_reach(tx: Tx, application: Application, organization_id: Id) -> bool:
    if includes(application, organization_id):
        return True
    installation = tx.gate.installation(application.id, organization_id)
    return installation is not None and installation.state in {"active", "suspended"}
