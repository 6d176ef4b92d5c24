"""Presets: what an application is given that is registered under one."""

from __future__ import annotations

from typing import Annotated

import msgspec

from grantway.core.policy import DefaultApplication, Preset
from grantway.edges.web.operations import Call, Listing, Operation, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import about, one_of
from grantway.edges.web.words import _
from grantway.features.access.permissions import ANY_TOKEN
from grantway.features.registry import rules

TAG = "Presets"
PresetName = Annotated[str, about("The name that a registration gives as `preset`.", "standard")]
DefaultName = Annotated[str, about(_("The name under which the preset offers it."), "studio", maxLength=100)]
DefaultScopes = Annotated[tuple[str, ...], about("The scopes it is made with.", ["global"])]
DefaultMaking = Annotated[
    str,
    one_of(
        "What makes it: the first feature that needs it, or somebody who asks for it.",
        "on_first_use",
        "on_request",
    ),
]


class DefaultOffer(msgspec.Struct, frozen=True):
    """An application that every organization can have one of."""

    name: DefaultName
    type: Annotated[str, one_of("Its type.", *rules.TYPES)]
    scopes: DefaultScopes
    making: DefaultMaking


class PresetAnswer(msgspec.Struct, frozen=True):
    """A named set of policy values. What begins with `given_` can be changed later, the rest cannot."""

    name: PresetName
    summary: Annotated[str, about("What it is for.", "OAuth 2.0 and OpenID Connect, strictly.")]
    title: Annotated[str, about("The system for which its applications are written; empty for our own.", "")]
    is_spoken: Annotated[
        bool,
        about("Whether its wire form is served here. Else its applications speak `standard`.", True),
    ]
    types: Annotated[tuple[str, ...], about("Types that an application can have.", list(rules.TYPES))]
    audiences: Annotated[
        tuple[str, ...], about("Audiences that an application can ask for.", list(rules.AUDIENCES))
    ]
    audience_fixed: Annotated[
        bool, about("Whether the audience asked for stays what it was at registration.", False)
    ]
    approval: Annotated[
        bool,
        about(
            "Whether opening to any organization waits for an operator, whatever the platform's policy says.",
            False,
        ),
    ]
    settled_offline: Annotated[
        bool,
        about(
            "Whether terms, and what a submission lacks, are settled outside of this server. Else one that "
            "lacks something is refused.",
            False,
        ),
    ]
    widens_audience_on_sign_in: Annotated[
        bool, about("Whether a first redirect URI opens it to any organization unless said otherwise.", False)
    ]
    installable_by_client_id: Annotated[
        bool, about("Whether whoever knows its client id may install it, whatever its audience.", False)
    ]
    addresses_required: Annotated[bool, about("Whether a registration has to name who is notified.", False)]
    redirects_required: Annotated[bool, about("Whether all but backends have redirect URIs.", False)]
    redirect_match: Annotated[
        str, one_of("`host`: redirect URIs lie on the host of the base URL.", "exact", "host")
    ]
    given_grant_types: Annotated[
        tuple[str, ...], about("Grant types, as far as the type allows.", ["authorization_code"])
    ]
    given_token_format: Annotated[str, about("How access tokens look.", "jwt")]
    given_access_token_algorithm: Annotated[str, about("How access tokens are signed.", "ES256")]
    given_access_token_lifetime: Annotated[int, about("Seconds.", 900)]
    given_refresh_token_lifetime: Annotated[int, about("Seconds.", 2_592_000)]
    given_refresh_policy: Annotated[str, one_of("What a use does to it.", *rules.REFRESH_POLICIES)]
    given_pkce: Annotated[str, about("Whether a sign-in must carry a code challenge.", "required")]
    given_consent: Annotated[str, one_of("Whether users are asked.", *rules.CONSENTS)]
    given_budget_time_zone: Annotated[
        str, about("Where the days of a limit of minutes begin and end.", "UTC")
    ]
    given_reveal: Annotated[str, one_of("Who can read a secret again.", *rules.REVEALS)]
    default_applications: Annotated[
        tuple[DefaultOffer, ...], about("Applications that every organization can have one of.", [])
    ]


def offer_of(offered: DefaultApplication) -> DefaultOffer:
    """A default application as it is answered."""
    return DefaultOffer(offered.name, offered.type, offered.scopes, offered.making)


def _answer_of(preset: Preset, spoken: frozenset[str]) -> PresetAnswer:
    is_spoken = preset.name in spoken
    # What an application would get here and now, which is what whoever chooses wants to know.
    settings, there = preset.settings, preset.settings.at(preset.name if is_spoken else "standard")
    return PresetAnswer(
        name=preset.name,
        title=preset.title,
        summary=preset.summary,
        is_spoken=is_spoken,
        types=preset.types,
        audiences=preset.audiences,
        audience_fixed=preset.audience_fixed,
        approval=preset.approval,
        settled_offline=preset.settled_offline,
        widens_audience_on_sign_in=preset.widens_audience_on_sign_in,
        installable_by_client_id=preset.installable_by_client_id,
        addresses_required=preset.addresses_required,
        redirects_required=preset.redirects_required,
        redirect_match=preset.redirect_match,
        given_grant_types=tuple(sorted(settings.grant_types)),
        given_token_format=there.token_format,
        given_access_token_algorithm=there.access_token_algorithm,
        given_access_token_lifetime=there.access_token_lifetime,
        given_refresh_token_lifetime=there.refresh_token_lifetime,
        given_refresh_policy=there.refresh_policy,
        given_pkce=there.pkce,
        given_consent=settings.consent,
        given_budget_time_zone=settings.budget_time_zone,
        given_reveal=settings.reveal,
        default_applications=tuple(map(offer_of, preset.default_applications)),
    )


def list_presets(features: RecordFeatures, call: Call) -> Listing:
    """What a registration can name, in the order in which they are built in."""
    answers = (_answer_of(preset, features.spoken) for preset in features.presets)
    return Listing.of_all(zip(answers, range(1, len(features.presets) + 1), strict=True), call.page)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listPresets",
        method="GET",
        path="/presets",
        tag=TAG,
        summary="List the presets",
        description=(
            "What an application is given, and held to, that is registered under each. Presets are built "
            "in; nobody edits them."
        ),
        permission=ANY_TOKEN,
        tenant=Tenant.SELF,
        answer=PresetAnswer,
        is_list=True,
        handler=list_presets,
    ),
)
