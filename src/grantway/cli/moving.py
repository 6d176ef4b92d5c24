"""`grantway import` and `grantway export`: applications from another server, and the way out."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grantway.cli.apply import PENDING
from grantway.cli.documents import documents_of
from grantway.cli.output import FAILED, fail, json_option, say
from grantway.cli.performing import at_the_machine
from grantway.core.errors import MOVING_UNREADABLE, RECORD_NOT_FOUND, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grantway.cli.performing import Machine
    from grantway.core.moving import Incoming
    from grantway.edges.moving.reading import Format
    from grantway.features.moving.bringing import Outcome
    from grantway.features.moving.leaving import Leaving

BATCH = 50
"""Applications of one transaction: what a process knows by heart stays fresh for as long as one takes."""
TOLD_EVERY = 1_000
_FILE = click.Path(dir_okay=False, path_type=Path)
_SIGNS = {"create": "+", "change": "~", "keep": "=", "refuse": "!"}


class _Undone(Exception):
    """Ends a transaction of a plan."""


def formats() -> dict[str, Format]:
    """The formats that are read, by name."""
    from grantway.edges.dialects import FORMATS
    from grantway.edges.moving import auth0, django_oauth_toolkit, grantway, hydra, keycloak

    others = (keycloak, hydra, auth0, django_oauth_toolkit, grantway)
    return {one.name: one for one in (*FORMATS, *(module.FORMAT for module in others))}


def _format(_: click.Context, __: click.Parameter, name: str) -> Format:
    known = formats()
    if name not in known:
        raise click.BadParameter(f"There are: {', '.join(known)}.")
    return known[name]


@click.command("import")
@click.argument("file", type=_FILE)
@click.option(
    "--from",
    "format_",
    required=True,
    metavar="FORMAT",
    callback=_format,
    help="What FILE is of. docs/moving-in.md lists the formats; a wrong name does, too.",
)
@click.option("--plan", "is_plan", is_flag=True, help="Say what would become of each record. Change nothing.")
@click.option(
    "--organization",
    metavar="SLUG",
    help="Who owns what moves in. Without it each realm, tenant or site of FILE becomes an organization.",
)
@click.option(
    "--notify",
    multiple=True,
    metavar="EMAIL",
    help="Who is notified of applications that come without anybody. Can be given again.",
)
@json_option
def import_(
    *,
    file: Path,
    format_: Format,
    is_plan: bool,
    organization: str | None,
    notify: tuple[str, ...],
    as_json: bool,
) -> None:
    """Take over applications from another server, with their client ids and secrets.

    No client changes a line: a secret that comes as a hash is checked as it is, and rewritten as ours at its
    first use. What is refused is said with its line, and the other records go on. A second time there is
    nothing to do. docs/moving-in.md says what comes along from where.

    Exit codes: 0 done, or nothing to do; 3 a plan with changes; 1 something was refused; 2 wrong usage or
    settings.
    """
    from grantway.edges.moving.scanning import Unreadable

    try:
        incoming = list(_read(file, format_))
    except Unreadable as wrong:
        fail(f"{wrong} ({MOVING_UNREADABLE.id})")
    if organization is None and any(one.realm is None for one in incoming):
        raise click.UsageError("This file does not say whose its records are: give --organization.")
    with at_the_machine() as machine:
        outcomes, made = _bring(machine, incoming, organization, notify, is_plan=is_plan)
    _report(outcomes, made, as_json=as_json, is_plan=is_plan)
    if any(one.action == "refuse" for one in outcomes):
        raise SystemExit(FAILED)
    if is_plan and any(one.action != "keep" for one in outcomes):
        raise SystemExit(PENDING)


def _read(file: Path, format_: Format) -> Iterator[Incoming]:
    from grantway.cli.documents import Unreadable as NoYaml
    from grantway.edges.moving.scanning import LONGEST, Record, Unreadable

    try:
        with file.open("rb") as opened:
            data = opened.read(LONGEST + 1)
    except OSError:
        raise Unreadable("The file cannot be read.") from None
    if format_.name != "grantway" or data.lstrip()[:1] in {b"{", b"["}:
        return format_.incoming(data)
    try:
        documents = documents_of(data, most_events=20_000_000)
    except NoYaml as wrong:
        raise Unreadable(str(wrong)) from None
    records = []
    for document in documents:
        around = document.data if isinstance(document.data, dict) else {}
        listed = around.get("applications")
        for index, one in enumerate(listed if isinstance(listed, list) else ()):
            line = document.line_of(f"applications[{index}]")
            if not isinstance(one, dict):
                raise Unreadable(f"Line {line}: expected an object.")
            records.append(Record(line, one, "", around))
    return format_.of(records)


def _bring(
    machine: Machine,
    incoming: list[Incoming],
    organization: str | None,
    notify: tuple[str, ...],
    *,
    is_plan: bool,
) -> tuple[list[Outcome], dict[str, str]]:
    """Every record, in transactions of so many, which are undone for a plan."""
    from grantway.features.moving.bringing import Bringing, Makers, Owners

    api = machine.product.features.api
    makers = Makers(api.organizations, api.applications, api.life_cycle)
    bringing = Bringing(machine.product.services, makers, api.presets)
    owners = Owners(organization, notify)
    outcomes: list[Outcome] = []
    for start in range(0, len(incoming), BATCH):
        some = incoming[start : start + BATCH]
        machine.product.poll()
        with suppress(_Undone), machine.acting() as acting:
            outcomes += bringing.batch(acting.tx, machine.caller, some, owners)
            if is_plan:
                raise _Undone
        if len(outcomes) % TOLD_EVERY == 0:
            say(f"{len(outcomes):,} of {len(incoming):,}.")
    return outcomes, owners.made


def _report(outcomes: list[Outcome], made: dict[str, str], *, as_json: bool, is_plan: bool) -> None:
    counts = {name: sum(one.action == name for one in outcomes) for name in _SIGNS}
    if as_json:
        import msgspec

        told = {"organizations": made, "counts": counts, "records": [_told(one) for one in outcomes]}
        click.echo(msgspec.json.format(msgspec.json.encode(told)).decode())
    else:
        for slug in made:
            click.echo(_clean(f"+ create organization {slug}"))
        for one in outcomes:
            _print(one)
    short = sum(any(", " in secret for secret in one.secrets) for one in outcomes)
    verb = "would be " if is_plan else ""
    say(
        f"{counts['create']} {verb}created, {counts['change']} {verb}changed, {counts['keep']} as they are, "
        f"{counts['refuse']} refused."
    )
    if short:
        say(f"{short} come with a secret that is short or weakly hashed: rotate those first.")


def _print(one: Outcome) -> None:
    where = f"({one.organization}), " if one.organization else ""
    click.echo(
        _clean(f"{_SIGNS[one.action]} {one.action} {one.client_id}: {one.name} {where}line {one.line}")
    )
    for member in one.members if one.action == "change" else ():
        before, after = (json.dumps(value, ensure_ascii=False) for value in (member.before, member.after))
        click.echo(_clean(f"    {member.name}: {before} -> {after}"))
    for secret in one.secrets:
        click.echo(f"    secret: {secret}")
    for refusal in one.refusals:
        place = f"line {refusal.line}: {refusal.field}".rstrip(": ")
        click.echo(_clean(f"    {place}: {refusal.sentence} ({refusal.reason.id})"))
    for note in one.notes:
        click.echo(_clean(f"    note: {note}"))


def _clean(text: str) -> str:
    """What a file brings, without what a terminal would obey."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def _told(one: Outcome) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("action", "line", "client_id", "name", "organization")}
    members = [
        {"name": each.name, "before": each.before, "after": each.after, "waits": each.waits}
        for each in one.members
    ]
    refusals = [
        {"field": each.field, "line": each.line, "id": each.reason.id, "sentence": each.sentence}
        for each in one.refusals
    ]
    return {**told, "members": members, "secrets": one.secrets, "refusals": refusals, "notes": one.notes}


