"""What the templates of sign-in are told about applications, people and permissions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from grantway.core.errors import Invalid
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Id, Organization, Scope
from grantway.core.redirects import VerifiedRedirect
from grantway.core.reviewing import reviewed_address
from grantway.core.scopes import OFFLINE_ACCESS
from grantway.edges.web.words import _
from grantway.features.accounts.consents import Allowed
from grantway.features.authorize.views import AskStep, ChooseStep, ConsentStep, Groups

Values = dict[str, object]


NOT_INCLUDED = (_("See your password"), _("Act in your other organizations"))
UNTIL_WITHDRAWN = _("Until you withdraw it, also while you are signed out")
UNTIL_SIGNED_OUT = _("Until you sign out here")
FOR_MINUTES = _("A short time; then it has to send you here again")

CLAIM_NAMES = {
    "name": _("Name"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "middle_name": _("Middle name"),
    "nickname": _("Nickname"),
    "preferred_username": _("User name"),
    "profile": _("Page about you"),
    "picture": _("Picture"),
    "website": _("Website"),
    "gender": _("Gender"),
    "birthdate": _("Date of birth"),
    "zoneinfo": _("Time zone"),
    "locale": _("Language"),
    "updated_at": _("When your profile was last changed"),
    "email": _("E-mail address"),
    "email_verified": _("Whether your e-mail address was verified"),
    "address": _("Postal address"),
    "phone_number": _("Phone number"),
    "phone_number_verified": _("Whether your phone number was verified"),
}
"""The claims as people read them."""


def application_values(application: Application, owner: Organization) -> Values:
    """The application as a person should know it: its name is its maker's claim, the rest is ours.

    An address that nobody has read is left out, however it would be marked: it is what deceives.
    """
    return {
        "name": application.name,
        "logo_initial": application.name.strip()[:1].upper() or "?",
        "organization_name": owner.name,
        "since": application.created_at or None,
        "homepage_host": _host_of(reviewed_address(application)),
        "publication": application.publication,
        "is_built_in": application.is_built_in,
    }


def ask_values(step: AskStep) -> Values:
    """Each organization of the person, and what can be done there; the one asked just now apart."""
    doors = [
        {
            "id": to_text(door.organization.id),
            "name": door.organization.name,
            "state": door.state,
            "since": door.requested_at,
            "gate": door.gate,
        }
        for door in step.doors
    ]
    asked = to_text(step.asked_in) if step.asked_in is not None else None
    sent = [door for door in doors if door["id"] == asked and door["state"] == "requested"]
    return {
        "application": application_values(step.application, step.owner),
        "user": {"name": step.user.name, "email": step.user.email},
        "organizations": doors,
        "sent": sent[0] if sent else None,
        **_showing(step),
        "redirect_host": host_of(step.redirect),
    }


def host_of(redirect: VerifiedRedirect | None) -> str:
    """Where the person goes next; nowhere, where a device fetches its answer itself."""
    return redirect.host if redirect is not None else ""


def of_one_name(organizations: Iterable[Organization]) -> frozenset[Id]:
    """Those whose name another one has too, as people read it: their short names tell them apart."""
    by_name: dict[str, list[Id]] = {}
    for one in organizations:
        read = "".join(unicodedata.normalize("NFKC", one.name).casefold().split())
        by_name.setdefault(read, []).append(one.id)
    return frozenset(found for ids in by_name.values() if len(ids) > 1 for found in ids)


def choose_values(step: ChooseStep) -> Values:
    """The organizations that may be chosen, the one used last marked, those of one name told apart."""
    alike = of_one_name(place.organization for place in step.places)
    return {
        "application": application_values(step.application, step.owner),
        "user": {"name": step.user.name, "email": step.user.email},
        **_showing(step),
        "organizations": [
            {
                "id": to_text(place.organization.id),
                "name": place.organization.name,
                "role": place.membership.role,
                "slug": place.organization.slug if place.organization.id in alike else None,
                "last_used": place.organization.id == step.preferred,
            }
            for place in step.places
        ],
    }


def consent_values(step: ConsentStep) -> Values:
    """What is asked, for whom, for how long, and where the answer goes (C081, C083)."""
    return {
        "application": {
            **application_values(step.application, step.owner),
            "is_own": step.organization.id == step.application.organization_id,
        },
        "user": {"name": step.user.name, "email": step.user.email},
        "organization": {"name": step.organization.name},
        "groups": _groups_values(step.groups),
        "not_included": NOT_INCLUDED,
        "claims": [CLAIM_NAMES[name] for name in step.claims],
        "redirect_host": host_of(step.redirect),
        "user_code": step.user_code,
        "lifetime_text": _lifetime_of(step),
        **_showing(step),
    }


def _showing(step: AskStep | ChooseStep | ConsentStep) -> Values:
    """What the form carries of this showing, and whether the page is shown again."""
    return {"shown": step.mark, "has_changed": step.has_changed}


def allowed_values(one: Allowed) -> Values:
    """An application that acts for the person in an organization, and what it may do."""
    return {
        "id": to_text(one.application.id),
        "application": application_values(one.application, one.owner),
        "organization": {"id": to_text(one.organization.id), "name": one.organization.name},
        "groups": _groups_values(one.groups),
        "since": one.since,
        "is_asked_for": one.is_asked_for,
    }


def _groups_values(groups: Groups) -> list[Values]:
    return [
        {"api_name": api.name, "scopes": [_scope_values(scope) for scope in scopes]} for api, scopes in groups
    ]


def _scope_values(scope: Scope) -> Values:
    return {"value": scope.value, "wordings": scope.wordings, "risk": scope.risk}


def _lifetime_of(step: ConsentStep) -> str:
    if any(scope.value == OFFLINE_ACCESS for _api, scopes in step.groups for scope in scopes):
        return UNTIL_WITHDRAWN
    if step.user_code is not None and "refresh_token" in step.application.settings.grant_types:
        # A device stands on no browser: signing out in this one does not reach it.
        return UNTIL_WITHDRAWN
    if "refresh_token" in step.application.settings.grant_types:
        return UNTIL_SIGNED_OUT
    return FOR_MINUTES


def _host_of(address: str | None) -> str:
    if not address:
        return ""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def field_problems(refused: Invalid | None) -> list[Values]:
    """What is wrong with a submitted form, field by field."""
    if refused is None:
        return []
    return [{"field": one.field, "text": one.reason.text, "id": one.reason.id} for one in refused.errors]
