"""Statements about refused requests and about the numbers of each day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    Cast,
    ClauseElement,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
)

from grantway.storage.sql.tables.activity import activity, refusal_codes, refusals
from grantway.storage.sql.tables.people import organizations
from grantway.storage.sql.tables.registry import applications, installations
from grantway.storage.sql.types import Identifier, Moment, Number, Words, constant, is_asked

_ORGANIZATION = bindparam("organization_id_", type_=Identifier)
_APPLICATION = bindparam("application_id_", type_=Identifier)
_CLIENT = bindparam("client_id_", type_=Words)
_LIMIT = bindparam("limit", type_=Number)
_CODE = bindparam("code_", type_=Words)
_PARTS = (activity.c.metric, activity.c.day, activity.c.error_id, activity.c.application_id)


def build(insert: Callable[..., Any]) -> Mapping[str, ClauseElement]:
    """The statements of this module, by name."""
    return {**_keeping(insert), **_forgetting(), **_refusals(), **_sums()}


def _found(table: Table, *given: str) -> tuple[list[str], Select[Any]]:
    """The columns of a new row and its values, for an application that there is."""
    here = bindparam("organization_key", type_=Identifier)
    values: dict[str, ColumnElement[Any]] = {
        name: bindparam(name, type_=table.c[name].type) for name in given if name != "organization_key"
    }
    values |= {
        "application_id": applications.c.id,
        # One that is gone meanwhile is not referred to.
        "organization_id": select(organizations.c.id).where(organizations.c.id == here).scalar_subquery(),
        "organization_key": here,
    }
    if "owner_id" in table.c:
        values["owner_id"] = applications.c.organization_id
    found = select(*values.values()).select_from(applications).where(applications.c.client_id == _CLIENT)
    return list(values), found


def _keeping(insert: Callable[..., Any]) -> dict[str, ClauseElement]:
    note = refusals.c
    given = [column.name for column in note if column.name not in {"application_id", "owner_id"}]
    names, found = _found(refusals, *(name for name in given if name != "organization_id"))
    noted = insert(refusals).from_select(names, found)
    new = noted.excluded
    counted_names, counted = _found(activity, "id", "day", "metric", "error_id", "count")
    tally = insert(activity).from_select(counted_names, counted)
    code = insert(refusal_codes).values({column.name: bindparam(column.name) for column in refusal_codes.c})
    return {
        "keep_refusal": noted.on_conflict_do_update(
            index_elements=[
                note.application_id,
                note.window_start,
                note.kind,
                note.error_id,
                note.mount,
                note.organization_key,
            ],
            set_={
                "count": note.count + new.count,
                "last_at": case((new.last_at > note.last_at, new.last_at), else_=note.last_at),
                "named": new.named,
                "difference": new.difference,
                "is_sampled": case((new.is_sampled > note.is_sampled, new.is_sampled), else_=note.is_sampled),
            },
        ).returning(note.id, note.application_id, note.owner_id),
        "keep_refusal_code": code.on_conflict_do_nothing(),
        "add_activity": tally.on_conflict_do_update(
            index_elements=[
                activity.c.application_id,
                activity.c.day,
                activity.c.metric,
                activity.c.error_id,
                activity.c.organization_key,
            ],
            set_={"count": activity.c.count + tally.excluded.count},
        ),
    }


def _forgetting() -> dict[str, ClauseElement]:
    keep = bindparam("keep", type_=Number)
    owner = bindparam("owner_id_", type_=Identifier)
    other = refusals.alias("other")
    of_application = refusals.c.application_id == _APPLICATION
    ids = select(refusals.c.id).where(of_application)
    codes = refusal_codes.alias("codes")
    newest_codes = (
        select(codes.c.at)
        .join(other, other.c.id == codes.c.refusal_id)
        .where(other.c.application_id == _APPLICATION)
        .order_by(codes.c.at.desc())
        .limit(constant(1))
        .offset(keep)
    )
    old = select(refusals.c.id).where(refusals.c.last_at < bindparam("before", type_=Moment))
    days = select(activity.c.id).where(activity.c.day < bindparam("before", type_=Words))
    return {
        "trim_refusals": delete(refusals).where(
            of_application, refusals.c.last_at <= _newest(other.c.application_id == _APPLICATION, other, keep)
        ),
        "trim_refusals_of_owner": delete(refusals).where(
            refusals.c.owner_id == owner,
            refusals.c.last_at <= _newest(other.c.owner_id == owner, other, keep),
        ),
        "trim_refusal_codes": delete(refusal_codes).where(
            refusal_codes.c.refusal_id.in_(ids), refusal_codes.c.at <= newest_codes.scalar_subquery()
        ),
        "sweep_refusals": delete(refusals)
        .where(refusals.c.id.in_(old.limit(_LIMIT).offset(constant(0))))
        .returning(refusals.c.id),
        "sweep_activity": delete(activity)
        .where(activity.c.id.in_(days.limit(_LIMIT).offset(constant(0))))
        .returning(activity.c.id),
    }


def _newest(condition: ColumnElement[bool], table: Any, keep: ColumnElement[Any]) -> Any:
    """When the first one beyond so many was last added to."""
    return (
        select(table.c.last_at)
        .where(condition)
        .order_by(table.c.last_at.desc())
        .limit(constant(1))
        .offset(keep)
        .scalar_subquery()
    )


def _is_told(organization: ColumnElement[Any], application: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a reader may know of an organization: its own, or one that installed the application."""
    is_installed = exists().where(
        installations.c.application_id == application,
        installations.c.organization_id == organization,
        installations.c.state != constant("requested"),
    )
    return or_(organization == _ORGANIZATION, is_installed)


