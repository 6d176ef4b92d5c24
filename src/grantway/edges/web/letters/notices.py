"""What each notice says: its subject, what to do now, and the operation by which it is done.

A sentence of ours in every case, so that nothing of a record stands in a subject, and a letter leads to this
server and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


def _(text: str) -> str:
    """Marks a sentence for the catalogues; it is translated where the letter is written."""
    return text


@dataclass(frozen=True, slots=True)
class Notice:
    """How an event reads. `operation` is the id of one of the management API, in its reference."""

    subject: str
    to_do: str
    operation: str


_NOTHING = _("There is nothing to do.")
_NOT_US = _(
    "There is nothing to do, unless nobody of you meant that: then undo it, and ask an admin who did it."
)
_ANSWER = _("It has stopped, and nobody but the operators ends that. What they say is below; answer them.")

NOTICES: Mapping[str, Notice] = {
    "application.created": Notice(
        _("An application was registered"),
        _(
            "There is nothing to do, unless nobody of you meant that: then disable it, and ask an "
            "admin who did it."
        ),
        "disableApplication",
    ),
    "application.updated": Notice(_("An application was changed"), _NOT_US, "updateApplication"),
    "application.enabled": Notice(_("An application is in use again"), _NOT_US, "disableApplication"),
    "application.disabled": Notice(
        _("An application was disabled"),
        _("It and its tokens have stopped. Enable it to let them go on."),
        "enableApplication",
    ),
    "application.archived": Notice(
        _("An application was archived"),
        _("It works no more. Take it out of the archive to let it go on."),
        "unarchiveApplication",
    ),
    "application.unarchived": Notice(
        _("An application was taken out of the archive"), _NOT_US, "archiveApplication"
    ),
    "application.deletion_scheduled": Notice(
        _("An application is going to be deleted"),
        _("It has stopped. Until the day below, enabling it undoes the deletion."),
        "enableApplication",
    ),
    "application.deletion_undone": Notice(
        _("An application is not going to be deleted any more"), _NOT_US, "deleteApplication"
    ),
    "application.suspended": Notice(_("Operators suspended an application"), _ANSWER, "readApplication"),
    "application.suspension_lifted": Notice(
        _("Operators no longer suspend an application"),
        _("There is nothing to do: it is as you left it."),
        "readApplication",
    ),
    "organization.suspended": Notice(
        _("Operators suspended an organization"),
        _(
            "Your organization and its applications have stopped, and nobody but the operators ends "
            "that. What they say is below; answer them."
        ),
        "readOrganization",
    ),
    "organization.suspension_lifted": Notice(
        _("Operators no longer suspend an organization"),
        _("There is nothing to do: it is as you left it."),
        "readOrganization",
    ),
    "application.purged": Notice(
        _("An application was deleted for good"),
        _("It cannot be brought back. Register a new one where you need one."),
        "createApplication",
    ),
    "publication.submitted": Notice(
        _("An application was submitted for publication"),
        _("It waits for the decision of an operator. Its makers have nothing to do until then."),
        "approveApplication",
    ),
    "publication.withdrawn": Notice(
        _("An application was withdrawn from publication"),
        _("Submit it again when it is ready."),
        "submitApplication",
    ),
    "publication.approved": Notice(
        _("An application was approved"),
        _("There is nothing to do: it is offered to every organization now."),
        "readApplication",
    ),
    "publication.rejected": Notice(
        _("An application was rejected"),
        _("Put in order what is said below, then submit it again."),
        "submitApplication",
    ),
    "publication.pending": Notice(
        _("A change of an application waits for a review"),
        _("It waits for the decision of an operator. Until then everything stays as it was approved."),
        "approvePendingVersion",
    ),
    "publication.pending_withdrawn": Notice(
        _("A change of an application is not wanted any more"),
        _("There is nothing to do: everything stays as it was approved."),
        "readApplication",
    ),
    "publication.pending_approved": Notice(
        _("A change of an application was approved"),
        _("There is nothing to do: it holds from now on."),
        "readApplication",
    ),
    "publication.pending_rejected": Notice(
        _("A change of an application was rejected"),
        _("Everything stays as it was approved. Put in order what is said below, then change it again."),
        "updateApplication",
    ),
    "secret.issued": Notice(
        _("An application has a new secret"),
        _("There is nothing to do, unless nobody of you made it: then revoke it."),
        "revokeSecret",
    ),
    "secret.revoked": Notice(
        _("A secret of an application was revoked"),
        _("It works no more. Make a new one where something still uses it."),
        "createSecret",
    ),
    "secret.revealed": Notice(
        _("A secret of an application was read again"),
        _("If nobody of you did that, revoke the secret and make a new one."),
        "revokeSecret",
    ),
    "access_key.issued": Notice(
        _("An access key was made"),
        _("A program can act by it as its owner. If the owner did not ask for that, remove it."),
        "deleteAccessKey",
    ),
    "access_key.updated": Notice(
        _("An access key was changed"),
        _("Switched off it works no more, and neither do the tokens that it gave."),
        "updateAccessKey",
    ),
    "access_key.revoked": Notice(
        _("An access key was removed"),
        _("It works no more, and neither do the tokens that it gave."),
        "createAccessKey",
    ),
    "secret.expiring": Notice(
        _("A secret of an application is about to expire"),
        _(
            "Make a new secret, bring it to where it is used, and revoke this one. Without that the "
            "application stops when it expires."
        ),
        "createSecret",
    ),
    "secret.leaked": Notice(
        _("A secret of an application was found where it should not be"),
        _(
            "It works no more. Make a new one, bring it to where the old one was used, and look "
            "through the audit log for what was done with the old one."
        ),
        "createSecret",
    ),
    "installation.requested": Notice(
        _("Somebody asks for an application"),
        _("A member of your organization asks for this application. Grant the request or decline it."),
        "updateInstallation",
    ),
    "installation.granted": Notice(
        _("An organization installed an application"),
        _("There is nothing to do: the application can act for that organization now."),
        "readApplication",
    ),
    "installation.updated": Notice(
        _("An organization changed an installation"),
        _("There is nothing to do. Your application may see that it has other scopes there."),
        "readApplication",
    ),
    "installation.suspended": Notice(
        _("An organization suspended an application"),
        _("It does not act there until that organization lets it go on. Ask them why."),
        "readApplication",
    ),
    "installation.resumed": Notice(
        _("An organization lets an application go on"), _NOTHING, "readApplication"
    ),
    "installation.revoked": Notice(
        _("An organization revoked an installation"),
        _("Its tokens there have ended. There is nothing to do, unless you want to ask them why."),
        "readApplication",
    ),
    "installation.declined": Notice(
        _("An organization declined an application"), _NOTHING, "listInstallations"
    ),
    "installation.scopes_pending": Notice(
        _("An application asks for more"),
        _(
            "The application asks for scopes that you have not granted. Grant them or decline them; "
            "until then it does without."
        ),
        "updateInstallation",
    ),
    "address.unconfirmed": Notice(
        _("A notification address waits for its confirmation"),
        _(
            "A notification address of this application has not agreed to get letters, so it was "
            "asked to by one. While no address has agreed, owners and admins are told in their place."
            " Tell its owner to answer; tomorrow you can have it asked again."
        ),
        "askNotificationAddress",
    ),
    "webhook.disabled": Notice(
        _("A webhook does not answer and was disabled"),
        _(
            "It failed many times in a row. Put the receiver in order, then enable the webhook; what "
            "failed can be sent again."
        ),
        "updateWebhook",
    ),
    "organization.gate_kept": Notice(
        _("Your organization lets in any application"),
        _(
            "An organization can now say what its members may let in. Yours goes on as before: any "
            "application whose makers offer it to everybody. Change the gate of the organization to "
            "let in only what was reviewed, or only what you installed."
        ),
        "updateOrganization",
    ),
    "policy.gates_kept": Notice(
        _("Organizations have gates, and some let in any application"),
        _(
            "Organizations from before go on as they did, and their admins were written to; new ones "
            "let in only what was reviewed. See which let in anything with: grantway orgs list --gate"
            " any"
        ),
        "listOrganizations",
    ),
}
"""Every event that makes a letter, by its name."""
