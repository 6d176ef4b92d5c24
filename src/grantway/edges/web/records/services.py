"""What the operations of the management API work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grantway.core.launching import Entrance
from grantway.core.policy import Preset
from grantway.features.accounts.access_keys import AccessKeys
from grantway.features.accounts.invitations import Invitations
from grantway.features.accounts.leaving import Leaving
from grantway.features.accounts.member_consents import MemberConsents
from grantway.features.accounts.memberships import Memberships
from grantway.features.accounts.organizations import Organizations
from grantway.features.accounts.service_accounts import ServiceAccounts
from grantway.features.accounts.users import Inviter, Users
from grantway.features.audit import AuditLog
from grantway.features.idempotency import Idempotency
from grantway.features.launching import Launching
from grantway.features.notices.addresses import NoticeAddresses
from grantway.features.notices.webhooks import Webhooks
from grantway.features.registry.activity import Activity
from grantway.features.registry.apis import Apis
from grantway.features.registry.applications import Applications
from grantway.features.registry.containment import Containment
from grantway.features.registry.credentials import Credentials
from grantway.features.registry.defaults import DefaultApplications
from grantway.features.registry.installations import Installations
from grantway.features.registry.leaks import Leaks
from grantway.features.registry.life_cycle import LifeCycle
from grantway.features.registry.offers import Offers
from grantway.features.registry.pending import PendingVersions
from grantway.features.registry.publication import Publications
from grantway.features.registry.refusals import Refusals
from grantway.features.registry.revealing import Revealing
from grantway.features.registry.routes import Routes
from grantway.features.registry.usage import UsageReports
from grantway.features.registry.vouching import Vouching
from grantway.features.services import Services
from grantway.features.tokens.verify import Verifier
from grantway.features.writes import Writes


@dataclass(frozen=True, slots=True)
class RecordFeatures:
    """The features behind the management API."""

    services: Services
    verifier: Verifier
    idempotency: Idempotency
    writes: Writes
    organizations: Organizations
    memberships: Memberships
    invitations: Invitations
    service_accounts: ServiceAccounts
    access_keys: AccessKeys
    leaving: Leaving
    member_consents: MemberConsents
    users: Users
    applications: Applications
    defaults: DefaultApplications
    life_cycle: LifeCycle
    containment: Containment
    publications: Publications
    pending: PendingVersions
    credentials: Credentials
    installations: Installations
    offers: Offers
    vouching: Vouching
    revealing: Revealing
    leaks: Leaks
    apis: Apis
    usage: UsageReports
    refusals: Refusals
    activity: Activity
    routes: Routes
    audit: AuditLog
    webhooks: Webhooks
    notice_addresses: NoticeAddresses
    launching: Launching
    presets: tuple[Preset, ...] = ()
    entrances: Mapping[str, Entrance] = field(default_factory=dict)
    """How launches are handed to applications, by dialect."""
    spoken: frozenset[str] = frozenset()


def record_features(
    services: Services,
    verifier: Verifier,
    inviter: Inviter,
    *,
    presets: Mapping[str, Preset],
    spoken: frozenset[str] = frozenset(),
    entrances: Mapping[str, Entrance] | None = None,
) -> RecordFeatures:
    """Build them over one form of the store.

    `presets` are those of all dialects, by name; `spoken` are the dialects that are served here.
    """
    users = Users(services, inviter)
    applications = Applications(services, presets, spoken)
    publications = Publications(services, presets)
    return RecordFeatures(
        services=services,
        verifier=verifier,
        idempotency=Idempotency(services.sealer, services.clock),
        writes=Writes(services),
        organizations=Organizations(services),
        memberships=Memberships(),
        invitations=Invitations(services),
        service_accounts=ServiceAccounts(services),
        access_keys=AccessKeys(services),
        leaving=Leaving(services),
        member_consents=MemberConsents(services),
        users=users,
        applications=applications,
        defaults=DefaultApplications(applications, presets.values()),
        life_cycle=LifeCycle(services),
        containment=Containment(services),
        publications=publications,
        pending=PendingVersions(services, applications, publications),
        credentials=Credentials(services),
        installations=Installations(services),
        offers=Offers(),
        vouching=Vouching(services),
        revealing=Revealing(services),
        leaks=Leaks(services, verifier),
        apis=Apis(services),
        usage=UsageReports(),
        refusals=Refusals(services),
        activity=Activity(services),
        routes=Routes(services),
        audit=AuditLog(services),
        webhooks=Webhooks(services),
        notice_addresses=NoticeAddresses(services),
        launching=Launching(services, frozenset(entrances or ())),
        presets=tuple(presets.values()),
        entrances=entrances or {},
        spoken=spoken,
    )
