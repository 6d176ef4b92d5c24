"""A server with one of everything, and every secret that was made on the way."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.identifiers import to_text
from grantway.core.secrets import encode
from tests.abuse.story import Story
from tests.api.cast import Cast, Records, cast_of
from tests.kit.factories import PASSWORD
from tests.kit.world import VERIFIER, World


@dataclass
class Marked:
    """A server with one of everything, and every secret that was made on the way."""

    story: Story
    cast: Cast
    records: Records
    secrets: dict[str, str]


def marked_of(world: World) -> Marked:
    """Go through everything that makes a secret."""
    story, cast = Story(world), cast_of(world)
    records, activation = cast.records(cast.own), world.product.features.sign_in.activation
    opaque = story.client(story.acme, settings={"token_format": "opaque"})
    browser = world.browser()
    code = story.answer(story.honest, story.person, browser, scope="openid offline_access orders:read")[
        "code"
    ]
    tokens = story.redeem(story.honest, code).json
    successor = story.refresh(story.honest, tokens["refresh_token"]).json
    unspent = story.answer(story.honest, story.person, browser)["code"]
    pending = world.browser()
    pending.visit(story.request(story.honest))
    with world.store.begin() as tx:
        link, setup = activation.invite(tx, story.stranger.user), activation.setup_link(tx)
    body = {"label": "canary"}
    path = f"/organizations/{to_text(cast.own.id)}/applications/{records.ids['application_id']}/secrets"
    made = cast.as_owner("POST", path, body, Idempotency_Key="once")
    assert made.status_code == 201
    assert cast.as_owner("POST", path, body, Idempotency_Key="once").json == made.json
    found = {
        "client secret": story.honest.secret,
        "secret made by the interface": made.json["secret"],
        "access token": tokens["access_token"],
        "opaque access token": story.machine(opaque),
        "refresh token": tokens["refresh_token"],
        "its successor": successor["refresh_token"],
        "spent code": code,
        "code": unspent,
        "verifier": VERIFIER,
        "session": browser.cookies["__Host-session"],
        "device": browser.cookies["__Host-device"],
        "browser": pending.cookies["__Host-browser"],
        "handle": pending.address.rpartition("/")[2],
        "proof": pending.forms[0].fields["csrf"],
        "activation": link.partition("token=")[2],
        "set-up": (setup or "").partition("token=")[2],
        "password": PASSWORD,
        "root key": encode(world.settings.root_keys[0]),
    }
    return Marked(story, cast, records, {name: text or "" for name, text in found.items()})
