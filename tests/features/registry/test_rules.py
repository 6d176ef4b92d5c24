"""What an application may be, by its type: the whole record is judged, however it came about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantway.core.errors import Invalid
from grantway.core.model import (
    Api,
    Application,
    ApplicationSettings,
    Catalogue,
    Organization,
    Redirect,
    Scope,
)
from grantway.core.mount_settings import DialectSettings
from grantway.core.policy import STANDARD, Preset
from grantway.features.fields import RESERVED, Findings
from grantway.features.registry.drafts import ApplicationDraft, completed, draft_of
from grantway.features.registry.records import rewritten
from grantway.features.registry.rules import Context, judge

CALLBACK = "https://app.example.test/callback"
CATALOGUE = Catalogue(
    {1: Api(1, 1, "https://api.example.test", "API", "enabled", 1)},
    {
        "read": Scope(1, 1, "read", "any", "Read", 1),
        "old": Scope(2, 1, "old", "any", "Old", 1, retired_at=1),
    },
)
TENANT = Organization(1, "tenant", "Northwind", "northwind", "enabled", 1, 1)
WIDENING = Preset("nexus211", ApplicationSettings(consent="installed"), widens_audience_on_sign_in=True)
CONFIDENTIAL = ApplicationDraft(
    "confidential", "Orbit", redirect_uris=(CALLBACK,), notification_addresses=("dev@example.test",)
)
PUBLIC = replace(CONFIDENTIAL, type="public")
BACKEND = replace(CONFIDENTIAL, type="backend", redirect_uris=())
STORED = Application(
    id=1, organization_id=1, client_id="c", type="confidential", name="x", state="enabled", epoch=1, version=1,
    settings=ApplicationSettings(),
)  # fmt: skip


def problems(
    draft: ApplicationDraft, preset: Preset = STANDARD, before: Application | None = None
) -> set[tuple[str, str]]:
    """Which fields are refused, and under which ids."""
    findings = Findings()
    judge(completed(draft, preset, before), Context(preset, CATALOGUE, TENANT, before), findings)
    try:
        findings.raise_if_any()
    except Invalid as invalid:
        return {(error.field, error.reason.id) for error in invalid.errors}
    return set()


@pytest.mark.parametrize("draft", [CONFIDENTIAL, PUBLIC, BACKEND])
def test_the_least_of_each_type_is_enough(draft: ApplicationDraft) -> None:
    assert problems(draft) == set()


@pytest.mark.parametrize(
    ("draft", "refused"),
    [
        (replace(BACKEND, redirect_uris=(CALLBACK,)), {("redirect_uris", "E-FIELD-03")}),
        (replace(BACKEND, post_logout_redirect_uris=(CALLBACK,)), {("post_logout_redirect_uris", "E-FIELD-03")}),
        (replace(BACKEND, origins=("https://app.example.test",)), {("origins", "E-FIELD-03")}),
        (replace(BACKEND, grant_types=("authorization_code",)), {("grant_types[0]", "E-FIELD-03"), ("redirect_uris", "E-FIELD-01")}),
        (replace(BACKEND, grant_types=("refresh_token", "client_credentials")), {("grant_types[0]", "E-FIELD-03")}),
        (replace(PUBLIC, grant_types=("client_credentials",)), {("grant_types[0]", "E-FIELD-03")}),
        (replace(PUBLIC, redirect_uris=()), {("redirect_uris", "E-FIELD-01")}),
        (replace(PUBLIC, pkce="optional"), {("pkce", "E-FIELD-04")}),
        (replace(PUBLIC, refresh_policy="stable"), {("refresh_policy", "E-FIELD-04")}),
        (replace(CONFIDENTIAL, redirect_uris=(), grant_types=("authorization_code",)), {("redirect_uris", "E-FIELD-01")}),
        (replace(CONFIDENTIAL, grant_types=("password",)), {("grant_types[0]", "E-FIELD-04")}),
        (replace(CONFIDENTIAL, grant_types=()), {("grant_types", "E-FIELD-01")}),
        (replace(CONFIDENTIAL, pkce="none"), {("pkce", "E-FIELD-04")}),
        (replace(CONFIDENTIAL, token_format="bare_jwt"), {("token_format", "E-FIELD-04")}),
        (replace(CONFIDENTIAL, access_token_algorithm="HS256"), {("access_token_algorithm", "E-FIELD-04")}),
        (replace(CONFIDENTIAL, access_token_algorithm="none"), {("access_token_algorithm", "E-FIELD-04")}),
        (replace(CONFIDENTIAL, type="trusted"), {("type", "E-FIELD-04")}),
        (replace(CONFIDENTIAL, platform="desktop"), {("platform", "E-FIELD-04")}),
        (replace(CONFIDENTIAL, audience="everybody"), {("audience", "E-FIELD-04")}),
        (replace(CONFIDENTIAL, state="deletion_scheduled"), {("state", "E-FIELD-04")}),
        (replace(CONFIDENTIAL, audience_organizations=(7,)), {("audience_organizations", "E-FIELD-03")}),
        (replace(CONFIDENTIAL, dialects=("deeplynx",)), {("dialects[0]", "E-FIELD-04")}),
        (replace(CONFIDENTIAL, dialects=()), {("dialects", "E-FIELD-01")}),
        (replace(CONFIDENTIAL, scopes=("write",)), {("scopes[0]", "E-FIELD-23")}),
        (replace(CONFIDENTIAL, scopes=("old",)), {("scopes[0]", "E-FIELD-23")}),
        (replace(CONFIDENTIAL, scopes=("read", "read")), {("scopes[1]", "E-FIELD-16")}),
        (replace(CONFIDENTIAL, redirect_uris=(CALLBACK, CALLBACK)), {("redirect_uris[1]", "E-FIELD-16")}),
        (replace(CONFIDENTIAL, redirect_uris=tuple(f"{CALLBACK}{n}" for n in range(51))), {("redirect_uris", "E-FIELD-17")}),
        (replace(CONFIDENTIAL, access_token_lifetime=59), {("access_token_lifetime", "E-FIELD-24")}),
        (replace(CONFIDENTIAL, access_token_lifetime=7 * 86_400 + 1), {("access_token_lifetime", "E-FIELD-24")}),
        (replace(CONFIDENTIAL, refresh_token_lifetime=10**30), {("refresh_token_lifetime", "E-FIELD-24")}),
        (replace(CONFIDENTIAL, refresh_token_idle_lifetime=-1), {("refresh_token_idle_lifetime", "E-FIELD-24")}),
        (replace(CONFIDENTIAL, notification_addresses=()), {("notification_addresses", "E-FIELD-01")}),
        (replace(CONFIDENTIAL, notification_addresses=("nobody",)), {("notification_addresses[0]", "E-FIELD-07")}),
        (replace(CONFIDENTIAL, owner_email="a@b"), {("owner_email", "E-FIELD-07")}),
        (replace(CONFIDENTIAL, base_url="javascript:alert(1)"), {("base_url", "E-FIELD-08")}),
        (replace(CONFIDENTIAL, logo_url="http://logos.example.test/a.png"), {("logo_url", "E-FIELD-08")}),
        (replace(CONFIDENTIAL, origins=("https://app.example.test/",)), {("origins[0]", "E-FIELD-15")}),
        (replace(CONFIDENTIAL, origins=("null",)), {("origins[0]", "E-FIELD-15")}),
    ],
)  # fmt: skip
def test_what_a_type_may_not_have_is_refused(draft: ApplicationDraft, refused: set[tuple[str, str]]) -> None:
    assert problems(draft) == refused


@pytest.mark.parametrize(
    ("uri", "is_native", "error_id"),
    [
        ("http://app.example.test/", False, "E-FIELD-09"),
        ("https://app.example.test/#top", False, "E-FIELD-10"),
        ("https://user@app.example.test/", False, "E-FIELD-11"),
        ("https://*.example.test/", False, "E-FIELD-12"),
        ("https://app.example.test/../evil", False, "E-FIELD-13"),
        ("//app.example.test/", False, "E-FIELD-13"),
        ("javascript:alert(1)", True, "E-FIELD-09"),
        ("data:text/html,x", True, "E-FIELD-09"),
        ("app:/callback", True, "E-FIELD-14"),
        ("com.example.app:/callback", False, "E-FIELD-09"),
        ("http://127.0.0.1.evil.example/", True, "E-FIELD-09"),
    ],
)
def test_hostile_addresses_are_refused_in_every_list(uri: str, is_native: bool, error_id: str) -> None:
    platform = "native" if is_native else "web"
    draft = replace(CONFIDENTIAL, redirect_uris=(uri,), post_logout_redirect_uris=(uri,), platform=platform)
    assert problems(draft) == {("redirect_uris[0]", error_id), ("post_logout_redirect_uris[0]", error_id)}


def test_what_belongs_to_native_applications_is_refused_when_the_platform_changes_to_web() -> None:
    native = replace(PUBLIC, platform="native", redirect_uris=("com.example.app:/callback",))
    assert problems(native) == set()
    assert problems(replace(native, platform="web")) == {("redirect_uris[0]", "E-FIELD-09")}


@pytest.mark.parametrize(
    "name",
    ["", "x" * 101, " Orbit", "Orbit\n", "Or\x00bit", "Orbit\u202egnp", "\u200b", "Or\ud800bit", *sorted(RESERVED), "GRANTWAY", "Admin"],
)  # fmt: skip
def test_a_name_is_short_visible_and_not_one_of_the_servers_own_words(name: str) -> None:
    assert [field for field, _ in problems(replace(CONFIDENTIAL, name=name))] == ["name"]


@pytest.mark.parametrize(
    "name",
    [
        "Orbit",
        "Ærø Fragt & Søn",
        "運送",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "🚚 Lorry",
        "O'Brien <b>",
    ],
)
def test_names_of_all_scripts_are_taken(name: str) -> None:
    assert problems(replace(CONFIDENTIAL, name=name)) == set()


def test_a_retired_scope_stays_with_who_has_it() -> None:
    draft = replace(CONFIDENTIAL, scopes=("old",))
    assert problems(draft, before=replace(STORED, scopes=frozenset({"old"}))) == set()


def test_grant_types_follow_from_type_and_use() -> None:
    def given_types(draft: ApplicationDraft, before: Application | None = None) -> set[str]:
        return set(completed(draft, STANDARD, before).grant_types or ())

    assert given_types(CONFIDENTIAL) == given_types(PUBLIC) == {"authorization_code", "refresh_token"}
    assert (
        given_types(BACKEND) == given_types(replace(CONFIDENTIAL, redirect_uris=())) == {"client_credentials"}
    )


def test_signing_in_opens_an_application_only_under_a_preset_that_says_so() -> None:
    without = replace(CONFIDENTIAL, preset="nexus211", redirect_uris=())
    with_sign_in = replace(without, redirect_uris=(CALLBACK,))
    assert completed(without, WIDENING, None).audience == "own_organization"
    assert completed(with_sign_in, WIDENING, None).audience == "any_organization"
    assert completed(with_sign_in, STANDARD, None).audience == "own_organization"
    assert (
        completed(replace(with_sign_in, audience="own_organization"), WIDENING, None).audience
        == "own_organization"
    )


def test_what_a_preset_gives_is_allowed_under_it_and_nowhere_else() -> None:
    relaxed = Preset(
        "deeplynx",
        ApplicationSettings(
            dialects={
                "deeplynx": DialectSettings(
                    token_format="bare_jwt", access_token_algorithm="HS256", pkce="none"
                )
            }
        ),
    )
    draft = replace(CONFIDENTIAL, preset="deeplynx")
    assert problems(draft, relaxed) == set()
    whole = completed(draft, relaxed, None)
    assert (whole.pkce, whole.token_format, whole.access_token_algorithm) == ("required", "jwt", "ES256")
    elsewhere = replace(whole, preset="standard", dialects=("standard",))
    assert {field for field, _ in problems(elsewhere)} == {"dialect_settings"}
    at_the_root = replace(whole, pkce="none", token_format="bare_jwt", access_token_algorithm="HS256")
    assert {field for field, _ in problems(at_the_root, relaxed)} == {
        "token_format",
        "access_token_algorithm",
        "pkce",
    }
    public = completed(replace(draft, type="public"), relaxed, None)
    assert (public.pkce, public.refresh_policy) == ("required", "rotate")
    assert "pkce" not in (public.dialect_settings or {})["deeplynx"]


VALUES: dict[str, list[Any]] = {
    "name": ["Orbit", "", "admin"],
    "platform": ["web", "native", "desktop"],
    "redirect_uris": [(), (CALLBACK,), ("com.example.app:/x",), ("javascript:x",)],
    "post_logout_redirect_uris": [(), (CALLBACK,)],
    "origins": [(), ("https://app.example.test",), ("x",)],
    "grant_types": [
        ("client_credentials",),
        ("authorization_code",),
        ("authorization_code", "refresh_token"),
        (),
    ],
    "scopes": [(), ("read",), ("write",)],
    "pkce": ["required", "optional", "none"],
    "refresh_policy": ["rotate", "stable"],
    "token_format": ["jwt", "opaque", "bare_jwt"],
    "access_token_lifetime": [900, 0],
    "audience": ["own_organization", "any_organization", "nobody"],
}


@given(
    kind=st.sampled_from(["confidential", "public", "backend"]),
    before=st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}),
    changes=st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(values) for name, values in VALUES.items()}
    ),
)
def test_an_update_does_nothing_that_a_create_could_not(
    kind: str, before: dict[str, Any], changes: dict[str, Any]
) -> None:
    """V090, V091, V092: whatever was stored, whatever changes alone or together, the verdict is the record's."""
    base = ApplicationDraft(kind, "Orbit", notification_addresses=("dev@example.test",))
    blank = replace(STORED, type=kind)  # type: ignore[arg-type]
    stored = rewritten(blank, completed(replace(base, **before), STANDARD, None), now=1)
    updated = replace(draft_of(stored), **changes)
    created = replace(completed(replace(base, **(before | changes)), STANDARD, None))
    assert problems(updated, before=stored) == problems(created)


def test_a_host_match_survives_an_update_and_cannot_be_made_by_one() -> None:
    stored = replace(STORED, redirects=(Redirect("https://host.example.test", "host"),))
    draft = replace(
        draft_of(stored),
        redirect_uris=("https://host.example.test", CALLBACK),
        notification_addresses=("a@b.example",),
    )
    written = rewritten(stored, completed(draft, STANDARD, stored), now=1)
    assert written.redirects == (Redirect("https://host.example.test", "host"), Redirect(CALLBACK))
