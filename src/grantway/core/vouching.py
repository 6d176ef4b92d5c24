"""Vouchers: somebody who may answers for an application, so that people need not be asked one by one.

A voucher is for what the application was when it was given: these scopes, these redirects, this
audience, these dialects. What the application becomes later is not covered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from grantway.core import redirects
from grantway.core.model import Application, Audience, Id, Installation, Instant, Voucher
from grantway.core.scopes import ScopeSet

MOST_VOUCHERS = 1_000
"""So many live vouchers an organization gives, its own and those of its installations together."""
KEPT_VOUCHERS = 20
"""So many revoked ones are kept of an application in one organization, or on the platform."""

MOST_TOLD = 100
"""Of so many organizations at most the list of missing vouchers says that theirs is, for one application."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to have without a question."""

    organization_id: Id
    """The organization acted for."""
    scopes: ScopeSet
    redirect_uri: str | None
    """Where the code goes; None where no browser is involved."""
    dialect: str
    by_host: bool = False
    """Whether the redirect is matched by its host, where it was registered for that."""


def snapshot(application: Application, *, voucher_id: Id, organization_id: Id | None) -> Voucher:
    """A voucher for an application exactly as it is. An organization answers for its own members alone."""
    is_platform = organization_id is None
    return Voucher(
        id=voucher_id,
        application_id=application.id,
        organization_id=organization_id,
        scopes=application.scopes,
        redirects=application.redirects,
        platform=application.platform,
        audience=application.audience_effective if is_platform else "own_organization",
        audience_organizations=application.audience_organizations if is_platform else frozenset(),
        dialects=application.dialects,
        application_version=application.version,
    )


def is_live(voucher: Voucher, installation: Installation | None) -> bool:
    """Whether a voucher counts now. `installation` is the application's in the voucher's organization."""
    if voucher.revoked_at is not None:
        return False
    if voucher.installation_id is None:
        return True
    return (
        installation is not None
        and installation.id == voucher.installation_id
        and installation.state == "active"
        and installation.members == "allow"
    )


def covers(voucher: Voucher, application: Application, asked: Asked) -> bool:
    """Whether a live voucher of an application answers for exactly this: every part of it, or nothing."""
    return (
        voucher.application_id == application.id
        and asked.dialect in voucher.dialects
        and asked.scopes <= voucher.scopes
        and spares(voucher, application, asked.organization_id)
        and (asked.redirect_uri is None or _leads_to(voucher, asked.redirect_uri, by_host=asked.by_host))
    )


def covering(application: Application, vouchers: Iterable[Voucher], asked: Asked) -> Voucher | None:
    """The live voucher that the application's consent setting looks for, if it covers this.

    The organization's own comes first: it is nearer to its members than the platform's.
    """
    looked_for = application.settings.consent
    found = [
        one
        for one in vouchers
        if (looked_for == "platform" or (looked_for == "installed" and one.organization_id is not None))
        and covers(one, application, asked)
    ]
    return min(found, key=lambda one: one.organization_id is None, default=None)


def holds(voucher: Voucher, application: Application) -> bool:
    """Whether a voucher still answers for all that the application is now, so that nobody is asked."""
    return (
        application.dialects <= voucher.dialects
        and application.scopes <= voucher.scopes
        and set(application.redirects) <= set(voucher.redirects)
        and application.platform in ("web", voucher.platform)
        and (
            voucher.organization_id is not None
            or takes_in(voucher, application.audience_effective, application.audience_organizations)
        )
    )


def takes_in(voucher: Voucher, audience: Audience, organizations: frozenset[Id]) -> bool:
    """Whether a voucher of the platform is for all of an audience."""
    if audience == "own_organization" or voucher.audience == "any_organization":
        return True
    return audience == voucher.audience and organizations <= voucher.audience_organizations


