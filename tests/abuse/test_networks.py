"""An application that may be used from some addresses only: at every use, and nobody can claim one (G12)."""

from __future__ import annotations

from base64 import b64encode
from contextlib import closing
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from grantway.core.errors import OAuthError
from grantway.edges.dialects.standard import paths
from grantway.features.standing import check_address
from tests.abuse import raw
from tests.abuse.parameters import FORM
from tests.abuse.story import Client, Story, credentials
from tests.kit.factories import CALLBACK
from tests.kit.world import VERIFIER, World, settings_of

INSIDE, OUTSIDE, PROXY = "192.0.2.7", "198.51.100.7", "10.1.2.3"
NETWORKS = ("192.0.2.0/24", "2001:db8::/32")
OPENING = [
    ("x-forwarded-for", INSIDE),
    ("x_forwarded_for", INSIDE),
    ("forwarded", f"for={INSIDE}"),
    ("x-real-ip", INSIDE),
    ("x-client-ip", INSIDE),
    ("true-client-ip", INSIDE),
    ("cf-connecting-ip", INSIDE),
    ("remote-addr", INSIDE),
    ("via", INSIDE),
]
"""What somebody outside would like to be believed."""


def limited(story: Story, type: Any = "confidential") -> Client:  # noqa: A002
    scopes = ("openid", "email", "orders:read", "applications:read")
    return story.client(story.acme, type, scopes=scopes, settings={"networks": NETWORKS})


def ask_token(
    world: World, client: Client, peer: str, form: dict[str, str], headers: raw.HeaderLines = ()
) -> raw.Answer:
    body = urlencode({**form, **credentials(client)}).encode()
    return raw.ask(world, "POST", paths.TOKEN, [FORM, *headers], body, peer=peer)


def use(world: World, path: str, token: str, peer: str, headers: raw.HeaderLines = ()) -> raw.Answer:
    return raw.ask(world, "GET", path, [("authorization", f"Bearer {token}"), *headers], peer=peer)


def refused(answer: raw.Answer) -> bool:
    if answer.status != 403:
        return False
    assert answer.json["error_id"] == "E-NETWORK-01"
    assert OUTSIDE not in answer.text
    assert "192.0.2" not in answer.text
    return True


def test_every_grant_is_given_inside_and_refused_outside(story: Story) -> None:
    """G12, B40: code, refresh and client credentials; a refusal spends nothing."""
    client = limited(story)
    code = story.code(client)
    exchange = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    assert refused(ask_token(story.world, client, OUTSIDE, exchange))
    tokens = ask_token(story.world, client, INSIDE, exchange).json
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert refused(ask_token(story.world, client, OUTSIDE, refresh))
    assert ask_token(story.world, client, "2001:db8::7", refresh).status == 200
    machine = {"grant_type": "client_credentials", "scope": "orders:read"}
    assert refused(ask_token(story.world, client, OUTSIDE, machine))
    assert refused(ask_token(story.world, client, "::ffff:198.51.100.7", machine))
    assert ask_token(story.world, client, INSIDE, machine).status == 200
    assert ask_token(story.world, client, "::ffff:192.0.2.7", machine).status == 200


def test_a_token_is_taken_inside_and_refused_outside(story: Story) -> None:
    """G12: userinfo and the management API; whoever finds the token elsewhere can do nothing with it."""
    client = limited(story)
    # From the tests' own address nothing is allowed, so the grant is made inside.
    exchange = {"grant_type": "authorization_code", "code": story.code(client), "redirect_uri": CALLBACK}
    tokens = ask_token(story.world, client, INSIDE, exchange | {"code_verifier": VERIFIER}).json
    machine = {"grant_type": "client_credentials", "scope": "applications:read"}
    managing = ask_token(story.world, client, INSIDE, machine).json["access_token"]
    for path, token in ((paths.USERINFO, tokens["access_token"]), ("/api/v1/me", managing)):
        assert use(story.world, path, token, INSIDE).status == 200
        answer = use(story.world, path, token, OUTSIDE)
        assert refused(answer)
        assert "error=" not in answer.header("www-authenticate")
    for path in (paths.INTROSPECT, paths.REVOKE):
        body = urlencode({"token": managing, **credentials(client)}).encode()
        assert refused(raw.ask(story.world, "POST", path, [FORM], body, peer=OUTSIDE))
    assert use(story.world, "/api/v1/me", managing, INSIDE).status == 200


