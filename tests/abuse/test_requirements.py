"""What is required of a server of our kind and has no attack of its own, over HTTP."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey

from grantway.core.identifiers import to_text
from tests.abuse.speaker import header_of
from tests.abuse.story import SCOPE, Story, error, variants
from tests.api.cast import Cast
from tests.api.registering import APPLICATIONS, CALLBACK, pair, refusals
from tests.features.authorize.remembered import signed


def claims_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


# Registration ------------------------------------------------------------------------------------------
def test_the_type_of_an_application_is_stored_and_decides(cast: Cast) -> None:
    """C032, C034: a backend has nothing of a browser's, and who signs people in has an address to send them to."""
    backend = {"type": "backend", "name": "Night job"}
    stored = cast.as_owner("POST", APPLICATIONS, backend)
    assert (stored.status_code, stored.json["type"], stored.json["redirect_uris"]) == (201, "backend", [])
    assert stored.json["grant_types"] == ["client_credentials"]
    addressed = cast.as_owner("POST", APPLICATIONS, backend | {"redirect_uris": [CALLBACK]})
    assert refusals(addressed) == {"redirect_uris": "E-FIELD-03"}
    unaddressed = {"type": "confidential", "name": "Orbit", "grant_types": ["authorization_code"]}
    assert refusals(cast.as_owner("POST", APPLICATIONS, unaddressed)) == {"redirect_uris": "E-FIELD-01"}
    place = f"{APPLICATIONS}/{stored.json['id']}"
    turned = cast.as_owner("PATCH", place, {"type": "public"}, If_Match='"1"')
    assert turned.status_code == 422


def test_a_public_application_has_no_secret(cast: Cast) -> None:
    """C033: none can be made for it, and it is served without."""
    body = {"type": "public", "name": "Orbit", "redirect_uris": [CALLBACK]}
    made = cast.as_owner("POST", APPLICATIONS, body)
    assert made.status_code == 201, made.text
    secret = cast.as_owner("POST", f"{APPLICATIONS}/{made.json['id']}/secrets", {})
    assert secret.status_code in {403, 409, 422}, secret.text
    assert "secret" not in secret.json


def test_a_secret_counts_only_while_it_is_between_this_server_and_whoever_was_given_it(cast: Cast) -> None:
    """C048: it is made here, told once to one who may have it and kept by no cache; found elsewhere, it ends."""
    body = {"type": "backend", "name": "Night job", "scopes": ["applications:read"]}
    for chosen in ("secret", "client_secret"):
        assert cast.as_owner("POST", APPLICATIONS, body | {chosen: "gws_" + "x" * 43}).status_code == 400
    record = cast.as_owner("POST", APPLICATIONS, body).json
    place = f"{APPLICATIONS}/{record['id']}/secrets"
    assert refusals(cast.as_owner("POST", place, {"secret": "gws_" + "x" * 43})) == {"secret": "E-FIELD-06"}
    member = cast.call(cast.caller("member"), "POST", place.replace("{own}", to_text(cast.own.id)), {})
    assert (member.status_code, "secret" in member.json) == (403, False)
    told = cast.as_owner("POST", place, {})
    assert (told.status_code, told.headers["cache-control"]) == (201, "no-store")
    application, secret = pair(cast, record)
    assert {told.json["secret"], secret} & {str(cast.as_owner("GET", place).json)} == set()
    cast.world.product.poll()
    form = {"grant_type": "client_credentials"}
    for text in (told.json["secret"], secret):
        assert cast.world.token(application, text, **form).status_code == 200
    assert cast.as_owner("POST", "/leaked-secrets", {"secret": secret}).status_code == 200
    cast.world.product.poll()
    assert cast.world.token(application, secret, **form).status_code == 401
    assert cast.world.token(application, told.json["secret"], **form).status_code == 200


# Authorization -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("wanted", ["token", "id_token", "code token", "code id_token", "none", "CODE"])
def test_only_the_code_exists(story: Story, wanted: str) -> None:
    """C069: no answer of the authorization endpoint carries a token."""
    answer = story.answer(story.honest, response_type=wanted)
    assert answer["error"] == "unsupported_response_type"
    assert answer.keys() <= {"error", "error_description", "state", "iss"}


