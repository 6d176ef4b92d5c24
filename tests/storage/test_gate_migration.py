"""What the migration to gates does to a database that was at work before it, and to one that was not."""

from __future__ import annotations

from grantway.core.gates import GatePolicy
from grantway.core.identifiers import MAXIMUM_ID
from grantway.storage import migrate, open_store
from tests.storage.filled import database_before
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

PLATFORM, ACME, ANN, PORTAL = 100, 101, 201, 401
IDENTITY, CRM = 301, 302
RISKS = {"openid": "normal", "email": "normal", "offline_access": "high", "crm.read": "normal"}


def fill(url: str) -> None:
    with database_before(url, "0020") as rows:
        rows.put("organizations", id=PLATFORM, kind="platform", slug="platform", state="enabled")
        rows.put("organizations", id=ACME, kind="tenant", slug="acme", state="enabled")
        rows.put("users", id=ANN, state="enabled")
        for number in range(60):
            application = {"id": PORTAL + number, "client_id": f"portal-{number}", "state": "enabled"}
            rows.put("applications", organization_id=PLATFORM, **application)
            whose = {"user_id": ANN, "application_id": PORTAL + number, "organization_id": ACME}
            rows.put("consents", **whose, scopes='["crm.read"]', granted_at=7)
        rows.put(
            "apis",
            id=IDENTITY,
            organization_id=PLATFORM,
            identifier="i",
            state="enabled",
            builtin="identity",
        )
        rows.put("apis", id=CRM, organization_id=PLATFORM, identifier="c", state="enabled")
        for number, (value, risk) in enumerate(RISKS.items()):
            api = CRM if value.startswith("crm") else IDENTITY
            rows.put("scopes", id=500 + number, api_id=api, value=value, legs="any", risk=risk)


def test_organizations_go_on_as_they_did_and_consents_get_names(empty_url: str) -> None:
    fill(empty_url)
    migrate(empty_url)
    store = open_store(empty_url)
    with store.read() as tx:
        for organization_id in (PLATFORM, ACME):
            organization = tx.gate.organization_record(organization_id)
            assert organization is not None
            assert organization.gate == "any"
        catalogue = tx.gate.catalogue()
        assert catalogue.gates == tx.gate.platform_policy().gates == GatePolicy()
        assert {value: scope.risk for value, scope in catalogue.scopes.items()} == {
            "openid": "low",
            "email": "low",
            "offline_access": "high",
            "crm.read": "normal",
        }
        consents = tx.gate.consents_of_user(ANN)
        assert len({one.id for one in consents}) == len(consents) == 60
        assert all(0 < one.id <= MAXIMUM_ID for one in consents)
        assert {(one.granted_at, one.last_used_at, one.revoked_by) for one in consents} == {(7, None, None)}
        assert tx.gate.artifact("told", b"gates", now=2**52) is not None
    store.close()


def test_on_a_new_server_there_is_nobody_to_tell(empty_url: str) -> None:
    migrate(empty_url)
    store = open_store(empty_url)
    with store.read() as tx:
        assert tx.gate.artifact("told", b"gates", now=1) is None
    store.close()
