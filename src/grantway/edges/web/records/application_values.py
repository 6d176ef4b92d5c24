"""The vocabulary of applications in requests and answers: what each member is, with its limits."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from grantway.core import networks
from grantway.core.budgets import LONGEST_DAY
from grantway.core.policy import LONGEST_ACCESS_TOKEN
from grantway.core.redirects import MAXIMUM_LENGTH
from grantway.edges.web.records.dialect_settings import DialectSettingsForm
from grantway.edges.web.records.values import Email, IdText, about, one_of
from grantway.features import fields
from grantway.features.registry import rules

_LIST: dict[str, Any] = {"maxItems": fields.LONGEST_LIST, "uniqueItems": True}
Uri: TypeAlias = Annotated[
    str, about("An absolute URI.", "https://app.example/callback", maxLength=MAXIMUM_LENGTH)
]
Type: TypeAlias = Annotated[
    str,
    one_of(
        "`confidential` keeps a secret, `public` cannot and proves itself by PKCE, `backend` has no users. "
        "Fixed at creation.",
        *rules.TYPES,
    ),
]
Platform: TypeAlias = Annotated[
    str, one_of("Only `native` may use loopback ports and private schemes.", *rules.PLATFORMS)
]
Preset: TypeAlias = Annotated[
    str, about("The policy that fills what is left out. Fixed at creation.", "standard", maxLength=64)
]
Dialects: TypeAlias = Annotated[
    tuple[str, ...], about("The wire forms it may use: its preset's, and `standard`.", ["standard"], **_LIST)
]
Description: TypeAlias = Annotated[
    str, about("What it is for.", "Shows deliveries on a map.", maxLength=fields.LONGEST_TEXT)
]
Page: TypeAlias = Annotated[
    str | None, about("An https address.", "https://app.example/", maxLength=MAXIMUM_LENGTH)
]
OwnerEmail: TypeAlias = Annotated[
    str | None, about("Whom to ask about it.", "mara@northwind.example", maxLength=fields.LONGEST_EMAIL)
]
Addresses: TypeAlias = Annotated[
    tuple[Email, ...],
    about(
        "Who is told what happens to it. Your address fills an empty list.",
        ["dev@northwind.example"],
        **_LIST,
    ),
]
Audience: TypeAlias = Annotated[str, one_of("Whose people may sign in to it.", *rules.AUDIENCES)]
Organizations: TypeAlias = Annotated[
    tuple[IdText, ...], about("For `listed_organizations`: which ones.", [], **_LIST)
]
Redirects: TypeAlias = Annotated[
    tuple[Uri, ...],
    about("Where codes are sent. Compared as plain text.", ["https://app.example/callback"], **_LIST),
]
AfterSignOut: TypeAlias = Annotated[
    tuple[Uri, ...], about("Where browsers may go after sign-out.", ["https://app.example/bye"], **_LIST)
]
Origins: TypeAlias = Annotated[
    tuple[Uri, ...], about("Origins whose scripts may call the server.", ["https://app.example"], **_LIST)
]
Scopes: TypeAlias = Annotated[
    tuple[str, ...], about("What it may ask for at most.", ["openid", "email"], **_LIST)
]
GrantTypes: TypeAlias = Annotated[
    tuple[str, ...],
    about("How it may get tokens.", ["authorization_code", "refresh_token"], **_LIST),
]
TokenFormat: TypeAlias = Annotated[str, one_of("How access tokens look.", *rules.TOKEN_FORMATS)]
Algorithm: TypeAlias = Annotated[str, one_of("How tokens are signed.", *rules.ALGORITHMS)]
CodeLifetime: TypeAlias = Annotated[
    int,
    about(
        "Seconds in which a code must be redeemed. A preset of another system may allow more.",
        60,
        minimum=rules.SHORTEST_CODE,
    ),
]
RefreshGrace: TypeAlias = Annotated[
    int,
    about(
        "Seconds in which a refresh that is repeated gets the same successor; later it ends the sign-in.",
        30,
        minimum=0,
        maximum=rules.LONGEST_GRACE,
    ),
]
MayChoose: TypeAlias = Annotated[
    bool, about("Whether a token request may say how long its token is to live, by `expires_in`.", False)
]
StrictScopes: TypeAlias = Annotated[
    bool,
    about(
        "Whether a sign-in that asks for an unknown scope, or one that the application does not have, is "
        "refused. Otherwise it goes on without that scope, and `scope` of the token says what was given.",
        False,
    ),
]
ChosenCap: TypeAlias = Annotated[
    int,
    about(
        "Seconds that such a wish gets at most.",
        86_400,
        minimum=rules.SHORTEST_ACCESS_TOKEN,
        maximum=LONGEST_ACCESS_TOKEN,
    ),
]
SessionMinutes: TypeAlias = Annotated[
    int | None,
    about(
        "How long a person may use it after one sign-in, refreshing included; null: no limit of its own.",
        None,
        minimum=1,
        maximum=rules.LONGEST_SESSION_MINUTES,
    ),
]
MinutesPerDay: TypeAlias = Annotated[
    int | None,
    about(
        "How long a person may use it on one day. Each token takes its whole life from the day on which "
        "it is made, and nothing is given back; null: no limit.",
        None,
        minimum=1,
        maximum=LONGEST_DAY,
    ),
]
BudgetZone: TypeAlias = Annotated[
    str,
    about(
        "Whose days these are: an IANA zone. `America/New_York` has summer time, `EST` has none.",
        "America/New_York",
        maxLength=fields.LONGEST_NAME,
    ),
]
Networks: TypeAlias = Annotated[
    tuple[
        Annotated[str, about("An address or a range.", "192.0.2.0/24", maxLength=networks.MAXIMUM_LENGTH)],
        ...,
    ],
    about(
        "The ranges from which it, and tokens of it, may be used; none: from everywhere.",
        ["192.0.2.0/24", "2001:db8::/32"],
        **_LIST,
    ),
]
IdTokenClaims: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        "Claims about the person that ID tokens carry, beside userinfo: for libraries that ask no userinfo. "
        "The scope that gives each must be assigned, and is given as ever.",
        ["email", "name"],
        **_LIST,
    ),
]
AccessLifetime: TypeAlias = Annotated[
    int,
    about("Seconds.", 900, minimum=rules.SHORTEST_ACCESS_TOKEN, maximum=LONGEST_ACCESS_TOKEN),
]
RefreshLifetime: TypeAlias = Annotated[
    int,
    about("Seconds.", 2_592_000, minimum=rules.SHORTEST_REFRESH_TOKEN, maximum=rules.LONGEST_REFRESH_TOKEN),
]
RefreshPolicy: TypeAlias = Annotated[
    str, one_of("`rotate` changes a refresh token with each use.", *rules.REFRESH_POLICIES)
]
Pkce: TypeAlias = Annotated[str, one_of("Whether a sign-in must carry a code challenge.", *rules.PKCE)]
Consent: TypeAlias = Annotated[
    str, one_of("Whether users are asked. Only operators set another value than `ask`.", *rules.CONSENTS)
]
Reveal: TypeAlias = Annotated[
    str,
    one_of(
        "Who can read a secret again: nobody, who made it, your developers, or the application itself "
        "(those of organizations that installed it). A stricter value destroys the copies there are.",
        *rules.REVEALS,
    ),
]
DialectSettings: TypeAlias = Annotated[
    dict[str, DialectSettingsForm],
    about(
        "What the mount of its preset's dialect has in another way than `standard`, whose values the other "
        "members are. It is in force there and nowhere else.",
        {},
    ),
]
Archived: TypeAlias = Annotated[bool, about("Put away: works no more until it is taken out again.", False)]
