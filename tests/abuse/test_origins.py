"""Scripts of other origins read what their own application may read, and nothing of the pages."""

from __future__ import annotations

from itertools import product
from urllib.parse import urlencode

from grantway.edges.dialects.standard import paths
from tests.abuse import raw
from tests.abuse.parameters import HTML
from tests.abuse.story import Story


def test_the_authorization_endpoint_answers_no_foreign_script(story: Story) -> None:
    """C008, V137: not even one whose origin is registered."""
    story.client(story.acme, "public", origins=("https://spa.example.test",))
    story.world.product.poll()
    for origin, method in product(
        ("https://spa.example.test", "https://evil.example", "null"), ("GET", "OPTIONS")
    ):
        headers = [HTML, ("origin", origin), ("access-control-request-method", "GET")]
        for path in (paths.AUTHORIZE, paths.INTROSPECT, "/sign-in", "/", "/api/v1/me"):
            answer = raw.ask(story.world, method, path, headers)
            assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]


def test_an_origin_that_only_looks_registered_reads_nothing(story: Story) -> None:
    """V137: prefixes, suffixes, ports, schemes, case, lists, and the origin of another application."""
    origin = "https://spa.example.test"
    client = story.client(story.acme, "public", origins=(origin,))
    other = story.client(story.acme, "public", origins=("https://other.example.test",))
    form = ("content-type", "application/x-www-form-urlencoded")

    def allowed(claimed: str, client_id: str) -> str:
        body = urlencode({"client_id": client_id, "grant_type": "refresh_token", "refresh_token": "x"})
        answer = raw.ask(story.world, "POST", paths.TOKEN, [form, ("origin", claimed)], body.encode())
        assert answer.header("access-control-allow-credentials") == ""
        return answer.header("access-control-allow-origin")

    alike = [
        f"{origin}.evil.example",
        f"{origin}:443",
        f"{origin}:8443",
        f"{origin}/",
        f"{origin}@evil.example",
    ]
    alike += [
        "http://spa.example.test",
        "https://evil-spa.example.test",
        "https://spa-example.test",
        origin.upper(),
    ]
    alike += [
        f"{origin} https://evil.example",
        f"{origin}, {origin}",
        f" {origin} ",
        "null",
        "*",
        "https://*",
        "",
    ]
    alike += ["https://spa.example.test\u00e9", "https://spa%2eexample.test", "https://other.example.test"]
    for claimed in alike:
        assert allowed(claimed, client.application.client_id) == "", claimed
    assert allowed(origin, other.application.client_id) == ""
    assert allowed(origin, client.application.client_id) == origin
