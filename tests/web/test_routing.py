"""Which address answers at a path."""

from __future__ import annotations

import falcon.inspect
import pytest

from grantway.edges.web.failures import error_document
from grantway.edges.web.requests import Mount
from grantway.edges.web.resources import Nowhere
from grantway.edges.web.routing import OneSlash
from tests.dialects.wire import a_server

PLACE = Mount("standard", "standard", "https://gate.example")
TEMPLATES = (
    "/",
    "/token",
    "/apps",
    "/apps/mine",
    "/apps/mine/keys",
    "/apps/{app}",
    "/apps/{app}/secrets",
    "/apps/{app}/secrets/{secret}",
    "/decision/{rest:path}",
    "/decision/plain",
)


@pytest.fixture
def router() -> OneSlash:
    router = OneSlash()
    for template in TEMPLATES:
        router.add_route(template, _address())
    return router


def _address() -> Nowhere:
    return Nowhere(a_server(), PLACE, error_document)


@pytest.mark.parametrize(
    ("path", "template", "named"),
    [
        ("/", "/", {}),
        ("/token", "/token", {}),
        ("/apps/7", "/apps/{app}", {"app": "7"}),
        ("/apps/", "/apps/{app}", {"app": ""}),
        ("/apps/a b%2f", "/apps/{app}", {"app": "a b%2f"}),
        # What is spelled out goes first, and a name is tried where that leads nowhere.
        ("/apps/mine", "/apps/mine", {}),
        ("/apps/mine/keys", "/apps/mine/keys", {}),
        ("/apps/mine/secrets", "/apps/{app}/secrets", {"app": "mine"}),
        ("/apps/7/secrets/9", "/apps/{app}/secrets/{secret}", {"app": "7", "secret": "9"}),
        ("/decision/plain", "/decision/plain", {}),
        ("/decision/", "/decision/{rest:path}", {"rest": ""}),
        ("/decision/plain/more", "/decision/{rest:path}", {"rest": "plain/more"}),
        ("/decision//a//b/", "/decision/{rest:path}", {"rest": "/a//b/"}),
    ],
)
def test_a_path_has_one_address(router: OneSlash, path: str, template: str, named: dict[str, str]) -> None:
    found = router.find(path)

    assert found is not None
    address, responders, parts, found_template = found
    assert (found_template, parts) == (template, named)
    assert isinstance(address, Nowhere)
    assert set(responders.values()) == {address.serve}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "*",
        "token",
        "//token",
        "//",
        "/token/",
        "/Token",
        "/apps/7/secrets/9/",
        "/apps/7/other",
        "/apps//secrets/9/9",
        "/decision",
        "/" * 5_000,
        "/apps" * 5_000,
    ],
)
def test_nothing_else_is_read_as_one_of_them(router: OneSlash, path: str) -> None:
    assert router.find(path) is None


@pytest.mark.parametrize("template", ["/apps/{other}", "/apps/{other}/x", "/decision/{other:path}"])
def test_two_templates_do_not_name_a_part_differently(router: OneSlash, template: str) -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        router.add_route(template, _address())


@pytest.mark.parametrize("template", ["/token", "/apps/{app}", "/decision/{rest:path}"])
def test_an_address_takes_the_place_of_the_one_before(router: OneSlash, template: str) -> None:
    """The demonstration does so with the pages that know its own applications."""
    address = _address()

    router.add_route(template, address)

    found = router.find(template)
    assert found is not None
    assert found[0] is address
    assert len(router.routes()) == len(TEMPLATES)


def test_the_framework_lists_every_address(router: OneSlash) -> None:
    app = falcon.App(router=router)

    listed = falcon.inspect.inspect_routes(app)

    assert sorted(route.path for route in listed) == sorted(TEMPLATES)
    assert {route.class_name for route in listed} == {"Nowhere"}
