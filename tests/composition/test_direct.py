"""The inline form answers what the framework's form answers: same status, headers and body."""

from __future__ import annotations

from typing import Any

import falcon.testing
import pytest

from grantway.edges.dialects.standard import paths
from grantway.edges.web.hosting import HOSTS_FOLDER
from tests.kit.world import World, settings_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BROWSER = {"Origin": "https://spa.example"}


def answers(world: World, method: str, path: str, **request: Any) -> tuple[Any, Any]:
    """What both forms answer, from warm memory and without what differs by chance."""
    framework = world.client.simulate_request(method, path, **request)
    sent = world.product.inline(falcon.testing.create_environ(path, method=method, **request))
    assert sent is not None
    status, headers, body = sent
    whole = dict(framework.headers)
    if method != "HEAD":
        # The server writes the length of what the inline form gives it.
        whole.pop("content-length", None)
    inline = (status, sorted(headers), body)
    return inline, (framework.status_code, sorted(whole.items()), framework.content)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", [paths.KEYS, paths.OPENID_CONFIGURATION, paths.AUTHORIZATION_SERVER])
def test_public_documents_are_the_same_in_both_forms(world: World, method: str, path: str) -> None:
    inline, framework = answers(world, method, path)
    assert inline == framework
    tag = dict(inline[1])["etag"]
    unchanged, as_framework = answers(world, method, path, headers={"If-None-Match": tag})
    assert unchanged[0] == 304
    assert unchanged == as_framework


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nothing"}])
def test_userinfo_refuses_alike_in_both_forms(world: World, headers: dict[str, str]) -> None:
    inline, framework = answers(world, "GET", paths.USERINFO, headers=headers)
    assert inline[:2] == framework[:2]
    assert inline[0] == 401


@pytest.mark.parametrize("path", [paths.TOKEN, paths.INTROSPECT])
def test_a_warm_request_with_a_secret_is_answered_alike(world: World, path: str) -> None:
    application = world.make.application(world.make.organization("Northwind"), "backend", scopes=())
    secret = world.make.secret(application)
    form = f"grant_type=client_credentials&token=x&client_id={application.client_id}&client_secret={secret}"
    world.product.poll()
    for headers in (FORM, FORM | BROWSER):
        world.client.simulate_post(path, headers=headers, body=form)
        inline, framework = answers(world, "POST", path, headers=headers, body=form)
        assert inline[:2] == framework[:2]


def test_the_inline_form_answers_nothing_else(world: World) -> None:
    for method, path in (
        ("GET", paths.TOKEN),
        ("OPTIONS", paths.TOKEN),
        ("POST", "/" + paths.TOKEN),
        ("POST", paths.TOKEN + "/"),
        ("POST", paths.REVOKE),
        ("GET", "/health"),
    ):
        assert world.product.inline(falcon.testing.create_environ(path, method=method)) is None


def test_a_host_of_its_own_leads_to_its_mount_only(store_url: str) -> None:
    """V122: nobody reaches the inside of the router, and no name leads to another's mount."""
    world = World(settings_of(store_url, mounts="lynx=deeplynx@lynx.example.test"))
    inside = HOSTS_FOLDER + "lynx/api/v1/users/current"
    there = {"Host": "lynx.example.test"}

    def ask(path: str, **more: Any) -> Any:
        return world.product.inline(falcon.testing.create_environ(path, **more))

    assert ask("/api/v1/users/current", headers=there)[0] in {400, 401}
    assert ask("/api/v1/users/current") is None
    assert ask(paths.KEYS, headers=there) is None
    assert ask(inside) is None
    assert ask(inside, headers=there) is None
    world.close()
