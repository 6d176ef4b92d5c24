"""Artifacts: short-lived records, found by the hash of an unguessable text."""

from __future__ import annotations

from grantway.core.model import Artifact, Change, Id, Instant
from grantway.core.ports import Attempt
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door
from grantway.storage.sql.gates.people import values_of
from grantway.storage.sql.tables.protocol import artifacts


class Artifacts(Door):
    """What may be used once, and what expires."""

    def put_artifact(self, artifact: Artifact) -> bool:
        """Insert, false if (kind, key) exists."""
        return bool(self._unit.rows("put_artifact", **rows.values_of(artifact, artifacts)))

    def put_artifact_within(
        self, artifact: Artifact, counted: tuple[Attempt, ...], *, now: Instant
    ) -> Attempt | None:
        """Insert it and count it, in one round trip; the first count that is full, for which to roll back."""
        calls = [("count_attempt", values_of(one, now)) for one in counted]
        *admitted, _ = self._unit.together([*calls, ("put_artifact", rows.values_of(artifact, artifacts))])
        for one, found in zip(counted, admitted, strict=True):
            if not found or one.limit < one.weight:
                return one
        return None

    def artifact(self, kind: str, key: bytes, *, now: Instant) -> Artifact | None:
        """The artifact if it is unexpired and unspent."""
        row = self._unit.row("artifact", kind_=kind, key_=key, now=now)
        return None if row is None else rows.artifact(row)

    def spend_artifact(self, kind: str, key: bytes, *, now: Instant) -> Artifact | None:
        """Mark consumed if unexpired and unspent: one conditional update; None for the loser."""
        row = self._unit.row("spend_artifact", kind_=kind, key_=key, now=now)
        return None if row is None else rows.artifact(row)

    def close_artifact(self, artifact: Artifact, *, after: Instant, now: Instant) -> bool:
        """Mark an unspent one consumed and keep this payload until its expiry; false for the loser.

        `after` is when it may have expired at the earliest. One conditional update.
        """
        row = self._unit.row(
            "close_artifact",
            kind_=artifact.kind,
            key_=artifact.key,
            payload=artifact.payload,
            expires_at=artifact.expires_at,
            after=after,
            now=now,
        )
        return row is not None

    def former_artifact(self, kind: str, key: bytes) -> Artifact | None:
        """The artifact whether spent, expired or neither, as long as it was not swept away."""
        row = self._unit.row("former_artifact", kind_=kind, key_=key)
        return None if row is None else rows.artifact(row)

    def replace_artifact(self, artifact: Artifact, *, now: Instant) -> bool:
        """Update payload, subject, organization_id and expires_at of an unspent, unexpired artifact."""
        row = self._unit.row(
            "replace_artifact",
            kind_=artifact.kind,
            key_=artifact.key,
            payload=artifact.payload,
            subject=artifact.subject,
            organization_id=artifact.organization_id,
            expires_at=artifact.expires_at,
            now=now,
        )
        return row is not None

    def artifacts_of_subject(self, kind: str, subject: Id, *, now: Instant) -> tuple[Artifact, ...]:
        """The unexpired, unspent artifacts of one kind that a user has, oldest first."""
        found = self._unit.rows("artifacts_of_subject", kind_=kind, subject_=subject, now=now)
        return tuple(map(rows.artifact, found))

    def delete_artifacts_of_subject(self, kind: str, subject: Id) -> None:
        """Delete the artifacts of one kind that a user has."""
        self._unit.queue("delete_artifacts_of_subject", {"kind_": kind, "subject_": subject})

    def artifacts_of_kind(self, kind: str, *, now: Instant) -> tuple[Artifact, ...]:
        """All unexpired ones of a small kind."""
        return tuple(map(rows.artifact, self._unit.rows("artifacts_of_kind", kind_=kind, now=now)))

    def revoke_token(self, artifact: Artifact, token_id: Id) -> None:
        """Remember one access token as revoked, and write the change feed."""
        self._unit.queue("put_artifact", rows.values_of(artifact, artifacts))
        self._feed.add(Change("token", token_id))
