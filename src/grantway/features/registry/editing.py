"""The steps of an edit of an application that look at nothing but the draft, the record and the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid
from grantway.core.model import Application
from grantway.core.policy import Preset
from grantway.core.ports import Tx
from grantway.features.access.callers import Caller
from grantway.features.access.permissions import beyond_caller, out_of_place
from grantway.features.fields import Findings
from grantway.features.registry.drafts import ApplicationDraft, merged
from grantway.features.registry.rules import Context
from grantway.features.services import Services


def judge_power(
    caller: Caller,
    draft: ApplicationDraft,
    context: Context,
    findings: Findings,
    *,
    asked: Iterable[str] = (),
) -> None:
    """Nobody gives an application more of this server than they may do themselves.

    `asked` are scopes that somebody else asked for, who was judged then.
    """
    given = frozenset(draft.scopes) - context.held.union(asked)
    # What nobody can give it was said already, whoever asks.
    given -= out_of_place(given, context.place.id, context.place)
    excess = beyond_caller(caller, given)
    for index, value in enumerate(draft.scopes):
        if value in excess:
            findings.add(f"scopes[{index}]", errors.FIELD_SCOPE_BEYOND)


def signing_algorithms(services: Services) -> dict[str, frozenset[str]]:
    """The algorithms that there are keys of wherever a dialect is spoken."""
    found: dict[str, frozenset[str]] = {}
    for mount, dialect in services.dialects.items():
        there = frozenset(services.keyring.algorithms(mount))
        found[dialect] = there & found.get(dialect, there)
    return found


def check_name(before: Application, preset: Preset, changes: Mapping[str, Any]) -> None:
    """The name of a default application is how it is found: it stays, and nothing else takes it (B16)."""
    name = changes.get("name", before.name)
    if name == before.name:
        return
    if before.default_name is not None:
        raise Invalid((FieldError("name", errors.FIELD_IMMUTABLE),))
    if preset.default_application(name) is not None:
        raise Invalid((FieldError("name", errors.FIELD_RESERVED),))


def changed(before: Application, wanted: ApplicationDraft, changes: Mapping[str, Any]) -> ApplicationDraft:
    """What is wanted already with the changes to it, and with what follows from them."""
    draft = replace(wanted, **changes)
    if "dialect_settings" in changes:
        said = merged(wanted.dialect_settings or {}, changes["dialect_settings"])
        draft = replace(draft, dialect_settings=said)
    if wanted.redirect_uris or not draft.redirect_uris:
        return draft
    # Signing users in begins here: what the caller left unsaid follows from that.
    if "grant_types" not in changes:
        draft = replace(draft, grant_types=None)
    if "audience" not in changes and before.audience_requested == "own_organization":
        draft = replace(draft, audience=None)
    return draft


def addressed(tx: Tx, caller: Caller, draft: ApplicationDraft) -> ApplicationDraft:
    """Somebody can always be told: without an address, whoever writes the record is."""
    if draft.notification_addresses:
        return draft
    address = draft.owner_email
    if caller.user_id is not None:
        user = tx.gate.user(caller.user_id)
        address = user.email if user else address
    elif address is None and caller.application_id is not None:
        application = tx.gate.application(caller.application_id)
        address = next(iter(application.notification_addresses), None) if application else None
    return draft if address is None else replace(draft, notification_addresses=(address,))
