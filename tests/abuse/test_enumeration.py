"""Every route of the server is declared with whom it serves, and serves nobody else."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import quote, urlencode

import pytest

from grantway.core.identifiers import to_text
from grantway.edges.api.mounting import DOCUMENT_PATH
from grantway.edges.web.records import operations
from grantway.features.access.callers import PLATFORM_SCOPE, Permission
from tests.abuse import census, raw
from tests.abuse.census import METHODS, Declared
from tests.abuse.story import Story
from tests.api.cast import Cast
from tests.core.hostile_addresses import variants
from tests.kit.counts import count
from tests.kit.factories import CALLBACK
from tests.kit.world import World, settings_of

PLACES = {
    "anyone": {200, 303, 400, 404, 415},
    "client": {400, 401, 415},
    "token": {400, 401},
    "pending request": {400, 404, 415},
    "session": {303, 400, 415},
    "member": {303, 400, 415},
    "link": {400, 415},
    "network": {404},
}
"""What a stranger is answered, by whom a route serves."""


def test_every_route_of_the_application_is_declared(world: World) -> None:
    """V109: what the router knows, the tables declare, and the other way round."""
    tables = {one.path for one in census.declared(world)}
    assert census.routed(world) == tables
    folders = {f"{one.mount.prefix}(?:/|\\Z)" for one in world.product.placed if one.mount.prefix}
    assert set(census.sinks(world)) == {"/api/v1/", "/.well-known/", *folders}
    assert len(tables) > 45


def test_every_declared_route_says_whom_it_serves(world: World) -> None:
    """V109, V108: each operation has a permission, and whoever writes needs a scope of its own."""
    assert {one.who for one in census.declared(world)} == set(PLACES)
    for operation in operations.ALL:
        assert isinstance(operation.permission, Permission)
        assert operation.permission.scope is not None or operation.id in {"readMe", "listPresets"}
        if operation.method != "GET":
            scope = operation.permission.scope or ""
            # To read a secret again is no change, but it is told, and so it is a POST.
            is_reveal = operation.id == "revealSecret" and scope == "secrets:read"
            assert scope.endswith((":write", ":request")) or scope == PLATFORM_SCOPE or is_reveal, (
                operation.id
            )


def test_a_stranger_finds_metadata_keys_pages_and_refusals(cast: Cast) -> None:
    """V096, V155: every route by every method, with ids that exist, from outside."""
    own, other = cast.records(cast.own), cast.records(cast.other)
    secrets = [own.canary, other.canary, *own.ids.values(), "people.example.test", cast.console.client_id]
    by_path: dict[str, set[str]] = {}
    declared = census.declared(cast.world)
    for one in declared:
        by_path.setdefault(one.path, set()).add(one.method)
    asked = 0
    for one in declared:
        address = one.address({**own.ids, "name": "grantway.css"})
        # What an answer means stands in its body.
        answer = raw.ask(cast.world, one.method.replace("HEAD", "GET"), address)
        assert answer.meant in PLACES[one.who], (one, answer.status)
        for method in METHODS:
            seen = raw.ask(cast.world, method, address)
            asked += 1
            assert not [text for text in secrets if text in seen.text], (method, address)
            if method not in by_path[one.path]:
                assert seen.status in {204, 405} or seen.body == b"", (method, one.path)
    assert asked > 400


def test_what_a_stranger_may_read_is_the_same_for_everybody(cast: Cast) -> None:
    """V096: the public documents hold nothing of anybody's records, whatever these are."""
    public = [one for one in census.declared(cast.world) if one.who == "anyone" and one.method == "GET"]
    before = [raw.shape(raw.ask(cast.world, "GET", one.address())) for one in public]
    cast.records(cast.own)
    cast.world.product.poll()
    assert [raw.shape(raw.ask(cast.world, "GET", one.address())) for one in public] == before


