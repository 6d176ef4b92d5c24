"""Codes and grants: redeemed once, rotated once per generation, revoked for good."""

from __future__ import annotations

from grantway.core.model import Change, Grant, Id, Instant, Party, Rotation, SpentCode
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door
from grantway.storage.sql.tables.protocol import grants

_AFTER_PARTY = len(rows.PARTY)


class Grants(Door):
    """Authorizations, and the party of each."""

    def spend_code(
        self, key: bytes, *, application_id: Id, dialect: str, now: Instant, kind: str = "code"
    ) -> SpentCode | None:
        """Spend a code and read its party, in one round trip."""
        it = {"kind_": kind, "key_": key}
        spent = {**it, "application_id_": application_id, "dialect_": dialect, "now": now}
        codes, parties, vouchers = self._unit.together(
            (("spend_code", spent), ("party_of_code", it), ("vouchers_of_code", it))
        )
        if not codes or not parties:
            return None
        return SpentCode(codes[0][0], rows.party(parties[0]), tuple(map(rows.voucher, vouchers)))

    def grant_of_code(self, key: bytes) -> Grant | None:
        """The grant that was made from a code."""
        row = self._unit.row("grant_of_code", key_=key)
        return None if row is None else rows.grant(row)

    def insert_grant(self, grant: Grant) -> None:
        """Queue the insert; it is sent with the commit."""
        self._unit.queue("insert_grant", rows.values_of(grant, grants))

    def grant(self, grant_id: Id) -> Grant | None:
        """The grant of an id, in whatever state."""
        row = self._unit.row("grant", grant_id=grant_id)
        return None if row is None else rows.grant(row)

    def rotate_grant(
        self,
        grant_id: Id,
        *,
        generation: int,
        application_id: Id,
        dialect: str,
        now: Instant,
        idle_expires_at: Instant | None,
    ) -> Rotation | None:
        """Advance the generation if it is the presented one; and read the party, in one round trip."""
        presented = {
            "grant_id": grant_id,
            "generation_": generation,
            "application_id_": application_id,
            "dialect_": dialect,
            "now": now,
            "idle_expires_at": idle_expires_at,
        }
        it = {"grant_id": grant_id}
        rotated, parties, vouchers = self._unit.together(
            (("rotate_grant", presented), ("party_of_grant", it), ("vouchers_of_grant", it))
        )
        if not rotated or not parties:
            return None
        return Rotation(rows.grant(rotated[0]), rows.party(parties[0]), tuple(map(rows.voucher, vouchers)))

    def grant_with_party(self, grant_id: Id) -> Rotation | None:
        """The grant and its party as they are, unchanged."""
        it = {"grant_id": grant_id}
        found, vouchers = self._unit.together((("grant_with_party", it), ("vouchers_of_grant", it)))
        if not found:
            return None
        row = found[0]
        return Rotation(rows.grant(row[_AFTER_PARTY:]), rows.party(row), tuple(map(rows.voucher, vouchers)))

    def party(self, application_id: Id, organization_id: Id, user_id: Id | None) -> Party | None:
        """The party of an application, an organization and maybe a user; None without an organization."""
        row = self._unit.row(
            "party", application_id=application_id, organization_id=organization_id, user_id=user_id
        )
        return None if row is None else rows.party(row)

    def revoke_grant(self, grant_id: Id, *, reason: str, now: Instant) -> bool:
        """Revoke a grant and note it in the feed. False if it was not live."""
        if not self._unit.rows("revoke_grant", grant_id=grant_id, reason=reason, now=now):
            return False
        self._feed.add(Change("grant", grant_id))
        return True
