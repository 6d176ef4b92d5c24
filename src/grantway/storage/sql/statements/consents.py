"""Statements of what people agreed to: given, listed, and withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, func, or_, select, update

from grantway.storage.sql import rows
from grantway.storage.sql.statements.standing import GRANT_IS_LIVE
from grantway.storage.sql.tables.people import consents
from grantway.storage.sql.tables.protocol import grants
from grantway.storage.sql.types import Identifier, Moment, Words, constant

_USER = bindparam("user_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)
_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_NOW = bindparam("now", type_=Moment)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    consent = insert(consents).values({column.name: bindparam(column.name) for column in consents.c})
    is_it = and_(
        consents.c.user_id == _USER,
        consents.c.application_id == _APPLICATION,
        consents.c.organization_id == _ORGANIZATION,
    )
    higher = func.coalesce(consents.c.epoch, constant(0)) + constant(1)
    of_user = and_(grants.c.subject_id == _USER, grants.c.subject_kind == constant("user"), GRANT_IS_LIVE)
    return {
        "consent": select(*rows.CONSENT).where(is_it),
        "save_consent": consent.on_conflict_do_update(
            index_elements=[consents.c.user_id, consents.c.application_id, consents.c.organization_id],
            set_={
                name: consent.excluded[name] for name in ("scopes", "granted_at", "revoked_at", "revoked_by")
            },
        ),
        "consents_of_user": select(*rows.CONSENT)
        .where(consents.c.user_id == _USER, consents.c.revoked_at.is_(None))
        .order_by(consents.c.application_id, consents.c.organization_id),
        "withdraw_consent": update(consents)
        .where(is_it, consents.c.revoked_at.is_(None))
        .values(revoked_at=_NOW, epoch=higher)
        .returning(consents.c.user_id),
        # What is held without a consent stands on its absence, which counts as the lowest epoch.
        "withdraw_unasked": consent.on_conflict_do_update(
            index_elements=[consents.c.user_id, consents.c.application_id, consents.c.organization_id],
            set_={"revoked_at": consent.excluded.revoked_at, "epoch": higher},
        ),
        "withdrawals": select(consents.c.application_id, consents.c.organization_id, consents.c.epoch).where(
            consents.c.user_id == _USER, consents.c.epoch > constant(0)
        ),
        # Grouped, because each sign-in makes a grant, and what they may do is nearly always the same.
        "live_grants_of_user": select(
            grants.c.application_id,
            grants.c.organization_id,
            grants.c.scopes,
            func.min(grants.c.created_at),
            grants.c.epochs,
        )
        .where(
            of_user,
            grants.c.expires_at > _NOW,
            or_(grants.c.idle_expires_at.is_(None), grants.c.idle_expires_at > _NOW),
        )
        .group_by(grants.c.application_id, grants.c.organization_id, grants.c.scopes, grants.c.epochs)
        .order_by(grants.c.application_id, grants.c.organization_id),
        "revoke_grants_of_user": update(grants)
        .where(of_user, grants.c.application_id == _APPLICATION, grants.c.organization_id == _ORGANIZATION)
        .values(state=constant("revoked"), revoked_at=_NOW, reason=bindparam("reason", type_=Words))
        .returning(grants.c.id),
    }
