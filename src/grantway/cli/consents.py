"""`grantway consents`: what people of an organization allowed to applications of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grantway.cli.opening import of_organization, opened, organization_of, settings_of_process
from grantway.cli.output import fail, moment, print_json, print_table, refusals, say
from grantway.core.consenting import ConsentFilter
from grantway.core.identifiers import from_text, to_text

if TYPE_CHECKING:
    from grantway.core.consenting import MemberConsent


@click.group()
def consents() -> None:
    """See and end what people of an organization allowed to applications of others."""


@consents.command("list")
@of_organization
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_consents(*, organization: str, as_json: bool) -> None:
    """List the consents that hold, at most 1,000."""
    with opened(settings_of_process()) as product:
        owner = organization_of(product, organization)
        with product.services.store.read() as tx:
            found = tx.organization(owner.id).consents(ConsentFilter(), after=0, limit=1_000)
    rows = [_row(one) for one in found]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, "Nobody there allowed anything to an application of others.")


@consents.command()
@of_organization
@click.argument("consent")
@click.option("--yes", is_flag=True, help="Do not ask.")
def withdraw(*, organization: str, consent: str, yes: bool) -> None:
    """Withdraw a consent by its id. The application is cut off from that person there at once."""
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act

    identifier = from_text(consent)
    if not yes:
        click.confirm("The application has to ask this person again. Withdraw it?", abort=True, err=True)
    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        owner, features = organization_of(product, organization), product.features.api
        with product.services.store.begin() as tx:
            found = None if identifier is None else tx.organization(owner.id).own_consent(identifier)
            if found is None:
                fail("The organization has no consent of this id.")
            features.member_consents.withdraw(
                tx, product.operators.caller(), owner.id, consent_id=found.consent.id
            )
            act = Act("consent.withdraw", found.consent.id, owner.id, before=_row(found))
            features.audit.record(tx, AT_THE_MACHINE, act)
    say(f"{found.application_name} acts for {found.user_name} in {owner.name} no more.")


def _row(one: MemberConsent) -> dict[str, object]:
    return {
        "id": to_text(one.consent.id),
        "user": one.user_email,
        "client_id": one.client_id,
        "application": one.application_name,
        "owner": one.owner_name,
        "scopes": " ".join(sorted(one.consent.scopes)),
        "granted_at": moment(one.consent.granted_at),
        "last_used_at": moment(one.consent.last_used_at),
    }