@click.command()
@click.option("--organization", metavar="SLUG", help="Whose applications; without it those of everybody.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="How they are written: documents of YAML, or one line of JSON for each organization.",
)
@click.option("--output", type=_FILE, metavar="FILE", help="Write to this new FILE, which only you can read.")
@click.option(
    "--with-secrets",
    is_flag=True,
    help="With --output: also the secrets that the policy of an application lets its developers read again.",
)
@json_option
def export(
    *, organization: str | None, form: str, output: Path | None, with_secrets: bool, as_json: bool
) -> None:
    """Write all applications out, as `grantway apply` and `grantway import` take them again."""
    if with_secrets and output is None:
        raise click.UsageError("--with-secrets goes with --output: secrets go to a file of yours.")
    form = "json" if as_json else form
    with at_the_machine() as machine:
        if output is None:
            leaving = _leaving(machine, organization, with_secrets=False)
            click.echo(_written(leaving, form), nl=False)
        else:
            leaving = _into(machine, output, organization, form, with_secrets=with_secrets)
    count, secrets = sum(len(one.applications) for one in leaving), sum(one.secrets for one in leaving)
    told = f", with {secrets} secret{'' if secrets == 1 else 's'}" if with_secrets else ""
    say(f"{count} application{'' if count == 1 else 's'} written{told}.")


def _into(
    machine: Machine, output: Path, organization: str | None, form: str, *, with_secrets: bool
) -> list[Leaving]:
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError:
        fail("The file of --output is there already, or cannot be made.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            # The transaction that tells the log ends before the first secret is written.
            leaving = _leaving(machine, organization, with_secrets=with_secrets)
            file.write(_written(leaving, form))
    except BaseException:
        output.unlink(missing_ok=True)
        raise
    return leaving


def _leaving(machine: Machine, organization: str | None, *, with_secrets: bool) -> list[Leaving]:
    from grantway.features.moving.leaving import Exporting

    exporting, caller = Exporting(machine.product.services), machine.caller
    with machine.acting(is_reading=not with_secrets) as acting:
        places = list(exporting.organizations(acting.tx, caller, organization))
        if organization is not None and not places:
            raise NotFound(RECORD_NOT_FOUND)
        found = [exporting.of(acting.tx, caller, one, with_secrets=with_secrets) for one in places]
    return [one for one in found if one.applications]


def _written(leaving: list[Leaving], form: str) -> str:
    documents = [{"organization": one.slug, "applications": list(one.applications)} for one in leaving]
    if form == "json":
        return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents)
    import yaml

    return str(
        yaml.dump_all(
            documents, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, explicit_start=True
        )
    )
