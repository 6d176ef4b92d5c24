"""The gate: what is found by an unguessable key, a client_id, or an id out of a verified token."""

from __future__ import annotations

from grantway.storage.sql.access_keys import AccessKeyReading
from grantway.storage.sql.activity import ActivityWriting
from grantway.storage.sql.budgets import Minutes
from grantway.storage.sql.decisions import Counting
from grantway.storage.sql.gates.artifacts import Artifacts
from grantway.storage.sql.gates.consents import Consents
from grantway.storage.sql.gates.devices import Devices
from grantway.storage.sql.gates.facts import Facts
from grantway.storage.sql.gates.grants import Grants
from grantway.storage.sql.gates.people import People
from grantway.storage.sql.gates.sessions import Sessions
from grantway.storage.sql.gates.sign_ins import SignIns
from grantway.storage.sql.invitations import InvitationReading
from grantway.storage.sql.notices import NoticeWriting
from grantway.storage.sql.oversight import AuditWriting
from grantway.storage.sql.service_accounts import ServiceAccountReading
from grantway.storage.sql.vouchers import VoucherReading


class SqlGate(
    Facts,
    Artifacts,
    Devices,
    Grants,
    People,
    Consents,
    Sessions,
    AuditWriting,
    Minutes,
    ServiceAccountReading,
    AccessKeyReading,
    Counting,
    NoticeWriting,
    SignIns,
    VoucherReading,
    InvitationReading,
    ActivityWriting,
):
    """Implements `core.ports.Gate`."""
