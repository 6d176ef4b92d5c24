"""The registry gives one verdict on every way to a field, to everybody in their own organization only."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from grantway.core.errors import FIELD_IMMUTABLE, FIELD_UNKNOWN_MEMBER
from grantway.edges.web.operations import Operation
from grantway.edges.web.records import operations
from grantway.features.fields import RESERVED
from tests.abuse.parameters import APPLICATIONS, GOOD, made
from tests.api.cast import Cast
from tests.api.matrix import BODIES
from tests.api.test_isolation import everything
from tests.kit.counts import count

BAD: dict[str, tuple[Any, ...]] = {
    "name": ("", "admin", "x" * 101, "a\u202eb", " x", "two\nlines"),
    "platform": ("mobile", ""),
    "dialects": ([], ["deeplynx"], ["standard", "standard"]),
    "description": ("x" * 2_001, "a\u202eb"),
    "base_url": ("javascript:alert(1)", "http://app.example.test", "https://u@app.example.test"),
    "logo_url": ("data:image/svg+xml,<svg/>", "//app.example.test/x.png"),
    "owner_email": ("nobody", "a@b", "a b@c.example"),
    "notification_addresses": (["nobody"], ["a@b.example", "a@b.example"]),
    "audience": ("everybody",),
    "audience_organizations": (["3xKnown9"],),
    "redirect_uris": (
        ["javascript:alert(1)"],
        ["http://app.example.test/x"],
        ["https://*.example.test/x"],
        ["x" * 9],
    ),
    "post_logout_redirect_uris": (["data:text/html,x"], ["https://app.example.test/#x"]),
    "origins": (["https://app.example.test/"], ["*"], ["null"]),
    "scopes": (["no:such"], ["openid", "openid"], ["openid email"]),
    "grant_types": ([], ["implicit"], ["password"], ["urn:example:grant-type:nobody"]),
    "token_format": ("plain", "bare_jwt"),
    "access_token_algorithm": ("none", "HS256"),
    "id_token_algorithm": ("none", "HS256"),
    "access_token_lifetime": (0, -1, 10**9),
    "refresh_token_lifetime": (0, 10**10),
    "refresh_token_idle_lifetime": (0, 10**10),
    "refresh_policy": ("never",),
    "pkce": ("off", "plain"),
    "consent": ("never",),
    "state": ("deletion_scheduled", "deleted", ""),
}
BAD_FOR: dict[str, dict[str, tuple[Any, ...]]] = {
    "confidential": {},
    "public": {
        "pkce": ("optional",),
        "refresh_policy": ("stable",),
        "grant_types": (["client_credentials"],),
    },
    "backend": {"redirect_uris": (["https://a.example/x"],), "grant_types": (["authorization_code"],)},
}
NULLABLE = {"base_url", "logo_url", "owner_email", "session_minutes", "minutes_per_day"}
FIXED = (
    "id",
    "organization_id",
    "client_id",
    "creator_id",
    "created_at",
    "updated_at",
    "version",
    "purge_at",
)
NEVER = (
    *("email_verified", "email_verified_at", "password", "phc", "epoch", "role_override", "is_operator"),
    *("kind",),
    *("organization", "user", "secret", "digest", "pepper_id", "hint", "audience_effective"),
    *("effective_audience",),
    *("publication", "builtin", "credentials", "client_secret", "owner", "owner_id", "tenant", "__class__"),
    *("activation_link",),
)
SERVERS_OWN = frozenset(FIXED) | frozenset(NEVER)
MEANT = {
    "createSecret": {"organization"},
    "reportLeakedSecret": {"secret"},
    "createInstallation": {"client_id"},
    "requestInstallation": {"client_id"},
    "createLaunch": {"client_id"},
    "createAccessKey": {"client_id"},
    "createVoucher": {"client_id"},
    "createPlatformVoucher": {"client_id"},
    "createLimit": {"organization_id"},
}
"""The forms that name something else by such a word, not what they write."""


def verdict(result: Any, field: str) -> set[tuple[str, str]]:
    """What was said about one field."""
    assert result.status_code == 422, result.text
    found = {(one["field"], one["id"]) for one in result.json["errors"]}
    return {one for one in found if one[0].partition("[")[0] == field}


def bad_values(kind: str) -> list[tuple[str, Any]]:
    """Every field with every value that it may not have."""
    table = {name: BAD[name][: count(1, 99)] + BAD_FOR[kind].get(name, ()) for name in BAD}
    return [(name, value) for name, values in table.items() for value in values]


@pytest.mark.parametrize("kind", list(GOOD))
def test_a_value_is_refused_alike_on_every_way(cast: Cast, kind: str) -> None:
    """V090, V091, V092: on create, on update, on update of a disabled one, and together with enabling it."""
    place, before = made(cast, kind)
    off, _ = made(cast, kind, state="disabled")
    for name, value in bad_values(kind):
        draft = {"type": kind, "name": "Orbit"} | GOOD[kind] | {name: value}
        created = verdict(cast.as_owner("POST", APPLICATIONS, draft), name)
        assert created, (name, value)
        assert verdict(cast.as_owner("PATCH", place, {name: value}, If_Match='"1"'), name) == created
        assert verdict(cast.as_owner("PATCH", off, {name: value}, If_Match='"1"'), name) == created
        if name != "state":
            enabling = {name: value, "state": "enabled"}
            assert verdict(cast.as_owner("PATCH", off, enabling, If_Match='"1"'), name) == created
    assert cast.as_owner("GET", place).json == before


def test_fields_are_judged_together_as_they_are_alone(cast: Cast) -> None:
    """V091: one bad field hides no other, and nothing of the request is done."""
    place, before = made(cast)
    for turn in range(max(map(len, BAD.values()))):
        changes = {name: values[turn % len(values)] for name, values in BAD.items()}
        result = cast.as_owner("PATCH", place, changes, If_Match='"1"')
        for name in BAD:
            assert verdict(result, name), name
    assert cast.as_owner("GET", place).json == before


@pytest.mark.parametrize("kind", list(GOOD))
def test_a_field_left_out_is_the_default_that_is_shown(cast: Cast, kind: str) -> None:
    """V092: absent, and written out as the answer shows it, make the same record; null is a value like others."""
    _, absent = made(cast, kind)
    accepted = set(operations_named("createApplication").request.__struct_fields__)  # type: ignore[union-attr]
    whole = {name: value for name, value in absent.items() if name in accepted}
    _, written = made(cast, kind, **whole)
    differing = {name for name in absent if absent[name] != written[name]}
    assert differing <= {"id", "client_id", "created_at", "updated_at"}
    place, before = made(cast, kind)
    for name in accepted - NULLABLE - {"type", "preset"}:
        for result in (
            cast.as_owner("POST", APPLICATIONS, {"type": kind, "name": "Orbit"} | GOOD[kind] | {name: None}),
            cast.as_owner("PATCH", place, {name: None}, If_Match='"1"'),
        ):
            assert verdict(result, name), name
    assert cast.as_owner("GET", place).json == before


@pytest.mark.parametrize("kind", list(GOOD))
def test_nothing_changed_changes_nothing(cast: Cast, kind: str) -> None:
    """V092: an empty change, and one that says what is there already, drop no check and no field."""
    place, before = made(cast, kind)
    fields = set(operations_named("updateApplication").request.__struct_fields__)  # type: ignore[union-attr]
    for version, changes in enumerate(({}, {name: before[name] for name in fields & before.keys()}), 1):
        result = cast.as_owner("PATCH", place, changes, If_Match=f'"{version}"')
        assert result.status_code == 200
        same = {name for name in before if result.json[name] == before[name]}
        assert before.keys() - same <= {"version", "updated_at"}


def operations_named(name: str) -> Operation:
    return next(one for one in operations.ALL if one.id == name)


def writes() -> list[Operation]:
    return [one for one in operations.ALL if one.request is not None]


def test_what_is_fixed_is_fixed_for_everybody(cast: Cast) -> None:
    """V098, V152, V093: every write operation, by operators too, with every member that is not the caller's."""
    tried = 0
    own = cast.records(cast.own)
    cast.caller("operator")
    before = everything(cast)
    for operation in writes():
        request: Any = operation.request
        answered = msgspec.structs.fields(operation.answer) if operation.answer is not None else ()
        members = {one.encode_name for one in answered} | set(FIXED) | set(NEVER)
        ids = dict(own.ids)
        if "scope_id" in operation.parameters or operation.id == "createScope":
            ids["api_id"] = ids["scoped_api_id"]
        for member in sorted(members - set(request.__struct_fields__)):
            for value in ("3xKnown9", True, None, 7)[: count(2, 4)]:
                body = BODIES[operation.id] | {member: value}
                result = cast.as_operator(
                    operation.method, operation.path.format(**ids), body, If_Match='"1"'
                )
                said = {one["id"] for one in result.json["errors"]}
                assert said <= {FIELD_IMMUTABLE.id, FIELD_UNKNOWN_MEMBER.id}, (operation.id, member)
                status = 400 if FIELD_UNKNOWN_MEMBER.id in said else 422
                assert result.status_code == status, (operation.id, member, result.text)
                tried += 1
    assert everything(cast) == before
    assert tried > 500


