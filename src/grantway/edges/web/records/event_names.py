"""How events read where people choose of what a webhook is told."""

from __future__ import annotations

from collections.abc import Mapping

from grantway.edges.web.words import _

EVENT_NAMES: Mapping[str, str] = {
    "access_key.issued": _("Access key made"),
    "access_key.revoked": _("Access key deleted"),
    "access_key.updated": _("Access key changed"),
    "application.archived": _("Application archived"),
    "application.created": _("Application created"),
    "application.deletion_scheduled": _("Application scheduled for deletion"),
    "application.deletion_undone": _("Application restored"),
    "application.disabled": _("Application disabled"),
    "application.enabled": _("Application enabled"),
    "application.purged": _("Application deleted for good"),
    "application.suspended": _("Application suspended by operators"),
    "application.suspension_lifted": _("Suspension of an application ended"),
    "application.unarchived": _("Application taken out of the archive"),
    "application.updated": _("Application changed"),
    "installation.declined": _("Request for an application declined"),
    "installation.granted": _("Application installed"),
    "installation.requested": _("Application asked for"),
    "installation.resumed": _("Installation resumed"),
    "installation.revoked": _("Installation revoked"),
    "installation.scopes_pending": _("Installed application asks for more scopes"),
    "installation.suspended": _("Installation suspended"),
    "installation.updated": _("Installation changed"),
    "organization.suspended": _("Organization suspended by operators"),
    "organization.suspension_lifted": _("Suspension of the organization ended"),
    "publication.approved": _("Publication approved"),
    "publication.pending": _("Change waits for review"),
    "publication.pending_approved": _("Change approved"),
    "publication.pending_rejected": _("Change rejected"),
    "publication.pending_withdrawn": _("Change taken back"),
    "publication.rejected": _("Publication rejected"),
    "publication.submitted": _("Publication asked for"),
    "publication.withdrawn": _("Publication ended"),
    "secret.expiring": _("Client secret expires soon"),
    "secret.issued": _("Client secret made"),
    "secret.leaked": _("Client secret leaked"),
    "secret.revealed": _("Client secret shown"),
    "secret.revoked": _("Client secret revoked"),
}
"""By the names of `grantway.core.notices.EVENTS`."""
