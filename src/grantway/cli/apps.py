"""`grantway apps`: the registry from the machine itself."""

from __future__ import annotations

import click

from grantway.cli.opening import opened, organization_of, settings_of_process
from grantway.cli.output import fail, moment, print_json, print_table, refusals, say
from grantway.core.identifiers import to_text
from grantway.core.model import Application


@click.group()
def apps() -> None:
    """Register and look at applications."""


@apps.command("list")
@click.option("--organization", help="Only those of one organization: its id or its short name.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_apps(organization: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes by name
    """List applications, at most 1,000."""
    from grantway.core.ports import Page

    page = Page(limit=1_000)
    with opened(settings_of_process()) as product:
        owner = None if organization is None else organization_of(product, organization)
        with product.services.store.read() as tx:
            door = tx.platform if owner is None else tx.organization(owner.id)
            found = door.applications(page)
    rows = [row(application) for application in found]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, "There are no applications.")


@apps.command()
@click.argument("client_id")
def show(client_id: str) -> None:
    """Show one application as JSON, without its secrets."""
    with opened(settings_of_process()) as product, product.services.store.read() as tx:
        application = tx.gate.application_by_client_id(client_id)
    if application is None:
        fail("No application has this client id.")
    print_json(description(application))


@apps.command()
@click.option("--organization", required=True, help="The owner: its id or its short name.")
@click.option("--name", required=True, help="What people see when they sign in.")
@click.option(
    "--type",
    "kind",
    required=True,
    type=click.Choice(["confidential", "public", "backend"]),
    help="confidential: on a server, with a secret; public: in a browser or on a device; backend: no users.",
)
@click.option("--native", is_flag=True, help="An app on a device: any loopback port, private-use schemes.")
@click.option("--preset", default="standard", show_default=True, help="The policy it starts with.")
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="Where sign-in leads. Repeatable.")
@click.option("--scope", "scopes", multiple=True, help="What it may ask for. Repeatable.")
@click.option(
    "--id-token-claim", "id_token_claims", multiple=True, help="Claim that ID tokens carry, too. Repeatable."
)
@click.option("--notify", required=True, multiple=True, help="Who is told what happens to it. Repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def create(  # noqa: PLR0913 - one parameter for each option
    *,
    organization: str,
    name: str,
    kind: str,
    native: bool,
    preset: str,
    redirect_uris: tuple[str, ...],
    scopes: tuple[str, ...],
    id_token_claims: tuple[str, ...],
    notify: tuple[str, ...],
    as_json: bool,
) -> None:
    """Register an application. A secret is printed this once and never again."""
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act
    from grantway.features.registry.drafts import ApplicationDraft
    from grantway.features.registry.minting import SecretDraft

    draft = ApplicationDraft(
        type=kind,
        name=name,
        preset=preset,
        platform="native" if native else "web",
        redirect_uris=redirect_uris,
        scopes=scopes,
        id_token_claims=id_token_claims,
        notification_addresses=notify,
    )
    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        product.poll()
        owner = organization_of(product, organization)
        caller, features = product.operators.caller(), product.features.api
        secret = None
        with product.services.store.begin() as tx:
            application = features.applications.create(tx, caller, owner.id, draft)
            act = Act("application.create", application.id, owner.id, after=description(application))
            features.audit.record(tx, AT_THE_MACHINE, act)
            if application.type != "public":
                issued = features.credentials.issue(
                    tx, caller, owner.id, application_id=application.id, draft=SecretDraft("command line")
                )
                secret = issued.secret.reveal()
                issue = Act("secret.create", issued.credential.id, owner.id)
                features.audit.record(tx, AT_THE_MACHINE, issue)
    if as_json:
        print_json({**description(application), "client_secret": secret})
        return
    click.echo(f"client_id      {application.client_id}")
    if secret is not None:
        click.echo(f"client_secret  {secret}")
        say("The secret is not shown again.")


def row(application: Application) -> dict[str, object]:
    return {
        "client_id": application.client_id,
        "name": application.name,
        "type": application.type,
        "state": application.state,
        "suspended": application.suspended_at is not None,
        "organization": to_text(application.organization_id),
    }


def description(application: Application) -> dict[str, object]:
    from grantway.features.registry.drafts import dialect_values, edited_settings

    return {
        "id": to_text(application.id),
        **row(application),
        "platform": application.platform,
        "preset": application.preset,
        "dialects": sorted(application.dialects),
        "audience": application.audience_effective,
        "redirect_uris": [redirect.uri for redirect in application.redirects],
        "scopes": sorted(application.scopes),
        "grant_types": sorted(application.settings.grant_types),
        "settings": edited_settings(application.settings)
        | {"dialects": dialect_values(application.settings)},
        "suspension_reason": application.suspension_reason,
        "stopped_by_rank": application.stopped_by_rank,
        "archived_by_rank": application.archived_by_rank,
        "created_at": moment(application.created_at),
        "updated_at": moment(application.updated_at),
    }
