"""Statements of installations seen from both sides, of the secrets of pairs, and of sealed copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    null,
    select,
    update,
)

from grantway.storage.sql import rows
from grantway.storage.sql.statements.filters import is_as_asked
from grantway.storage.sql.tables.people import organizations
from grantway.storage.sql.tables.protocol import grants
from grantway.storage.sql.tables.registry import applications, credentials, installation_uses, installations
from grantway.storage.sql.types import Bytes, Identifier, Moment, Number, Words, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)
_INSTALLATION = bindparam("installation_id", type_=Identifier)
_CREDENTIAL = bindparam("credential_id", type_=Identifier)
_VERSION = bindparam("version_", type_=Number)
_NOW = bindparam("now", type_=Moment)
_AFTER = bindparam("after", type_=Identifier)
_LIMIT = bindparam("limit", type_=Number)
_SEAL_KEY = bindparam("seal_key", type_=Words)

# What was revoked waits for nothing. Null says the same as an empty list, which is written in two signs.
_HAS_PENDING = and_(
    installations.c.state != constant("revoked"),
    func.coalesce(func.length(installations.c.scopes_pending), constant(0)) > constant(2),
)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_lists(), **_endings(), **_owner(), **_seals(), **_uses(insert)}


def _last_uses() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """When a secret of the pair was last presented, and when a scope was last of use."""
    secret = select(func.max(credentials.c.last_used_at)).where(
        credentials.c.installation_id == installations.c.id
    )
    scope = select(func.max(installation_uses.c.last_used_at)).where(
        installation_uses.c.installation_id == installations.c.id
    )
    return (
        secret.correlate(installations).scalar_subquery(),
        scope.correlate(installations).scalar_subquery(),
    )


def _lists() -> dict[str, ClauseElement]:
    owner = organizations.alias("owner")
    installed = (
        select(*rows.INSTALLATION, *rows.APPLICATION, owner.c.name, rows.USED_SCOPES, *_last_uses())
        .select_from(
            installations.join(applications, applications.c.id == installations.c.application_id).join(
                owner, owner.c.id == applications.c.organization_id
            )
        )
        .where(installations.c.organization_id == _ORGANIZATION)
    )
    installing = select(*rows.INSTALLATION, organizations.c.name, _shown_state(), *_last_uses()).select_from(
        installations.join(organizations, organizations.c.id == installations.c.organization_id)
    )
    return {
        "installed_applications": installed.where(
            installations.c.id > _AFTER,
            installations.c.state.like(bindparam("pattern", type_=Words)),
            is_as_asked("pending_", _HAS_PENDING),
        )
        .order_by(installations.c.id)
        .limit(_LIMIT)
        .offset(constant(0)),
        "installed_application": installed.where(installations.c.id == _INSTALLATION),
        # That somebody there asks for it is not the makers' business before it is granted.
        "installing_organizations": installing.where(
            installations.c.application_id == _APPLICATION,
            installations.c.owner_organization_id == _ORGANIZATION,
            installations.c.state != constant("requested"),
            installations.c.id > _AFTER,
        )
        .order_by(installations.c.id)
        .limit(_LIMIT)
        .offset(constant(0)),
    }


def _endings() -> dict[str, ClauseElement]:
    return {
        "delete_installation": delete(installations)
        .where(
            installations.c.id == _INSTALLATION,
            installations.c.organization_id == _ORGANIZATION,
            installations.c.version == _VERSION,
            installations.c.state == constant("requested"),
            installations.c.granted_at.is_(None),
        )
        .returning(installations.c.id),
        "revoke_credentials_of_installation": update(credentials)
        .where(
            credentials.c.installation_id == _INSTALLATION,
            credentials.c.organization_id == _ORGANIZATION,
            credentials.c.revoked_at.is_(None),
        )
        .values(
            revoked_at=_NOW, version=credentials.c.version + constant(1), sealed=null(), seal_key_id=null()
        )
        .returning(credentials.c.id),
        "revoke_grants_of_application": update(grants)
        .where(
            grants.c.application_id == _APPLICATION,
            grants.c.organization_id == _ORGANIZATION,
            grants.c.state == constant("live"),
        )
        .values(state=constant("revoked"), revoked_at=_NOW, reason=bindparam("reason", type_=Words))
        .returning(grants.c.id),
    }


def _owner() -> dict[str, ClauseElement]:
    of_own = and_(
        installations.c.application_id == _APPLICATION,
        installations.c.owner_organization_id == _ORGANIZATION,
    )
    return {
        # It writes nothing new: the row's lock is what is wanted, and a revocation that came first is seen.
        "hold_installation": update(installations)
        .where(
            of_own,
            installations.c.organization_id == bindparam("customer_id", type_=Identifier),
            installations.c.state == constant("active"),
        )
        .values(version=installations.c.version)
        .returning(*rows.INSTALLATION),
        "hold_installations": select(*rows.INSTALLATION)
        .where(of_own)
        .order_by(installations.c.id)
        .with_for_update(),
        "rewrite_scopes": update(installations)
        .where(of_own, installations.c.id == _INSTALLATION)
        .values(
            scopes=bindparam("scopes"),
            scopes_pending=bindparam("scopes_pending"),
            version=installations.c.version + constant(1),
        )
        .returning(installations.c.application_id),
    }


def _seals() -> dict[str, ClauseElement]:
    is_ours = exists().where(
        applications.c.id == _APPLICATION, applications.c.organization_id == _ORGANIZATION
    )
    of_application = and_(credentials.c.application_id == _APPLICATION, is_ours)
    is_kept = and_(credentials.c.revoked_at.is_(None), credentials.c.sealed.is_not(None))
    sealed = (credentials.c.id, credentials.c.organization_id, credentials.c.sealed)
    is_unexpired = credentials.c.expires_at.is_(None) | (credentials.c.expires_at > _NOW)
    return {
        "sealed_secret": select(*sealed).where(of_application, credentials.c.id == _CREDENTIAL, is_kept),
        "sealed_secrets_of_pairs": select(*sealed)
        .join(installations, installations.c.id == credentials.c.installation_id)
        .where(of_application, is_kept, is_unexpired, installations.c.state == constant("active"))
        .order_by(credentials.c.organization_id, credentials.c.created_at.desc(), credentials.c.id.desc()),
        "secret_revealed": update(credentials)
        .where(of_application, credentials.c.id == _CREDENTIAL)
        .values(revealed_at=_NOW, revealed_by=bindparam("revealed_by", type_=Identifier)),
        "drop_sealed_secrets": update(credentials)
        .where(of_application, credentials.c.sealed.is_not(None))
        .values(sealed=null(), seal_key_id=null())
        .returning(credentials.c.id),
        "sealed_otherwise": select(*sealed)
        .where(
            credentials.c.seal_key_id.is_not(None),
            credentials.c.seal_key_id != _SEAL_KEY,
            credentials.c.id > _AFTER,
        )
        .order_by(credentials.c.id)
        .limit(_LIMIT)
        .offset(constant(0)),
        "reseal_secret": update(credentials)
        .where(
            credentials.c.id == _CREDENTIAL,
            credentials.c.sealed == bindparam("former", type_=Bytes),
        )
        .values(sealed=bindparam("sealed", type_=Bytes), seal_key_id=_SEAL_KEY)
        .returning(credentials.c.id),
    }


def _uses(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    # An installation that is gone by the time its uses are written has nothing to remember them for.
    is_there = exists().where(installations.c.id == _INSTALLATION)
    values = select(_INSTALLATION, bindparam("scope", type_=Words), bindparam("at", type_=Moment)).where(
        is_there
    )
    names = ["installation_id", "scope", "last_used_at"]
    use = insert(installation_uses).from_select(names, values)
    return {
        "scope_used": use.on_conflict_do_update(
            index_elements=[installation_uses.c.installation_id, installation_uses.c.scope],
            set_={"last_used_at": use.excluded.last_used_at},
            where=installation_uses.c.last_used_at < use.excluded.last_used_at,
        ),
    }


def _shown_state() -> ColumnElement[str]:
    """How an organization is shown to others: to them it is all the same who stopped it."""
    return case((organizations.c.suspended_at.is_(None), organizations.c.state), else_=constant("disabled"))
