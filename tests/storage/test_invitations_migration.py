"""Databases that were in use before there were invitations: who never agreed is a member no more."""

from __future__ import annotations

from typing import Any

from grantway.core.inviting import EVERY_INVITATION
from grantway.core.ports import Store
from grantway.storage import migrate, open_store
from tests.storage.filled import Rows, database_before
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

PLATFORM, ACME, BOLT = 1, 2, 3
NOW = 1_700_000_000_000_000


def belongs(rows: Rows, user_id: int, organization_id: int, role: str, state: str = "enabled") -> None:
    values: dict[str, Any] = {"role": role, "state": state, "epoch": 1, "version": 1}
    rows.put("memberships", user_id=user_id, organization_id=organization_id, **values)


def fill(rows: Rows) -> None:
    for record_id, kind in ((PLATFORM, "platform"), (ACME, "tenant"), (BOLT, "tenant")):
        rows.put(
            "organizations",
            id=record_id,
            kind=kind,
            name=kind,
            name_folded=kind,
            slug=f"organization-{record_id}",
            state="enabled",
            epoch=1,
            version=1,
            time_zone="UTC",
        )
    rows.person(11, "Ann@example.org", NOW)
    belongs(rows, 11, ACME, "owner")
    belongs(rows, 11, PLATFORM, "owner")
    # Of her address twice more, by people whom others made of it: in her own organization, and elsewhere.
    rows.person(12, "ann@example.org", None)
    belongs(rows, 12, ACME, "member")
    belongs(rows, 12, BOLT, "admin")
    rows.person(13, "ANN@example.org", None)
    belongs(rows, 13, BOLT, "owner")
    belongs(rows, 13, PLATFORM, "admin")
    # Nobody verified this one yet, and there are two of it.
    rows.person(14, "Bob@example.org", None)
    belongs(rows, 14, ACME, "developer")
    rows.person(15, "bob@example.org", None)
    belongs(rows, 15, BOLT, "member")
    belongs(rows, 15, ACME, "member", state="disabled")
    # Made by the command, who has not followed the link yet.
    rows.person(16, "root@example.org", None)
    belongs(rows, 16, PLATFORM, "owner")


def migrated(url: str) -> Store:
    with database_before(url, "0019") as rows:
        fill(rows)
    migrate(url)
    return open_store(url)


def invited(store: Store, organization_id: int) -> set[tuple[str, str]]:
    with store.read() as tx:
        found = tx.organization(organization_id).invitations(EVERY_INVITATION, after=0, limit=99, now=0)
    return {(one.email, one.role) for one in found}


def test_who_never_verified_an_address_is_invited_instead(empty_url: str) -> None:
    store = migrated(empty_url)
    with store.read() as tx:
        left = {
            one: [place.organization_id for place in tx.gate.memberships_of(one)] for one in range(11, 17)
        }
        ann, bobs = tx.gate.people_at("ann@example.org"), tx.gate.people_at("bob@example.org")
    assert left == {11: [PLATFORM, ACME], 12: [], 13: [], 14: [], 15: [], 16: [PLATFORM]}
    assert [one.id for one in ann] == [11], "who verified first is the one; the others never can be"
    assert [one.id for one in bobs] == [14, 15], "of these, whoever verifies first"
    assert invited(store, ACME) == {("Bob@example.org", "developer")}
    assert [role for _, role in invited(store, BOLT)].count("member") == 1
    assert {address.casefold() for address, _ in invited(store, BOLT)} == {
        "ann@example.org",
        "bob@example.org",
    }
    assert invited(store, PLATFORM) == set(), "she is an operator already"
    store.close()


def test_what_invites_after_the_step_can_be_accepted(empty_url: str) -> None:
    store = migrated(empty_url)
    with store.begin() as tx:
        ((invitation, organization),) = tx.gate.invitations_to(11, now=NOW)
        assert organization.id == BOLT
        assert invitation.expires_at > invitation.created_at > NOW
        assert tx.gate.spend_invitation(invitation.id, 14, now=NOW) is None
        assert tx.gate.spend_invitation(invitation.id, 11, now=NOW) == invitation
    store.close()
