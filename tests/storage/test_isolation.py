"""An organization's door never leads to another organization's records, whatever is asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from grantway.core.access_keys import EVERY_KEY, AccessKeyFilter
from grantway.core.activity import Span
from grantway.core.audit import AuditQuery
from grantway.core.budgets import UsageQuery
from grantway.core.consenting import ConsentFilter
from grantway.core.errors import NotFound
from grantway.core.inviting import EVERY_INVITATION
from grantway.core.leaving import Made
from grantway.core.listing import ApplicationFilter, InstallationFilter
from grantway.core.model import RequestLimit, UserConsent
from grantway.core.notices import AddressFilter, AskedAddress, SealedSigning
from grantway.core.ports import OrganizationDoor, Page, Store
from grantway.core.publication import PublicationStep
from grantway.core.refusals import RefusalQuery
from grantway.core.reviewing import PendingVersion
from tests.storage.records import (
    ACME,
    ANN,
    BOB,
    BOLT,
    CRM_API,
    CRM_READ,
    HOOK,
    NOW,
    PORTAL,
    access_key,
    api,
    application,
    changes_since,
    credential,
    delivery,
    event,
    grant,
    installation,
    invitation,
    membership,
    organization,
    position_of,
    route,
    scope,
    service_account,
    voucher,
    webhook,
)

WAITS = PendingVersion(PORTAL, {"name": "Taken"}, NOW, NOW)
SPAN = Span("2026-11-01", "2026-11-30")
MADE = Made(PORTAL, "Portal", 1, BOB, None, ())

# Bolt's door is asked for what is Acme's: each call names the answer, or the error, that gives nothing away.
Attempt = tuple[str, Callable[[OrganizationDoor], object], object]
OUTSIDE = "letters@outside.example"
ATTEMPTS: tuple[Attempt, ...] = (
    ("read", lambda bolt: bolt.read(), organization(BOLT)),
    ("update", lambda bolt: bolt.update(organization(ACME, name="Taken"), version=1), ValueError),
    ("applications", lambda bolt: bolt.applications(Page()), ()),
    ("applications", lambda bolt: bolt.applications(Page(), ApplicationFilter(name="Application")), ()),
    ("application", lambda bolt: bolt.application(PORTAL), None),
    ("default_applications", lambda bolt: bolt.default_applications(), ()),
    ("insert_application", lambda bolt: bolt.insert_application(application(409, ACME)), ValueError),
    ("update_application", lambda bolt: bolt.update_application(application(PORTAL, BOLT), version=1), None),
    ("update_application", lambda bolt: bolt.update_application(application(PORTAL, ACME), version=1), None),
    ("publication_steps", lambda bolt: bolt.publication_steps(PORTAL), ()),
    ("pending_version", lambda bolt: bolt.pending_version(PORTAL), None),
    ("pending_versions", lambda bolt: bolt.pending_versions(0, 2**53), ()),
    ("keep_pending_version", lambda bolt: bolt.keep_pending_version(WAITS), NotFound),
    ("drop_pending_version", lambda bolt: bolt.drop_pending_version(PORTAL), None),
    (
        "insert_publication_step",
        lambda bolt: bolt.insert_publication_step(PublicationStep(901, PORTAL, NOW, "approved", None, None)),
        NotFound,
    ),
    ("usage", lambda bolt: bolt.usage(UsageQuery(PORTAL, 10)), ()),
    ("knows_application", lambda bolt: bolt.knows_application(PORTAL), False),
    ("refusals", lambda bolt: bolt.refusals(PORTAL, RefusalQuery()), ()),
    ("activity", lambda bolt: bolt.activity(SPAN, "day", application_id=PORTAL), ()),
    ("audit", lambda bolt: bolt.audit(AuditQuery()), ()),
    ("credentials", lambda bolt: bolt.credentials(PORTAL), ()),
    ("insert_credential", lambda bolt: bolt.insert_credential(credential(509, PORTAL, BOLT)), NotFound),
    ("insert_credential", lambda bolt: bolt.insert_credential(credential(509, PORTAL, ACME)), NotFound),
    ("insert_credential", lambda bolt: bolt.insert_credential(credential(509, 499, BOLT)), NotFound),
    ("revoke_credential", lambda bolt: bolt.revoke_credential(PORTAL, 501, now=NOW), False),
    ("memberships", lambda bolt: [person.id for person, _ in bolt.memberships(Page())], [BOB]),
    ("membership", lambda bolt: bolt.membership(ANN), None),
    ("insert_membership", lambda bolt: bolt.insert_membership(membership(BOB, ACME)), ValueError),
    ("update_membership", lambda bolt: bolt.update_membership(membership(ANN, ACME), version=1), ValueError),
    ("update_membership", lambda bolt: bolt.update_membership(membership(ANN, BOLT), version=1), None),
    ("delete_membership", lambda bolt: bolt.delete_membership(ANN), False),
    ("owners", lambda bolt: bolt.owners(), 1),
    ("apis", lambda bolt: bolt.apis(Page()), ()),
    ("api", lambda bolt: bolt.api(CRM_API), None),
    ("insert_api", lambda bolt: bolt.insert_api(api(309, ACME)), ValueError),
    ("update_api", lambda bolt: bolt.update_api(api(CRM_API, BOLT, name="Taken"), version=1), None),
    ("delete_api", lambda bolt: bolt.delete_api(CRM_API, version=1), False),
    ("scopes", lambda bolt: bolt.scopes(CRM_API), ()),
    ("insert_scope", lambda bolt: bolt.insert_scope(scope(319, CRM_API, "crm.admin")), NotFound),
    ("update_scope", lambda bolt: bolt.update_scope(scope(CRM_READ, CRM_API, "crm.read"), version=1), None),
    ("delete_scope", lambda bolt: bolt.delete_scope(CRM_API, CRM_READ), False),
    ("routes", lambda bolt: bolt.routes(CRM_API), ()),
    ("insert_route", lambda bolt: bolt.insert_route(route(339, CRM_API, "/new")), NotFound),
    ("update_route", lambda bolt: bolt.update_route(route(331, CRM_API), version=1), None),
    ("delete_route", lambda bolt: bolt.delete_route(CRM_API, 331), False),
    ("limits", lambda bolt: bolt.limits(CRM_API), ()),
    ("insert_limit", lambda bolt: bolt.insert_limit(RequestLimit(349, CRM_API, 9, PORTAL)), NotFound),
    ("update_limit", lambda bolt: bolt.update_limit(RequestLimit(341, CRM_API, 9), version=1), None),
    ("delete_limit", lambda bolt: bolt.delete_limit(CRM_API, 341), False),
    ("insert_installation", lambda bolt: bolt.insert_installation(installation(609, 103)), ValueError),
    ("update_installation", lambda bolt: bolt.update_installation(installation(601, BOLT), version=1), None),
    ("update_installation", lambda bolt: bolt.update_installation(installation(601, 103), version=1), None),
    ("delete_installation", lambda bolt: bolt.delete_installation(602, version=1), False),
    ("installed_applications", lambda bolt: bolt.installed_applications(Page()), ()),
    (
        "installed_applications",
        lambda bolt: bolt.installed_applications(Page(), InstallationFilter("active")),
        (),
    ),
    ("installed_application", lambda bolt: bolt.installed_application(601), None),
    ("offered_applications", lambda bolt: bolt.offered_applications(None, after=0, limit=50), ()),
    ("offered_application", lambda bolt: bolt.offered_application(401), None),
    (
        "revoke_credentials_of_installation",
        lambda bolt: bolt.revoke_credentials_of_installation(installation(601, 103), now=NOW),
        0,
    ),
    (
        "revoke_grants_of_application",
        lambda bolt: bolt.revoke_grants_of_application(PORTAL, reason="test", now=NOW),
        0,
    ),
    ("installing_organizations", lambda bolt: bolt.installing_organizations(PORTAL, Page()), ()),
    ("hold_installation", lambda bolt: bolt.hold_installation(PORTAL, 103), None),
    ("hold_installations", lambda bolt: bolt.hold_installations(PORTAL), ()),
    ("rewrite_scopes", lambda bolt: bolt.rewrite_scopes((installation(601, 103, scopes=frozenset()),)), 0),
    ("sealed_secret", lambda bolt: bolt.sealed_secret(PORTAL, 502), None),
    ("sealed_secrets_of_pairs", lambda bolt: bolt.sealed_secrets_of_pairs(PORTAL, now=NOW), ()),
    ("secret_revealed", lambda bolt: bolt.secret_revealed(PORTAL, 502, by=BOB, now=NOW), None),
    ("traces", lambda bolt: bolt.traces(now=NOW).made, ()),
    ("standing_grants", lambda bolt: bolt.standing_grants([ANN], now=NOW), {ANN: 0}),
    ("hand_over_application", lambda bolt: bolt.hand_over_application(MADE), False),
    ("hand_over_requests", lambda bolt: bolt.hand_over_requests(ANN, BOB), 0),
    ("service_accounts", lambda bolt: bolt.service_accounts(after=0, limit=9), ()),
    ("own_service_account", lambda bolt: bolt.own_service_account(801), None),
    ("count_service_accounts", lambda bolt: bolt.count_service_accounts(), 0),
    (
        "insert_service_account",
        lambda bolt: bolt.insert_service_account(service_account(809, ACME)),
        ValueError,
    ),
    (
        "update_service_account",
        lambda bolt: bolt.update_service_account(service_account(801, BOLT), version=1),
        None,
    ),
    ("access_keys", lambda bolt: bolt.access_keys(EVERY_KEY, after=0, limit=9), ()),
    ("access_keys", lambda bolt: bolt.access_keys(AccessKeyFilter(ANN), after=0, limit=9), ()),
    ("own_access_key", lambda bolt: bolt.own_access_key(811), None),
    ("count_access_keys", lambda bolt: bolt.count_access_keys(ANN), (0, 0)),
    (
        "insert_access_key",
        lambda bolt: bolt.insert_access_key(access_key(819, ACME, user_id=ANN)),
        ValueError,
    ),
    ("update_access_key", lambda bolt: bolt.update_access_key(access_key(811, BOLT), version=1), None),
    ("delete_access_key", lambda bolt: bolt.delete_access_key(811, version=1), False),
    ("delete_service_account", lambda bolt: bolt.delete_service_account(801, version=1), False),
    ("unlist_application", lambda bolt: bolt.unlist_application(PORTAL), 0),
    ("vouchers", lambda bolt: bolt.vouchers(application_id=None, only_live=False, after=0, limit=9), ()),
    ("voucher", lambda bolt: bolt.voucher(901), None),
    ("consents", lambda bolt: bolt.consents(ConsentFilter(), after=0, limit=9), ()),
    ("own_consent", lambda bolt: bolt.own_consent(951), None),
    ("count_vouchers", lambda bolt: bolt.count_vouchers(), 0),
    ("insert_voucher", lambda bolt: bolt.insert_voucher(voucher(909, ACME)), ValueError),
    ("insert_voucher", lambda bolt: bolt.insert_voucher(voucher(909, BOLT)), NotFound),
    ("insert_voucher", lambda bolt: bolt.insert_voucher(voucher(909, BOLT, installation_id=601)), NotFound),
    ("revoke_vouchers", lambda bolt: bolt.revoke_vouchers(PORTAL, by=BOB, now=NOW), ()),
    ("revoke_voucher", lambda bolt: bolt.revoke_voucher(901, by=BOB, now=NOW), None),
    ("drop_sealed_secrets", lambda bolt: bolt.drop_sealed_secrets(PORTAL), 0),
    ("webhooks", lambda bolt: bolt.webhooks(), ()),
    ("webhook", lambda bolt: bolt.webhook(HOOK), None),
    (
        "insert_webhook",
        lambda bolt: bolt.insert_webhook(webhook(709, ACME), SealedSigning(709, b"s"), seal_key_id="k"),
        ValueError,
    ),
    ("update_webhook", lambda bolt: bolt.update_webhook(webhook(HOOK, BOLT), version=1), None),
    ("delete_webhook", lambda bolt: bolt.delete_webhook(HOOK, version=1), False),
    (
        "rotate_webhook",
        lambda bolt: bolt.rotate_webhook(SealedSigning(HOOK, b"t"), version=1, seal_key_id="k", now=NOW),
        None,
    ),
    ("deliveries", lambda bolt: bolt.deliveries(HOOK, after=0, limit=10), ()),
    ("replay_delivery", lambda bolt: bolt.replay_delivery(HOOK, 721, now=NOW), None),
    ("invitations", lambda bolt: bolt.invitations(EVERY_INVITATION, after=0, limit=9, now=NOW), ()),
    ("own_invitation", lambda bolt: bolt.own_invitation(901), None),
    ("waiting_invitations", lambda bolt: bolt.waiting_invitations(now=NOW), 0),
    (
        "insert_invitation",
        lambda bolt: bolt.insert_invitation(invitation(909, ACME), now=NOW),
        ValueError,
    ),
    (
        "renew_invitation",
        lambda bolt: bolt.renew_invitation(901, expires_at=NOW, invited_by=BOB),
        None,
    ),
    ("delete_invitation", lambda bolt: bolt.delete_invitation(901), None),
    ("has_member_at", lambda bolt: bolt.has_member_at("user201@example.org"), False),
    ("insert_delivery", lambda bolt: bolt.insert_delivery(event(719), delivery(729, 719)), NotFound),
    ("count_applications", lambda bolt: bolt.count_applications(), 0),
    ("notify_addresses", lambda bolt: bolt.notify_addresses(AddressFilter(), after=0, limit=9), ()),
    ("notify_address", lambda bolt: bolt.notify_address(971), None),
    ("standings_of", lambda bolt: bolt.standings_of([OUTSIDE]), {OUTSIDE: "unknown"}),
    ("ask_address_again", lambda bolt: bolt.ask_address_again(971, before=NOW + 1, now=NOW), False),
    ("remove_address", lambda bolt: bolt.remove_address(971, before=NOW + 1), False),
)


@pytest.fixture
def full_store(store: Store) -> Store:
    with store.begin() as tx:
        tx.organization(ACME).insert_membership(membership(BOB, ACME, role="member"))
        tx.organization(ACME).insert_credential(credential(501, PORTAL, ACME))
        tx.platform.insert_organization(organization(103))
        tx.platform.insert_organization(organization(104))
        tx.organization(103).insert_installation(installation(601, 103))
        tx.organization(104).insert_installation(installation(602, 104, state="requested"))
        pair = credential(502, PORTAL, 103, installation_id=601, seal_key_id="root")
        tx.organization(ACME).insert_credential(pair, sealed=b"sealed")
        account = service_account(801, ACME, applications=frozenset({PORTAL}))
        tx.organization(ACME).insert_service_account(account)
        tx.organization(ACME).insert_access_key(access_key(811, ACME, user_id=ANN))
        tx.gate.insert_grant(grant(701, organization_id=103))
        tx.organization(ACME).keep_pending_version(replace(WAITS, members={"name": "Portal"}))
        tx.organization(ACME).insert_route(route(331, CRM_API))
        tx.organization(ACME).insert_limit(RequestLimit(341, CRM_API, 60))
        tx.organization(ACME).insert_voucher(voucher(901, ACME))
        tx.organization(103).insert_application(application(404, 103))
        tx.gate.save_consent(UserConsent(ANN, 404, ACME, frozenset({"crm.read"}), NOW, id=951))
        hook = webhook(HOOK, ACME)
        tx.organization(ACME).insert_webhook(hook, SealedSigning(HOOK, b"sealed"), seal_key_id="root")
        tx.organization(ACME).insert_invitation(invitation(901, ACME), now=NOW)
        tx.organization(ACME).insert_delivery(event(711), delivery(721, 711))
        asked = AskedAddress(971, ACME, OUTSIDE, NOW, confirmed_at=None)
        assert tx.platform.ask_address(asked, most_waiting=9, most=9)
    return store


def everything(store: Store) -> list[Any]:
    with store.read() as tx:
        acme = tx.organization(ACME)
        return [
            acme.read(),
            acme.applications(Page()),
            acme.credentials(PORTAL),
            acme.memberships(Page()),
            acme.apis(Page()),
            acme.scopes(CRM_API),
            acme.pending_version(PORTAL),
            acme.routes(CRM_API),
            acme.limits(CRM_API),
            acme.vouchers(application_id=None, only_live=False, after=0, limit=9),
            acme.consents(ConsentFilter(), after=0, limit=9),
            tx.gate.installation(PORTAL, 103),
            tx.gate.installation(PORTAL, 104),
            tx.gate.grant(701),
            tx.gate.service_account(801),
            tx.gate.access_key(811),
            acme.sealed_secret(PORTAL, 502),
            acme.webhooks(),
            acme.invitations(EVERY_INVITATION, after=0, limit=9, now=NOW),
            acme.deliveries(HOOK, after=0, limit=10),
            acme.notify_address(971),
            tx.platform.target_of(HOOK),
            tx.gate.organization_record(BOLT),
        ]


@pytest.mark.parametrize(
    "attempt", ATTEMPTS, ids=[f"{name}-{number}" for number, (name, *_) in enumerate(ATTEMPTS)]
)
def test_another_organizations_record_is_not_found(full_store: Store, attempt: Attempt) -> None:
    _, call, expected = attempt
    before, position = everything(full_store), position_of(full_store)
    if isinstance(expected, type):
        with pytest.raises(expected), full_store.begin() as tx:
            call(tx.organization(BOLT))
    else:
        with full_store.begin() as tx:
            assert call(tx.organization(BOLT)) == expected
    assert everything(full_store) == before
    assert changes_since(full_store, position) == []


def test_no_method_of_the_door_is_left_out() -> None:
    parts = [part for part in OrganizationDoor.__mro__ if part.__module__.startswith("grantway.")]
    methods = {name for part in parts for name in vars(part) if not name.startswith("_")}
    assert methods == {name for name, *_ in ATTEMPTS}
