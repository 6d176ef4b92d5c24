"""Installations, seen by the organization that grants them and by the one that owns the application."""

from __future__ import annotations

from grantway.core.installing import InstalledApplication, InstallingOrganization, SealedSecret
from grantway.core.listing import EVERY_INSTALLATION, InstallationFilter
from grantway.core.model import Change, Id, Installation, Instant
from grantway.core.ports import Page
from grantway.storage.sql import rows
from grantway.storage.sql.catalogue import OwnCatalogue
from grantway.storage.sql.rows import Row
from grantway.storage.sql.tables.registry import installations

_AFTER_INSTALLATION = len(rows.INSTALLATION)
_AFTER_APPLICATION = _AFTER_INSTALLATION + len(rows.APPLICATION)


class OwnInstallations(OwnCatalogue):
    """What an organization lets in, and where its own applications are let in."""

    def insert_installation(self, installation: Installation) -> None:
        """Insert an installation here. Raises Conflict where there is one of this application."""
        self._require_own(installation.organization_id)
        self._unit.queue("insert_installation", rows.values_of(installation, installations))
        self._feed.add(Change("application", installation.application_id))

    def update_installation(self, installation: Installation, *, version: int) -> Installation | None:
        """Update everything about an installation here but its two sides."""
        row = self._unit.row(
            "update_installation",
            installation_id=installation.id,
            organization_id_=self._id,
            version_=version,
            state=installation.state,
            scopes=rows.to_json(installation.scopes),
            scopes_pending=rows.to_json(installation.scopes_pending),
            epoch=installation.epoch,
            members=installation.members,
            granted_by=installation.granted_by,
            granted_at=installation.granted_at,
            requested_by=installation.requested_by,
            requested_at=installation.requested_at,
            stopped_by_rank=installation.stopped_by_rank,
        )
        if row is None:
            return None
        self._feed.add(Change("application", installation.application_id))
        return rows.installation(row)

    def delete_installation(self, installation_id: Id, *, version: int) -> bool:
        """Forget a request that was never granted."""
        here = {"installation_id": installation_id, "organization_id_": self._id}
        found = self.installed_application(installation_id)
        if found is None or not self._unit.rows("delete_installation", **here, version_=version):
            return False
        self._feed.add(Change("application", found.application.id))
        return True

    def installed_applications(
        self, page: Page, only: InstallationFilter = EVERY_INSTALLATION
    ) -> tuple[InstalledApplication, ...]:
        """What this organization lets in, or is asked to, by the installations' ids."""
        found = self._unit.rows(
            "installed_applications",
            organization_id_=self._id,
            pattern=only.state or "%",
            pending_=-1 if only.has_pending is None else int(only.has_pending),
            after=page.after,
            limit=page.limit,
        )
        return tuple(map(_installed, found))

    def installed_application(self, installation_id: Id) -> InstalledApplication | None:
        """One installation of this organization, in whatever state."""
        row = self._unit.row(
            "installed_application", organization_id_=self._id, installation_id=installation_id
        )
        return None if row is None else _installed(row)

    def revoke_credentials_of_installation(self, installation: Installation, *, now: Instant) -> int:
        """Revoke all secrets of the pair, sealed copies included; how many there were."""
        revoked = self._unit.rows(
            "revoke_credentials_of_installation",
            installation_id=installation.id,
            organization_id_=self._id,
            now=now,
        )
        if revoked:
            self._feed.add(Change("application", installation.application_id))
        return len(revoked)

    def revoke_grants_of_application(self, application_id: Id, *, reason: str, now: Instant) -> int:
        """Revoke every grant that was made for this organization; how many there were."""
        revoked = self._unit.rows(
            "revoke_grants_of_application",
            application_id_=application_id,
            organization_id_=self._id,
            reason=reason,
            now=now,
        )
        for (grant_id,) in revoked:
            self._feed.add(Change("grant", grant_id))
        return len(revoked)

    def installing_organizations(self, application_id: Id, page: Page) -> tuple[InstallingOrganization, ...]:
        """Who let an application of this organization in, by the installations' ids."""
        found = self._unit.rows(
            "installing_organizations",
            application_id_=application_id,
            organization_id_=self._id,
            after=page.after,
            limit=page.limit,
        )
        return tuple(map(_installing, found))

    def hold_installation(self, application_id: Id, organization_id: Id) -> Installation | None:
        """The active installation of an own application; it stays so until this unit ends."""
        row = self._unit.row(
            "hold_installation",
            application_id_=application_id,
            organization_id_=self._id,
            customer_id=organization_id,
        )
        return None if row is None else rows.installation(row)

    def hold_installations(self, application_id: Id) -> tuple[Installation, ...]:
        """All installations of an own application; they stay as they are until this unit ends."""
        found = self._unit.rows(
            "hold_installations", application_id_=application_id, organization_id_=self._id
        )
        return tuple(rows.present(rows.installation(row)) for row in found)

    def rewrite_scopes(self, held: tuple[Installation, ...]) -> int:
        """Give held installations new `scopes` and `scopes_pending`; how many there were."""
        written = self._unit.together(
            [
                (
                    "rewrite_scopes",
                    {
                        "application_id_": installation.application_id,
                        "organization_id_": self._id,
                        "installation_id": installation.id,
                        "scopes": rows.to_json(installation.scopes),
                        "scopes_pending": rows.to_json(installation.scopes_pending),
                    },
                )
                for installation in held
            ]
        )
        for ((application_id,),) in filter(None, written):
            self._feed.add(Change("application", application_id))
        return len(list(filter(None, written)))

    def sealed_secret(self, application_id: Id, credential_id: Id) -> SealedSecret | None:
        """The sealed copy of an unrevoked secret of an own application, where one is kept."""
        row = self._unit.row(
            "sealed_secret",
            application_id_=application_id,
            organization_id_=self._id,
            credential_id=credential_id,
        )
        return None if row is None else SealedSecret(*row)

    def sealed_secrets_of_pairs(self, application_id: Id, *, now: Instant) -> tuple[SealedSecret, ...]:
        """Sealed copies of the live secrets of active installations: by organization, newest first."""
        found = self._unit.rows(
            "sealed_secrets_of_pairs", application_id_=application_id, organization_id_=self._id, now=now
        )
        return tuple(SealedSecret(*row) for row in found)

    def secret_revealed(self, application_id: Id, credential_id: Id, *, by: Id | None, now: Instant) -> None:
        """Remember who read a secret again. Not a cached fact."""
        self._unit.queue(
            "secret_revealed",
            {
                "application_id_": application_id,
                "organization_id_": self._id,
                "credential_id": credential_id,
                "revealed_by": by,
                "now": now,
            },
        )

    def drop_sealed_secrets(self, application_id: Id) -> int:
        """Forget every sealed copy of an own application's secrets; how many there were."""
        here = {"application_id_": application_id, "organization_id_": self._id}
        dropped = self._unit.rows("drop_sealed_secrets", **here)
        if dropped:
            self._feed.add(Change("application", application_id))
        return len(dropped)


def _installed(row: Row) -> InstalledApplication:
    owner_name, used, *last_uses = row[_AFTER_APPLICATION:]
    return InstalledApplication(
        installation=rows.present(rows.installation(row)),
        application=rows.application(row[_AFTER_INSTALLATION:_AFTER_APPLICATION]),
        owner_name=owner_name,
        used_scopes=rows.word_set_of_rows(used),
        last_used_at=_latest(last_uses),
    )


def _installing(row: Row) -> InstallingOrganization:
    name, state, *last_uses = row[_AFTER_INSTALLATION:]
    return InstallingOrganization(
        rows.present(rows.installation(row)), name, state, last_used_at=_latest(last_uses)
    )


def _latest(times: list[Instant | None]) -> Instant | None:
    return max((time for time in times if time is not None), default=None)
