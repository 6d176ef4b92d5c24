"""The scopes of the two APIs that are Grantway itself, with the texts people read when they consent."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.model import Legs, Risk
from grantway.core.scopes import OFFLINE_ACCESS, OPENID
from grantway.features.access.callers import PLATFORM_SCOPE

IDENTITY_NAME = "Sign-in"
MANAGEMENT_NAME = "Management"
MANAGEMENT_PATH = "/api/v1"
"""Where the management API lives below the issuer; together they are its audience."""
REFERENCE_CALLBACK = "/reference/callback"
"""Below the issuer: where a sign-in of the pages for developers comes back to."""


@dataclass(frozen=True, slots=True)
class BuiltinScope:
    """A scope that exists on every installation of the server."""

    value: str
    legs: Legs
    text: str
    detail: str
    risk: Risk = "normal"


IDENTITY_SCOPES: tuple[BuiltinScope, ...] = (
    BuiltinScope(OPENID, "3-legged", "Know who you are", "An identifier of you that never changes.", "low"),
    BuiltinScope("profile", "3-legged", "See your name", "Your names and your language.", "low"),
    BuiltinScope(
        "email", "3-legged", "See your e-mail address", "The address, and whether it was verified.", "low"
    ),
    BuiltinScope(
        OFFLINE_ACCESS,
        "3-legged",
        "Keep access while you are away",
        "The application may go on after you sign out, until you or an administrator end it.",
        "high",
    ),
)

MANAGEMENT_SCOPES: tuple[BuiltinScope, ...] = (
    BuiltinScope(
        "organizations:read", "any", "See the organization", "Its name, its state and its time zone."
    ),
    BuiltinScope(
        "organizations:write", "any", "Change the organization", "Its name and its time zone.", "high"
    ),
    BuiltinScope("members:read", "any", "See the members", "Names, e-mail addresses and roles."),
    BuiltinScope(
        "members:write",
        "any",
        "Manage the members",
        "Invite people, change what they may do, and remove them.",
        "high",
    ),
    BuiltinScope(
        "applications:read", "any", "See the applications", "Their settings and the hints of their secrets."
    ),
    BuiltinScope(
        "applications:write",
        "any",
        "Manage the applications",
        "Register, change, disable and delete them.",
        "high",
    ),
    BuiltinScope(
        "secrets:read",
        "any",
        "Read client secrets",
        "Those that an application's policy keeps readable.",
        "high",
    ),
    BuiltinScope(
        "secrets:write", "any", "Manage client secrets", "Make new ones and revoke those in use.", "high"
    ),
    BuiltinScope(
        "installations:read",
        "any",
        "See the installations",
        "Which applications act for the organization, and who installed its own.",
    ),
    BuiltinScope(
        "installations:write",
        "any",
        "Manage the installations",
        "Let applications of others act for the organization, narrow, suspend and revoke that.",
        "high",
    ),
    BuiltinScope(
        "installations:request",
        "any",
        "Ask for an application",
        "Ask the administrators to install it. They decide.",
    ),
    BuiltinScope(
        "vouchers:read",
        "any",
        "See the vouchers",
        "For which applications members are not asked, as what, and who answers for that.",
    ),
    BuiltinScope(
        "vouchers:write",
        "any",
        "Answer for applications",
        "Spare the members the question whether an application may act for them, and take that back.",
        "high",
    ),
    BuiltinScope(
        "consents:read",
        "any",
        "See what people allowed",
        "Which applications of others act for which members, and what they may do.",
        "high",
    ),
    BuiltinScope(
        "consents:write",
        "any",
        "Withdraw what people allowed",
        "Cut applications of others off from members who let them in.",
        "high",
    ),
    BuiltinScope("apis:read", "any", "See the APIs", "What APIs there are and which scopes they have."),
    BuiltinScope("apis:write", "any", "Manage the APIs", "Declare APIs and scopes. Operators only.", "high"),
    BuiltinScope("users:read", "any", "See all people", "Everybody on the platform. Operators only.", "high"),
    BuiltinScope(
        "users:write",
        "any",
        "Manage all people",
        "Make, disable and remove anybody on the platform. Operators only.",
        "high",
    ),
    BuiltinScope(
        "audit:read",
        "any",
        "See what was done",
        "Who changed which record, when, from where, and what it was before.",
        "high",
    ),
    BuiltinScope(
        PLATFORM_SCOPE,
        "any",
        "Act for the whole platform",
        "Reach every organization. It works in the organization that runs the platform, for operators.",
        "high",
    ),
)