def test_no_form_takes_what_the_server_alone_decides() -> None:
    """V152, V098: that an address is verified, a password, an epoch, what was judged: nobody writes it, wherever."""
    for operation in writes():
        request: Any = operation.request
        taken = {one.encode_name for one in msgspec.structs.fields(request)}
        assert not taken & (SERVERS_OWN - MEANT.get(operation.id, set())), operation.id


def test_kind_and_preset_of_an_application_stay(cast: Cast) -> None:
    """V090, V098: so no rule can be judged by a kind that the record no longer has."""
    for kind in GOOD:
        place, before = made(cast, kind)
        for changes in ({"type": "backend"}, {"type": "public"}, {"preset": "nexus211"}, {"type": kind}):
            result = cast.as_owner("PATCH", place, {"name": "Else"} | changes, If_Match='"1"')
            assert result.status_code == 422
        assert cast.as_owner("GET", place).json == before


def test_reserved_words_are_nobodys_names(cast: Cast) -> None:
    """V097: in every letter case; and every list can still be read afterwards."""
    own = cast.records(cast.own)
    api = f"/organizations/{{own}}/apis/{own.ids['scoped_api_id']}"
    for number, word in enumerate(sorted(RESERVED)):
        for spelt in {word, word.upper(), word.title()} if number % count(4, 1) == 0 else {word}:
            attempts = [
                ("POST", "/organizations", {"name": spelt}, "name"),
                ("POST", APPLICATIONS, {"type": "backend", "name": spelt}, "name"),
                (
                    "POST",
                    "/organizations/{own}/apis",
                    {"identifier": "https://x.example", "name": spelt},
                    "name",
                ),
                ("POST", api + "/scopes", {"value": spelt, "text": "Text"}, "value"),
            ]
            if spelt == spelt.lower() and "_" not in spelt:
                attempts.append(("POST", "/organizations", {"name": "Fine", "slug": spelt}, "slug"))
            for method, path, body, field in attempts:
                assert verdict(cast.as_operator(method, path, body), field), (path, spelt)
    for path in ("/organizations", APPLICATIONS, "/organizations/{own}/apis", api + "/scopes", "/scopes"):
        assert cast.as_operator("GET", path).status_code == 200
