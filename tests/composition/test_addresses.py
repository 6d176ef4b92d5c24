"""What the settings take as an address of the server, people can sign in at; what they do not, they say how to write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from grantway.core import hosts, redirects
from grantway.core.model import Redirect
from grantway.edges.dialects.standard import paths
from grantway.settings import SettingsError
from tests.abuse import raw
from tests.kit.databases import Databases
from tests.kit.node import run_script
from tests.kit.world import ManualClock, World, authorization_request, settings_of
from tests.signin import live
from tests.signin.town import fill

TAKEN = {
    "https://id.example.com": "https://id.example.com",
    "https://ID.Example.COM/": "https://id.example.com",
    "HTTPS://id.example.com:443": "https://id.example.com",
    "https://id.example.com:": "https://id.example.com",
    "https://id.example.com:08443": "https://id.example.com:8443",
    "https://id.example.com:80": "https://id.example.com:80",
    "https://my_id.example.com": "https://my_id.example.com",
    "https://_id.sub_domain.example.com": "https://_id.sub_domain.example.com",
    "https://intranet": "https://intranet",
    "https://xn--bcher-kva.example": "https://xn--bcher-kva.example",
    "https://192.0.2.7:8443": "https://192.0.2.7:8443",
    "https://[2001:DB8:0:0::7]": "https://[2001:db8::7]",
    "https://[2001:db8::7]:443": "https://[2001:db8::7]",
    "http://localhost:8400": "http://localhost:8400",
    "http://LOCALHOST:80": "http://localhost",
    "http://id.localhost:8400": "http://id.localhost:8400",
    "http://127.0.0.1:8400": "http://127.0.0.1:8400",
    "http://127.8.0.1": "http://127.8.0.1",
    "http://[::1]:8400": "http://[::1]:8400",
    "http://[0:0:0:0:0:0:0:1]:443": "http://[::1]:443",
}
"""What a person may write, and what browsers make of it."""

REFUSED = {
    "https://id.example.com.": "without a dot at its end",
    "http://localhost.:8400": "without a dot at its end",
    "https://bücher.example": "begins with xn--",
    "https://\uff49d.example.com": "begins with xn--",
    "https://0x7f.1": "four decimal numbers",
    "https://127.1": "four decimal numbers",
    "https://2130706433": "four decimal numbers",
    "https://010.0.0.1": "four decimal numbers",
    "https://192.0.2.256": "four decimal numbers",
    "https://[::ffff:192.0.2.7]": "shortest IPv6 form",
    "https://[fe80::1%25eth0]": "shortest IPv6 form",
    "https://id..example.com": "letters, numbers",
    "https://-.example.com": "letters, numbers",
    "https://id%2eexample.com": "letters, numbers",
    "https://id example.com": "letters, numbers",
    "https://*.example.com": "letters, numbers",
    "https://" + "a" * 64 + ".example": "letters, numbers",
    "https://" + "a." * 127 + "example": "letters, numbers",
    "https://id.example.com:0": "port from 1 to 65535",
    "https://id.example.com:70000": "its port is none",
    "https://id.example.com:84x": "its port is none",
    "https://[::1": "is not an address",
    "http://127.1:8400": "four decimal numbers",
    "http://10.0.0.1": "must be https",
    "http://localhost.example.com": "must be https",
    "http://notlocalhost:8400": "must be https",
    "https://@id.example.com": "such as https://id.example.com",
    "https://u:p@id.example.com": "such as https://id.example.com",
    "https://id.example.com\\x": "nothing behind the host",
    "https://id.example.com/id": "nothing behind the host",
    "https://id.example.com?": "nothing behind the host",
    "https://id.example\t.com": "nothing behind the host",
    "//id.example.com": "such as https://id.example.com",
}


@pytest.fixture
def store(databases: Databases) -> Iterator[str]:
    url = databases.sqlite()
    yield url
    databases.drop(url)


def test_an_issuer_is_kept_as_browsers_write_it(tmp_path: Path) -> None:
    """Their own reading of each address, by the URL parser of Node, is ours."""
    script = tmp_path / "origins.mjs"
    script.write_text("console.log(JSON.stringify(process.argv.slice(2).map((one) => new URL(one).origin)))")
    ran = run_script(script, *TAKEN, *TAKEN.values())
    assert json.loads(ran.stdout) == [*TAKEN.values(), *TAKEN.values()], ran.stderr
    for text, origin in TAKEN.items():
        assert settings_of("sqlite:////tmp/none", issuer=text).issuer == origin


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_taken_says_what_to_write(text: str) -> None:
    """And repeats nothing of what was written."""
    with pytest.raises(SettingsError) as refused:
        settings_of("sqlite:////tmp/none", issuer=text, mounts="")
    (problem,) = refused.value.problems
    assert REFUSED[text] in problem
    assert problem.startswith("GRANTWAY_ISSUER ")
    assert "127.1" not in problem


def test_what_is_taken_can_be_signed_in_to(store: str) -> None:
    """Metadata, cookies, hosts, proofs of forms, redirects, and the token, for each form of the address."""
    for number, issuer in enumerate(dict.fromkeys(TAKEN.values())):
        with closing(World(settings_of(store, issuer=issuer), clock=ManualClock())) as world:
            host = urlsplit(issuer).netloc
            seen = raw.ask(world, "GET", paths.OPENID_CONFIGURATION, [("host", host)])
            assert (seen.status, seen.json["issuer"]) == (200, issuer)
            assert seen.json["token_endpoint"] == issuer + paths.TOKEN
            assert raw.ask(world, "GET", "/sign-in", [("host", host)]).status == 200
            organization = world.make.organization(f"Place {number}", slug=f"place-{number}")
            person = world.make.person(organization, email=f"mara-{number}@people.example.test")
            application = world.make.application(organization, "public", scopes=("openid",))
            world.product.poll()
            signed_in = world.authorize(application, person, scope="openid")
            assert signed_in.parameters["iss"] == issuer
            assert world.bearer(signed_in.access_token).json["sub"]


@pytest.mark.parametrize(
    ("setting", "asked"),
    [
        (
            "api.example.test",
            ("api.example.test", "API.example.test", "api.example.test:443", "api.example.test."),
        ),
        ("API.Example.test:443", ("api.example.test", "api.example.test.:443")),
        ("api_x.example.test:8443", ("api_x.example.test:8443", "API_X.example.test:8443")),
        ("[2001:DB8:0::7]", ("[2001:db8::7]", "[2001:DB8::7]:443")),
    ],
)
def test_the_host_of_a_mount_is_reached_by_each_of_its_spellings(
    store: str, setting: str, asked: tuple[str, ...]
) -> None:
    """V122: and by no other name."""
    with closing(World(settings_of(store, mounts=f"nexus=nexus211@{setting}"))) as world:
        for host in asked:
            answer = raw.ask(world, "GET", "/organizations/current", [("host", host)])
            assert answer.status == 401, host
        for host in ("id.example.test", "example.test", "xapi.example.test", "[2001:db8::8]"):
            assert raw.ask(world, "GET", "/organizations/current", [("host", host)]).status == 404, host


@pytest.mark.parametrize(
    "host", ["api.example.com.", "0x7f.1", "bücher.example", "a..b", "a:0", "[::1]x", "a b"]
)
def test_the_host_of_a_mount_is_judged_like_that_of_the_issuer(host: str) -> None:
    with pytest.raises(SettingsError):
        settings_of("sqlite:////tmp/none", mounts=f"nexus=nexus211@{host}")


REGISTERED = {
    "https://app.example.com": None,
    "https://my_app.example.com": None,
    "https://_x.example.com:8443": None,
    "https://intranet": None,
    "https://xn--bcher-kva.example": None,
    "https://[2001:db8::7]:8443": None,
    "http://localhost:3000": None,
    "https://App.example.com": "E-HTTP-12",
    "https://[2001:DB8::7]": "E-HTTP-12",
    "https://app.example.com.": "E-HTTP-13",
    "https://App.example.com.": "E-HTTP-13",
    "https://127.1": "E-HTTP-14",
    "https://[2001:db8:0::7]": "E-HTTP-14",
    "https://[::ffff:192.0.2.7]": "E-HTTP-14",
    "https://0x7f.1": "E-HTTP-14",
    "https://bücher.example": "E-NETWORK-05",
}
"""Origins, and redirect URIs when something stands behind them: registered, or refused with how to write them."""


@pytest.mark.parametrize(("origin", "error_id"), REGISTERED.items())
def test_what_is_registered_is_what_a_browser_sends(origin: str, error_id: str | None) -> None:
    of_origin = redirects.origin_problem_of(origin)
    of_redirect = redirects.problem_of(origin + "/callback", is_native=False)
    assert (of_origin and of_origin.id, of_redirect and of_redirect.id) == (error_id, error_id)
    if error_id is None:
        scheme, _, authority = origin.partition("://")
        assert hosts.canonical(authority, scheme) == authority
        registered = (Redirect(origin + "/callback"),)
        assert redirects.match(origin + "/callback", registered, is_native=False)


def test_the_default_port_of_an_origin_is_left_out() -> None:
    """A browser never sends it; a redirect URI with it is sent as the client wrote it."""
    for origin in ("https://app.example.com:443", "http://localhost:80"):
        problem = redirects.origin_problem_of(origin)
        assert problem is not None
        assert problem.id == "E-HTTP-15"
    assert redirects.problem_of("https://app.example.com:443/callback", is_native=False) is None


@pytest.mark.parametrize("host", ["localhost", "my_id.localhost", "127.0.0.1"])
def test_chromium_signs_in_there(databases: Databases, store: str, page: Page, host: str) -> None:
    """With its own cookies, origins and policies; and the reference page runs its scripts."""
    worlds: list[World] = []

    def make(origin: str) -> object:
        port = urlsplit(origin).port
        worlds.append(World(settings_of(store, issuer=f"http://{host}:{port}")))
        return worlds[0].app

    with ExitStack() as streets:
        callback = streets.enter_context(live.serving(lambda _: live.application))
        streets.enter_context(live.serving(make))  # type: ignore[arg-type]
        world = streets.enter_context(closing(worlds[0]))
        organization = world.make.organization("Harbour")
        person = world.make.person(organization)
        application = world.make.application(
            organization, "public", scopes=("openid",), redirects=(f"{callback}/callback",)
        )
        world.product.poll()
        query = authorization_request(application, redirect_uri=f"{callback}/callback", scope="openid")
        page.goto(f"{world.issuer}{paths.AUTHORIZE}?{urlencode(query)}")
        fill(page, person.email, person.password)
        allow = page.get_by_role("button", name="Allow", exact=True)
        back = page.get_by_role("heading", name="Back at Fieldnotes")
        expect(allow.or_(back)).to_be_visible()
        if allow.is_visible():
            allow.click()
        expect(back).to_be_visible()
        expect(page.locator("#code")).to_be_visible()
        page.goto(f"{world.issuer}/reference")
        expect(page.get_by_label("Find an operation")).to_be_visible()
