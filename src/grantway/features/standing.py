"""What a token stands on: the switches around it, its ceiling of scopes, and the epochs it was made in.

At home an application stands on its organization. Away from home a machine stands on the
installation; a person's sign-in stands on the application's audience where that includes the
organization, else on the installation too (data model §4, §6).
"""

from __future__ import annotations

from grantway.core import errors, networks
from grantway.core.errors import OAuthError
from grantway.core.model import Application, Epochs, Id, Party
from grantway.core.scopes import ScopeSet
from grantway.features.access.permissions import out_of_place


def check_party(application: Application, party: Party, *, has_user: bool) -> None:
    """Refuse when anything around the token is switched off. Raises OAuthError."""
    if not party.organization.is_active:
        raise OAuthError(errors.SUBJECT_INACTIVE, "organization not enabled")
    if not _is_let_in(application, party, has_user=has_user):
        raise OAuthError(errors.INSTALLATION_INACTIVE)
    account = party.service_account
    if account is not None and (account.state != "enabled" or application.id not in account.applications):
        raise OAuthError(errors.SERVICE_ACCOUNT_UNUSABLE, "disabled, or another application's")
    if not has_user:
        return
    if party.user is None or party.user.state != "enabled":
        raise OAuthError(errors.SUBJECT_INACTIVE, "user not enabled")
    if party.membership is None or party.membership.state != "enabled":
        raise OAuthError(errors.SUBJECT_INACTIVE, "membership not enabled")


def check_address(application: Application, address: str) -> None:
    """Refuse an address outside the application's ranges, at every use alike (G12). Raises OAuthError.

    `address` is where the request came from, as declared proxies and nobody else may say (C015).
    """
    if not networks.includes(application.settings.networks, address):
        raise OAuthError(errors.NETWORK_OUTSIDE)


def lets_people_in(application: Application, party: Party) -> bool:
    """Whether the party's organization lets its members use the application."""
    return _is_let_in(application, party, has_user=True)


def _is_let_in(application: Application, party: Party, *, has_user: bool) -> bool:
    if party.organization.id == application.organization_id:
        return True
    installation = party.installation
    is_installed = installation is not None and installation.state == "active"
    if not has_user:
        return is_installed
    if installation is not None and installation.members == "block":
        return False
    return is_installed or includes(application, party.organization.id)


def includes(application: Application, organization_id: Id) -> bool:
    """Whether the effective audience of an application takes in an organization."""
    if organization_id == application.organization_id:
        return True
    if application.audience_effective == "any_organization":
        return True
    return (
        application.audience_effective == "listed_organizations"
        and organization_id in application.audience_organizations
    )


def ceiling_of(application: Application, party: Party, granted: ScopeSet | None) -> ScopeSet:
    """Application, installation and grant together: no token ever holds more.

    A suspended installation limits as an active one does: suspending must not widen what members can
    still give the application through its audience. Operators' power stays in the platform organization,
    whatever the records say.
    """
    ceiling = application.scopes
    ceiling -= out_of_place(ceiling, application.organization_id, party.organization)
    installation = party.installation
    if installation is not None and installation.state in {"active", "suspended"}:
        ceiling &= installation.scopes
    return ceiling if granted is None else ceiling & granted


def epochs_of(application: Application, party: Party, *, has_user: bool) -> Epochs:
    """The epochs to remember in what is made now. Installation 0: it does not stand on one."""
    stands_on_installation = party.organization.id != application.organization_id and not (
        has_user and includes(application, party.organization.id)
    )
    installation = party.installation if stands_on_installation else None
    return Epochs(
        application=application.epoch,
        organization=party.organization.epoch,
        installation=installation.epoch if installation is not None else 0,
        user=_subject_epoch(party),
        membership=party.membership.epoch if party.membership is not None else 0,
    )


def is_current(made: Epochs, application: Application, party: Party) -> bool:
    """Whether nothing that something stands on was revoked since it was made."""
    if made.installation and (party.installation is None or party.installation.epoch != made.installation):
        return False
    return (
        made.application == application.epoch
        and made.organization == party.organization.epoch
        and made.user == _subject_epoch(party)
        and made.membership == (party.membership.epoch if party.membership is not None else 0)
    )


def _subject_epoch(party: Party) -> int:
    """The epoch of the person or the service account; 0 where an application acts for itself."""
    if party.user is not None:
        return party.user.epoch
    return party.service_account.epoch if party.service_account is not None else 0
