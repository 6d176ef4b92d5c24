"""What one mount may do, another may not: looseness is in force where its wire is spoken and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import falcon.testing
import pytest

from grantway.core.identifiers import to_text
from grantway.core.mount_settings import DialectSettings
from grantway.core.service_accounts import GRANT_TYPE
from grantway.edges.dialects import ALL, PRESETS
from grantway.edges.web.dialect import Operation
from grantway.features.registry.mount_rules import EDITED_AT_DIALECTS, PKCE, TOKEN_FORMATS
from tests.abuse.speaker import Speaker, header_of, speaker
from tests.api.cast import Cast
from tests.api.registering import APPLICATIONS, CALLBACK, changed, made, refusals
from tests.dialects.deeplynx.guide import AUTHORIZE as DEEPLYNX_AUTHORIZE
from tests.kit.world import MOUNTS, World

SPOKEN = [
    one.name
    for one in ALL
    if f"{one.name}=" in MOUNTS
    and one.preset.settings.at(one.name).pkce == "none"
    and Operation.AUTHORIZE in {wire.operation for wire in one.routes}
]
"""Those that sign people in on pages and whose guides know no proof key."""


@pytest.mark.parametrize("preset", SPOKEN)
def test_adding_standard_carries_nothing_over(cast: Cast, preset: str) -> None:
    """What only the preset's wire makes up for stays at its mount, in the record and in what is served."""
    body = {
        "preset": preset,
        "type": "confidential",
        "name": "Orbit",
        "redirect_uris": [CALLBACK],
        "scopes": ["openid", "email"],
        "audience": "own_organization",
    }
    loose = made(cast, body)
    assert loose["dialects"] == [preset]
    assert loose["dialect_settings"][preset]["pkce"] == "none"
    both = changed(cast, loose, dialects=[preset, "standard"])
    assert both.status_code == 200, both.text
    strict = {
        "token_format": "jwt",
        "access_token_algorithm": "ES256",
        "access_token_lifetime": 900,
        "code_lifetime": 60,
        "client_may_choose_lifetime": False,
        "pkce": "required",
    }
    assert {name: both.json[name] for name in strict} == strict
    assert both.json["dialect_settings"] == loose["dialect_settings"]
    person = speaker(cast, both.json)
    bare = person.at("standard", code_challenge=None, code_challenge_method=None)
    assert (bare["error"], "code" in bare) == ("invalid_request", False)
    code = person.at("standard")["code"]
    assert person.redeem("standard", code, expires_in="3600").json["error_id"] == "E-GRANT-15"
    tokens = person.redeem("standard", code)
    assert tokens.status_code == 200, tokens.text
    assert (tokens.json["expires_in"], "id_token" in tokens.json) == (900, True)
    assert header_of(tokens.json["access_token"])["alg"] == "ES256"
    late = person.at("standard")["code"]
    cast.world.advance(61)
    assert person.redeem("standard", late).json["error_id"] == "E-GRANT-16"
    own = person.redeem(preset, person.at(preset)["code"])
    assert own.status_code == 200, own.text


def test_a_mount_of_its_own_keeps_what_its_preset_gives(cast: Cast) -> None:
    """Facts of the guide: ten minutes for a code, a bare token of eight hours, a lifetime that is asked for."""
    body = {
        "preset": "deeplynx",
        "type": "confidential",
        "name": "Orbit",
        "redirect_uris": [CALLBACK],
        "dialects": ["deeplynx", "standard"],
        "scopes": ["email"],
    }
    person = speaker(cast, made(cast, body))
    code = person.at("deeplynx")["code"]
    cast.world.advance(500)
    tokens = person.redeem("deeplynx", code)
    assert tokens.status_code == 200, tokens.text
    assert (tokens.json["expires_in"], header_of(tokens.json["access_token"])["alg"]) == (28_800, "HS256")
    assert cast.world.bearer(tokens.json["access_token"]).status_code == 401, "nothing of it at the root"


def test_a_mount_is_tightened_by_its_name_and_loosened_only_to_its_preset(cast: Cast) -> None:
    body = {
        "preset": "deeplynx",
        "type": "confidential",
        "name": "Orbit",
        "redirect_uris": [CALLBACK],
        "dialects": ["deeplynx", "standard"],
    }
    record = made(cast, body, dialect_settings={"deeplynx": {"access_token_lifetime": 600}})
    assert record["dialect_settings"]["deeplynx"]["access_token_lifetime"] == 600
    assert (record["access_token_lifetime"], record["dialect_settings"]["deeplynx"]["pkce"]) == (900, "none")
    tight = changed(cast, record, dialect_settings={"deeplynx": {"pkce": None, "code_lifetime": 30}})
    assert tight.status_code == 200, tight.text
    assert "pkce" not in tight.json["dialect_settings"]["deeplynx"], "as at the standard mount"
    assert tight.json["dialect_settings"]["deeplynx"]["access_token_lifetime"] == 600, (
        "what is not named stays"
    )
    assert tight.json["access_token_lifetime"] == 900
    person = speaker(cast, tight.json)
    refused = cast.world.client.simulate_get(
        DEEPLYNX_AUTHORIZE,
        params={"client_id": person.application.client_id, "redirect_uri": CALLBACK, "state": "s-1"},
    )
    assert refused.status_code == 400
    again = changed(cast, tight.json, dialect_settings={"deeplynx": {"pkce": "none", "code_lifetime": 600}})
    assert again.status_code == 200, again.text


