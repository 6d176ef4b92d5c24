"""`grantway apply`: the registry as a file."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grantway.cli.documents import Document, Unreadable, read_documents
from grantway.cli.output import FAILED, fail, json_option, moment, print_json, say
from grantway.cli.performing import at_the_machine
from grantway.core.errors import PLAN_OUTDATED, PLAN_UNREADABLE
from grantway.core.identifiers import to_text
from grantway.features.declarations.planned_ids import SEED, PlannedEntropy, PlanToken, digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grantway.cli.performing import Machine
    from grantway.core.errors import FieldError
    from grantway.edges.web.records.acting import Acting
    from grantway.features.declarations.planning import Member, Plan, Step

PENDING = 3
"""The exit code of a plan that would change something: none that wrong usage or a refusal has."""
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
@click.option(
    "--as-planned",
    "token",
    metavar="TOKEN",
    help="With --apply: do what --plan told under this token, with the same ids, or nothing at all.",
)
@json_option
def apply(
    *, plan: Path | None, apply_: Path | None, secrets: Path | None, token: str | None, as_json: bool
) -> None:
    """Bring organizations, APIs, scopes, routes, limits and applications to what a YAML file declares.

    All of a file is done, or nothing. What it does not name is left alone, and what it is to remove says
    `state: absent`. A second time there is nothing to do. docs/operating.md describes the file.

    Exit codes: 0 done, or nothing to do; 3 a plan with changes; 1 refused, with every problem and its line;
    2 wrong usage or settings.
    """
    if (plan is None) == (apply_ is None):
        raise click.UsageError("Give either --plan FILE or --apply FILE.")
    if secrets is not None and apply_ is None:
        raise click.UsageError("--print-secrets goes with --apply.")
    if token is not None and apply_ is None:
        raise click.UsageError("--as-planned goes with --apply.")
    planned = None if token is None else PlanToken.read(token)
    if token is not None and planned is None:
        raise click.UsageError("--as-planned takes what a plan printed.")
    path = plan or apply_
    assert path is not None  # noqa: S101 - one of the two was given
    documents = _documents(path)
    with at_the_machine() as machine, _private(secrets) as descriptor:
        work = _Work(machine, planned)
        plans = work.out(documents, is_plan=plan is not None, descriptor=descriptor)
    has_steps = any(one.steps for one in plans)
    told = work.token(plans) if plan is not None and has_steps else None
    _report(plans, as_json=as_json, is_plan=plan is not None, token=told)
    if told is not None:
        raise SystemExit(PENDING)


def _documents(path: Path) -> list[Document]:
    try:
        documents = read_documents(path)
    except Unreadable as wrong:
        fail(f"{wrong} ({PLAN_UNREADABLE.id})")
    if not documents:
        fail(f"{PLAN_UNREADABLE.text} ({PLAN_UNREADABLE.id})")
    return documents


class _Work:
    """The documents of a file on their way, with ids out of the seed of a plan."""

    def __init__(self, machine: Machine, planned: PlanToken | None) -> None:
        from grantway.edges.web.records.services import record_features
        from grantway.features.declarations.declaring import Declarations, Makers

        product = machine.product
        self._machine = machine
        self._planned = planned
        self._seed = product.services.entropy.token_bytes(SEED) if planned is None else planned.seed
        entropy = PlannedEntropy(self._seed, product.services.entropy)
        services, api = replace(product.services, entropy=entropy), product.features.api
        presets = {one.name: one for one in api.presets}
        own = record_features(
            services, api.verifier, product.features.sign_in.activation, presets=presets, spoken=api.spoken
        )
        makers = Makers(own.organizations, own.apis, own.routes, own.applications, own.life_cycle)
        self._declarations = Declarations(services, makers)

    def token(self, plans: list[Plan]) -> PlanToken:
        """What these plans can be asked for again by."""
        return PlanToken(self._seed, digest_of(plans))

    def out(self, documents: list[Document], *, is_plan: bool, descriptor: int | None) -> list[Plan]:
        """All documents in one transaction, which is undone for a plan and where anything was refused."""
        from grantway.core.errors import Invalid

        plans: list[Plan] = []
        problems, is_other = 0, False
        with suppress(_Undone), self._machine.acting() as acting:
            for document in documents:
                try:
                    plans.append(self._declarations.apply(acting.tx, self._machine.caller, document.data))
                except Invalid as invalid:
                    for line in sorted({_problem(document, error) for error in invalid.errors}):
                        say(line[1])
                    problems += max(len(invalid.errors), 1)
            is_other = self._planned is not None and digest_of(plans) != self._planned.digest
            if is_plan or problems or is_other:
                raise _Undone
            if descriptor is not None:
                _write_secrets(acting, plans, descriptor)
        if problems:
            fail(f"{problems} problem{'' if problems == 1 else 's'}. Nothing was changed.", FAILED)
        if is_other:
            fail(f"{PLAN_OUTDATED.text} ({PLAN_OUTDATED.id})", FAILED)
        return plans


def _problem(document: Document, error: FieldError) -> tuple[int, str]:
    field = error.field.rstrip(".")
    line = document.line_of(field)
    return line, f"line {line}: {field}: {error.reason.sentence} ({error.reason.id})"


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


def _write_secrets(acting: Acting, plans: list[Plan], descriptor: int) -> None:
    """A line per new application. Written before the end of the transaction: better too much than lost."""
    for plan in plans:
        for made in plan.created:
            if made.type == "public":
                continue
            ids = {"organization_id": plan.organization_id, "application_id": made.id}
            secret = acting.do("createSecret", ids, {"label": "command line"})["secret"]
            line = {"name": made.name, "client_id": made.client_id, "client_secret": secret}
            os.write(descriptor, json.dumps(line, ensure_ascii=False).encode() + b"\n")
    os.fsync(descriptor)


def _report(plans: list[Plan], *, as_json: bool, is_plan: bool, token: PlanToken | None) -> None:
    if as_json:
        as_planned = None if token is None else str(token)
        print_json([{**_plan(plan), "as_planned": as_planned} for plan in plans])
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
    if token is not None:
        say(f"To do exactly this: grantway apply --apply FILE --as-planned {token}")


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
