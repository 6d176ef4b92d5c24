"""`grantway apps pending|approve|reject|withdraw-pending`: what waits for operators, and what they decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from grantway.cli.apps import apps, row
from grantway.cli.finding import application_named
from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import moment, print_json, print_table, refusals, say
from grantway.core.identifiers import to_text
from grantway.core.publication import REJECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from grantway.app import Product
    from grantway.core.model import Application
    from grantway.core.ports import Tx
    from grantway.core.reviewing import PendingVersion
    from grantway.features.access.callers import Caller
    from grantway.features.registry.publication import Rejection, Target

_VERSION = click.option(
    "--version", "version", required=True, type=int, help="The version that you read with `apps pending`."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the application as JSON.")


@apps.command()
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, with each member that waits.")
def pending(*, as_json: bool) -> None:
    """List what waits for an operator: submissions, and changes of what was approved. At most 1,000."""
    with opened(settings_of_process()) as product, product.services.store.read() as tx:
        submitted = tx.platform.submissions(publication="submitted", after=0, limit=500)
        changed = tx.platform.waiting_applications(after=0, limit=500)
        found = {one.id: one for one in (*submitted, *changed)}
        rows = [_described(tx, one) for one in found.values()]
    if as_json:
        print_json(rows)
        return
    print_table([_line(one) for one in rows], "Nothing waits.")


@apps.command()
@click.argument("client_id")
@_VERSION
@_JSON
def approve(client_id: str, *, version: int, as_json: bool) -> None:
    """Approve what waits: a submission, or a change of what was approved. CLIENT_ID names it.

    It is refused where it is not the version that you read.
    """

    def step(product: Product, tx: Tx, caller: Caller, *, target: Target, is_submitted: bool) -> None:
        api = product.features.api
        (api.publications.approve if is_submitted else api.pending.approve)(tx, caller, target)

    _perform("approve", client_id, step, version=version, as_json=as_json)


@apps.command()
@click.argument("client_id")
@_VERSION
@click.option("--reason", "reasons", multiple=True, type=click.Choice(REJECTIONS), help="Why. Repeatable.")
@click.option("--text", default="", help="The same in words, for the makers. `other` needs it.")
@_JSON
def reject(client_id: str, *, version: int, reasons: tuple[str, ...], text: str, as_json: bool) -> None:
    """Reject what waits, with reasons. Of a change, what was approved goes on working."""

    def step(product: Product, tx: Tx, caller: Caller, *, target: Target, is_submitted: bool) -> None:
        api, why = product.features.api, _rejection(reasons, text)
        (api.publications.reject if is_submitted else api.pending.reject)(tx, caller, target, rejection=why)

    _perform("reject", client_id, step, version=version, as_json=as_json)


@apps.command("withdraw-pending")
@click.argument("client_id")
@_JSON
def withdraw_pending(client_id: str, *, as_json: bool) -> None:
    """Take back a change that waits. What was approved stays as it is."""

    def step(product: Product, tx: Tx, caller: Caller, *, target: Target, is_submitted: bool) -> None:
        del is_submitted
        product.features.api.pending.withdraw(tx, caller, target)

    _perform("withdraw", client_id, step, as_json=as_json)


def _rejection(reasons: tuple[str, ...], text: str) -> Rejection:
    from grantway.features.registry.publication import Rejection

    return Rejection(reasons, text)


def _perform(
    verb: str, client_id: str, step: Callable[..., None], *, as_json: bool, version: int | None = None
) -> None:
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act, difference
    from grantway.features.registry.publication import Target

    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        found = application_named(product, client_id)
        is_submitted = found.publication == "submitted" and verb != "withdraw"
        with product.services.store.begin() as tx:
            before = _described(tx, found)
            target = Target(found.organization_id, found.id, found.version if version is None else version)
            step(product, tx, product.operators.caller(), target=target, is_submitted=is_submitted)
            after = _described(tx, tx.organization(found.organization_id).application(found.id) or found)
            former, present = difference(_told(before), _told(after))
            action = f"application.{verb}" if is_submitted else f"application.{verb}_pending"
            act = Act(action, found.id, found.organization_id, before=former, after=present)
            product.features.api.audit.record(tx, AT_THE_MACHINE, act)
    if as_json:
        print_json(after)
        return
    say(f"{client_id}  {after['publication']}")


def _described(tx: Tx, application: Application) -> dict[str, Any]:
    """What an operator reads before a decision: the record as it is, and what is to be otherwise."""
    from grantway.features.registry.drafts import draft_of
    from grantway.features.registry.planning import plain
    from grantway.features.registry.reviewing import members_of

    found: PendingVersion | None = tx.organization(application.organization_id).pending_version(
        application.id
    )
    present = {name: plain(value) for name, value in members_of(draft_of(application)).items()}
    waits = {name: {"before": present[name], "after": plain(value)} for name, value in _members(found)}
    return {
        "id": to_text(application.id),
        **row(application),
        "publication": application.publication,
        "version": application.version,
        "since": None if found is None else moment(found.created_at),
        "present": present,
        "pending": waits,
    }


def _told(one: dict[str, Any]) -> dict[str, Any]:
    """What the log compares: member by member."""
    return {**one["present"], **{name: one[name] for name in ("publication", "version", "pending")}}


def _members(pending: PendingVersion | None) -> list[tuple[str, Any]]:
    return sorted(pending.members.items()) if pending else []


def _line(one: dict[str, Any]) -> dict[str, object]:
    return {
        "client_id": one["client_id"],
        "name": one["name"],
        "publication": one["publication"],
        "version": one["version"],
        "waits": ", ".join(one["pending"]) or "the whole",
    }