IMPOSSIBLE: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"token_format": "bare_jwt"}, {"token_format": "E-FIELD-04"}),
    ({"access_token_algorithm": "HS256"}, {"access_token_algorithm": "E-FIELD-04"}),
    ({"id_token_algorithm": "HS256"}, {"id_token_algorithm": "E-FIELD-04"}),
    ({"pkce": "none"}, {"pkce": "E-FIELD-04"}),
    ({"code_lifetime": 600}, {"code_lifetime": "E-FIELD-24"}),
    (
        {"dialect_settings": {"deeplynx": {"token_format": None}}},
        {
            "dialect_settings.deeplynx.token_format": "E-FIELD-04",
            "dialect_settings.deeplynx.access_token_algorithm": "E-FIELD-04",
        },
    ),
    (
        {"dialect_settings": {"deeplynx": {"token_format": "opaque", "access_token_algorithm": "ES256"}}},
        {"dialect_settings.deeplynx.token_format": "E-FIELD-04"},
    ),
    (
        {"dialect_settings": {"deeplynx": {"access_token_algorithm": "EdDSA"}}},
        {"dialect_settings.deeplynx.access_token_algorithm": "E-FIELD-04"},
    ),
    (
        {"dialect_settings": {"deeplynx": {"code_lifetime": 601}}},
        {"dialect_settings.deeplynx.code_lifetime": "E-FIELD-24"},
    ),
    (
        {"dialect_settings": {"deeplynx": {"access_token_lifetime": 604_801}}},
        {"dialect_settings.deeplynx.access_token_lifetime": "E-FIELD-24"},
    ),
    ({"dialect_settings": {"nexus211": {"pkce": "none"}}}, {"dialect_settings": "E-FIELD-04"}),
    ({"dialect_settings": {"standard": {"pkce": "none"}}}, {"dialect_settings": "E-FIELD-04"}),
    ({"dialect_settings": {"<script>": {"pkce": "none"}}}, {"dialect_settings": "E-FIELD-04"}),
]


@pytest.mark.parametrize(("wish", "refused"), IMPOSSIBLE, ids=lambda value: json.dumps(value)[:60])
def test_what_a_mount_cannot_serve_is_refused_with_the_path_of_its_member(
    cast: Cast, wish: dict[str, Any], refused: dict[str, str]
) -> None:
    """At creation and at a change alike; nothing of it is stored and nothing of it is repeated."""
    body = {"preset": "deeplynx", "type": "confidential", "name": "Orbit", "redirect_uris": [CALLBACK]}
    record = made(cast, body, dialects=["deeplynx", "standard"])
    result = changed(cast, record, **wish)
    assert refusals(result) == refused
    assert "<script>" not in result.text
    assert refusals(cast.as_owner("POST", APPLICATIONS, body | wish)) == refused
    after = cast.as_owner("GET", f"{APPLICATIONS}/{record['id']}").json
    assert after == record


def test_a_public_application_proves_itself_at_every_mount(cast: Cast) -> None:
    """RFC 9700 §2.1.1: no mount gives a code to a client without a secret that shows no challenge."""
    for preset in SPOKEN:
        body = {"preset": preset, "type": "public", "name": "Orbit", "redirect_uris": [CALLBACK]}
        record = made(cast, body, dialects=[preset, "standard"])
        assert record["pkce"] == "required"
        assert "pkce" not in record["dialect_settings"][preset]
        for looser in ("none", "optional"):
            result = changed(cast, record, dialect_settings={preset: {"pkce": looser}})
            assert refusals(result) == {f"dialect_settings.{preset}.pkce": "E-FIELD-04"}


def test_no_preset_gives_the_standard_mount_what_it_does_not_offer_to_everybody() -> None:
    for preset in PRESETS:
        there = preset.settings.at("standard")
        assert there.token_format in TOKEN_FORMATS
        assert there.access_token_algorithm != "HS256"
        assert there.pkce in PKCE
        assert there.code_lifetime <= 60
        assert not there.client_may_choose_lifetime
        assert not there.several_audiences
        assert there.id_tokens
        assert set(preset.settings.dialects) <= {preset.name}
    for dialect in ALL:
        in_force = dialect.preset.settings.at(dialect.name)
        assert in_force.token_format in dialect.token_formats, "what its own mount gives, it reads"
        assert dialect.name == "standard" or dialect.token_formats == (in_force.token_format,)


