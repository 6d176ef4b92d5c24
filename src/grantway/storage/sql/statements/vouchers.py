"""Statements of vouchers: given, read for decisions, listed, revoked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, and_, bindparam, delete, exists, func, or_, select, update

from grantway.storage.sql import rows
from grantway.storage.sql.tables.protocol import artifacts, grants
from grantway.storage.sql.tables.registry import applications, installations
from grantway.storage.sql.tables.vouchers import vouchers
from grantway.storage.sql.types import Bytes, Identifier, Moment, Number, Words, constant

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)
_VOUCHER = bindparam("voucher_id_", type_=Identifier)
_KEPT = bindparam("kept", type_=Number)

_IS_LIVE = vouchers.c.revoked_at.is_(None)
# Whose a voucher is, as one number for both kinds: no organization has the id 0.
_WHOSE = func.coalesce(vouchers.c.organization_id, constant(0))


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_decisions(), **_lists(), **_expectants(), **_gifts(insert), **_revocations()}


def _decisions() -> dict[str, ClauseElement]:
    found = select(*rows.VOUCHER).where(_IS_LIVE)
    voucher = vouchers.c
    return {
        "live_vouchers": found.where(
            voucher.application_id == _APPLICATION,
            or_(voucher.organization_id == _ORGANIZATION, voucher.organization_id.is_(None)),
        ).order_by(voucher.id),
        "vouchers_of_code": found.join(artifacts, artifacts.c.application_id == voucher.application_id)
        .where(
            artifacts.c.kind == bindparam("kind_", type_=Words),
            artifacts.c.key == bindparam("key_", type_=Bytes),
            or_(voucher.organization_id == artifacts.c.organization_id, voucher.organization_id.is_(None)),
        )
        .order_by(voucher.id),
        "vouchers_of_grant": found.join(grants, grants.c.voucher_id == voucher.id).where(
            grants.c.id == bindparam("grant_id", type_=Identifier)
        ),
    }


def _lists() -> dict[str, ClauseElement]:
    voucher = vouchers.c
    page = (
        select(*rows.VOUCHER)
        .where(
            voucher.id > bindparam("after", type_=Identifier),
            or_(constant(0) == _APPLICATION, voucher.application_id == _APPLICATION),
            or_(bindparam("only_live", type_=Number) == constant(0), _IS_LIVE),
        )
        .order_by(voucher.id)
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0))
    )
    is_here = voucher.organization_id == _ORGANIZATION
    return {
        "own_vouchers": page.where(is_here),
        "platform_vouchers": page.where(voucher.organization_id.is_(None)),
        "voucher": select(*rows.VOUCHER).where(voucher.id == _VOUCHER, _WHOSE == _ORGANIZATION),
        "count_vouchers": select(func.count()).select_from(vouchers).where(is_here, _IS_LIVE),
    }


def _expectants() -> dict[str, ClauseElement]:
    looks_for = or_(
        *(
            applications.c.settings.contains(bindparam(name, type_=Words))
            for name in ("looks_for_platform", "looks_for_installed")
        )
    )
    return {
        "expectants": select(*rows.APPLICATION)
        .where(
            applications.c.id > bindparam("after", type_=Identifier),
            applications.c.archived_at.is_(None),
            looks_for,
        )
        .order_by(applications.c.id)
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0)),
        "vouchers_of_application": select(*rows.VOUCHER)
        .where(vouchers.c.application_id == _APPLICATION, _IS_LIVE)
        .order_by(vouchers.c.id),
        "allowing_installations": select(*rows.INSTALLATION)
        .where(
            installations.c.application_id == _APPLICATION,
            installations.c.state == constant("active"),
            installations.c.members == constant("allow"),
        )
        .order_by(installations.c.id)
        .limit(bindparam("limit", type_=Number))
        .offset(constant(0)),
    }


def _gifts(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    given = select(*(bindparam(column.name, type_=column.type) for column in vouchers.c))
    names = [column.name for column in vouchers.c]
    is_own = exists().where(
        applications.c.id == _APPLICATION, applications.c.organization_id == _ORGANIZATION
    )
    is_let_in = exists().where(
        installations.c.id == bindparam("installation_id", type_=Identifier),
        installations.c.application_id == _APPLICATION,
        installations.c.organization_id == _ORGANIZATION,
    )
    is_there = exists().where(applications.c.id == _APPLICATION)
    return {
        "insert_voucher": insert(vouchers)
        .from_select(names, given.where(or_(is_own, is_let_in)))
        .returning(vouchers.c.id),
        "insert_platform_voucher": insert(vouchers)
        .from_select(names, given.where(is_there))
        .returning(vouchers.c.id),
    }


def _revocations() -> dict[str, ClauseElement]:
    voucher = vouchers.c
    of_application = and_(voucher.application_id == _APPLICATION, _WHOSE == _ORGANIZATION)
    revoked = (
        update(vouchers)
        .where(_IS_LIVE)
        .values(
            revoked_at=bindparam("now", type_=Moment), revoked_by=bindparam("revoked_by", type_=Identifier)
        )
        .returning(*rows.VOUCHER)
    )
    # What was revoked longest ago goes first.
    over = (
        select(voucher.id)
        .where(of_application, voucher.revoked_at.is_not(None))
        .order_by(voucher.revoked_at.desc(), voucher.id.desc())
        .limit(constant(1000))
        .offset(_KEPT)
    )
    return {
        "revoke_vouchers": revoked.where(of_application),
        "revoke_voucher": revoked.where(voucher.id == _VOUCHER, _WHOSE == _ORGANIZATION),
        "prune_vouchers": delete(vouchers).where(voucher.id.in_(over)),
    }
