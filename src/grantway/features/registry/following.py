"""What else changes with an application: the installations of it, and the copies of its secrets."""

from __future__ import annotations

from dataclasses import replace

from grantway.core.model import Application, Installation
from grantway.core.ports import OrganizationDoor
from grantway.features.registry.installation_rules import lent
from grantway.features.registry.rules import REVEALS


def follow_application(
    door: OrganizationDoor, before: Application, after: Application
) -> tuple[Installation, ...]:
    """Carry a change of scopes and of the reveal policy to where it matters, in the same transaction.

    Answers the installations at which something waits for consent that did not before.
    """
    changed: tuple[Installation, ...] = ()
    asked = lent(after.scopes - before.scopes)
    if before.scopes != after.scopes:
        held = door.hold_installations(after.id)
        rewritten = tuple(_rewritten(one, before, after) for one in held if one.state != "revoked")
        changed = tuple(one for one in rewritten if one not in held)
        if changed:
            door.rewrite_scopes(changed)
    if REVEALS.index(after.settings.reveal) < REVEALS.index(before.settings.reveal):
        door.drop_sealed_secrets(after.id)
    return tuple(one for one in changed if one.state != "requested" and asked)


def _rewritten(installation: Installation, before: Application, after: Application) -> Installation:
    """What is asked for newly waits for consent, also where it was granted once and given up since."""
    return replace(
        installation,
        scopes=installation.scopes & before.scopes & after.scopes,
        scopes_pending=(installation.scopes_pending & after.scopes) | lent(after.scopes - before.scopes),
    )
