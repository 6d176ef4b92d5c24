"""The outside of a server in tests: what was sent is kept, and what comes back is as the test says."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import new as mac
from typing import Any

from grantway.core.outgoing import Letter, NotSent, Outside, Request, Response
from tests.kit.world import World, settings_of

Answers = Callable[[Request], Response]


@dataclass
class Post:
    """Implements both ports. `answer` may raise NotSent; so does `refuse`, for letters."""

    answer: Answers = lambda _: Response(204, b"")
    refuse: Callable[[Letter], NotSent | None] = lambda _: None
    requests: list[Request] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)

    def post(self, request: Request) -> Response:
        self.requests.append(request)
        return self.answer(request)

    def send(self, letter: Letter) -> None:
        problem = self.refuse(letter)
        if problem is not None:
            raise problem
        self.letters.append(letter)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.body) for request in self.requests]

    @property
    def told(self) -> list[str]:
        return sorted(body["type"] for body in self.bodies)


def world_with(post: Post, store_url: str, *, has_mail: bool = True) -> World:
    return World(settings_of(store_url), outside=Outside(post, post if has_mail else None))


def run(world: World) -> int:
    """Let the process that sends do all that is due now."""
    done = 0
    while step := world.product.outbox.step():
        done += step
    return done


def is_signed_with(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """What a receiver does, written from the convention and not from the sender's code."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = mac(key, signed, sha256).digest()
    given = [one.partition(",") for one in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and b64decode(proof) == wanted for version, _, proof in given)