def test_addresses_beside_the_routes_lead_nowhere(cast: Cast) -> None:
    """V109, V096: endings, doubled slashes, dots, cases and folders of routes, and files of servers."""
    own = cast.records(cast.own)
    addresses = [
        *("/admin", "/debug", "/.env", "/.git/config", "/server-status", "/actuator", "/config", "/api"),
        *("/api/",),
        *("/api/v2/me", "/api/v1", "/api/v1/", "/api/v1/internal", "/graphql", "/users", "/static/"),
        *("/static",),
        *("/static/..%2fpages.py", "/static/%2e%2e%2fpages.py", "/static/../../settings", "/~hosts/x"),
        *("/%7Ehosts/x",),
    ]
    for one in census.declared(cast.world):
        address = one.address(own.ids)
        if address != "/":
            addresses += [f"{address}/x", f"{address}%00", f"{address};x", f"{address}.json"]
            addresses.append(address.upper() + "X")
    for address in dict.fromkeys(addresses):
        answer = raw.ask(cast.world, "GET", address)
        # Whatever stands where the name of an organization does, a stranger is led to sign in first.
        is_console = address.startswith("/o/") and answer.header("location").startswith("/sign-in")
        assert is_console or answer.meant in {400, 401, 404, 405}, (address, answer.status)
        assert own.canary not in answer.text


def test_one_slash_more_is_no_way_round_a_permission(cast: Cast) -> None:
    """V109: such an address leads to the same refusal as the one without, or nowhere."""
    own = cast.records(cast.own)
    for one in census.declared(cast.world):
        if one.who not in {"anyone", "link"}:
            address = one.address(own.ids)
            for nearly in (f"{address}/", f"/{address}", f"//{address}", f"/.{address}", f"/x/..{address}"):
                # What an answer means stands in its body.
                answer = raw.ask(cast.world, one.method.replace("HEAD", "GET"), nearly)
                assert answer.meant in {400, 401, 404, 405} | PLACES[one.who], (one.method, nearly)
                assert own.canary not in answer.text


@pytest.mark.parametrize("folder", ["/~hosts/", "//~hosts/", "///~hosts/", "/%7Ehosts/", "/%2f~hosts/"])
def test_a_dialect_of_another_host_is_not_reached_by_its_inner_folder(store_url: str, folder: str) -> None:
    """V126, V103: neither from the issuer's own host nor from the other one."""
    settings = settings_of(store_url, mounts="nexus=nexus211@nexus.example.test")
    with closing(World(settings)) as world:
        for host in ("id.example.test", "nexus.example.test"):
            inner = f"{folder}nexus/oauth/authorize"
            assert raw.ask(world, "GET", inner, [("host", host)]).status == 404
        assert raw.ask(world, "GET", "/oauth/access-token", [("host", "nexus.example.test")]).status == 405
        assert raw.ask(world, "GET", "/oauth/access-token").status == 404


def test_a_session_serves_the_issuers_own_host_only(store_url: str) -> None:
    """V103: hosts, organizations and sessions combined; another host sees no cookie and has no page."""
    with closing(World(settings_of(store_url, mounts="nexus=nexus211@nexus.example.test"))) as world:
        story = Story(world)
        client = story.client(story.acme, dialect="nexus211", scopes=("openid",))
        browser = world.browser()
        browser.sign_in(story.person.email, story.person.password)
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        query = f"state=s&application={client.application.client_id}&redirect={quote(CALLBACK, safe='')}"
        # The person has allowed it, so that whoever took the session for theirs would give a code at once.
        asked = raw.ask(world, "GET", f"/oauth/authorize?{query}", [("host", "nexus.example.test")])
        browser.visit(asked.header("location"))
        assert (browser.submit(("decision", "approve")) or "").startswith(CALLBACK)
        for host in ("nexus.example.test", "NEXUS.example.test", "evil.example", "id.example.test:443"):
            headers = [("host", host), ("cookie", cookies), ("accept", "text/html")]
            answer = raw.ask(world, "GET", f"/oauth/authorize?{query}", headers)
            if "nexus" in host.lower():
                assert answer.header("location").startswith(f"{world.issuer}/interaction/")
                assert raw.ask(world, "GET", "/", headers).status == 404
            else:
                assert answer.status == 400, "the standard dialect does not know this application"
            assert not answer.header("location").startswith(CALLBACK)
        token = story.machine(story.honest)
        bearer = [("host", "nexus.example.test"), ("authorization", f"Bearer {token}")]
        assert raw.ask(world, "GET", "/organizations/current", bearer).status == 401
        assert raw.ask(world, "GET", "/api/v1/me", bearer).status == 404