def spares(voucher: Voucher, application: Application, organization_id: Id) -> bool:
    """Whether members of this organization are among those whom it spares the question."""
    if voucher.organization_id is not None:
        return voucher.organization_id == organization_id
    if organization_id == application.organization_id or voucher.audience == "any_organization":
        return True
    return voucher.audience == "listed_organizations" and organization_id in voucher.audience_organizations


def _leads_to(voucher: Voucher, uri: str, *, by_host: bool) -> bool:
    is_native = voucher.platform == "native"
    return redirects.match(uri, voucher.redirects, is_native=is_native, by_host=by_host) is not None


@dataclass(frozen=True, slots=True)
class Expectant:
    """An application whose consent setting looks for vouchers, with all there are for it.

    `allowing` are the installations whose members are to be spared the question.
    """

    application: Application
    vouchers: tuple[Voucher, ...]
    allowing: tuple[Installation, ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """A voucher that is looked for in vain: of an organization, or of the platform (None)."""

    organization_id: Id | None
    problem: Literal["missing", "outgrown"]


def lacks_of(one: Expectant) -> tuple[Lack, ...]:
    """Which vouchers an application looks for that nobody gave, or that do not answer for what it is now."""
    application = one.application
    live = {voucher.organization_id: voucher for voucher in one.vouchers}
    home = live.get(application.organization_id)
    if application.settings.consent == "platform":
        if application.audience_effective == "own_organization" and home and holds(home, application):
            return ()
        return _lack(live.get(None), application, None)
    found = _lack(home, application, application.organization_id)
    for installation in one.allowing:
        there = replace(application, scopes=application.scopes & installation.scopes)
        found += _lack(live.get(installation.organization_id), there, installation.organization_id)
    return found


def _lack(voucher: Voucher | None, application: Application, organization_id: Id | None) -> tuple[Lack, ...]:
    if voucher is None:
        return (Lack(organization_id, "missing"),)
    return () if holds(voucher, application) else (Lack(organization_id, "outgrown"),)


class VoucherReader(Protocol):
    """Where decisions look."""

    def live_vouchers(self, application_id: Id, organization_id: Id) -> tuple[Voucher, ...]:
        """Those that were not revoked: the organization's own and the platform's."""


class VoucherDoor(Protocol):
    """The vouchers that one organization gave."""

    def vouchers(
        self, *, application_id: Id | None, only_live: bool, after: Id, limit: int
    ) -> tuple[Voucher, ...]:
        """Those of this organization by id, of one application or all."""

    def voucher(self, voucher_id: Id) -> Voucher | None: ...
    def count_vouchers(self) -> int:
        """How many live ones there are; whoever else counts them waits for this unit's end."""

    def insert_voucher(self, voucher: Voucher) -> None:
        """Give one, in place of the live one of the same application.

        Raises NotFound where the application is neither this organization's nor installed here.
        """

    def revoke_vouchers(self, application_id: Id, *, by: Id | None, now: Instant) -> tuple[Voucher, ...]:
        """Revoke the live one of an application, if there is one."""

    def revoke_voucher(self, voucher_id: Id, *, by: Id | None, now: Instant) -> Voucher | None:
        """Revoke one. None where there is none that is live."""


class VoucherDesk(Protocol):
    """The vouchers that operators gave for the platform."""

    def platform_vouchers(
        self, *, application_id: Id | None, only_live: bool, after: Id, limit: int
    ) -> tuple[Voucher, ...]: ...
    def platform_voucher(self, voucher_id: Id) -> Voucher | None: ...
    def insert_platform_voucher(self, voucher: Voucher) -> None: ...
    def revoke_platform_vouchers(
        self, application_id: Id, *, by: Id | None, now: Instant
    ) -> tuple[Voucher, ...]: ...
    def expectants(self, *, after: Id, limit: int) -> tuple[Expectant, ...]:
        """Unarchived applications of everybody whose consent setting looks for vouchers, by id."""

    def revoke_platform_voucher(self, voucher_id: Id, *, by: Id | None, now: Instant) -> Voucher | None: ...
