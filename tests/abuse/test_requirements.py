"""What is required of a server of our kind and has no attack of its own, over HTTP."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.abuse.speaker import header_of
from tests.abuse.story import SCOPE, Story, error, variants
from tests.api.cast import Cast
from tests.api.registering import APPLICATIONS, CALLBACK, refusals


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
