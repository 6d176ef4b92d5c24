"""Rows to records: for each record, the columns it is read from and the function that makes it.

The columns stand in the order of the record's fields, so that most records are made straight from a
slice of the row. Rows are raw: JSON columns hold text, flags hold 0 or 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeAlias, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Table, case, exists, literal_column, select

from grantway.core.access_keys import AccessKey
from grantway.core.audit import AuditEntry
from grantway.core.claims import NOTHING_TOLD, GrantedClaims, StandardClaims
from grantway.core.devices import DeviceRequest
from grantway.core.gates import NO_POLICY, GatePolicy
from grantway.core.inviting import Invitation
from grantway.core.model import (
    Api,
    ApiPolicy,
    ApiRoute,
    Application,
    ApplicationSettings,
    Artifact,
    Credential,
    Epochs,
    Grant,
    Installation,
    Membership,
    Organization,
    Party,
    Redirect,
    RequestLimit,
    Scope,
    SecretKey,
    ServiceAccount,
    SigningKey,
    User,
    UserConsent,
    Voucher,
    Wording,
)
from grantway.core.publication import PlatformPolicy, PublicationStep
from grantway.core.reviewing import PendingVersion
from grantway.core.sign_ins import SignIn
from grantway.storage.sql.tables import (
    access_keys,
    decisions,
    devices,
    invitations,
    oversight,
    people,
    protocol,
    registry,
    reviewing,
    service_accounts,
    vouchers,
)
from grantway.storage.sql.types import json_rows

Row: TypeAlias = tuple[Any, ...]
_Record = TypeVar("_Record")
Columns: TypeAlias = tuple[ColumnElement[Any], ...]

_APPLICATION_FIELDS = tuple(field.name for field in fields(Application))

_SHARED_NAMES: dict[tuple[type, str], tuple[str, ...]] = {}

# What a column holds as it is; everything else is stored as JSON.
_PLAIN = frozenset({int, str, bytes, type(None)})

_encode_json = msgspec.json.Encoder(order="deterministic").encode
words = msgspec.json.Decoder(tuple[str, ...]).decode
word_set = msgspec.json.Decoder(frozenset[str]).decode
_epochs = msgspec.json.Decoder(Epochs).decode
settings = msgspec.json.Decoder(ApplicationSettings).decode
_api_policy = msgspec.json.Decoder(ApiPolicy).decode
_gates = msgspec.json.Decoder(GatePolicy).decode
_told = msgspec.json.Decoder(StandardClaims).decode
_granted = msgspec.json.Decoder(GrantedClaims).decode
_redirects = msgspec.json.Decoder(list[tuple[str, int, str, str]]).decode
_members = msgspec.json.Decoder(dict[str, Any]).decode
_origins = msgspec.json.Decoder(list[tuple[int, str]]).decode
_single_words = msgspec.json.Decoder(list[tuple[str]]).decode
_single_ids = msgspec.json.Decoder(list[tuple[int]]).decode
_ids = msgspec.json.Decoder(frozenset[int]).decode
_wordings = msgspec.json.Decoder(tuple[Wording, ...]).decode
_vouched_redirects = msgspec.json.Decoder(tuple[Redirect, ...]).decode


def to_json(value: object) -> str:
    """The text of a JSON column. Equal values have equal texts."""
    return _encode_json(value).decode()


def columns_of(table: Table, record: type, **instead: ColumnElement[Any]) -> Columns:
    """The columns of a record, in the order of its fields."""
    names = [field.name for field in fields(record)]
    return tuple(instead[name] if name in instead else table.c[name] for name in names)


def place_of(record: type, name: str) -> int:
    """Where a field stands in a row of its record."""
    return [field.name for field in fields(record)].index(name)


def _rows_of(table: Table, parent: ColumnElement[int], *names: str) -> ColumnElement[Any]:
    """The rows of a child table as one JSON text, so that a record is read by one statement."""
    (link,) = (column for column in table.c if any(key.column is parent for key in column.foreign_keys))
    rows = select(json_rows(*(table.c[name] for name in names))).where(link == parent)
    return rows.correlate(parent.table).scalar_subquery()


_APPLICATION = registry.applications.c.id
_REDIRECTS = _rows_of(registry.application_redirects, _APPLICATION, "purpose", "position", "uri", "match")

ORGANIZATION = columns_of(people.organizations, Organization)
USER = columns_of(
    people.users,
    User,
    email=people.user_emails.c.address,
    email_verified_at=people.user_emails.c.verified_at,
)
MEMBERSHIP = columns_of(people.memberships, Membership)
INVITATION = columns_of(invitations.invitations, Invitation)
SIGN_IN = columns_of(people.sign_ins, SignIn)
CONSENT = columns_of(people.consents, UserConsent)
API = columns_of(
    registry.apis,
    Api,
    introspectors=_rows_of(registry.api_introspectors, registry.apis.c.id, "application_id"),
)
SCOPE = columns_of(registry.scopes, Scope)
ROUTE = columns_of(decisions.api_routes, ApiRoute)
REQUEST_LIMIT = columns_of(decisions.request_limits, RequestLimit)
APPLICATION = columns_of(
    registry.applications,
    Application,
    redirects=_REDIRECTS,
    post_logout_redirects=literal_column("NULL"),
    origins=_rows_of(registry.application_origins, _APPLICATION, "position", "origin"),
    scopes=_rows_of(registry.application_scopes, _APPLICATION, "scope"),
    audience_organizations=_rows_of(registry.application_audience, _APPLICATION, "organization_id"),
    has_imported_secrets=case(
        (
            exists()
            .where(
                registry.credentials.c.application_id == _APPLICATION,
                registry.credentials.c.imported.is_not(None),
                registry.credentials.c.revoked_at.is_(None),
            )
            .correlate(registry.applications),
            literal_column("1"),
        ),
        else_=literal_column("0"),
    ),
)
CREDENTIAL = columns_of(registry.credentials, Credential)
INSTALLATION = columns_of(registry.installations, Installation)
USED_SCOPES = _rows_of(registry.installation_uses, registry.installations.c.id, "scope")
ARTIFACT = columns_of(protocol.artifacts, Artifact)
DEVICE_REQUEST = columns_of(devices.device_requests, DeviceRequest)
_DEVICE_SCOPES = place_of(DeviceRequest, "scopes")
GRANT = columns_of(protocol.grants, Grant)
SIGNING_KEY = columns_of(protocol.signing_keys, SigningKey)
SECRET_KEY = columns_of(protocol.secret_keys, SecretKey)
AUDIT = columns_of(oversight.audit, AuditEntry)
PUBLICATION_STEP = columns_of(oversight.publications, PublicationStep)
PENDING_VERSION = columns_of(reviewing.pending_versions, PendingVersion)
PLATFORM_POLICY = columns_of(oversight.platform_policy, PlatformPolicy)
SERVICE_ACCOUNT = columns_of(
    service_accounts.service_accounts,
    ServiceAccount,
    applications=_rows_of(
        service_accounts.service_account_applications,
        service_accounts.service_accounts.c.id,
        "application_id",
    ),
)
ACCESS_KEY = columns_of(access_keys.access_keys, AccessKey)
VOUCHER = columns_of(vouchers.vouchers, Voucher)
PARTY = (*ORGANIZATION, *INSTALLATION, *USER, *MEMBERSHIP, people.consents.c.epoch)

_AFTER_ORGANIZATION = len(ORGANIZATION)
_AFTER_INSTALLATION = _AFTER_ORGANIZATION + len(INSTALLATION)
_AFTER_USER = _AFTER_INSTALLATION + len(USER)
_AFTER_MEMBERSHIP = _AFTER_USER + len(MEMBERSHIP)


def installation(row: Row, at: int = 0) -> Installation | None:
    """The installation in a row; None where an outer join found none."""
    if row[at] is None:
        return None
    values = list(row[at : at + len(INSTALLATION)])
    for place in _INSTALLATION_SCOPES:
        values[place] = word_set(values[place] or "[]")
    return Installation(*values)


def word_set_of_rows(text: str) -> frozenset[str]:
    """The words of a child table's single column."""
    return frozenset(word for (word,) in _single_words(text))


