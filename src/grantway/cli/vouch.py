"""`grantway vouch`: for which applications people are not asked, and who answers for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grantway.cli.finding import application_named
from grantway.cli.opening import opened, organization_of, settings_of_process
from grantway.cli.output import fail, moment, print_json, print_table, refusals, say
from grantway.core.identifiers import from_text, to_text

if TYPE_CHECKING:
    from grantway.app import Product
    from grantway.core.model import Id, Voucher
    from grantway.core.ports import Tx

_ORGANIZATION = click.option("--organization", help="Its id or its short name; left out for the platform.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_YES = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group()
def vouch() -> None:
    """Answer for applications, so that people are not asked, and take that back."""


@vouch.command("list")
@_ORGANIZATION
@click.option("--application", help="Only those of this client id.")
@click.option("--revoked", is_flag=True, help="Also those that were taken back.")
@_JSON
def list_vouchers(*, organization: str | None, application: str | None, revoked: bool, as_json: bool) -> None:
    """List vouchers, at most 1,000."""
    with opened(settings_of_process()) as product:
        whose = _whose(product, organization)
        only = application_named(product, application).id if application is not None else None
        with product.services.store.read() as tx:
            found = _listed(tx, whose, application_id=only, only_live=not revoked)
        rows = [_row(product, one) for one in found]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, "There are no such vouchers.")


@vouch.command()
@_ORGANIZATION
@click.argument("voucher")
def show(*, organization: str | None, voucher: str) -> None:
    """Print one voucher whole, by its id, as JSON."""
    with opened(settings_of_process()) as product:
        with product.services.store.read() as tx:
            found = _found(tx, _whose(product, organization), voucher)
        print_json(_whole(product, found))


@vouch.command()
@_ORGANIZATION
@click.argument("client_id")
@click.option("--scope", "scopes", multiple=True, help="Only these scopes.")
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="Only these addresses.")
@click.option("--asserted-subject", is_flag=True, help="It may also name its own users.")
@_YES
@_JSON
def give(
    *,
    organization: str | None,
    client_id: str,
    scopes: tuple[str, ...],
    redirect_uris: tuple[str, ...],
    asserted_subject: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Answer for an application as it is, before its audience or the members of one organization."""
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act
    from grantway.features.registry.vouching import VoucherDraft

    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        application, whose = application_named(product, client_id), _whose(product, organization)
        for line in (*sorted(scopes or application.scopes), *(one.uri for one in application.redirects)):
            say(line)
        if not yes:
            click.confirm(
                f"Nobody is asked for these any more. Answer for {application.name}?", abort=True, err=True
            )
        draft = VoucherDraft(
            client_id=client_id,
            application_version=application.version,
            scopes=scopes or None,
            redirect_uris=redirect_uris or None,
            asserted_subject=asserted_subject,
        )
        vouching, caller = product.features.api.vouching, product.operators.caller()
        with product.services.store.begin() as tx:
            if whose is None:
                given = vouching.give_for_platform(tx, caller, draft)
            else:
                given = vouching.give(tx, caller, whose, draft)
            told = _whole(product, given)
            product.features.api.audit.record(
                tx, AT_THE_MACHINE, Act("voucher.give", given.id, whose, after=told)
            )
    if as_json:
        print_json(told)
    else:
        say(f"You answer for {application.name} as it is now. The voucher is {told['id']}.")


@vouch.command()
@_ORGANIZATION
@click.argument("voucher")
@_YES
@_JSON
def revoke(*, organization: str | None, voucher: str, yes: bool, as_json: bool) -> None:
    """Take a voucher back, by its id. What stands on it works no longer."""
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act

    if not yes:
        click.confirm(
            "Sign-ins that stand on it end, and people are asked. Take it back?", abort=True, err=True
        )
    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        whose = _whose(product, organization)
        vouching, caller = product.features.api.vouching, product.operators.caller()
        with product.services.store.begin() as tx:
            before = _found(tx, whose, voucher)
            if whose is None:
                vouching.revoke_of_platform(tx, caller, voucher_id=before.id)
            else:
                vouching.revoke(tx, caller, whose, voucher_id=before.id)
            told = _whole(product, before)
            product.features.api.audit.record(
                tx, AT_THE_MACHINE, Act("voucher.revoke", before.id, whose, before=told)
            )
    if as_json:
        print_json(told)
    else:
        say("It is taken back.")


@vouch.command()
@_JSON
def pending(*, as_json: bool) -> None:
    """List applications that look for a voucher in vain, so that people are asked, at most 1,000."""
    from grantway.core.ports import Page

    with opened(settings_of_process()) as product:
        with product.services.store.read() as tx:
            found = product.features.api.vouching.unvouched(
                tx, product.operators.caller(), page=Page(limit=1_000)
            )
        rows = [
            {
                "client_id": one.application.client_id,
                "name": one.application.name,
                "looks_for": one.application.settings.consent,
                "organization": to_text(lack.organization_id) if lack.organization_id else "platform",
                "problem": lack.problem,
            }
            for one in found
            for lack in one.lacks
        ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, "Every application that looks for a voucher has one.")


def _whose(product: Product, organization: str | None) -> Id | None:
    return None if organization is None else organization_of(product, organization).id


def _listed(tx: Tx, whose: Id | None, *, application_id: Id | None, only_live: bool) -> tuple[Voucher, ...]:
    if whose is None:
        return tx.platform.platform_vouchers(
            application_id=application_id, only_live=only_live, after=0, limit=1_000
        )
    return tx.organization(whose).vouchers(
        application_id=application_id, only_live=only_live, after=0, limit=1_000
    )


def _found(tx: Tx, whose: Id | None, text: str) -> Voucher:
    identifier = from_text(text) or 0
    if whose is None:
        found = tx.platform.platform_voucher(identifier)
    else:
        found = tx.organization(whose).voucher(identifier)
    if found is None:
        fail("There is no voucher of this id here. `--organization` says whose it is.")
    return found


def _row(product: Product, one: Voucher) -> dict[str, object]:
    application = product.services.directory.application(one.application_id)
    return {
        "id": to_text(one.id),
        "client_id": application.client_id if application is not None else "",
        "name": application.name if application is not None else "",
        "scopes": " ".join(sorted(one.scopes)),
        "audience": one.audience,
        "created_at": moment(one.created_at),
        "revoked_at": moment(one.revoked_at),
    }


def _whole(product: Product, one: Voucher) -> dict[str, object]:
    """The answer of the management API."""
    import msgspec

    from grantway.edges.api.voucher_forms import answer_of

    application = product.services.directory.application(one.application_id)
    whole: dict[str, object] = msgspec.to_builtins(answer_of(one, application))
    return whole
