"""`grantway audit`: what was done, by whom, when."""

from __future__ import annotations

import json
from typing import Any

import click

from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import moment, print_json, print_table
from grantway.core.audit import AuditEntry, AuditQuery
from grantway.core.identifiers import from_text, to_text
from grantway.core.model import Id

_NOBODY: Id = -1


@click.group()
def audit() -> None:
    """Read the log of what was done. Nothing changes or removes a line of it."""


@audit.command("list")
@click.option("--organization", help="Only what concerns one organization, by its id.")
@click.option("--actor", help="Only what one user or application did, by the id.")
@click.option("--action", help="Only one action, or all of a kind: the kind with a dot.")
@click.option("--target", help="Only what was done to one record, by its id.")
@click.option("--limit", default=100, type=click.IntRange(1, 10_000), help="How many at most; 100.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, with what changed.")
def list_audit(
    *,
    organization: str | None,
    actor: str | None,
    action: str | None,
    target: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List what was done, the newest first."""
    query = AuditQuery(limit=limit, actor=_id(actor), action=action, target=target)
    with opened(settings_of_process()) as product, product.services.store.read() as tx:
        owner = _id(organization)
        found = tx.platform.audit(query) if owner is None else tx.organization(owner).audit(query)
    if as_json:
        print_json([_whole(entry) for entry in found])
    else:
        print_table([_row(entry) for entry in found], "Nothing was done yet.")


def _id(text: str | None) -> Id | None:
    """The id of a public form; that of nobody for what is none, None where none was named."""
    return None if text is None else (from_text(text) or _NOBODY)


def _row(entry: AuditEntry) -> dict[str, object]:
    actors = (entry.user_id, entry.application_id)
    return {
        "at": moment(entry.at),
        "action": entry.action,
        "target": entry.target_id,
        "by": next((to_text(one) for one in actors if one is not None), entry.actor_kind),
        "address": entry.address,
    }


def _whole(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": to_text(entry.id),
        "at": moment(entry.at),
        "action": entry.action,
        "actor_kind": entry.actor_kind,
        "user_id": _text(entry.user_id),
        "application_id": _text(entry.application_id),
        "organization_id": _text(entry.organization_id),
        "target_kind": entry.target_kind,
        "target_id": entry.target_id,
        "before": None if entry.before is None else json.loads(entry.before),
        "after": None if entry.after is None else json.loads(entry.after),
        "address": entry.address,
        "request_id": entry.request_id,
    }


def _text(identifier: Id | None) -> str | None:
    return None if identifier is None else to_text(identifier)
