"""Vouching: an act of somebody who may, about an application as it is, and its undoing.

Nothing else writes vouchers: no registration, no import, no file and no setting. What is done by another act
of the same person (an installation that spares its members, an approval) comes here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import cast

from grantway.core import errors
from grantway.core.errors import (
    RECORD_NOT_FOUND,
    RECORD_TOO_MANY,
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    Reason,
)
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Audience, Id, Installation, Voucher
from grantway.core.policy import AUDIENCES
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.core.vouching import MOST_VOUCHERS, Expectant, Lack, lacks_of, snapshot, takes_in
from grantway.features.access.callers import Caller, enter, enter_platform
from grantway.features.access.permissions import PLATFORM, VOUCHERS_READ, VOUCHERS_WRITE, beyond_caller
from grantway.features.audit import Act, AuditLog, actor_of
from grantway.features.fields import LISTED_ONLY, LONGEST_LIST, Findings, no_such
from grantway.features.services import Services


@dataclass(frozen=True, slots=True)
class VoucherDraft:
    """What somebody wants to answer for: all that the application is, or less of it, and never more.

    `application_version` is the application as they saw it.
    """

    client_id: str
    application_version: int
    scopes: tuple[str, ...] | None = None
    redirect_uris: tuple[str, ...] | None = None
    dialects: tuple[str, ...] | None = None
    audience: str | None = None
    audience_organizations: tuple[Id, ...] | None = None
    asserted_subject: bool = False


@dataclass(frozen=True, slots=True)
class Which:
    """Which vouchers are listed."""

    application_id: Id | None = None
    only_live: bool = True


@dataclass(frozen=True, slots=True)
class Unvouched:
    """An application, and the vouchers that it looks for in vain."""

    application: Application
    lacks: tuple[Lack, ...]


class Vouching:
    """Vouchers of an organization, by its administrators, and those of the platform, by operators."""

    def __init__(self, services: Services, *, most: int = MOST_VOUCHERS) -> None:
        self._services = services
        self._most = most
        self._log = AuditLog(services)

    # For the members of one organization -----------------------------------------------------------
    def listed(
        self, tx: Tx, caller: Caller, organization_id: Id, *, page: Page, which: Which
    ) -> tuple[Voucher, ...]:
        """Those that the organization gave, by their ids."""
        door = enter(tx, caller, VOUCHERS_READ, organization_id)
        return door.vouchers(
            application_id=which.application_id,
            only_live=which.only_live,
            after=page.after,
            limit=page.limit,
        )

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, voucher_id: Id) -> Voucher:
        """One of them. Raises NotFound."""
        return _required(enter(tx, caller, VOUCHERS_READ, organization_id).voucher(voucher_id))

    def give(self, tx: Tx, caller: Caller, organization_id: Id, draft: VoucherDraft) -> Voucher:
        """Answer for an application before the own members, in place of what was given before.

        Raises Invalid, and Conflict for an application that is another now, that others make and that is not
        installed so, and where there are as many vouchers as there may be.
        """
        door = enter(tx, caller, VOUCHERS_WRITE, organization_id)
        application = self._seen(tx, draft)
        whole = self._snapshot(application, organization_id)
        if application.organization_id != organization_id:
            installation = tx.gate.installation(application.id, organization_id)
            if installation is None or installation.state != "active":
                own = no_such("an own application, or one that is installed")
                raise Invalid((FieldError("client_id", own),))
            if installation.members != "allow":
                raise Conflict(errors.VOUCHER_MEMBERS)
            whole = _within(whole, installation)
        return self._given(door, caller, _narrowed(tx, whole, draft, caller))

    def revoke(self, tx: Tx, caller: Caller, organization_id: Id, *, voucher_id: Id) -> None:
        """Take one back: what stands on it ends at once. Raises NotFound, also for one that was revoked."""
        door = enter(tx, caller, VOUCHERS_WRITE, organization_id)
        now = self._services.clock.now()
        _required(door.revoke_voucher(voucher_id, by=caller.user_id, now=now))

    def follow_installation(
        self, tx: Tx, caller: Caller, application: Application, installation: Installation
    ) -> None:
        """The act of an administrator who says how members meet an installed application.

        To `allow` them is to answer for it: for the scopes that are installed, and for what else it is now.
        """
        door = tx.organization(installation.organization_id)
        if installation.state != "revoked" and installation.members == "allow":
            whole = _within(self._snapshot(application, installation.organization_id), installation)
            self._tell(tx, caller, "voucher.give", self._given(door, caller, whole))
            return
        for one in door.revoke_vouchers(application.id, by=caller.user_id, now=self._services.clock.now()):
            self._tell(tx, caller, "voucher.revoke", one)

    # For the platform ------------------------------------------------------------------------------
    def listed_of_platform(self, tx: Tx, caller: Caller, *, page: Page, which: Which) -> tuple[Voucher, ...]:
        """For operators: those that operators gave, by their ids."""
        return enter_platform(tx, caller, PLATFORM).platform_vouchers(
            application_id=which.application_id,
            only_live=which.only_live,
            after=page.after,
            limit=page.limit,
        )

    def read_of_platform(self, tx: Tx, caller: Caller, *, voucher_id: Id) -> Voucher:
        """For operators: one of them. Raises NotFound."""
        return _required(enter_platform(tx, caller, PLATFORM).platform_voucher(voucher_id))

    def give_for_platform(self, tx: Tx, caller: Caller, draft: VoucherDraft) -> Voucher:
        """For operators: answer for an application before its whole audience. Raises Invalid and Conflict."""
        desk = enter_platform(tx, caller, PLATFORM)
        whole = self._snapshot(self._seen(tx, draft), None)
        given = self._signed(caller, _narrowed(tx, whole, draft, caller))
        desk.insert_platform_voucher(given)
        return given

    def vouch_for(self, tx: Tx, caller: Caller, application: Application) -> Voucher:
        """For operators: the same by another act of theirs, for all that the application is.

        An approval is one, and a registration through a wire that says so (D2). Raises Forbidden for others.
        """
        desk = enter_platform(tx, caller, PLATFORM)
        given = self._signed(caller, self._snapshot(application, None))
        desk.insert_platform_voucher(given)
        self._tell(tx, caller, "voucher.give", given)
        return given

    def withdraw_for(self, tx: Tx, caller: Caller, application_id: Id) -> None:
        """The undoing of an act that was a voucher of the platform, by whoever may undo that act."""
        now = self._services.clock.now()
        for one in tx.platform.revoke_platform_vouchers(application_id, by=caller.user_id, now=now):
            self._tell(tx, caller, "voucher.revoke", one)

    def revoke_of_platform(self, tx: Tx, caller: Caller, *, voucher_id: Id) -> None:
        """For operators: take one back. Raises NotFound, also for one that was revoked."""
        desk = enter_platform(tx, caller, PLATFORM)
        now = self._services.clock.now()
        _required(desk.revoke_platform_voucher(voucher_id, by=caller.user_id, now=now))

    def unvouched(self, tx: Tx, caller: Caller, *, page: Page) -> tuple[Unvouched, ...]:
        """For operators: applications that look for a voucher in vain, so that people are asked."""
        desk = enter_platform(tx, caller, PLATFORM)
        found: list[Unvouched] = []
        after = page.after
        while len(found) < page.limit:
            some = desk.expectants(after=after, limit=page.limit)
            found += _lacking(some)
            if len(some) < page.limit:
                break
            after = some[-1].application.id
        return tuple(found[: page.limit])

    # -----------------------------------------------------------------------------------------------
    def _seen(self, tx: Tx, draft: VoucherDraft) -> Application:
        application = tx.gate.application_by_client_id(draft.client_id)
        if application is None:
            raise Invalid((FieldError("client_id", no_such("an application by its client id")),))
        if application.version != draft.application_version:
            raise Conflict(errors.VOUCHER_OUTDATED)
        return application

    def _snapshot(self, application: Application, organization_id: Id | None) -> Voucher:
        return snapshot(
            application, voucher_id=self._services.entropy.new_id(), organization_id=organization_id
        )

    def _signed(self, caller: Caller, voucher: Voucher) -> Voucher:
        return replace(
            voucher,
            created_by=caller.user_id,
            through_id=caller.application_id,
            created_at=self._services.clock.now(),
        )

    def _given(self, door: OrganizationDoor, caller: Caller, voucher: Voucher) -> Voucher:
        former = door.vouchers(application_id=voucher.application_id, only_live=True, after=0, limit=1)
        if door.count_vouchers() - len(former) >= self._most:
            raise Conflict(RECORD_TOO_MANY)
        given = self._signed(caller, voucher)
        door.insert_voucher(given)
        return given

    def _tell(self, tx: Tx, caller: Caller, action: str, voucher: Voucher) -> None:
        """What was done by another act is in the log by its own name, too."""
        act = Act(action, voucher.id, voucher.organization_id, after=told_of(voucher))
        self._log.record(tx, actor_of(caller), act)


def told_of(voucher: Voucher) -> dict[str, object]:
    """What the log tells of a voucher."""
    return {
        "application_id": to_text(voucher.application_id),
        "scopes": sorted(voucher.scopes),
        "redirect_uris": [redirect.uri for redirect in voucher.redirects],
        "dialects": sorted(voucher.dialects),
        "audience": voucher.audience,
    }


def _required(voucher: Voucher | None) -> Voucher:
    if voucher is None:
        raise NotFound(RECORD_NOT_FOUND)
    return voucher


def _within(voucher: Voucher, installation: Installation) -> Voucher:
    """Of an application that others make, an organization answers for what it installed."""
    return replace(voucher, scopes=voucher.scopes & installation.scopes, installation_id=installation.id)


def _lacking(some: Iterable[Expectant]) -> list[Unvouched]:
    looked_at = ((one.application, lacks_of(one)) for one in some)
    return [Unvouched(application, lacks) for application, lacks in looked_at if lacks]


def _known_in(has: frozenset[str]) -> Callable[[str], Reason | None]:
    return lambda value: None if value in has else errors.VOUCHER_BEYOND


def _narrowed(tx: Tx, whole: Voucher, draft: VoucherDraft, caller: Caller) -> Voucher:
    """The part of it that is asked for. Raises Invalid for what the application has nothing of."""
    findings = Findings()
    known = {
        "scopes": whole.scopes,
        "redirect_uris": frozenset(redirect.uri for redirect in whole.redirects),
        "dialects": whole.dialects,
    }
    wanted: dict[str, frozenset[str]] = {}
    for name, has in known.items():
        asked: tuple[str, ...] | None = getattr(draft, name)
        findings.check_each(name, asked or (), _known_in(has))
        wanted[name] = has if asked is None else frozenset(asked)
    if whole.organization_id is not None and beyond_caller(caller, wanted["scopes"]):
        findings.add("scopes", errors.FIELD_SCOPE_BEYOND)
    audience = cast("Audience", draft.audience or whole.audience)
    listed = frozenset(draft.audience_organizations or ()) or whole.audience_organizations
    if audience != "listed_organizations":
        listed = frozenset()
    if audience not in AUDIENCES or not takes_in(whole, audience, listed):
        findings.add("audience", errors.VOUCHER_BEYOND)
    _judge_listed(tx, draft.audience_organizations or (), audience, findings)
    findings.raise_if_any()
    return replace(
        whole,
        scopes=wanted["scopes"],
        redirects=tuple(one for one in whole.redirects if one.uri in wanted["redirect_uris"]),
        dialects=wanted["dialects"],
        audience=audience,
        audience_organizations=listed,
        asserted_subject=draft.asserted_subject,
    )


def _judge_listed(tx: Tx, named: tuple[Id, ...], audience: Audience, findings: Findings) -> None:
    """Organizations are listed for that audience alone, each once, and there are such ones."""
    findings.check_each("audience_organizations", [str(one) for one in named], lambda _: None)
    for index, one in enumerate(named[:LONGEST_LIST]):
        if tx.gate.organization_record(one) is None:
            findings.add(f"audience_organizations[{index}]", no_such("an organization by its id"))
    if named and audience != "listed_organizations":
        findings.add("audience_organizations", LISTED_ONLY)