def test_every_route_that_takes_an_address_compares_all_of_it(story: Story) -> None:
    """V045: found in the tables, each with the corpus; a browser is sent to the registered address or nowhere."""
    clients = {
        name: story.client(story.acme, dialect=name, scopes=("openid",))
        for name in ("standard", "nexus211", "deeplynx")
    }
    routes = [
        one for one in census.declared(story.world) if one.name.endswith(".authorize") and one.method == "GET"
    ]
    assert len(routes) == len(clients)
    hostile = [one.uri for one in variants() if one.seed.startswith("https://app.example.test/callback")]
    for route in routes:
        client = clients[route.name.partition(".")[0]].application.client_id
        for uri in hostile[:: count(9, 1)]:
            if uri in {"", CALLBACK}:
                continue
            claimed = {"client_id": client, "redirect_uri": uri, "state": "s", "response_type": "code"}
            if route.name.startswith("nexus211"):
                claimed = {"application": client, "redirect": uri, "state": "s"}
            answer = raw.ask(
                story.world, "GET", f"{route.path}?{urlencode(claimed)}", [("accept", "text/html")]
            )
            assert answer.status in {400, 401, 413}, (route.path, uri)
            assert not answer.header("location"), (route.path, uri)


def test_unheard_of_methods_do_nothing(cast: Cast) -> None:
    """V109: TRACE echoes nothing, and made-up methods are refused on every route."""
    for path in sorted(census.routed(cast.world)):
        address = Declared("GET", path, "", "").address()
        for method in ("TRACE", "PROPFIND", "COPY", "FOO", "get", "BREW"):
            answer = raw.ask(cast.world, method, address, [("x-canary", "echoed?")])
            assert answer.status in {400, 404, 405, 501}, (method, path, answer.status)
            assert "echoed?" not in answer.text


def test_figures_are_for_the_operators_own_network(story: Story) -> None:
    """V156, V096: and even there they name nobody."""
    tokens = story.tokens(story.honest)
    assert raw.ask(story.world, "GET", "/metrics").status == 404
    assert raw.ask(story.world, "GET", "/metrics", [("x-forwarded-for", "127.0.0.1")]).status == 404
    figures = raw.ask(story.world, "GET", "/metrics", peer="127.0.0.1")
    assert figures.status == 200
    for text in (tokens["access_token"], story.honest.application.client_id, story.person.email, "Acme"):
        assert text not in figures.text
    for path in ("/health", "/ready"):
        assert set(raw.ask(story.world, "GET", path).json) <= {"status", "checks"}


def test_the_description_of_the_api_is_complete_and_says_what_is_needed(world: World) -> None:
    """V109: no operation is hidden, and each one but the metadata says that it needs a token."""
    described = raw.ask(world, "GET", DOCUMENT_PATH).json
    paths = {
        (method.upper(), path)
        for path, methods in described["paths"].items()
        for method in methods
        if method in {"get", "post", "patch", "delete", "put"}
    }
    prefix = described["servers"][0]["url"].removeprefix(world.issuer)
    tables = {(one.method, "/api/v1" + one.path) for one in operations.ALL}
    assert {(method, prefix + path) for method, path in paths} == tables


def test_a_record_that_is_not_yours_looks_like_none(cast: Cast) -> None:
    """V096, V101: a foreign id, an unknown one and a malformed one are answered alike."""
    stranger = cast.caller("stranger")
    own = cast.records(cast.own)
    for operation in operations.ALL:
        if "organization_id" not in operation.parameters or operation.method == "POST":
            continue
        seen = set()
        for organization in (to_text(cast.own.id), "3xKnown9", "0-nonsense"):
            ids = {**own.ids, "organization_id": organization}
            result = cast.call(stranger, operation.method, operation.path.format(**ids), {}, If_Match='"1"')
            seen.add(
                (
                    result.status_code,
                    result.json["error_id"] if "error_id" in result.json else result.json["type"],
                )
            )
        assert len(seen) == 1, (operation.id, seen)
        assert seen.pop()[0] in {403, 404}


def test_a_path_has_one_slash_at_its_beginning(cast: Cast) -> None:
    """V109: `//token` is nothing, for whatever method, so a rule for `/token` in front of us holds."""
    for one in census.declared(cast.world):
        address = one.address(cast.records(cast.own).ids)
        for nearly in (f"/{address}", f"//{address}"):
            assert raw.ask(cast.world, one.method, nearly).status == 404, (one.method, nearly)
    for address in ("/health", "/ready", "/metrics"):
        assert raw.ask(cast.world, "GET", "/" + address).status == 404