def user(row: Row, at: int = 0) -> User | None:
    """The user in a row; None where an outer join found none."""
    return None if row[at] is None else person(row, at)


def person(row: Row, at: int = 0) -> User:
    """The user in a row that has one."""
    values = list(row[at : at + len(USER)])
    told = values[_USER_CLAIMS]
    values[_USER_CLAIMS] = NOTHING_TOLD if told in _EMPTY else _told(told)
    return User(*values)


def membership(row: Row, at: int = 0) -> Membership | None:
    """The membership in a row; None where an outer join found none."""
    return None if row[at] is None else Membership(*row[at : at + len(MEMBERSHIP)])


_EMPTY = (None, "{}")
_USER_CLAIMS = place_of(User, "claims")
_INSTALLATION_SCOPES = (place_of(Installation, "scopes"), place_of(Installation, "scopes_pending"))
_STEP_REASONS = place_of(PublicationStep, "reasons")
_ACCOUNT_APPLICATIONS = place_of(ServiceAccount, "applications")
_KEY_POWERS = place_of(AccessKey, "powers")
_API_INTROSPECTORS, _API_POLICY = place_of(Api, "introspectors"), place_of(Api, "policy")
_CONSENT_SCOPES, _CONSENT_EPOCH = place_of(UserConsent, "scopes"), place_of(UserConsent, "epoch")
_POLICY_GATES = place_of(PlatformPolicy, "gates")
_POLICY_FLAGS = (
    (place_of(PlatformPolicy, "approval_required"), False),
    (place_of(PlatformPolicy, "password_ends_offline"), True),
)
"""Where flags stand, and what it means that nothing is stored."""
_ROUTE_SCOPES = place_of(ApiRoute, "scopes")
_GRANT_DECODERS: tuple[tuple[int, Callable[[Any], Any]], ...] = (
    (place_of(Grant, "scopes"), word_set),
    (place_of(Grant, "resources"), words),
    (place_of(Grant, "epochs"), _epochs),
    (place_of(Grant, "methods"), words),
    (place_of(Grant, "claims"), lambda text: _granted(text) if text is not None else None),
)

