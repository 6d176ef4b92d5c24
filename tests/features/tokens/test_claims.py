"""Claims about people, from what they told to what applications read: userinfo, ID tokens, introspection."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
import pytest

from grantway.core.claims import OF_PROFILES, OF_SCOPES, Address, StandardClaims
from grantway.core.identifiers import to_text
from grantway.core.model import Application
from grantway.core.secrets import decode
from grantway.edges.dialects.standard import paths
from tests.kit.factories import CALLBACK, Person
from tests.kit.world import World, authorization_request

PASSWORD_CLASS = "urn:grantway:acr:password"
TOLD = StandardClaims(
    middle_name="Ruth",
    nickname="Mari",
    preferred_username="mara.lindt",
    profile="https://mara.example/me",
    picture="https://mara.example/me.png",
    website="https://mara.example/",
    gender="female",
    birthdate="1985-07-21",
    zoneinfo="Europe/Berlin",
    phone_number="+49891234567",
    address=Address("Isarweg 7\nHof", "München", None, "80331", "Germany"),
)
EVERY = ("openid", "profile", "email", "address", "phone")


@dataclass
class Scene:
    """A person who told everything, and an application of theirs."""

    world: World
    mara: Person
    app: Application
    secret: str

    def tokens(self, **parameters: Any) -> dict[str, Any]:
        return self.world.authorize(self.app, self.mara, secret=self.secret, **parameters).tokens

    def told(self, tokens: dict[str, Any]) -> dict[str, Any]:
        answer = self.world.bearer(tokens["access_token"])
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def refusal(self, **parameters: str) -> dict[str, str]:
        """What the application is told after sign-in."""
        query = authorization_request(self.app, redirect_uri=CALLBACK) | parameters
        browser = self.world.browser()
        browser.sign_in(self.mara.email, self.mara.password)
        left = browser.visit(paths.AUTHORIZE + "?" + urlencode(query))
        assert left is not None, browser.page[:2000]
        return {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()}


def scene_of(world: World, scopes: tuple[str, ...] = EVERY, **settings: Any) -> Scene:
    acme = world.make.organization()
    mara = world.make.person(acme, given_name="Mara", claims=TOLD)
    app = world.make.application(acme, scopes=scopes, settings=settings)
    return Scene(world, mara, app, world.make.secret(app))


@pytest.fixture
def scene(world: World) -> Scene:
    return scene_of(world)


def read(id_token: str) -> dict[str, Any]:
    return msgspec.json.decode(decode(id_token.split(".")[1]), type=dict[str, Any])


def asking(**members: Any) -> str:
    return json.dumps(members)


@pytest.mark.parametrize("scope", ["profile", "email", "address", "phone"])
def test_userinfo_gives_what_each_scope_gives_and_no_more(scene: Scene, scope: str) -> None:
    told = scene.told(scene.tokens(scope=f"openid {scope}"))
    assert set(told) == {"sub", "org", *OF_SCOPES[scope]} - {"family_name", "locale"}
    assert told["sub"] == to_text(scene.mara.id)


def test_what_is_told_is_what_stands_in_the_profile(scene: Scene) -> None:
    told = scene.told(scene.tokens(scope=" ".join(EVERY)))
    for name in set(OF_PROFILES) - {"address"}:
        assert told[name] == getattr(TOLD, name)
    assert told["address"] == {
        "formatted": "Isarweg 7\nHof\n80331 München\nGermany",
        "street_address": "Isarweg 7\nHof",
        "locality": "München",
        "postal_code": "80331",
        "country": "Germany",
    }
    assert told["phone_number_verified"] is False
    assert told["updated_at"] == scene.mara.user.updated_at // 1_000_000


def test_a_token_in_the_body_is_as_good_as_in_the_header_and_two_are_refused(scene: Scene) -> None:
    token = scene.tokens(scope="openid profile")["access_token"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    post = scene.world.client.simulate_post
    in_body = post(paths.USERINFO, body=urlencode({"access_token": token}), headers=form)
    in_header = post(paths.USERINFO, headers={"Authorization": f"Bearer {token}"})
    got = scene.world.bearer(token)
    assert in_body.json == in_header.json == got.json
    twice = post(
        paths.USERINFO,
        body=urlencode({"access_token": token}),
        headers={**form, "Authorization": f"Bearer {token}"},
    )
    assert (twice.status_code, twice.json["error"]) == (400, "invalid_request")


def test_a_scope_of_an_api_with_the_name_of_one_of_ours_tells_nothing(world: World) -> None:
    """An API may have declared `phone` before there was ours: consents for it were for something else."""
    with world.store.begin() as tx:
        catalogue = tx.gate.catalogue()
        api = next(one for one in catalogue.apis.values() if one.builtin == "management")
        scope = catalogue.scopes["phone"]
        door = tx.organization(world.make.platform.id)
        assert door.delete_scope(scope.api_id, scope.id)
    world.make.scope(api, "phone", legs="any")
    world.product.poll()
    scene = scene_of(world)
    tokens = scene.tokens(scope="openid phone")
    assert "phone" in tokens["scope"]
    assert set(scene.told(tokens)) == {"sub", "org"}


# Claims asked for by name -----------------------------------------------------------------------------
def test_a_claim_asked_for_by_name_is_given_alone_and_goes_on_with_refreshing(scene: Scene) -> None:
    asked = asking(userinfo={"birthdate": None}, id_token={"email": {"essential": True}, "nonsense": None})
    tokens = scene.tokens(scope="openid", claims=asked)
    for _ in range(2):
        told = scene.told(tokens)
        assert (set(told), told["birthdate"]) == ({"sub", "org", "birthdate"}, "1985-07-21")
        claims = read(tokens["id_token"])
        assert claims["email"] == scene.mara.email
        assert not {"name", "birthdate", "email_verified"} & claims.keys()
        refreshed = scene.world.token(
            scene.app, scene.secret, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
        )
        assert refreshed.status_code == 200, refreshed.text
        tokens = refreshed.json
    narrower = scene.world.token(
        scene.app,
        scene.secret,
        grant_type="refresh_token",
        refresh_token=tokens["refresh_token"],
        scope="openid",
    )
    assert set(scene.told(narrower.json)) == {"sub", "org"}
    assert "email" not in read(narrower.json["id_token"])


def test_a_claim_of_a_scope_that_is_asked_for_too_takes_nothing_from_it(scene: Scene) -> None:
    told = scene.told(scene.tokens(scope="openid email", claims=asking(userinfo={"email": None})))
    assert {"email", "email_verified"} <= set(told)


def test_a_claim_whose_scope_the_application_does_not_have_is_left_out(world: World) -> None:
    scene = scene_of(world, scopes=("openid", "email"))
    asked = asking(userinfo={"phone_number": {"essential": True}, "email": None})
    tokens = scene.tokens(scope="openid", claims=asked)
    assert set(scene.told(tokens)) == {"sub", "org", "email"}
    assert "phone" not in tokens["scope"]


def test_without_openid_nothing_is_asked_by_name(world: World) -> None:
    api = world.make.api(None, "notes:read")
    scene = scene_of(world, scopes=("openid", "email", "notes:read"))
    assert api.state == "enabled"
    tokens = scene.tokens(scope="notes:read", claims=asking(userinfo={"email": None}))
    assert tokens["scope"] == "notes:read"


def test_the_person_reads_what_is_asked_for_by_name_and_silence_needs_it_allowed(scene: Scene) -> None:
    browser = scene.world.browser()
    browser.sign_in(scene.mara.email, scene.mara.password)
    query = authorization_request(scene.app, redirect_uri=CALLBACK, scope="openid")
    browser.visit(paths.AUTHORIZE + "?" + urlencode(query))
    assert browser.submit(("decision", "approve")) is not None
    silent = {**query, "prompt": "none", "claims": asking(id_token={"phone_number": None, "birthdate": None})}
    left = browser.visit(paths.AUTHORIZE + "?" + urlencode(silent))
    assert left is not None
    assert "error=consent_required" in left
    loud = {**query, "claims": silent["claims"]}
    assert browser.visit(paths.AUTHORIZE + "?" + urlencode(loud)) is None
    for words in (
        "See your phone number",
        "See your profile",
        "Details asked for",
        "Date of birth, Phone number",
    ):
        assert words in browser.page
    assert browser.submit(("decision", "approve")) is not None
    assert "code=" in (browser.visit(paths.AUTHORIZE + "?" + urlencode(silent)) or "")


@pytest.mark.parametrize("member", ["id_token", "userinfo"])
def test_nobody_but_the_named_person_is_told_of(scene: Scene, member: str) -> None:
    me, stranger = to_text(scene.mara.id), to_text(scene.mara.id + 1)
    scene.tokens(scope="openid", claims=asking(**{member: {"sub": {"value": me}}}))
    for wanted in ({"value": stranger}, {"values": [stranger, "nobody"]}):
        answer = scene.refusal(scope="openid", prompt="none", claims=asking(**{member: {"sub": wanted}}))
        assert answer["error"] == "login_required"
    both = asking(**{member: {"sub": {"values": [stranger, me]}}})
    assert "code" in scene.refusal(scope="openid", prompt="none", claims=both)


def test_what_is_not_the_parameter_is_refused_with_the_state(scene: Scene) -> None:
    answer = scene.refusal(scope="openid", claims="{")
    assert (answer["error"], answer["state"]) == ("invalid_request", "the-state-of-the-tests")


# How somebody signed in -------------------------------------------------------------------------------
def test_a_password_sign_in_is_told_in_every_place(scene: Scene) -> None:
    tokens = scene.tokens(scope="openid", acr_values="urn:other " + PASSWORD_CLASS)
    how = {"acr": PASSWORD_CLASS, "amr": ["pwd"]}
    asked = scene.world.client.simulate_post(
        paths.INTROSPECT,
        body=urlencode(
            {
                "token": tokens["access_token"],
                "client_id": scene.app.client_id,
                "client_secret": scene.secret,
            }
        ),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    for claims in (read(tokens["id_token"]), read(tokens["access_token"]), asked.json):
        assert {name: claims[name] for name in how} == how
        assert "auth_time" in claims


@pytest.mark.parametrize(
    ("acr", "error"),
    [
        ({"essential": True, "value": "urn:other"}, "unmet_authentication_requirements"),
        ({"essential": True, "values": ["urn:other", "phr"]}, "unmet_authentication_requirements"),
        ({"essential": True, "values": ["urn:other", PASSWORD_CLASS]}, None),
        ({"essential": True}, None),
        ({"value": "urn:other"}, None),
    ],
)
def test_a_class_that_is_essential_is_met_or_refused(scene: Scene, acr: Any, error: str | None) -> None:
    if error is None:
        tokens = scene.tokens(scope="openid", claims=asking(id_token={"acr": acr}))
        assert read(tokens["id_token"])["acr"] == PASSWORD_CLASS
    else:
        assert scene.refusal(scope="openid", claims=asking(id_token={"acr": acr}))["error"] == error


# Claims that ID tokens always carry --------------------------------------------------------------------
def test_an_application_may_have_claims_in_its_id_tokens(world: World) -> None:
    scene = scene_of(world, id_token_claims=("email", "preferred_username", "phone_number"))
    tokens = scene.tokens(scope="openid email profile")
    claims = read(tokens["id_token"])
    assert (claims["email"], claims["preferred_username"]) == (scene.mara.email, "mara.lindt")
    assert not {"phone_number", "name", "email_verified"} & claims.keys()
    refreshed = scene.world.token(
        scene.app, scene.secret, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )
    assert read(refreshed.json["id_token"])["email"] == scene.mara.email


def test_by_default_id_tokens_tell_nothing_of_the_person(scene: Scene) -> None:
    claims = read(scene.tokens(scope=" ".join(EVERY))["id_token"])
    assert not claims.keys() & {name for scope in EVERY[1:] for name in OF_SCOPES[scope]}


def test_the_metadata_names_what_is_built(world: World) -> None:
    document = world.client.simulate_get(paths.OPENID_CONFIGURATION).json
    assert document["claims_parameter_supported"] is True
    assert document["acr_values_supported"] == [PASSWORD_CLASS]
    every = {name for names in OF_SCOPES.values() for name in names}
    assert set(document["claims_supported"]) == every | {"acr", "amr", "auth_time"}
    assert {"address", "phone"} <= set(document["scopes_supported"])
    assert document["subject_types_supported"] == ["public"]
