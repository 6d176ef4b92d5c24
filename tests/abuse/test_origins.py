"""Scripts of other origins read what their own application may read, and nothing of the pages."""

from __future__ import annotations

from itertools import product
from urllib.parse import urlencode

from grantway.edges.dialects.standard import paths
from tests.abuse import raw
from tests.abuse.parameters import HTML
from tests.abuse.story import Story
from tests.kit.world import World


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


SPA = "https://spa.example.test"


def heard(world: World, method: str, path: str, *lines: tuple[str, str], body: bytes = b"") -> bool:
    """Whether a script of the origin may ask, or read the answer."""
    ask = [("origin", SPA), ("access-control-request-method", "POST"), *lines]
    return raw.ask(world, method, path, ask, body).header("access-control-allow-origin") == SPA


def test_origins_stop_with_their_application_at_once_and_come_back_with_it(story: Story) -> None:
    """C5, C009, E26: preflights and answers, on this process and on another one that reads the feed."""
    world, other = story.world, story.world.beside()
    client = story.client(story.acme, "public", origins=(SPA,))
    token = story.tokens(client)["access_token"]
    bearer = ("authorization", f"Bearer {token}")
    form = ("content-type", "application/x-www-form-urlencoded")
    body = urlencode({"client_id": client.application.client_id, "grant_type": "x"}).encode()

    def states() -> set[bool]:
        found = set()
        for process in (world, other):
            process.product.poll()
            # Asked twice: the second time it is remembered.
            for _ in range(2):
                found.add(heard(process, "OPTIONS", paths.TOKEN))
                found.add(heard(process, "OPTIONS", paths.USERINFO))
                found.add(heard(process, "POST", paths.TOKEN, form, body=body))
                found.add(heard(process, "GET", paths.USERINFO, bearer))
        return found

    make, application = world.make, client.application
    assert states() == {True}
    for ended, revived in (
        ({"state": "disabled"}, {"state": "enabled"}),
        ({"archived_at": 1}, {"archived_at": None}),
        ({"state": "deletion_scheduled", "purge_at": 2**52}, {"state": "enabled", "purge_at": None}),
        ({"origins": ()}, {"origins": (SPA,)}),
    ):
        make.change_application(application, **ended)
        assert states() == {False}, ended
        make.change_application(application, **revived)
        assert states() == {True}, revived
    make.change_organization(story.acme, state="disabled")
    assert states() == {False}
    make.change_organization(story.acme, state="enabled")
    assert states() == {True}
    other.close()


def test_an_answer_to_a_token_is_read_by_its_own_application(story: Story) -> None:
    """C009: the origin of another application gets the preflight, and nothing about the person."""
    story.client(story.acme, "public", origins=(SPA,))
    other = story.client(story.acme, "public", origins=("https://other.example.test",))
    bearer = ("authorization", f"Bearer {story.tokens(other)['access_token']}")
    assert heard(story.world, "OPTIONS", paths.USERINFO)
    assert not heard(story.world, "GET", paths.USERINFO, bearer)
    # Why a token is refused may be read by any of them.
    assert heard(story.world, "GET", paths.USERINFO, ("authorization", "Bearer none"))


def test_what_is_remembered_of_origins_runs_out_with_the_feed(story: Story) -> None:
    """C5: a process that no longer reads the feed asks the database."""
    world = story.world
    client = story.client(story.acme, "public", origins=(SPA,))
    world.product.poll()
    assert heard(world, "OPTIONS", paths.TOKEN)
    other = world.beside()
    other.make.change_application(client.application, state="disabled")
    assert heard(world, "OPTIONS", paths.TOKEN)
    world.clock.advance(0.76)
    assert not heard(world, "OPTIONS", paths.TOKEN)
    other.close()
