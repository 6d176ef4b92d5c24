"""What a token stands on: the switches around it, its ceiling of scopes, and the epochs it was made in.

At home an application stands on its organization. Away from home a machine stands on the
installation; a person's sign-in stands on the application's audience where that includes the
organization and its gate lets the application in, else on the installation too (data model §4, §6).
"""

from __future__ import annotations

from grantway.core import errors, networks
from grantway.core.errors import OAuthError, Reason
from grantway.core.model import Application, Catalogue, Epochs, Id, Installation, Party, Voucher
from grantway.core.scopes import ScopeSet, apis_of, mark_of, without_scope
from grantway.core.vouching import is_live
from grantway.features.access.permissions import out_of_place
from grantway.features.letting_in import Entry, passes_gate


def check_party(application: Application, party: Party, entry: Entry | None) -> None:
    """Refuse when anything around the token is switched off. Raises OAuthError.

    `entry` is what a person's token comes in with; None for one that speaks for no person.
    """
    if not party.organization.is_active:
        raise OAuthError(errors.SUBJECT_INACTIVE, "organization not enabled")
    refusal = refusal_of(application, party, entry)
    if refusal is not None:
        raise OAuthError(refusal)
    account = party.service_account
    if account is not None and (account.state != "enabled" or application.id not in account.applications):
        raise OAuthError(errors.SERVICE_ACCOUNT_UNUSABLE, "disabled, or another application's")
    if entry is None:
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


def lets_people_in(application: Application, party: Party, entry: Entry) -> bool:
    """Whether the party's organization lets its members use the application."""
    return refusal_of(application, party, entry) is None


def refusal_of(application: Application, party: Party, entry: Entry | None) -> Reason | None:
    """Why the party's organization does not let the application in; None where it does.

    One decision of audience, installation and gate, the same for a page, a new token and a used one.
    """
    organization, installation = party.organization, party.installation
    if organization.id == application.organization_id:
        return None
    is_installed = installation is not None and installation.state == "active"
    if entry is None:
        return None if is_installed else errors.INSTALLATION_INACTIVE
    if installation is not None and installation.members == "block":
        return errors.INSTALLATION_INACTIVE
    if is_installed or _stands_alone(application, party, entry):
        return None
    return errors.GATE_CLOSED if includes(application, organization.id) else errors.INSTALLATION_INACTIVE


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


def ceiling_of(
    application: Application, party: Party, granted: ScopeSet | None, catalogue: Catalogue
) -> ScopeSet:
    """Application, installation and grant together: no token ever holds more.

    A suspended installation limits as an active one does: suspending must not widen what members can
    still give the application through its audience. Operators' power stays in the platform organization,
    whatever the records say.

    APIs that give tokens without a scope are within reach of every application, by their marks. An
    installation reaches those of which it has a scope: what its organization never heard of is outside.
    """
    ceiling, bare = application.scopes, without_scope(catalogue)
    ceiling -= out_of_place(ceiling, application.organization_id, party.organization)
    installation = party.installation
    if installation is not None and installation.state in {"active", "suspended"}:
        ceiling &= installation.scopes
        if bare:
            bare &= {mark_of(api) for api in apis_of(installation.scopes, catalogue)}
    ceiling |= bare
    return ceiling if granted is None else ceiling & granted


def epochs_of(application: Application, party: Party, entry: Entry | None) -> Epochs:
    """The epochs to remember in what is made now. Installation 0: it does not stand on one.

    `entry` is as in `check_party`. What the gate would not let in without the installation stands on it,
    and never comes back when that was revoked and made again.
    """
    installation = None if _stands_alone(application, party, entry) else party.installation
    return Epochs(
        application=application.epoch,
        organization=party.organization.epoch,
        installation=installation.epoch if installation is not None else 0,
        user=_subject_epoch(party),
        membership=party.membership.epoch if party.membership is not None else 0,
        consent=party.withdrawals,
    )


def _stands_alone(application: Application, party: Party, entry: Entry | None) -> bool:
    """Whether a party may come in without an installation: at home, or by audience and gate together."""
    organization = party.organization
    if organization.id == application.organization_id:
        return True
    if entry is None or not includes(application, organization.id):
        return False
    return passes_gate(application, organization, entry)


def is_vouched(
    voucher_id: Id | None, vouchers: tuple[Voucher, ...], installation: Installation | None
) -> bool:
    """Whether the voucher that something stands on, where it stands on one, is still live."""
    return voucher_id is None or any(one.id == voucher_id and is_live(one, installation) for one in vouchers)


def is_current(made: Epochs, application: Application, party: Party) -> bool:
    """Whether nothing that something stands on was revoked since it was made."""
    if made.installation and (party.installation is None or party.installation.epoch != made.installation):
        return False
    return (
        made.application == application.epoch
        and made.organization == party.organization.epoch
        and made.user == _subject_epoch(party)
        and made.membership == (party.membership.epoch if party.membership is not None else 0)
        and made.consent == party.withdrawals
    )


def _subject_epoch(party: Party) -> int:
    """The epoch of the person or the service account; 0 where an application acts for itself."""
    if party.user is not None:
        return party.user.epoch
    return party.service_account.epoch if party.service_account is not None else 0
