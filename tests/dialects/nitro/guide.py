"""What the tests of Nitro's guide share: a site, its client, its calls, and its form of a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import falcon.testing

from grantway.core.model import ApiPolicy, Application, Legs, Organization
from tests.dialects.wire import FORM
from tests.kit.world import World

TOKEN = "/d/nitro/oauth/token"
GAMIFICATION = "/d/nitro/gamification-token"
USER, EMBED, GROUPS = "/d/nitro/users/current", "/d/nitro/embed/points", "/d/nitro/groups"
SCOPES: tuple[tuple[str, Legs], ...] = (("gamification_user", "3-legged"), ("global", "2-legged"))


@dataclass
class Guide:
    """A site's client with both scopes, and its secret."""

    world: World
    home: Organization
    application: Application
    secret: str

    def post(self, **form: str | None) -> falcon.testing.Result:
        pair = {"client_id": self.application.client_id, "client_secret": self.secret}
        sent = {name: text for name, text in {**pair, **form}.items() if text is not None}
        return self.world.client.simulate_post(TOKEN, body=urlencode(sent), headers={"Content-Type": FORM})

    def token(self, **form: str | None) -> str:
        answer = self.post(**form)
        assert answer.status_code == 200, answer.text
        return str(answer.json["access_token"])

    def get(self, path: str, bearer: str | None, **query: str) -> falcon.testing.Result:
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        return self.world.client.simulate_get(path, params=query, headers=headers)

    def client(self, *scopes: str, **settings: Any) -> Guide:
        """Another client of the site, which may name users as well."""
        world = self.world
        application = world.make.application(
            self.home, "backend", dialect="nitro", scopes=scopes, settings=settings
        )
        world.make.voucher(application, self.home, asserted_subject=True)
        world.product.poll()
        return Guide(world, self.home, application, world.make.secret(application))


def a_guide(world: World, *, vouched: bool = True) -> Guide:
    home = world.make.organization("Northwind")
    api = world.make.api(None, policy=ApiPolicy(accepts=frozenset({"nitro"}), asserted_subjects=True))
    for value, legs in SCOPES:
        world.make.scope(api, value, legs=legs)
    application = world.make.application(
        home, "backend", dialect="nitro", scopes=("gamification_user", "global")
    )
    if vouched:
        world.make.voucher(application, home, asserted_subject=True)
    world.product.poll()
    return Guide(world, home, application, world.make.secret(application))


def refused(answer: falcon.testing.Result) -> tuple[int, str]:
    assert answer.json.keys() == {"error", "error_description", "error_id", "request_id"}
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json["error_id"]
