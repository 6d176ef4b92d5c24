"""`grantway policy`: what the platform decides for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import print_json, refusals

if TYPE_CHECKING:
    from grantway.core.publication import PlatformPolicy

_GATES = click.Choice(["any", "reviewed", "installed"])


@click.group()
def policy() -> None:
    """See and change what the platform decides for everybody."""


@policy.command()
def show() -> None:
    """Print the platform's policy as JSON."""
    with opened(settings_of_process()) as product, product.services.store.read() as tx:
        print_json(description(tx.gate.platform_policy()))


@policy.command()
@click.option("--least-gate", type=_GATES, help="The loosest gate of an organization that counts.")
@click.option("--default-gate", type=_GATES, help="The gate that new organizations get.")
@click.option("--open-mount", "mounts", multiple=True, help="A mount whose sign-in needs no review.")
@click.option("--no-open-mounts", is_flag=True, help="Let every mount need a review.")
@click.option("--approval-required/--no-approval-required", default=None, help="For an open audience.")
@click.option("--terms-version", help="The version of the terms that a submission accepts.")
@click.option(
    "--password-ends-offline/--no-password-ends-offline",
    default=None,
    help="Whether a new password ends what was allowed to work on while its person is away.",
)
def change(*, mounts: tuple[str, ...], no_open_mounts: bool, **named: str | bool | None) -> None:
    """Change what is named, and print the policy as JSON. Gates act at once, on all that is in use."""
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act, difference

    changes: dict[str, object] = {name: value for name, value in named.items() if value is not None}
    if mounts or no_open_mounts:
        changes["open_mounts"] = () if no_open_mounts else mounts
    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        features, caller = product.features.api, product.operators.caller()
        with product.services.store.begin() as tx:
            before = features.publications.policy(tx, caller)
            written = features.publications.change_policy(tx, caller, changes=changes, version=before.version)
            told = difference(description(before), description(written))
            features.audit.record(tx, AT_THE_MACHINE, Act("policy.update", "policy", None, *told))
    print_json(description(written))


def description(policy_: PlatformPolicy) -> dict[str, object]:
    """The policy as commands show it."""
    return {
        "approval_required": policy_.approval_required,
        "terms_version": policy_.terms_version,
        "password_ends_offline": policy_.password_ends_offline,
        "least_gate": policy_.gates.least,
        "default_gate": policy_.gates.default,
        "open_mounts": sorted(policy_.gates.open_mounts),
    }