_VOUCHER_DECODERS: tuple[tuple[int, Callable[[Any], Any]], ...] = (
    (place_of(Voucher, "scopes"), word_set),
    (place_of(Voucher, "redirects"), _vouched_redirects),
    (place_of(Voucher, "audience_organizations"), _ids),
    (place_of(Voucher, "dialects"), word_set),
    (place_of(Voucher, "asserted_subject"), bool),
)


def present(record: _Record | None) -> _Record:
    """A record that an inner join found for certain."""
    if record is None:
        raise TypeError("an inner join found nothing")
    return record


def organization(row: Row, at: int = 0) -> Organization:
    """The organization in a row."""
    return Organization(*row[at : at + len(ORGANIZATION)])


def party(row: Row, at: int = 0) -> Party:
    """The party in a row of `PARTY` columns."""
    return Party(
        organization(row, at),
        installation(row, at + _AFTER_ORGANIZATION),
        user(row, at + _AFTER_INSTALLATION),
        membership(row, at + _AFTER_USER),
        withdrawals=row[at + _AFTER_MEMBERSHIP] or 0,
    )


def consent(row: Row) -> UserConsent:
    """The consent in a row."""
    values = list(row)
    values[_CONSENT_SCOPES] = word_set(values[_CONSENT_SCOPES])
    values[_CONSENT_EPOCH] = values[_CONSENT_EPOCH] or 0
    return UserConsent(*values)


def grant(row: Row) -> Grant:
    """The grant in a row."""
    return Grant(*_decoded(row, _GRANT_DECODERS))


def voucher(row: Row) -> Voucher:
    """The voucher in a row."""
    return Voucher(*_decoded(row, _VOUCHER_DECODERS))


def _decoded(row: Row, decoders: tuple[tuple[int, Callable[[Any], Any]], ...]) -> list[Any]:
    values = list(row)
    for place, decode in decoders:
        values[place] = decode(values[place])
    return values


def api(row: Row) -> Api:
    """The API in a row, with the applications that may introspect its tokens."""
    values = list(row)
    values[_API_INTROSPECTORS] = frozenset(found for (found,) in _single_ids(values[_API_INTROSPECTORS]))
    values[_API_POLICY] = _api_policy(values[_API_POLICY]) if values[_API_POLICY] else ApiPolicy()
    return Api(*values)