def _is_read(organization: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the reader owns the application, or it is about the reader."""
    return or_(applications.c.organization_id == _ORGANIZATION, organization == _ORGANIZATION)


def _refusals() -> dict[str, ClauseElement]:
    note = refusals.c
    newest = (
        select(refusal_codes.c.code)
        .where(refusal_codes.c.refusal_id == note.id)
        .order_by(refusal_codes.c.at.desc(), refusal_codes.c.code)
        .limit(constant(1))
        .offset(constant(0))
        .scalar_subquery()
    )

    def read(organization: ColumnElement[Any]) -> Select[Any]:
        return (
            select(
                note.id,
                note.application_id,
                applications.c.client_id,
                organization,
                note.kind,
                note.mount,
                note.error_id,
                note.count,
                note.first_at,
                note.last_at,
                note.named,
                note.difference,
                newest,
                note.is_sampled,
            )
            .join(applications, applications.c.id == note.application_id)
            .where(
                is_asked(note.kind, "kind_"),
                is_asked(note.error_id, "error_id_"),
                note.last_at >= bindparam("since", type_=Moment),
            )
            .order_by(note.last_at.desc(), note.id.desc())
            .limit(_LIMIT)
            .offset(constant(0))
        )

    has_code = exists().where(refusal_codes.c.refusal_id == note.id, refusal_codes.c.code == _CODE)
    told = case((_is_told(note.organization_id, note.application_id), note.organization_id))
    own = read(told).where(
        note.application_id == _APPLICATION,
        _is_read(note.organization_id),
        or_(func.length(_CODE) == constant(0), has_code),
    )
    of_code = select(refusal_codes.c.refusal_id).where(refusal_codes.c.code == _CODE)
    return {
        "own_refusals": own,
        "all_refusals": read(note.organization_id),
        "refusals_of_code": read(note.organization_id).where(note.id.in_(of_code)),
        "knows_application": select(applications.c.id).where(
            applications.c.id == _APPLICATION,
            or_(
                applications.c.organization_id == _ORGANIZATION,
                exists().where(
                    installations.c.application_id == _APPLICATION,
                    installations.c.organization_id == _ORGANIZATION,
                ),
            ),
        ),
    }


def _sums() -> dict[str, ClauseElement]:
    line = activity.c
    is_asked_for = and_(
        line.day >= bindparam("first", type_=Words),
        line.day <= bindparam("last", type_=Words),
        is_asked(line.metric, "metric_"),
    )
    told = case((_is_told(line.organization_id, line.application_id), line.organization_id))
    of_application = (
        select(*_PARTS, told.label("organization_id"), line.count)
        .join(applications, applications.c.id == line.application_id)
        .where(line.application_id == _APPLICATION, _is_read(line.organization_id), is_asked_for)
    )
    here = select(*_PARTS, line.organization_id, line.count).where(
        line.organization_id == _ORGANIZATION, is_asked_for
    )
    return {
        **{
            f"activity_by_{part}": _sum(of_application, part)
            for part in ("day", "error_id", "organization_id")
        },
        **{f"activity_here_by_{part}": _sum(here, part) for part in ("day", "error_id", "application_id")},
    }


def _sum(lines: Select[Any], part: str) -> ClauseElement:
    found = lines.subquery("lines")
    by = found.c[part]
    total: Cast[int] = cast(func.sum(found.c.count), Number)
    summed = select(found.c.metric, by, total).group_by(found.c.metric, by)
    if part == "error_id":
        summed = summed.where(func.length(by) > constant(0))
    return summed.order_by(by, found.c.metric)