def test_with_several_addresses_the_request_names_one(story: Story) -> None:
    """C070: nothing is chosen for it, and nothing is sent anywhere."""
    two = story.client(story.acme, redirects=(CALLBACK, CALLBACK + "/two"))
    browser = story.world.browser()
    assert browser.visit(story.request(two, redirect_uri="")) is None
    assert (browser.status, browser.left) == (400, None)


def test_a_long_nonce_comes_back_whole(story: Story) -> None:
    """C087: 64 characters and more."""
    for length in (64, 255):
        nonce = ("aB3-" * 64)[:length]
        tokens = story.tokens(story.honest, nonce=nonce)
        assert claims_of(tokens["id_token"])["nonce"] == nonce


def test_leaving_the_scope_out_gives_what_fits_and_says_so(story: Story) -> None:
    """C085: the answer tells what was given: what the application has, as far as it fits the legs."""
    tokens = story.tokens(story.honest, scope="")
    given = set(tokens["scope"].split(" "))
    assert given <= story.honest.application.scopes
    assert "openid" in given


def test_a_hint_is_ours_and_about_the_person_who_is_there(story: Story) -> None:
    """C172: the key that signs is the issuer's own, and what it signs names this issuer and this person."""
    world, browser = story.world, story.world.browser()
    client = story.client(story.acme, settings={"id_token_algorithm": "ES256"})
    code = story.answer(client, None, browser)["code"]
    genuine = story.redeem(client, code).json["id_token"]
    ours = world.services.keyring.signing_key("standard", header_of(genuine)["alg"])
    claims = claims_of(genuine)
    theirs = ECKey.generate_key("P-256", private=True)

    def answered(changes: dict[str, Any], key: Any = ours.jwk) -> dict[str, str]:
        hint = signed(header_of(genuine), claims | changes, key, ours.record.algorithm)
        left = browser.visit(story.request(client, prompt="none", id_token_hint=hint)) or ""
        return {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()}

    assert "code" in answered({})
    for changes in ({"iss": "https://evil.test"}, {"iss": world.issuer + "/d/nexus211"}, {"iss": None}):
        assert answered(changes)["error"] == "invalid_request", changes
    assert answered({"aud": story.rival.application.client_id})["error"] == "invalid_request"
    assert answered({"sub": to_text(story.stranger.id)})["error"] == "login_required"
    assert answered({}, theirs)["error"] == "invalid_request"


# Tokens ------------------------------------------------------------------------------------------------
def test_lives_are_short_unless_somebody_says_otherwise(story: Story) -> None:
    """C118, C059: a quarter of an hour for an access token; whoever has no secret rotates its refresh tokens."""
    tokens = story.tokens(story.public, scope=SCOPE + " offline_access")
    assert tokens["expires_in"] <= 900
    again = story.refresh(story.public, tokens["refresh_token"])
    assert again.json["refresh_token"] != tokens["refresh_token"]


def test_public_applications_cannot_keep_one_refresh_token(cast: Cast) -> None:
    """C132: rotation is not theirs to switch off."""
    body = {"type": "public", "name": "Orbit", "redirect_uris": [CALLBACK], "refresh_policy": "stable"}
    assert refusals(cast.as_owner("POST", APPLICATIONS, body)) == {"refresh_policy": "E-FIELD-04"}


def test_who_may_not_refresh_is_given_nothing_to_refresh_with(story: Story) -> None:
    """C129: policy of the application, whatever scope it asks for."""
    once = story.client(story.acme, settings={"grant_types": frozenset({"authorization_code"})})
    tokens = story.tokens(once, scope=SCOPE + " offline_access")
    assert "refresh_token" not in tokens


def test_the_text_of_a_refresh_token_cannot_be_changed(story: Story) -> None:
    """C134: another grant, generation or application in it, or any sign of it, is nothing."""
    text = str(story.tokens(story.honest)["refresh_token"])
    head = text[:4]
    grant, generation, application, mac = text[4:].split(".")
    forged = [
        f"{head}{grant}.{int(generation) + 1}.{application}.{mac}",
        f"{head}{grant}.{generation}.{application[:-1]}.{mac}",
        f"{head}{grant[:-1]}.{generation}.{application}.{mac}",
        *variants(text, 30),
    ]
    for one in forged:
        assert error(story.refresh(story.honest, one)) == (400, "invalid_grant"), one
    assert story.refresh(story.honest, text).status_code == 200, "and none of it used the true one up"