FORMATS = ("jwt", "opaque", "bare_jwt")
SIGNED_BY = ("ES256", "EdDSA", "HS256")


def outcomes(person: Speaker, dialect: str, profile: str) -> Iterator[falcon.testing.Result]:
    """Every grant type that the mounts of a dialect serve."""
    machine = person.machine(dialect, profile)
    if machine is not None:
        yield machine
    given = person.at(dialect)
    if "code" in given:
        tokens = person.redeem(dialect, given["code"])
        yield tokens
        if "refresh_token" in tokens.json:
            form = {"grant_type": "refresh_token", "refresh_token": tokens.json["refresh_token"]}
            yield person.world.token(person.application, person.secret, **form)


@pytest.mark.parametrize("kind", ["confidential", "public"])
def test_whatever_is_stored_a_token_request_is_served_or_refused_with_a_reason(
    world: World, kind: Any
) -> None:
    """{dialect} x {format} x {algorithm} x {grant type}: settings of a time before they were judged, too."""
    acme = world.make.organization()
    dialects = {name: DialectSettings(pkce="none") for name in SPOKEN}
    application = world.make.application(
        acme,
        kind,
        scopes=("openid", "email"),
        redirects=(CALLBACK,),
        dialects=frozenset({"standard", *SPOKEN}),
    )
    grants = frozenset({"authorization_code", "refresh_token", "client_credentials", GRANT_TYPE})
    secret = None if kind == "public" else world.make.secret(application)
    profile = to_text(world.make.service_account(acme, application).id)
    who = world.make.person(acme)
    person = Speaker(world, application, secret, world.browser(), email=who.email, password=who.password)
    served, refused = set(), set()
    for form, access, identity in product(FORMATS, SIGNED_BY, ("RS256", "HS256")):
        values = {"token_format": form, "access_token_algorithm": access, "id_token_algorithm": identity}
        settings = application.settings.having(consent="platform", grant_types=grants, **values)
        world.make.change_application(application, settings=replace(settings, dialects=dialects))
        world.product.poll()
        # The guides of the others know no challenge, and a public application cannot be without.
        for dialect in ("standard", *SPOKEN) if kind == "confidential" else ("standard",):
            for result in outcomes(person, dialect, profile):
                assert result.status_code < 500, (dialect, values, result.text)
                if result.status_code == 200:
                    served.add((dialect, form))
                    continue
                reason = result.headers.get("error-id") or result.json.get("error_id", result.json.get("id"))
                assert str(reason).startswith("E-"), result.text
                refused.add((dialect, reason))
    assert {pair_ for pair_ in served if pair_[1] == "bare_jwt" and pair_[0] != "deeplynx"} == set()
    assert ("standard", "E-MOUNT-01") in refused
    assert {("standard", "jwt"), ("standard", "opaque")} <= served
    if kind == "confidential":
        assert {("deeplynx", "bare_jwt"), ("nexus211", "opaque")} <= served
        assert {("deeplynx", "E-MOUNT-01"), ("nexus211", "E-MOUNT-01")} <= refused


def test_what_one_mount_was_given_another_is_not_given_from_memory(world: World) -> None:
    """A decision about scopes is remembered for the mount whose settings it was made under."""
    acme = world.make.organization()
    world.make.api(None, "orders:read", identifier="https://orders.example.test")
    world.make.api(None, "ledgers:read", identifier="https://ledgers.example.test")
    several = {"nexus211": DialectSettings(token_format="opaque", several_audiences=True)}
    application = world.make.application(
        acme,
        scopes=("orders:read", "ledgers:read"),
        redirects=(CALLBACK,),
        dialects=frozenset({"standard", "nexus211"}),
    )
    grants = frozenset({"client_credentials", GRANT_TYPE})
    settings = replace(application.settings, grant_types=grants, dialects=several)
    world.make.change_application(application, settings=settings)
    secret = world.make.secret(application)
    account = world.make.service_account(acme, application)
    world.product.poll()
    form = {"grant_type": GRANT_TYPE, "service_account": to_text(account.id)}
    who = world.make.person(acme)
    person = Speaker(world, application, secret, world.browser(), email=who.email, password=who.password)
    for _ in range(2):
        there = person.machine("nexus211", to_text(account.id))
        assert there is not None
        assert there.status_code == 200, there.text
        here = world.token(application, secret, **form)
        assert (here.status_code, here.json["error"]) == (400, "invalid_scope"), here.text


def test_every_member_that_a_dialect_may_have_is_in_its_form_and_no_other() -> None:
    from grantway.edges.web.records.dialect_settings import DialectSettingsForm

    assert set(DialectSettingsForm.__struct_fields__) == set(EDITED_AT_DIALECTS)