def test_only_who_has_the_secret_learns_that_the_address_is_wrong(story: Story) -> None:
    """To everybody else the application answers as from anywhere."""
    client = limited(story)
    stranger = Client(client.application, "gws_" + "A" * 43)
    answer = ask_token(story.world, stranger, OUTSIDE, {"grant_type": "client_credentials"})
    assert (answer.status, answer.json["error_id"]) == (401, "E-CLIENT-01")


def test_nobody_outside_claims_an_address_inside(story: Story) -> None:
    """V081, V126, E21: without a declared proxy no header says where a request came from."""
    client = limited(story)
    machine = {"grant_type": "client_credentials", "scope": "orders:read"}
    for header in OPENING:
        assert refused(ask_token(story.world, client, OUTSIDE, machine, [header])), header
    assert refused(ask_token(story.world, client, OUTSIDE, machine, OPENING))
    assert ask_token(story.world, client, INSIDE, machine, [("x-forwarded-for", OUTSIDE)]).status == 200


def test_behind_a_declared_proxy_its_word_counts_and_what_came_before_it_does_not(store_url: str) -> None:
    """C015, V081: the last hop that is not ours is who asks."""
    machine = {"grant_type": "client_credentials", "scope": "orders:read"}
    with closing(World(settings_of(store_url, trusted_proxies="10.1.2.0/24"))) as world:
        client = limited(Story(world))
        for peer, chain, is_allowed in (
            (PROXY, INSIDE, True),
            (f"::ffff:{PROXY}", INSIDE, True),
            (PROXY, f"::ffff:{INSIDE}", True),
            (PROXY, OUTSIDE, False),
            (PROXY, f"{INSIDE}, {OUTSIDE}", False),
            (PROXY, f"{OUTSIDE}, {INSIDE}", True),
            (PROXY, "nonsense", False),
            (OUTSIDE, INSIDE, False),
            ("10.1.3.1", INSIDE, False),
        ):
            answer = ask_token(world, client, peer, machine, [("x-forwarded-for", chain)])
            assert (answer.status == 200, refused(answer)) == (is_allowed, not is_allowed), (peer, chain)


def test_a_pair_that_is_sent_with_every_call_is_held_to_the_ranges_too(story: Story) -> None:
    """N27, G12: HTTP Basic at the example API of a dialect."""
    client = story.client(
        story.acme, dialect="nexus211", scopes=("organizations:read",), settings={"networks": NETWORKS}
    )
    pair = b64encode(f"{client.application.client_id}:{client.secret}".encode()).decode()
    for peer, status in ((INSIDE, 200), (OUTSIDE, 403)):
        line = [("authorization", f"Basic {pair}")]
        answer = raw.ask(story.world, "GET", "/d/nexus211/organizations/current", line, peer=peer)
        assert answer.status == status, answer.text


def test_ranges_hold_on_every_process_and_for_tokens_that_are_out(story: Story) -> None:
    """E26: narrowed on one process, refused on the other once it has read the feed."""
    client, other = story.client(story.acme), story.world.beside()
    token = story.tokens(client)["access_token"]
    assert use(other, paths.USERINFO, token, OUTSIDE).status == 200
    narrowed = story.world.make.change_application(
        client.application, settings=replace(client.application.settings, networks=NETWORKS)
    )
    other.product.poll()
    assert refused(use(other, paths.USERINFO, token, OUTSIDE))
    assert use(other, paths.USERINFO, token, INSIDE).status == 200
    with pytest.raises(OAuthError):
        check_address(narrowed, OUTSIDE)
    check_address(narrowed, INSIDE)
    other.close()
