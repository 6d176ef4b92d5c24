"""How clients say who they are: every registered kind, by every way of saying it, at every endpoint.

Libraries try one way first and the other after a 401 (x/oauth2 does, and remembers which). So a wrong way costs
nothing: it is answered with 401 and a challenge, spends no code and no refresh token, and the next try works.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias
from urllib.parse import quote_plus, urlencode

import falcon.testing
import pytest

from grantway.edges.dialects.standard import paths
from tests.abuse.story import Client, Story
from tests.kit.factories import CALLBACK
from tests.kit.world import VERIFIER

Ways: TypeAlias = Callable[[str, str], tuple[str | None, Mapping[str, str]]]
"""From client id and secret to an Authorization header and members of the body."""


def basic(name: str, secret: str) -> str:
    return "Basic " + b64encode(f"{quote_plus(name)}:{quote_plus(secret)}".encode()).decode()


WAYS: dict[str, Ways] = {
    "basic": lambda name, secret: (basic(name, secret), {}),
    "basic, and the id in the body": lambda name, secret: (basic(name, secret), {"client_id": name}),
    "basic, in capitals": lambda name, secret: (basic(name, secret).replace("Basic", "BASIC"), {}),
    "basic, a wrong secret": lambda name, _: (basic(name, "gws_wrong"), {}),
    "basic, no secret": lambda name, _: (basic(name, ""), {}),
    "basic, no secret, and the id": lambda name, _: (basic(name, ""), {"client_id": name}),
    "basic, no secret, and an empty one": lambda name, _: (basic(name, ""), {"client_secret": ""}),
    "basic, nobody": lambda *_: (basic("", ""), {}),
    "post": lambda name, secret: (None, {"client_id": name, "client_secret": secret}),
    "post, a wrong secret": lambda name, _: (None, {"client_id": name, "client_secret": "gws_wrong"}),
    "post, an empty secret": lambda name, _: (None, {"client_id": name, "client_secret": ""}),
    "the id alone": lambda name, _: (None, {"client_id": name}),
    "the secret alone": lambda _, secret: (None, {"client_secret": secret}),
    "nothing": lambda *_: (None, {}),
    "bearer": lambda *_: ("Bearer x", {}),
    "two at once": lambda name, secret: (basic(name, secret), {"client_id": name, "client_secret": secret}),
}
PROVEN = {"basic", "basic, and the id in the body", "basic, in capitals", "post"}
NAMED = {
    "basic, no secret",
    "basic, no secret, and the id",
    "basic, no secret, and an empty one",
    "post, an empty secret",
    "the id alone",
}
Kind: TypeAlias = Literal["confidential", "public"]
ENDPOINTS = ("authorization_code", "refresh_token", "client_credentials", "revoke", "introspect")


def _form(story: Story, client: Client, endpoint: str) -> tuple[str, dict[str, str]]:
    """A good request, but for who sends it."""
    if endpoint == "client_credentials":
        return paths.TOKEN, {"grant_type": endpoint}
    if endpoint == "authorization_code":
        code = story.code(client)
        bound = {"redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        return paths.TOKEN, {"grant_type": endpoint, "code": code, **bound}
    tokens = story.tokens(client)
    if endpoint == "refresh_token":
        return paths.TOKEN, {"grant_type": endpoint, "refresh_token": tokens["refresh_token"]}
    path = paths.REVOKE if endpoint == "revoke" else paths.INTROSPECT
    return path, {"token": tokens["access_token"]}


def _send(
    story: Story, client: Client, way: str, path: str, form: Mapping[str, str]
) -> falcon.testing.Result:
    authorization, members = WAYS[way](client.application.client_id, client.secret or "gws_some-secret")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if authorization is not None:
        headers["Authorization"] = authorization
    return story.world.client.simulate_post(path, body=urlencode({**form, **members}), headers=headers)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("kind", ["confidential", "public"])
def test_a_wrong_way_asks_for_another_and_spends_nothing(story: Story, kind: Kind, endpoint: str) -> None:
    """RFC 6749 §5.2, §2.3.1."""
    client = story.honest if kind == "confidential" else story.public
    fitting = PROVEN if kind == "confidential" else NAMED
    path, form = _form(story, client, endpoint)
    for way in WAYS:
        if way in fitting:
            continue
        answer = _send(story, client, way, path, form)
        if way == "two at once":
            assert (answer.status_code, answer.json["error"]) == (400, "invalid_request"), way
            continue
        assert (answer.status_code, answer.json["error"]) == (401, "invalid_client"), way
        assert answer.headers["www-authenticate"].startswith("Basic "), way
        assert answer.headers["cache-control"] == "no-store", way
    for way in sorted(fitting):
        answer = _send(story, client, way, path, form)
        if kind == "public" and endpoint == "client_credentials":
            assert (answer.status_code, answer.json["error"]) == (400, "unauthorized_client"), way
        elif kind == "public" and endpoint == "introspect":
            assert (answer.status_code, answer.json["error"]) == (401, "invalid_client"), way
        else:
            assert answer.status_code == 200, (way, answer.text)
        path, form = _form(story, client, endpoint)


def test_every_way_is_right_for_one_kind_or_for_none() -> None:
    assert not PROVEN & NAMED
    assert WAYS.keys() > PROVEN | NAMED
