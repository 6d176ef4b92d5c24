"""`grantway profiles`: what is told of a person, from the machine itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import fail, print_json, print_table, refusals, say

if TYPE_CHECKING:
    from grantway.core.model import User

ADDRESS = "address."


@click.group()
def profiles() -> None:
    """Look at what applications are told of people, and change it."""


@profiles.command()
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def show(email: str, *, as_json: bool) -> None:
    """Show the profile of the person of an address."""
    with opened(settings_of_process()) as product, product.services.store.read() as tx:
        user = _only(tx.gate.people_at(email))
    _print(user, as_json=as_json)


@profiles.command("set")
@click.argument("email")
@click.argument("members", nargs=-1, required=True, metavar="NAME=VALUE...")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def set_members(email: str, members: tuple[str, ...], *, as_json: bool) -> None:
    """Change the profile of the person of an address. Nothing after the sign empties a member.

    Names are those of the management API, such as nickname=Mari or address.locality=Munich. The audit log
    tells which members are others now, and not what they say.
    """
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.accounts.users import changed_by
    from grantway.features.audit import Act

    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        features, caller = product.features.api, product.operators.caller()
        with product.services.store.begin() as tx:
            before = _only(tx.gate.people_at(email))
            changes = _changes(members, before)
            changed = changed_by(before, changes)
            user = features.users.update(
                tx, caller, user_id=before.id, changes=changes, version=before.version
            )
            act = Act("user.change_profile", user.id, after={"changed": list(changed)})
            features.audit.record(tx, AT_THE_MACHINE, act)
    say("Changed: " + (", ".join(changed) or "nothing"))
    _print(user, as_json=as_json)


def _only(found: tuple[User, ...]) -> User:
    if len(found) != 1:
        fail("Nobody has this address." if not found else "Several people have this address.")
    return found[0]


def _changes(members: tuple[str, ...], before: User) -> dict[str, Any]:
    """What is to change, by the names of a draft."""
    from msgspec import structs

    from grantway.core.claims import Address
    from grantway.features.accounts.users import OF_PEOPLE

    changes: dict[str, Any] = {}
    address = before.claims.address or Address()
    for text in members:
        name, sign, value = text.partition("=")
        part = name.removeprefix(ADDRESS)
        if sign and name.startswith(ADDRESS) and part in Address.__struct_fields__:
            address = changes["address"] = structs.replace(address, **{part: value or None})
        elif sign and name in OF_PEOPLE and name != "address":
            changes[name] = value if name == "name" else value or None
        else:
            fail(f"Write NAME=VALUE with a name among {', '.join(_names())}.")
    return changes


def _names() -> list[str]:
    from grantway.core.claims import Address
    from grantway.features.accounts.users import OF_PEOPLE

    plain = [name for name in OF_PEOPLE if name != "address"]
    return plain + [ADDRESS + part for part in Address.__struct_fields__]


def _print(user: User, *, as_json: bool) -> None:
    from grantway.core.claims import about

    told = about(user)
    if as_json:
        print_json(told)
        return
    print_table([{"claim": name, "value": _line(value)} for name, value in told.items()], "")


def _line(value: Any) -> str:
    text = value.get("formatted", "") if isinstance(value, dict) else str(value)
    return ", ".join(str(text).splitlines())
