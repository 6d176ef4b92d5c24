"""The vocabulary of how an application gets tokens and what they are: each member with its limits."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from grantway.core import networks
from grantway.core.budgets import LONGEST_DAY
from grantway.core.policy import LONGEST_ACCESS_TOKEN
from grantway.edges.web.records.values import LIST, about, one_of
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.registry import rules

GrantTypes: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        _("How it may get tokens."),
        ["authorization_code", "refresh_token"],
        **LIST,
        title=_("Grant types"),
        labels={
            "authorization_code": _("Authorization code: people sign in"),
            "refresh_token": _("Refresh token: stay signed in"),
            "client_credentials": _("Client credentials: acts for itself"),
            "urn:ietf:params:oauth:grant-type:device_code": _("Device code: devices without a browser"),
            "urn:ietf:params:oauth:grant-type:token-exchange": _("Token exchange: a token for another one"),
            "urn:grantway:params:oauth:grant-type:service-account": _(
                "Service account: acts as one of yours"
            ),
            "urn:grantway:params:oauth:grant-type:access-key": _(
                "Access key: programs of people act as them"
            ),
        },
    ),
]
TokenFormat: TypeAlias = Annotated[
    str,
    one_of(
        _("How access tokens look."),
        *rules.TOKEN_FORMATS,
        title=_("Form of access tokens"),
        labels={"jwt": _("JWT: APIs check it themselves"), "opaque": _("Opaque: APIs ask this server")},
    ),
]
Algorithm: TypeAlias = Annotated[str, one_of(_("How tokens are signed."), *rules.ALGORITHMS)]
CodeLifetime: TypeAlias = Annotated[
    int,
    about(
        _("Seconds in which a code must be redeemed. A preset of another system may allow more."),
        60,
        minimum=rules.SHORTEST_CODE,
        title=_("Life of a code, in seconds"),
    ),
]
RefreshGrace: TypeAlias = Annotated[
    int,
    about(
        _("Seconds in which a refresh that is repeated gets the same successor; later it ends the sign-in."),
        30,
        minimum=0,
        maximum=rules.LONGEST_GRACE,
        title=_("Grace of a refresh, in seconds"),
    ),
]
MayChoose: TypeAlias = Annotated[
    bool,
    about(
        _("Whether a token request may say how long its token is to live, by `expires_in`."),
        False,
        title=_("Requests may say how long a token lives"),
    ),
]
StrictScopes: TypeAlias = Annotated[
    bool,
    about(
        _(
            "Whether a sign-in that asks for an unknown scope, or one that the application does not "
            "have, is "
            "refused. Otherwise it goes on without that scope, and `scope` of the token says what was "
            "given."
        ),
        False,
        title=_("Refuse sign-ins with scopes that it does not have"),
    ),
]
ChosenCap: TypeAlias = Annotated[
    int,
    about(
        _("Seconds that such a wish gets at most."),
        86_400,
        minimum=rules.SHORTEST_ACCESS_TOKEN,
        maximum=LONGEST_ACCESS_TOKEN,
        title=_("Longest life that a request gets, in seconds"),
    ),
]
SessionMinutes: TypeAlias = Annotated[
    int | None,
    about(
        _("How long a person may use it after one sign-in, refreshing included; null: no limit of its own."),
        None,
        minimum=1,
        maximum=rules.LONGEST_SESSION_MINUTES,
        title=_("Minutes of use after one sign-in"),
    ),
]
MinutesPerDay: TypeAlias = Annotated[
    int | None,
    about(
        _(
            "How long a person may use it on one day. Each token takes its whole life from the day on "
            "which "
            "it is made, and nothing is given back; null: no limit."
        ),
        None,
        minimum=1,
        maximum=LONGEST_DAY,
        title=_("Minutes of use per person and day"),
    ),
]
BudgetZone: TypeAlias = Annotated[
    str,
    about(
        _("Whose days these are: an IANA zone. `America/New_York` has summer time, `EST` has none."),
        "America/New_York",
        maxLength=fields.LONGEST_NAME,
        title=_("Time zone of these days"),
    ),
]
Networks: TypeAlias = Annotated[
    tuple[
        Annotated[str, about("An address or a range.", "192.0.2.0/24", maxLength=networks.MAXIMUM_LENGTH)],
        ...,
    ],
    about(
        _("The ranges from which it, and tokens of it, may be used; none: from everywhere."),
        ["192.0.2.0/24", "2001:db8::/32"],
        **LIST,
        title=_("Networks"),
    ),
]
IdTokenClaims: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        _(
            "Claims about the person that ID tokens carry, beside userinfo: for libraries that ask no "
            "userinfo. The scope that gives each must be assigned, and is given as ever."
        ),
        ["email", "name"],
        **LIST,
        title=_("Claims in ID tokens"),
    ),
]
AccessLifetime: TypeAlias = Annotated[
    int,
    about(
        _("Seconds."),
        900,
        minimum=rules.SHORTEST_ACCESS_TOKEN,
        maximum=LONGEST_ACCESS_TOKEN,
        title=_("Life of access tokens, in seconds"),
    ),
]
RefreshLifetime: TypeAlias = Annotated[
    int,
    about(
        _("Seconds."),
        2_592_000,
        minimum=rules.SHORTEST_REFRESH_TOKEN,
        maximum=rules.LONGEST_REFRESH_TOKEN,
        title=_("Life of refresh tokens, in seconds"),
    ),
]
RefreshPolicy: TypeAlias = Annotated[
    str,
    one_of(
        _("`rotate` changes a refresh token with each use."),
        *rules.REFRESH_POLICIES,
        title=_("Refresh tokens"),
        labels={"rotate": _("Change with each use"), "stable": _("Stay the same")},
    ),
]
Pkce: TypeAlias = Annotated[
    str,
    one_of(
        _("Whether a sign-in must carry a code challenge."),
        *rules.PKCE,
        title=_("PKCE"),
        labels={"required": _("Required"), "optional": _("Optional")},
    ),
]
Consent: TypeAlias = Annotated[
    str,
    one_of(
        _("Whether users are asked. Only operators set another value than `ask`."),
        *rules.CONSENTS,
        title=_("Consent"),
        labels={
            "ask": _("People are asked"),
            "installed": _("Not asked where their organization installed it"),
            "platform": _("Nobody is asked"),
        },
    ),
]
Reveal: TypeAlias = Annotated[
    str,
    one_of(
        _(
            "Who can read a secret again: nobody, who made it, your developers, or the application itself "
            "(those of organizations that installed it). A stricter value destroys the copies there are."
        ),
        *rules.REVEALS,
        title=_("Who can read a secret again"),
        labels={
            "once": _("Nobody: it is shown once"),
            "creator": _("Who made it"),
            "developers": _("Developers of the organization"),
            "api": _("The application itself, by the API"),
        },
    ),
]
