"""Lists of many records: whether a page costs as much among ten thousand as among a hundred."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg

from bench import databases
from grantway.app import Product, build, open_ports
from grantway.core.listing import ApplicationFilter, MemberFilter, OrganizationFilter, UserFilter
from grantway.core.model import Application, Id, Membership, Organization, Role, User
from grantway.core.policy import STANDARD
from grantway.core.ports import Page, Tx
from grantway.features.access.callers import Caller
from grantway.settings import load
from grantway.storage import migrate

SMALL, LARGE = 100, 10_000
"""Applications, and members, of the organization whose lists are read."""
TENANTS = {SMALL: 100, LARGE: 1_000}
GOAL = 1.5
SHOWN = 51
"""A page of fifty, and one more that tells whether there is a next one."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Filled:
    """A database with many records, and who reads them."""

    product: Product
    organization_id: Id
    size: int
    operator: Caller
    owner: Caller


Read = Callable[[Filled, Tx, Page], object]


def _applications(only: ApplicationFilter) -> Read:
    return lambda it, tx, page: it.product.features.api.applications.listed(
        tx, it.owner, it.organization_id, page=page, only=only
    )


def _as_operator(only: ApplicationFilter) -> Read:
    return lambda it, tx, page: it.product.features.api.applications.listed(
        tx, it.operator, it.organization_id, page=page, only=only
    )


def _members(only: MemberFilter) -> Read:
    return lambda it, tx, page: it.product.features.api.memberships.listed(
        tx, it.owner, it.organization_id, page=page, only=only
    )


def _users(only: UserFilter) -> Read:
    return lambda it, tx, page: it.product.features.api.users.listed(tx, it.operator, page=page, only=only)


def _organizations(only: OrganizationFilter) -> Read:
    return lambda it, tx, page: it.product.features.api.organizations.listed(
        tx, it.operator, page=page, only=only
    )


READS: dict[str, Read] = {
    "applications, owner": _applications(ApplicationFilter()),
    "applications, operator": _as_operator(ApplicationFilter()),
    "applications by state and type": _applications(ApplicationFilter(state="enabled", type="backend")),
    "applications by name": _applications(ApplicationFilter(name="application")),
    "members": _members(MemberFilter()),
    "members by role": _members(MemberFilter(role="member")),
    "users": _users(UserFilter()),
    "users by state": _users(UserFilter(state="enabled")),
    "organizations": _organizations(OrganizationFilter()),
    "organization by short name": _organizations(OrganizationFilter(slug="tenant-3")),
}


def main(names: list[str], rounds: int) -> bool:
    """Print the table; True if every ratio keeps the goal."""
    print(
        f"p95 of a page of 50 in process, {rounds} rounds; {LARGE:,} applications and members, 1,000 tenants"
    )
    print("A busy machine shows in p95 first: the ratio of medians stands beside it.")
    print(f"{'database':12}{'list':34}{'page':8}{'of 100':>10}{'of 10,000':>12}{'p95':>8}{'p50':>8}")
    is_kept = True
    for name in names:
        with filled(name, SMALL) as small, filled(name, LARGE) as large:
            for what, read in READS.items():
                for where in _pages(small, what):
                    times = _times((small, large), read, what, where, rounds)
                    figures = [_percentile(one, 0.95) for one in times]
                    ratio = figures[1] / figures[0]
                    median = _percentile(times[1], 0.5) / _percentile(times[0], 0.5)
                    is_kept &= ratio <= GOAL
                    mark = "" if ratio <= GOAL else "  over"
                    line = f"{figures[0]:7.2f} ms{figures[1]:9.2f} ms{ratio:8.2f}{median:8.2f}{mark}"
                    print(f"{name:12}{what:34}{where:8}{line}", flush=True)
    return is_kept