def test_a_refresh_needs_a_grant_that_is_alive(story: Story) -> None:
    """C136: revoked by an access token of the same family, the refresh token is dead as well."""
    tokens = story.tokens(story.honest)
    assert story.revoke(story.honest, tokens["access_token"]).status_code == 200
    assert error(story.refresh(story.honest, tokens["refresh_token"])) == (400, "invalid_grant")


def test_without_its_secret_a_confidential_application_is_nobody(story: Story) -> None:
    """C049: at token, introspection and revocation."""
    tokens = story.tokens(story.honest)
    bare = type(story.honest)(story.honest.application, None)
    assert error(story.refresh(bare, tokens["refresh_token"])) == (401, "invalid_client")
    for path in ("/oauth/introspect", "/oauth/revoke"):
        assert story.post(path, bare, token=tokens["access_token"]).status_code == 401, path
    assert story.is_alive(tokens["access_token"])


def test_keys_are_of_a_sufficient_size(story: Story) -> None:
    """C126, C128: RSA of 2048 bits at least, curves of 256; each published key has a name of its own, and a use."""
    metadata = story.world.client.simulate_get("/.well-known/openid-configuration").json
    keys = story.world.client.simulate_get(metadata["jwks_uri"].removeprefix(story.world.issuer)).json["keys"]
    assert {one["kty"] for one in keys} == {"RSA", "EC", "OKP"}
    for one in keys:
        if one["kty"] == "RSA":
            assert len(base64.urlsafe_b64decode(one["n"] + "==")) * 8 >= 2_048
        else:
            assert one["crv"] in {"P-256", "Ed25519"}
        assert not {"d", "p", "q", "k"} & one.keys(), "nothing private"
    assert len({one["kid"] for one in keys}) == len(keys)


def test_an_access_token_follows_the_published_profile(story: Story) -> None:
    """C124: RFC 9068: its type, and every claim that it demands."""
    token = story.machine(story.honest)
    header, claims = header_of(token), claims_of(token)
    assert (header["typ"], header["alg"]) == ("at+jwt", "ES256")
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope"} <= claims.keys()
    assert (claims["iss"], claims["aud"]) == (story.world.issuer, "https://orders.example.test")


def test_who_gets_the_users_identifier_asked_for_it(story: Story) -> None:
    """C180: an ID token and userinfo for `openid`, and neither without."""
    with_it = story.tokens(story.honest)
    without = story.tokens(story.honest, scope="orders:read")
    assert "id_token" in with_it
    assert "id_token" not in without
    assert story.world.bearer(without["access_token"]).status_code == 403


def test_text_of_every_script_is_utf8(story: Story) -> None:
    """C171: in the claims of a person, in an error and in a form."""
    person = story.world.make.person(story.acme, name="Ørsted 李 Ñandú")
    token = story.tokens(story.honest, person, scope="openid profile")["access_token"]
    answer = story.world.bearer(token)
    assert json.loads(answer.content.decode("utf-8"))["name"] == "Ørsted 李 Ñandú"


# People ------------------------------------------------------------------------------------------------
def test_people_read_what_happens_with_their_account_and_end_it(story: Story) -> None:
    """C182: who tried, where they are signed in, what acts for them, and what an admin took back."""
    scopes = ("consents:read", "consents:write")
    admin = story.client(story.acme, "backend", scopes=scopes)
    elsewhere, browser = story.world.browser(), story.world.browser()
    elsewhere.sign_in(story.person.email, "not the password")
    token = story.tokens(story.foreign)["access_token"]
    browser.sign_in(story.person.email, story.person.password)
    for said in ("Recent sign-ins", "Wrong password", "Signed in", "Where you are signed in"):
        assert said in browser.page, said
    assert any("session" in form.fields for form in browser.forms), "and can be signed out there"
    browser.visit("/applications")
    assert story.foreign.application.name in browser.page
    assert "Withdrawn by admins" not in browser.page
    headers = {"Authorization": f"Bearer {story.machine(admin, ' '.join(scopes))}"}
    place = f"/api/v1/organizations/{to_text(story.acme.id)}/consents"
    (consent,) = story.world.client.simulate_get(place, headers=headers).json["items"]
    ended = story.world.client.simulate_delete(f"{place}/{consent['id']}", headers=headers)
    assert ended.status_code in {200, 204}, ended.text
    assert not story.is_alive(token)
    browser.visit("/applications")
    assert "Withdrawn by admins" in browser.page
