"""Which part of a change acts, and which waits: every member has a row, and no row lets anything through."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from grantway.core.model import Application, ApplicationSettings
from grantway.core.reviewing import (
    EVERYTHING,
    MEMBERS,
    NOTHING,
    REACH,
    PendingVersion,
    base_of,
    concerns_of,
    split,
)
from grantway.features.registry.drafts import ApplicationDraft, draft_of
from grantway.features.registry.reviewing import members_of

LIVE = members_of(
    draft_of(
        Application(
            id=1,
            organization_id=2,
            client_id="orbit",
            type="confidential",
            name="Orbit",
            state="enabled",
            epoch=1,
            version=1,
            settings=ApplicationSettings(networks=("10.1.0.0/16",), session_minutes=60),
            audience_requested="listed_organizations",
            audience_organizations=frozenset({7, 8}),
            redirects=(),
        )
    )
) | {
    "redirect_uris": ("https://a.example/", "https://b.example/"),
    "post_logout_redirect_uris": ("https://a.example/bye",),
    "origins": ("https://a.example",),
    "scopes": ("a", "b"),
    "pkce": "optional",
    "refresh_policy": "stable",
    "consent": "installed",
    "reveal": "creator",
    "platform": "native",
    "token_format": "bare_jwt",
    "access_token_algorithm": "HS256",
    "id_token_algorithm": "HS256",
    "client_may_choose_lifetime": True,
    "minutes_per_day": 60,
    "dialects": ("deeplynx", "standard"),
    "base_url": "https://a.example/",
    "dialect_settings": {"deeplynx": {"pkce": "none", "code_lifetime": 300, "several_audiences": True}},
}

NARROWER: dict[str, Any] = {
    "platform": "web",
    "dialects": ("standard",),
    "audience_organizations": (7,),
    "redirect_uris": ("https://b.example/",),
    "post_logout_redirect_uris": (),
    "origins": (),
    "scopes": ("a",),
    "grant_types": ("authorization_code",),
    "networks": ("10.1.2.0/24",),
    "token_format": "jwt",
    "access_token_algorithm": "ES256",
    "id_token_algorithm": "ES256",
    "refresh_policy": "rotate",
    "pkce": "required",
    "consent": "ask",
    "reveal": "once",
    "dialect_settings": {"deeplynx": {"code_lifetime": 200}},
    "access_token_lifetime": 60,
    "refresh_token_lifetime": 300,
    "refresh_token_idle_lifetime": 300,
    "refresh_grace": 0,
    "code_lifetime": 10,
    "client_may_choose_lifetime": False,
    "chosen_lifetime_cap": 60,
    "session_minutes": 1,
    "minutes_per_day": 1,
}
WIDER: dict[str, tuple[Any, Any]] = {
    "dialects": (("deeplynx", "nitro", "standard"), ("deeplynx", "standard")),
    "audience_organizations": ((7, 9), (7,)),
    "redirect_uris": (("https://b.example/", "https://c.example/"), ("https://b.example/",)),
    "post_logout_redirect_uris": (("https://c.example/bye",), ()),
    "origins": (("https://a.example", "https://c.example"), ("https://a.example",)),
    "scopes": (("a", "c"), ("a",)),
    "grant_types": (("authorization_code", "client_credentials"), ("authorization_code",)),
    "networks": (("10.0.0.0/8",), ("10.1.0.0/16",)),
    "pkce": ("none", "optional"),
    "dialect_settings": (
        {
            "deeplynx": {
                "pkce": "required",
                "code_lifetime": 301,
                "several_audiences": True,
                "id_tokens": False,
            }
        },
        {
            "deeplynx": {
                "pkce": "required",
                "code_lifetime": 300,
                "several_audiences": True,
                "id_tokens": False,
            }
        },
    ),
    "consent": ("platform", "installed"),
    "reveal": ("api", "creator"),
    "access_token_lifetime": (901, 900),
    "refresh_token_lifetime": (31 * 86_400, 30 * 86_400),
    "refresh_token_idle_lifetime": (15 * 86_400, 14 * 86_400),
    "refresh_grace": (31, 30),
    "code_lifetime": (61, 60),
    "chosen_lifetime_cap": (86_401, 86_400),
    "session_minutes": (None, 60),
    "minutes_per_day": (61, 60),
}
WIDER_OF_STRICT: dict[str, Any] = {
    "platform": "native",
    "token_format": "bare_jwt",
    "access_token_algorithm": "HS256",
    "id_token_algorithm": "HS256",
    "refresh_policy": "stable",
    "client_may_choose_lifetime": True,
}
"""What is as wide as it can be in `LIVE`, asked for where it is as narrow as it can be."""
SHOWN = {
    "name": "Orbit Two",
    "description": "Other",
    "base_url": None,
    "logo_url": "https://a.example/logo",
}
OF_NO_CONCERN = {
    "owner_email": "x@a.example",
    "notification_addresses": ("x@a.example",),
    "state": "disabled",
    "archived": True,
    "budget_time_zone": "Europe/Berlin",
    "id_token_claims": ("email",),
    "strict_scopes": True,
}
FIXED = {"type", "preset"}
PENDING = PendingVersion(
    1, {"name": "Orbit Two", "audience": "any_organization", "audience_organizations": ()}, 1, 1
)
IN_PAIRS = {"audience"}


def test_every_member_of_a_draft_has_its_row() -> None:
    assert MEMBERS.keys() == {field.name for field in fields(ApplicationDraft)}


def test_every_row_is_tried_here() -> None:
    shown = {name for name, row in MEMBERS.items() if row.concern == "shown"}
    reach = {name for name, row in MEMBERS.items() if row.concern == "reach"}
    assert shown == SHOWN.keys() | FIXED
    assert reach == NARROWER.keys() | IN_PAIRS
    assert reach == WIDER.keys() | WIDER_OF_STRICT.keys() | IN_PAIRS
    assert {name for name, row in MEMBERS.items() if row.concern == "none"} == OF_NO_CONCERN.keys()


@pytest.mark.parametrize("name", sorted(NARROWER))
def test_what_reaches_less_far_acts(name: str) -> None:
    found = split(LIVE, LIVE | {name: NARROWER[name]}, EVERYTHING)
    assert (found.acting[name], found.waiting) == (NARROWER[name], {})


@pytest.mark.parametrize("name", sorted(WIDER))
def test_what_reaches_further_waits_and_what_reaches_less_far_acts_at_once(name: str) -> None:
    wanted, acting = WIDER[name]
    for concerns in (EVERYTHING, REACH):
        found = split(LIVE, LIVE | {name: wanted}, concerns)
        assert (found.acting, found.waiting) == (LIVE | {name: acting}, {name: wanted})
    assert split(LIVE, LIVE | {name: wanted}, NOTHING).acting[name] == wanted


@pytest.mark.parametrize("name", sorted(WIDER_OF_STRICT))
def test_what_is_looser_waits(name: str) -> None:
    strict = LIVE | {name: NARROWER[name]}
    found = split(strict, LIVE | {name: WIDER_OF_STRICT[name]}, EVERYTHING)
    assert (found.acting[name], found.waiting[name]) == (NARROWER[name], WIDER_OF_STRICT[name])


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_what_people_see_waits_where_it_was_read(name: str) -> None:
    wanted = LIVE | {name: SHOWN[name]}
    assert split(LIVE, wanted, EVERYTHING).waiting == {name: SHOWN[name]}
    assert split(LIVE, wanted, EVERYTHING).acting == LIVE
    assert split(LIVE, wanted, REACH).waiting == {}


def test_what_is_no_concern_of_a_review_acts() -> None:
    found = split(LIVE, LIVE | OF_NO_CONCERN, EVERYTHING)
    assert (found.acting, found.waiting) == (LIVE | OF_NO_CONCERN, {})


OWN, LISTED, ANY = "own_organization", "listed_organizations", "any_organization"


@pytest.mark.parametrize(
    ("before", "wanted", "acting"),
    [
        ((ANY, ()), (LISTED, (7,)), (LISTED, (7,))),
        ((ANY, ()), (OWN, ()), (OWN, ())),
        ((LISTED, (7, 8)), (OWN, ()), (OWN, ())),
        ((LISTED, (7, 8)), (ANY, ()), (LISTED, (7, 8))),
        ((LISTED, (7, 8)), (LISTED, (8, 9)), (LISTED, (8,))),
        ((OWN, ()), (LISTED, (7,)), (OWN, ())),
        ((OWN, ()), (ANY, ()), (OWN, ())),
    ],
)
def test_an_audience_is_its_word_and_its_list_together(
    before: tuple[str, Any], wanted: tuple[str, Any], acting: tuple[str, Any]
) -> None:
    names = ("audience", "audience_organizations")
    found = split(
        LIVE | dict(zip(names, before, strict=True)), LIVE | dict(zip(names, wanted, strict=True)), REACH
    )
    assert tuple(found.acting[name] for name in names) == acting


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("redirect_uris", ("https://c.example/",)),
        ("networks", ("192.0.2.0/24",)),
        ("dialects", ("nitro",)),
        ("grant_types", ("client_credentials",)),
    ],
)
def test_where_nothing_would_be_left_the_change_is_stranded(name: str, value: Any) -> None:
    """An empty list of networks is everywhere, and one of redirects is no application that signs in."""
    assert split(LIVE, LIVE | {name: value}, EVERYTHING).stranded == (name,)


def test_opening_to_every_network_waits() -> None:
    found = split(LIVE, LIVE | {"networks": ()}, EVERYTHING)
    assert (found.acting["networks"], found.waiting, found.stranded) == (
        LIVE["networks"],
        {"networks": ()},
        (),
    )


def test_who_is_under_review() -> None:
    blank = Application(1, 2, "c", "backend", "N", "enabled", 1, 1, ApplicationSettings())
    left_open = replace(blank, audience_effective="any_organization")
    assert concerns_of(replace(blank, publication="approved"), needs_approval=False) == EVERYTHING
    assert concerns_of(left_open, needs_approval=True) == REACH
    assert concerns_of(left_open, needs_approval=False) == NOTHING
    assert concerns_of(replace(blank, publication="submitted"), needs_approval=True) == NOTHING


def test_what_is_named_is_said_anew_and_an_audience_as_a_whole() -> None:
    assert base_of(None, {}) == {}
    assert base_of(PENDING, {"name": "Other"}) == {
        name: value for name, value in PENDING.members.items() if name != "name"
    }
    assert (
        not {"audience", "audience_organizations"} & base_of(PENDING, {"audience_organizations": ()}).keys()
    )
