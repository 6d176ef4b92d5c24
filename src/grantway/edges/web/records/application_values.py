"""The vocabulary of applications in requests and answers: what each member is, with its limits."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from grantway.core.redirects import MAXIMUM_LENGTH
from grantway.edges.web.records.dialect_settings import DialectSettingsForm
from grantway.edges.web.records.values import LIST, Email, IdText, about, one_of
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.registry import rules

Uri: TypeAlias = Annotated[
    str, about("An absolute URI.", "https://app.example/callback", maxLength=MAXIMUM_LENGTH)
]
Type: TypeAlias = Annotated[
    str,
    one_of(
        _(
            "`confidential` keeps a secret, `public` cannot and proves itself by PKCE, `backend` has no "
            "users. Fixed at creation."
        ),
        *rules.TYPES,
        title=_("Type"),
        labels={
            "confidential": _("Confidential: it keeps a secret"),
            "public": _("Public: it proves itself by PKCE"),
            "backend": _("Backend: a service without people"),
        },
    ),
]
Platform: TypeAlias = Annotated[
    str,
    one_of(
        _("Only `native` may use loopback ports and private schemes."),
        *rules.PLATFORMS,
        title=_("Platform"),
        labels={"web": _("Web"), "native": _("Native: an app on a device")},
    ),
]
Preset: TypeAlias = Annotated[
    str,
    about(
        _("The policy that fills what is left out. Fixed at creation."),
        "standard",
        maxLength=64,
        title=_("Preset"),
    ),
]
Dialects: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        _("The wire forms it may use: its preset's, and `standard`."),
        ["standard"],
        **LIST,
        title=_("Wire forms"),
    ),
]
Description: TypeAlias = Annotated[
    str,
    about(
        _("What it is for."),
        "Shows deliveries on a map.",
        maxLength=fields.LONGEST_TEXT,
        title=_("Description"),
    ),
]
Page: TypeAlias = Annotated[
    str | None,
    about(_("An https address."), "https://app.example/", maxLength=MAXIMUM_LENGTH, title=_("Home page")),
]
OwnerEmail: TypeAlias = Annotated[
    str | None,
    about(
        _("Whom to ask about it."),
        "mara@northwind.example",
        maxLength=fields.LONGEST_EMAIL,
        title=_("Contact"),
    ),
]
Addresses: TypeAlias = Annotated[
    tuple[Email, ...],
    about(
        _("Who is told what happens to it. Your address fills an empty list."),
        ["dev@northwind.example"],
        **LIST,
        title=_("Notification addresses"),
    ),
]
Audience: TypeAlias = Annotated[
    str,
    one_of(
        _("Whose people may sign in to it."),
        *rules.AUDIENCES,
        title=_("Who may sign in"),
        labels={
            "own_organization": _("People of your organization"),
            "listed_organizations": _("People of the organizations listed below"),
            "any_organization": _("People of any organization"),
        },
    ),
]
Organizations: TypeAlias = Annotated[
    tuple[IdText, ...],
    about(_("For `listed_organizations`: which ones."), [], **LIST, title=_("Listed organizations")),
]
Redirects: TypeAlias = Annotated[
    tuple[Uri, ...],
    about(
        _("Where codes are sent. Compared as plain text."),
        ["https://app.example/callback"],
        **LIST,
        title=_("Redirect URIs"),
    ),
]
AfterSignOut: TypeAlias = Annotated[
    tuple[Uri, ...],
    about(
        _("Where browsers may go after sign-out."),
        ["https://app.example/bye"],
        **LIST,
        title=_("Addresses after sign-out"),
    ),
]
Origins: TypeAlias = Annotated[
    tuple[Uri, ...],
    about(
        _("Origins whose scripts may call the server."),
        ["https://app.example"],
        **LIST,
        title=_("Allowed origins (CORS)"),
    ),
]
Scopes: TypeAlias = Annotated[
    tuple[str, ...], about(_("What it may ask for at most."), ["openid", "email"], **LIST, title=_("Scopes"))
]
DialectSettings: TypeAlias = Annotated[
    dict[str, DialectSettingsForm],
    about(
        "What the mount of its preset's dialect has in another way than `standard`, whose values the other "
        "members are. It is in force there and nowhere else.",
        {},
    ),
]
Archived: TypeAlias = Annotated[
    bool, about(_("Put away: works no more until it is taken out again."), False, title=_("Archived"))
]
