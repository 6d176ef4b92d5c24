"""`grantway keys`: signing keys, and new root keys."""

from __future__ import annotations

import click

from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import (
    answer,
    fail,
    json_option,
    moment,
    print_json,
    print_table,
    progress,
    refusals,
    say,
    yes_option,
)
from grantway.core.model import Instant, SigningKey
from grantway.features.upkeep.signing_keys import state_of

_ALGORITHMS = click.Choice(["ES256", "RS256", "PS256", "EdDSA", "HS256"])


@click.group()
def keys() -> None:
    """Look after the keys that sign tokens."""


@keys.command("list")
@json_option
def list_keys(*, as_json: bool) -> None:
    """List signing keys with what each does now."""
    with opened(settings_of_process()) as product:
        now = product.ports.clock.now()
        rows = [_row(key, now) for key in product.rotation.listed()]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, "There are no keys yet. The first start of `grantway serve` makes them.")


@keys.command()
@click.option("--mount", help="Only the keys of this mount; `standard` is the common ring.")
@click.option("--algorithm", type=_ALGORITHMS, help="Only the keys of this algorithm.")
@json_option
def rotate(mount: str | None, algorithm: str | None, *, as_json: bool) -> None:
    """Announce new signing keys and set the end of those in use.

    A new key is published at once and signs after the time of GRANTWAY_KEY_ANNOUNCEMENT. The former
    one stays published for GRANTWAY_KEY_OVERLAP more, so that no token dies of the change.
    """
    with opened(settings_of_process()) as product, refusals():
        rings = sorted(
            {
                (key.mount, key.algorithm)
                for key in product.rotation.listed()
                if key.withdrawn_at is None
                and (mount is None or key.mount == mount)
                and (algorithm == key.algorithm or (algorithm is None and key.algorithm != "HS256"))
            }
        )
        if not rings:
            fail("No ring has such keys. `grantway keys list` shows those there are.")
        made, now = [], product.ports.clock.now()
        for ring in rings:
            with progress(f"Making a new key for {ring[1]} of {ring[0]}"):
                key = product.rotation.rotate(*ring)
            made.append(_row(key, now))
            say(f"{key.kid} signs from {moment(key.use_from)}.")
    if as_json:
        print_json(made)


@keys.command()
@click.argument("kid")
@yes_option
@json_option
def withdraw(kid: str, *, yes: bool, as_json: bool) -> None:
    """End a key at once, for when it may be known to somebody else.

    Every token it signed stops working here at once, and elsewhere as soon as the published keys are
    fetched again. Applications refresh, or send people to sign in again. Where no other key could
    sign, a new one is made. Older keys may have a name that begins with `-`: type `--` before it.
    """
    if not yes:
        click.confirm("Every token that this key signed stops working. Withdraw it?", abort=True, err=True)
    with opened(settings_of_process()) as product, refusals():
        fresh = product.rotation.withdraw(kid)
    if as_json:
        print_json({"withdrawn": kid, "signs": fresh.kid if fresh is not None else None})
    say(f"{kid} is withdrawn." + (f" {fresh.kid} signs from now on." if fresh is not None else ""))


@keys.command("new-root")
@json_option
def new_root(*, as_json: bool) -> None:
    """Print a new root key for GRANTWAY_ROOT_KEYS.

    Put it behind the present one, separated by a comma, in every process; then move it to the front.
    The first seals, all of them open, and the server brings what is sealed under the first by itself.
    """
    from grantway.core.secrets import encode
    from grantway.system import SystemEntropy

    made = encode(SystemEntropy().token_bytes(32))
    answer({"root_key": made}, made, as_json=as_json)


def _row(key: SigningKey, now: Instant) -> dict[str, str | None]:
    return {
        "kid": key.kid,
        "mount": key.mount,
        "algorithm": key.algorithm,
        "state": state_of(key, now),
        "use_from": moment(key.use_from),
        "retire_at": moment(key.retire_at),
    }