@contextlib.contextmanager
def filled(name: str, size: int) -> Iterator[Filled]:
    """A database of its own with this many records."""
    with databases.ALL[name]() as url:
        migrate(url)
        settings = load(
            {
                "GRANTWAY_ISSUER": "https://id.example",
                "GRANTWAY_DATABASE_URL": url,
                "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
                "GRANTWAY_LOG_LEVEL": "warning",
                "GRANTWAY_STATEMENT_TIMEOUT": "20",
            }
        )
        product = build(settings, open_ports(settings))
        try:
            product.prepare()
            filled = _fill(product, size)
            if name == "postgresql":
                # A server does this by itself within a minute of such a change.
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute("ANALYZE")
            yield filled
        finally:
            product.close()


def _pages(filled: Filled, what: str) -> dict[str, Page]:
    """The first page, one in the middle, and the last one. Ids are as they were made: 1, 2, 3."""
    if "short name" in what:
        return {"first": Page(limit=SHOWN)}
    count = TENANTS[filled.size] if what.startswith("organization") else filled.size
    late = max(0, count - SHOWN)
    middle = min(count // 2, late)
    return {name: Page(SHOWN, after) for name, after in (("first", 0), ("middle", middle), ("late", late))}


def _times(both: tuple[Filled, ...], read: Read, what: str, where: str, rounds: int) -> list[list[float]]:
    """Milliseconds of each page, read in turn, so that a busy machine is busy for both; sorted."""
    taken: list[list[float]] = [[] for _ in both]
    for _ in range(rounds):
        for filled, times in zip(both, taken, strict=True):
            started = time.perf_counter()
            with filled.product.services.store.read() as tx:
                read(filled, tx, _pages(filled, what)[where])
            times.append((time.perf_counter() - started) * 1_000)
    return [sorted(times) for times in taken]


def _percentile(times: list[float], part: float) -> float:
    return times[max(0, round(len(times) * part) - 1)]


def _fill(product: Product, size: int) -> Filled:
    """Organizations, people and applications with the ids 1, 2, 3, in bulk and through the store."""
    store, operator = product.services.store, product.operators.caller()
    now = product.ports.clock.now()
    organizations = [
        Organization(
            id=number, kind="tenant", name=f"Tenant {number}", slug=f"tenant-{number}", state="enabled",
            epoch=1, version=1, created_at=now,
        )
        for number in range(1, TENANTS[size] + 1)
    ]  # fmt: skip
    for start in range(0, len(organizations), _BATCH):
        with store.begin() as tx:
            for organization in organizations[start : start + _BATCH]:
                tx.platform.insert_organization(organization)
    own = organizations[0].id
    for start in range(1, size + 1, _BATCH):
        with store.begin() as tx:
            for number in range(start, min(start + _BATCH, size + 1)):
                _add(tx, own, number, now)
    # The tenants beside it have applications, too: an index on ids alone would have to step over them.
    with store.begin() as tx:
        for number, organization in enumerate(organizations[1:], start=size + 1):
            tx.organization(organization.id).insert_application(_application(number, organization.id, now))
    owner = Caller(None, own, operator.scopes)
    return Filled(product, own, size, operator, owner)


def _add(tx: Tx, own: Id, number: int, now: int) -> None:
    tx.organization(own).insert_application(_application(number, own, now))
    tx.platform.insert_user(
        User(
            id=number, state="enabled", epoch=1, version=1, name=f"Person {number}",
            email=f"person{number}@example.test", email_verified_at=now, created_at=now, updated_at=now,
        )
    )  # fmt: skip
    role: Role = "member" if number > 1 else "owner"
    tx.organization(own).insert_membership(Membership(number, own, role, "enabled", epoch=1, created_at=now))


def _application(number: int, organization_id: Id, now: int) -> Application:
    return Application(
        id=number, organization_id=organization_id, client_id=f"client{number}", type="backend",
        name=f"Application {number}", state="enabled", epoch=1, version=1, settings=STANDARD.settings,
        preset="standard", notification_addresses=("dev@example.test",), created_at=now, updated_at=now,
    )  # fmt: skip