def service_account(row: Row) -> ServiceAccount:
    """The service account in a row, with the applications that may act as it."""
    values = list(row)
    listed = _single_ids(values[_ACCOUNT_APPLICATIONS])
    values[_ACCOUNT_APPLICATIONS] = frozenset(found for (found,) in listed)
    return ServiceAccount(*values)


def access_key(row: Row) -> AccessKey:
    """The access key in a row."""
    values = list(row)
    values[_KEY_POWERS] = word_set(values[_KEY_POWERS])
    return AccessKey(*values)


def scope(row: Row) -> Scope:
    """The scope in a row."""
    values = list(row)
    locale, translations = values[-2:]
    values[-2:] = locale or "en", _wordings(translations) if translations else ()
    return Scope(*values)


def route(row: Row) -> ApiRoute:
    """The route in a row."""
    values = list(row)
    values[_ROUTE_SCOPES] = word_set(values[_ROUTE_SCOPES])
    return ApiRoute(*values)


def request_limit(row: Row) -> RequestLimit:
    """The limit of requests in a row."""
    return RequestLimit(*row)


def credential(row: Row) -> Credential:
    """The credential in a row."""
    return Credential(*row)


def artifact(row: Row) -> Artifact:
    """The artifact in a row."""
    return Artifact(*row)


def device_request(row: Row) -> DeviceRequest:
    """The device request in a row."""
    named, resources = row[_DEVICE_SCOPES : _DEVICE_SCOPES + 2]
    asked = [None if named is None else words(named), words(resources)]
    return DeviceRequest(*(*row[:_DEVICE_SCOPES], *asked, *row[_DEVICE_SCOPES + 2 :]))


def signing_key(row: Row) -> SigningKey:
    """The signing key in a row."""
    return SigningKey(*row)


def secret_key(row: Row) -> SecretKey:
    """The secret key in a row."""
    return SecretKey(*row)


def publication_step(row: Row) -> PublicationStep:
    """The step of a publication in a row."""
    values = list(row)
    values[_STEP_REASONS] = words(values[_STEP_REASONS])
    return PublicationStep(*values)


def pending_version(row: Row) -> PendingVersion:
    """The pending version in a row. Lists are as drafts have them."""
    application_id, members, *others = row
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in _members(members).items()
    }
    return PendingVersion(application_id, values, *others)


def platform_policy(row: Row) -> PlatformPolicy:
    """The platform's policy in its row."""
    values = list(row)
    for place, absent in _POLICY_FLAGS:
        values[place] = bool(absent if values[place] is None else values[place])
    values[_POLICY_GATES] = _gates(values[_POLICY_GATES]) if values[_POLICY_GATES] else NO_POLICY
    return PlatformPolicy(*values)


def application(row: Row) -> Application:
    """The application in a row, with everything that belongs to it."""
    values: dict[str, Any] = dict(zip(_APPLICATION_FIELDS, row, strict=True))
    lines = sorted(_redirects(values["redirects"]))
    values["redirects"] = tuple(
        Redirect(uri, "host" if match == "host" else "exact")
        for purpose, _, uri, match in lines
        if purpose == "sign_in"
    )
    values["post_logout_redirects"] = tuple(uri for purpose, _, uri, _ in lines if purpose == "sign_out")
    values["origins"] = tuple(origin for _, origin in sorted(_origins(values["origins"])))
    values["scopes"] = frozenset(value for (value,) in _single_words(values["scopes"]))
    values["audience_organizations"] = frozenset(
        found for (found,) in _single_ids(values["audience_organizations"])
    )
    values["settings"] = settings(values["settings"])
    values["dialects"] = word_set(values["dialects"])
    values["notification_addresses"] = words(values["notification_addresses"])
    values["has_imported_secrets"] = bool(values["has_imported_secrets"])
    return Application(**values)


def values_of(record: Any, table: Table) -> dict[str, Any]:
    """The values of a record for the columns of its table that it has a field for."""
    values = {}
    names = _SHARED_NAMES.get((type(record), table.name))
    if names is None:
        names = _SHARED_NAMES[type(record), table.name] = _shared_names(record, table)
    for name in names:
        value = getattr(record, name)
        values[name] = value if type(value) in _PLAIN else to_json(value)
    return values


def _shared_names(record: Any, table: Table) -> tuple[str, ...]:
    names = {field.name for field in fields(record)}
    return tuple(column.name for column in table.c if column.name in names)
