"""`grantway apply`: the registry as a file."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grantway.cli.documents import Document, Unreadable, read_documents
from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import FAILED, fail, moment, print_json, say
from grantway.core.errors import PLAN_UNREADABLE
from grantway.core.identifiers import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grantway.app import Product
    from grantway.core.errors import FieldError
    from grantway.core.ports import Tx
    from grantway.features.declarations.planning import Member, Plan, Step

PENDING = 2
"""The exit code of a plan that would change something."""
_FILE = click.Path(dir_okay=False, path_type=Path)


class _Undone(Exception):
    """Ends the transaction of a plan."""


@click.command()
@click.option(
    "--plan", "plan", type=_FILE, metavar="FILE", help="Say what FILE would change, and change nothing."
)
@click.option("--apply", "apply_", type=_FILE, metavar="FILE", help="Bring the registry to what FILE says.")
@click.option(
    "--print-secrets",
    "secrets",
    type=_FILE,
    metavar="FILE",
    help="With --apply: make a secret for each new application that can have one, and write them to this "
    "new FILE, which only you can read.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def apply(*, plan: Path | None, apply_: Path | None, secrets: Path | None, as_json: bool) -> None:
    """Bring APIs, scopes and applications to what a YAML file declares.

    All of a file is done, or nothing. What it does not name is left alone, and what it is to remove says
    `state: absent`. A second time there is nothing to do. docs/operating.md describes the file.

    Exit codes: 0 done, or nothing to do; 2 a plan with changes; 1 refused, with every problem and its line.
    """
    if (plan is None) == (apply_ is None):
        raise click.UsageError("Give either --plan FILE or --apply FILE.")
    if secrets is not None and apply_ is None:
        raise click.UsageError("--print-secrets goes with --apply.")
    path = plan or apply_
    assert path is not None  # noqa: S101 - one of the two was given
    documents = _documents(path)
    with opened(settings_of_process()) as product, _private(secrets) as descriptor:
        product.prepare()
        product.poll()
        plans = _worked_out(product, documents, is_plan=plan is not None, descriptor=descriptor)
    _report(plans, as_json=as_json, is_plan=plan is not None)
    if plan is not None and any(one.steps for one in plans):
        raise SystemExit(PENDING)


def _documents(path: Path) -> list[Document]:
    try:
        documents = read_documents(path)
    except Unreadable as wrong:
        fail(f"{wrong} ({PLAN_UNREADABLE.id})")
    if not documents:
        fail(f"{PLAN_UNREADABLE.text} ({PLAN_UNREADABLE.id})")
    return documents


def _worked_out(
    product: Product, documents: list[Document], *, is_plan: bool, descriptor: int | None
) -> list[Plan]:
    """All documents in one transaction, which is undone for a plan and where anything was refused."""
    from grantway.core.errors import Invalid
    from grantway.features.declarations.declaring import Declarations

    api, caller = product.features.api, product.operators.caller()
    declarations = Declarations(product.services, api.apis, api.applications, api.life_cycle)
    plans: list[Plan] = []
    problems = 0
    with suppress(_Undone), product.services.store.begin() as tx:
        for document in documents:
            try:
                plans.append(declarations.apply(tx, caller, document.data))
            except Invalid as invalid:
                for error in invalid.errors:
                    say(_problem(document, error))
                problems += len(invalid.errors)
        if is_plan or problems:
            raise _Undone
        if descriptor is not None:
            _write_secrets(product, tx, plans, descriptor)
    if problems:
        fail(f"{problems} problem{'' if problems == 1 else 's'}. Nothing was changed.", FAILED)
    return plans


def _problem(document: Document, error: FieldError) -> str:
    field = error.field.rstrip(".")
    return f"line {document.line_of(field)}: {field}: {error.reason.text} ({error.reason.id})"


@contextmanager
def _private(path: Path | None) -> Iterator[int | None]:
    """A new file that only its owner can read, removed again where nothing came of it."""
    if path is None:
        yield None
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError:
        fail("The file of --print-secrets is there already, or cannot be made.")
    try:
        yield descriptor
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def _write_secrets(product: Product, tx: Tx, plans: list[Plan], descriptor: int) -> None:
    """A line per new application. Written before the end of the transaction: better too much than lost."""
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act
    from grantway.features.registry.minting import SecretDraft

    caller, api = product.operators.caller(), product.features.api
    for plan in plans:
        for made in plan.created:
            if made.type == "public":
                continue
            issued = api.credentials.issue(
                tx, caller, plan.organization_id, application_id=made.id, draft=SecretDraft("command line")
            )
            act = Act("secret.create", issued.credential.id, plan.organization_id)
            api.audit.record(tx, AT_THE_MACHINE, act)
            line = {"name": made.name, "client_id": made.client_id, "client_secret": issued.secret.reveal()}
            os.write(descriptor, json.dumps(line, ensure_ascii=False).encode() + b"\n")
    os.fsync(descriptor)


def _report(plans: list[Plan], *, as_json: bool, is_plan: bool) -> None:
    if as_json:
        print_json([_plan(plan) for plan in plans])
        return
    for plan in plans:
        click.echo(plan.organization)
        for step in plan.steps:
            _print_step(step)
        for kind, name in plan.unmanaged:
            click.echo(f"  ? unmanaged {kind} {name}")
        if not plan.steps:
            click.echo("  nothing to do")
    count, same = sum(len(plan.steps) for plan in plans), sum(plan.unchanged for plan in plans)
    verb = "would be changed" if is_plan else "changed"
    say(f"{count} record{'' if count == 1 else 's'} {verb}, {same} as declared.")


_SIGNS = {"create": "+", "change": "~", "remove": "-"}


def _print_step(step: Step) -> None:
    click.echo(f"  {_SIGNS[step.action]} {step.action} {step.kind} {step.name}")
    for member in step.members:
        before = "" if step.action == "create" else f"{_text(member.before)} -> "
        waits = "  (waits for a review)" if member.waits else ""
        click.echo(f"      {member.name}: {before}{_text(member.after)}{waits}")
        if member.drifted_at is not None:
            click.echo(f"        drift: changed by {member.drifted_by} at {moment(member.drifted_at)}")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "organization": plan.organization,
        "steps": [_step(step) for step in plan.steps],
        "unchanged": plan.unchanged,
        "unmanaged": [{"kind": kind, "name": name} for kind, name in plan.unmanaged],
    }


def _step(step: Step) -> dict[str, Any]:
    return {**asdict(step), "id": to_text(step.id), "members": [_member(one) for one in step.members]}


def _member(member: Member) -> dict[str, Any]:
    return {**asdict(member), "drifted_at": moment(member.drifted_at)}
