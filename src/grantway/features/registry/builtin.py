"""The scopes of the two APIs that are Grantway itself, with the texts people read when they consent."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.model import Legs, Risk
from grantway.core.scopes import OFFLINE_ACCESS, OPENID
from grantway.features.access.callers import PLATFORM_SCOPE


def _(text: str) -> str:
    """Mark a text for the catalogues; pages translate it, and the database holds it in English."""
    return text


IDENTITY_NAME = _("Sign-in")
MANAGEMENT_NAME = _("Management")
MANAGEMENT_PATH = "/api/v1"
"""Where the management API lives below the issuer; together they are its audience."""
REFERENCE_CALLBACK = "/reference/callback"
"""Below the issuer: where a sign-in of the pages for developers comes back to."""
PLAYGROUND_PATH = "/playground"
PLAYGROUND_CALLBACK = PLAYGROUND_PATH + "/callback"
"""Below the issuer: the redirect URI that an application has to have, to be run step by step."""
GUIDES_PATH = PLAYGROUND_PATH + "/guides"
"""Below it, by its name, the guide of each other system that is spoken here."""


@dataclass(frozen=True, slots=True)
class BuiltinScope:
    """A scope that exists on every installation of the server."""

    value: str
    legs: Legs
    text: str
    detail: str
    risk: Risk = "normal"


IDENTITY_SCOPES: tuple[BuiltinScope, ...] = (
    BuiltinScope(
        OPENID, "3-legged", _("Know who you are"), _("An identifier of you that never changes."), "low"
    ),
    BuiltinScope(
        "profile",
        "3-legged",
        _("See your profile"),
        _("Your names, and what you tell of yourself: pictures, pages, gender, date of birth, language."),
        "low",
    ),
    BuiltinScope(
        "email",
        "3-legged",
        _("See your e-mail address"),
        _("The address, and whether it was verified."),
        "low",
    ),
    BuiltinScope(
        "address", "3-legged", _("See your postal address"), _("As you wrote it in your profile."), "low"
    ),
    BuiltinScope(
        "phone",
        "3-legged",
        _("See your phone number"),
        _("As you wrote it in your profile. Nobody verified it."),
        "low",
    ),
    BuiltinScope(
        OFFLINE_ACCESS,
        "3-legged",
        _("Keep access while you are away"),
        _("The application may go on after you sign out, until you or an administrator end it."),
        "high",
    ),
)

MANAGEMENT_SCOPES: tuple[BuiltinScope, ...] = (
    BuiltinScope(
        "organizations:read", "any", _("See the organization"), _("Its name, its state and its time zone.")
    ),
    BuiltinScope(
        "organizations:write", "any", _("Change the organization"), _("Its name and its time zone."), "high"
    ),
    BuiltinScope("members:read", "any", _("See the members"), _("Names, e-mail addresses and roles.")),
    BuiltinScope(
        "members:write",
        "any",
        _("Manage the members"),
        _("Invite people, change what they may do, and remove them."),
        "high",
    ),
    BuiltinScope(
        "applications:read",
        "any",
        _("See the applications"),
        _("Their settings and the hints of their secrets."),
    ),
    BuiltinScope(
        "applications:write",
        "any",
        _("Manage the applications"),
        _("Register, change, disable and delete them."),
        "high",
    ),
    BuiltinScope(
        "secrets:read",
        "any",
        _("Read client secrets"),
        _("Those that an application's policy keeps readable."),
        "high",
    ),
    BuiltinScope(
        "secrets:write",
        "any",
        _("Manage client secrets"),
        _("Make new ones and revoke those in use."),
        "high",
    ),
    BuiltinScope(
        "installations:read",
        "any",
        _("See the installations"),
        _("Which applications act for the organization, and who installed its own."),
    ),
    BuiltinScope(
        "installations:write",
        "any",
        _("Manage the installations"),
        _("Let applications of others act for the organization, narrow, suspend and revoke that."),
        "high",
    ),
    BuiltinScope(
        "installations:request",
        "any",
        _("Ask for an application"),
        _("Ask the administrators to install it. They decide."),
    ),
    BuiltinScope(
        "launches:write",
        "3-legged",
        _("Open applications for you"),
        _("Those that your organization installed, as yourself and without a question."),
        "high",
    ),
    BuiltinScope(
        "vouchers:read",
        "any",
        _("See the vouchers"),
        _("For which applications members are not asked, as what, and who answers for that."),
    ),
    BuiltinScope(
        "vouchers:write",
        "any",
        _("Answer for applications"),
        _("Spare the members the question whether an application may act for them, and take that back."),
        "high",
    ),
    BuiltinScope(
        "consents:read",
        "any",
        _("See what people allowed"),
        _("Which applications of others act for which members, and what they may do."),
        "high",
    ),
    BuiltinScope(
        "consents:write",
        "any",
        _("Withdraw what people allowed"),
        _("Cut applications of others off from members who let them in."),
        "high",
    ),
    BuiltinScope(
        "access_keys:read",
        "any",
        _("See access keys"),
        _("Which there are and when they were used. Administrators see those of everybody."),
    ),
    BuiltinScope(
        "access_keys:write",
        "any",
        _("Manage access keys"),
        _("Make keys with which programs act as you until they are over, and end keys."),
        "high",
    ),
    BuiltinScope("apis:read", "any", _("See the APIs"), _("What APIs there are and which scopes they have.")),
    BuiltinScope(
        "apis:write", "any", _("Manage the APIs"), _("Declare APIs and scopes. Operators only."), "high"
    ),
    BuiltinScope(
        "users:read", "any", _("See all people"), _("Everybody on the platform. Operators only."), "high"
    ),
    BuiltinScope(
        "users:write",
        "any",
        _("Manage all people"),
        _("Make, disable and remove anybody on the platform. Operators only."),
        "high",
    ),
    BuiltinScope(
        "audit:read",
        "any",
        _("See what was done"),
        _("Who changed which record, when, from where, and what it was before."),
        "high",
    ),
    BuiltinScope(
        PLATFORM_SCOPE,
        "any",
        _("Act for the whole platform"),
        _("Reach every organization. It works in the organization that runs the platform, for operators."),
        "high",
    ),
)
