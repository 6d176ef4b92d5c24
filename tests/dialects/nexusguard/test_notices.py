"""What an app's makers are told when a customer installs it or removes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import MINUTE, SECOND
from grantway.core.outgoing import NoticeEvent, Response
from grantway.core.secrets import Secret
from grantway.edges.dialects.nexusguard.notices import is_acknowledged, notice, signature
from tests.api.cast import Cast, cast_of
from tests.features.notices.post import Post, run, world_with
from tests.kit.world import World

HOOK = "https://attacks.example.test/notices"
PAST_WAIT = 3_600


@pytest.fixture
def post() -> Post:
    return Post(answer=lambda _: Response(200, b'{"code":1}'))


@pytest.fixture
def sender(store_url: str, post: Post) -> Iterator[World]:
    world = world_with(post, store_url)
    yield world
    world.close()


@pytest.fixture
def cast(sender: World) -> Cast:
    return cast_of(sender)


def test_an_installation_and_its_end_are_told_until_they_are_acknowledged(
    cast: Cast, sender: World, post: Post
) -> None:
    """G37, G38, G39, G40, G41, G42, G43: the published members, times in milliseconds, a fresh signature with each attempt."""
    app = sender.make.application(
        cast.vendor, dialect="nexusguard", scopes=("openid",), audience_effective="any_organization",
        audience_requested="any_organization", publication="approved",
    )  # fmt: skip
    secret = sender.make.secret(app, kept=True)
    sender.make.webhook(cast.vendor, HOOK, application_id=app.id)
    path = "/organizations/{own}/installations"
    made = cast.as_owner("POST", path, {"client_id": app.client_id, "scopes": ["openid"]})
    assert made.status_code == 201, made.text
    run(sender)
    installed_at = sender.clock.now()
    sender.advance(PAST_WAIT)
    run(sender)
    post.answer = lambda _: Response(200, b'{"code":0}')
    sender.advance(PAST_WAIT)
    run(sender)
    cast.sign_in_again()
    ended = cast.as_owner("DELETE", f"{path}/{made.json['id']}", If_Match=made.headers["etag"])
    assert ended.status_code == 200, ended.text
    run(sender)
    assert {one.url for one in post.requests} == {HOOK}
    told = post.bodies
    assert [one["type"] for one in told] == [1, 1, 1, 2], "told again until the code is 0"
    for at, body in enumerate(told):
        assert list(body) == ["signature", "expiration_time", "type", "customer_id", "action_time"]
        assert body["customer_id"] == f"{cast.own.id:016x}"
        assert len(str(body["action_time"])) == 13
        text = f"{app.client_id}:{secret}:{body['expiration_time']}"
        assert body["signature"] == hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        if at < 3:
            assert body["action_time"] == installed_at // 1_000
            sent = installed_at + at * PAST_WAIT * SECOND
            assert body["expiration_time"] == (sent + 5 * MINUTE) // 1_000


def test_the_signature_is_the_published_one() -> None:
    """G39, G44: computed by hand for a text of ours, because the published example fits nothing."""
    assert signature("a", "b", 1) == "a97716bcd0f1274f95adbc94463c9037"


@pytest.mark.parametrize(
    ("status", "body", "taken"),
    [
        (200, b'{"code":0}', True),
        (200, b'{"code":0,"msg":"ok"}', True),
        (200, b'{"code":1}', False),
        (200, b'{"code":"0"}', False),
        (200, b'{"code":false}', False),
        (200, b"[]", False),
        (200, b"", False),
        (200, b"\xff", False),
        (200, b"[" * 5_000, False),
        (500, b'{"code":0}', False),
    ],
)
def test_only_code_0_means_received(status: int, body: bytes, taken: bool) -> None:
    """G41: and a status of success with it."""
    assert is_acknowledged(Response(status, body)) is taken


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "installation.suspended"},
        {"secret": None},
        {"organization": ""},
        {"organization": "-"},
    ],
)
def test_everything_else_is_told_in_the_usual_form(changes: dict[str, str]) -> None:
    """G38: also where no copy of the secret is kept, so that there is nothing to sign with."""
    event = {"name": "installation.granted", "organization": to_text(7), "secret": Secret("s")} | changes
    assert notice(NoticeEvent(client_id="app", **event)) is None  # type: ignore[arg-type]


def test_a_notice_is_json() -> None:
    """G38."""
    told = notice(NoticeEvent("installation.revoked", "app", to_text(7), secret=Secret("s")))
    assert told is not None
    assert json.loads(told.body)["customer_id"] == "0000000000000007"
    assert (told.path, told.content_type) == ("", "application/json")
