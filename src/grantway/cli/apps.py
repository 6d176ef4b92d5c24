"""`grantway apps`: what waits for operators. The other commands of the group are derived."""

from __future__ import annotations

from typing import Any

from grantway.cli.deriving import group_of
from grantway.cli.output import json_option, print_json, print_table
from grantway.cli.performing import at_the_machine
from grantway.cli.registry_table import APPS

apps = group_of("apps", "Register applications, look at them, and decide about them.", APPS)


@apps.command()
@json_option
def pending(*, as_json: bool) -> None:
    """List what waits for an operator: submissions, and changes of what was approved."""
    with at_the_machine(is_reading=True) as machine:
        submitted = machine.every("listSubmissions", query={"state": "submitted"})
        changed = machine.every("listSubmissions", query={"state": "pending"})
    found = list({one["id"]: one for one in (*submitted, *changed)}.values())
    if as_json:
        print_json(found)
    else:
        print_table([_line(one) for one in found], "Nothing waits.")


def _line(one: dict[str, Any]) -> dict[str, object]:
    members = one["pending"]["members"] if one["pending"] else ()
    return {
        "client_id": one["client_id"],
        "name": one["name"],
        "publication": one["publication"],
        "version": one["version"],
        "waits": ", ".join(member["name"] for member in members) or "the whole",
    }
