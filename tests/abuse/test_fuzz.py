"""No request at all fails inside: any bytes, to any route, with any credentials (E19)."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grantway.core.identifiers import to_text
from grantway.edges.dialects.standard import paths
from grantway.edges.web.records import operations
from tests.abuse import census, raw
from tests.abuse.parameters import FORM, JSON, OF_FORMS, OF_PAGES, OF_QUERIES, UnknownIds
from tests.abuse.story import Story
from tests.kit.counts import count


def fuzzed(examples: int) -> settings:
    """The server is the same for all examples; only it makes a fixture of the test's."""
    return settings(
        max_examples=count(examples, 4_000),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


names = st.sampled_from([*OF_FORMS, *OF_QUERIES, *OF_PAGES, "csrf", "state", "limit", "cursor", ""])
values = st.one_of(
    st.text(max_size=40), st.sampled_from(["gwc_" + "A" * 43, "gwr_1.1.1.x", "authorization_code"])
)
pairs = st.lists(st.tuples(names, values), max_size=8).map(
    lambda items: urlencode(items, errors="ignore").encode()
)
bodies = st.one_of(st.binary(max_size=200), pairs)
types = st.sampled_from(
    [
        FORM[1],
        JSON[1],
        "text/plain",
        "multipart/form-data; boundary=x",
        "",
        "application/x-www-form-urlencoded; charset=utf-7",
        ";;",
        "é",
    ]
)
schemes = st.sampled_from(["Basic ", "Bearer ", "basic", "Digest ", ""])
credentials = st.one_of(
    st.binary(max_size=60).map(lambda data: base64.b64encode(data).decode()),
    st.text(st.characters(codec="latin-1"), max_size=60),
)


@given(data=st.data())
@fuzzed(150)
def test_no_request_at_all_fails_inside(story: Story, data: st.DataObject) -> None:
    """V166, V168, E19: any body of any type, with any credentials, to any route, by any method."""
    routes = census.declared(story.world)
    one = data.draw(st.sampled_from(routes))
    method = data.draw(st.sampled_from(census.METHODS)) if data.draw(st.integers(0, 4)) == 0 else one.method
    part = data.draw(st.text(min_size=1, max_size=20))
    target = one.path.replace("{", "").replace("}", "")
    target = "/".join(
        quote(part, safe="") if at % 3 == 2 and "{" in one.path else piece
        for at, piece in enumerate(target.split("/"))
    )
    query = data.draw(bodies).decode("latin-1") if data.draw(st.booleans()) else ""
    headers = [
        ("content-type", data.draw(types)),
        ("accept", data.draw(st.sampled_from(["text/html", "*/*", ""]))),
    ]
    if data.draw(st.booleans()):
        headers.append(("authorization", data.draw(schemes) + data.draw(credentials)))
    if data.draw(st.booleans()):
        headers.append(
            ("cookie", "__Host-session=" + data.draw(st.text(st.characters(codec="latin-1"), max_size=50)))
        )
    answer = raw.ask(story.world, method, f"{target}?{query}", headers, data.draw(bodies))
    assert answer.status < 500, (method, target)
    assert "Traceback" not in answer.text


@given(body=bodies, header=st.tuples(schemes, credentials).map("".join), kind=types)
@fuzzed(100)
def test_no_token_request_fails_inside_or_succeeds(story: Story, body: bytes, header: str, kind: str) -> None:
    """V166, E19: the parsers of Basic and of forms at the endpoints that matter most."""
    for path in (paths.TOKEN, paths.INTROSPECT, paths.REVOKE):
        answer = raw.ask(story.world, "POST", path, [("content-type", kind), ("authorization", header)], body)
        assert 400 <= answer.status < 500
        assert answer.json["error_id"].startswith("E-")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def manager(story: Story) -> list[tuple[str, str]]:
    """The headers of a program that may do everything in its organization."""
    scopes = [
        f"{name}:{act}" for name in ("applications", "members", "organizations") for act in ("read", "write")
    ]
    client = story.client(story.acme, "backend", scopes=(*scopes, "secrets:write", "apis:read"))
    token = story.machine(client, " ".join(scopes))
    return [JSON, ("authorization", f"Bearer {token}"), ("if-match", '"1"')]


@given(data=st.data())
@fuzzed(120)
def test_no_record_at_all_fails_inside(
    story: Story, manager: list[tuple[str, str]], data: st.DataObject
) -> None:
    """V166, V164, E19: members of every name with values of every type, and odd text in every list."""
    operation = data.draw(st.sampled_from(operations.ALL))
    members = list(operation.request.__struct_fields__) if operation.request is not None else ["x"]
    record = data.draw(st.dictionaries(st.sampled_from([*members, "x"]), json_values, max_size=5))
    ids = {"organization_id": to_text(story.acme.id), "application_id": to_text(story.rival.application.id)}
    path = "/api/v1" + operation.path.format_map(UnknownIds(ids))
    listed = ("limit", "cursor", "name", "email", "x")
    query = urlencode(
        {name: data.draw(st.text(max_size=30)) for name in listed if data.draw(st.booleans())},
        errors="ignore",
    )
    body = b"" if operation.request is None else json.dumps(record).encode()
    answer = raw.ask(story.world, operation.method, f"{path}?{query}", manager, body)
    assert answer.status < 500, (operation.id, record, query)
