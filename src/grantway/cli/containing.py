"""`grantway apps suspend|lift` and `grantway orgs suspend|lift`: what operators stop beside its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grantway.cli import apps as applications
from grantway.cli import orgs as organizations
from grantway.cli.finding import application_named
from grantway.cli.opening import opened, organization_of, settings_of_process
from grantway.cli.output import print_json, refusals, say
from grantway.core.identifiers import to_text

if TYPE_CHECKING:
    from grantway.app import Product
    from grantway.core.ports import Tx
    from grantway.features.registry.containment import Contained

_REASON = click.option("--reason", required=True, help="What its owners read, on one line.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


@applications.apps.command("suspend")
@click.argument("client_id")
@_REASON
@_JSON
def suspend_application(client_id: str, *, reason: str, as_json: bool) -> None:
    """Stop an application at once. Nobody but operators lifts that."""
    _application(client_id, reason, as_json=as_json)


@applications.apps.command("lift")
@click.argument("client_id")
@_JSON
def lift_application(client_id: str, *, as_json: bool) -> None:
    """Lift the suspension of an application. It is as its owners left it."""
    _application(client_id, None, as_json=as_json)


@organizations.orgs.command("suspend")
@click.argument("organization")
@_REASON
@_JSON
def suspend_organization(organization: str, *, reason: str, as_json: bool) -> None:
    """Stop an organization at once, with its applications and whoever acts for it."""
    _organization(organization, reason, as_json=as_json)


@organizations.orgs.command("lift")
@click.argument("organization")
@_JSON
def lift_organization(organization: str, *, as_json: bool) -> None:
    """Lift the suspension of an organization. It is as it was."""
    _organization(organization, None, as_json=as_json)


def _application(client_id: str, reason: str | None, *, as_json: bool) -> None:
    from grantway.features.registry.containment import Contained

    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        before = application_named(product, client_id)
        containment, caller = product.features.api.containment, product.operators.caller()
        it = Contained(before.organization_id, before.version, before.id)
        with product.services.store.begin() as tx:
            if reason is None:
                after = containment.lift_application(tx, caller, it)
            else:
                after = containment.suspend_application(tx, caller, it, reason=reason)
            _tell(product, tx, it, (applications.description(before), applications.description(after)))
    _show(applications.description(after), f"{after.client_id}  {after.state}", as_json=as_json)


def _organization(text: str, reason: str | None, *, as_json: bool) -> None:
    from grantway.features.registry.containment import Contained

    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        before = organization_of(product, text)
        containment, caller = product.features.api.containment, product.operators.caller()
        it = Contained(before.id, before.version)
        with product.services.store.begin() as tx:
            if reason is None:
                after = containment.lift_organization(tx, caller, it)
            else:
                after = containment.suspend_organization(tx, caller, it, reason=reason)
            _tell(product, tx, it, (organizations.description(before), organizations.description(after)))
    _show(
        organizations.description(after), f"{to_text(after.id)}  {after.slug}  {after.state}", as_json=as_json
    )


def _tell(product: Product, tx: Tx, it: Contained, told: tuple[dict[str, object], dict[str, object]]) -> None:
    """The audit log, and by it whoever is concerned, of what was done."""
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act, difference

    kind, record_id = "application", it.application_id
    if record_id is None:
        kind, record_id = "organization", it.organization_id
    action = f"{kind}.{'suspend' if told[1]['suspended'] else 'lift'}"
    former, latter = difference(*told)
    act = Act(action, record_id, it.organization_id, before=former, after=latter)
    product.features.api.audit.record(tx, AT_THE_MACHINE, act)


def _show(record: dict[str, object], line: str, *, as_json: bool) -> None:
    if as_json:
        print_json(record)
        return
    click.echo(f"{line}{'  suspended' if record['suspended'] else ''}")
    if record["suspended"]:
        say("It has stopped, whatever its state is. `lift` ends that.")
