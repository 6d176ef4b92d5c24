"""Which act is told as what, and to whom; and what is said of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import falcon.testing
import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import Application, Organization
from grantway.core.notices import EVENTS, Event, announcement_of
from grantway.core.outgoing import Letter, NoticeEvent, NotSent, OutgoingNotice, Outside, Response
from grantway.edges.dialects import STANDARD
from grantway.edges.web.letters import Letters
from grantway.edges.web.records import operations
from grantway.features.notices.outbox import Outbox
from grantway.system.mailing import written
from tests.api.cast import Cast, cast_of
from tests.features.notices.post import Post, is_signed_with, run
from tests.kit.world import World


@pytest.fixture
def cast(sender: World) -> Cast:
    return cast_of(sender)


def hooked(cast: Cast, organization: Organization) -> str:
    """A webhook of an organization at an address that names it."""
    url = f"https://hooks.example.test/{organization.slug}"
    cast.world.make.webhook(organization, url)
    return url


def told_at(post: Post, url: str) -> list[str]:
    return [json.loads(one.body)["type"] for one in post.requests if one.url == url]


def installable(cast: Cast, **changes: Any) -> Application:
    return cast.world.make.application(
        cast.vendor, audience_effective="any_organization", audience_requested="any_organization", **changes
    )


def patched(cast: Cast, path: str, tag: str, **changes: Any) -> falcon.testing.Result:
    return cast.as_owner("PATCH", path, changes, If_Match=tag)


def test_the_life_of_an_installation_is_told_to_both_sides(cast: Cast, sender: World, post: Post) -> None:
    """N16 to N25, G37: asked for, granted, suspended, resumed, more wanted, revoked."""
    admin, _ = sender.make.person(cast.own, role="admin"), sender.make.person(cast.own, role="member")
    ours, theirs = hooked(cast, cast.own), hooked(cast, cast.vendor)
    application = installable(cast, notification_addresses=("makers@vireo.test",))
    root = "/organizations/{own}/installations"
    asked = cast.as_owner(
        "POST", "/organizations/{own}/installation-requests", {"client_id": application.client_id}
    )
    assert asked.status_code == 201, asked.text
    run(sender)
    letters = {letter.to: letter for letter in post.letters}
    assert admin.email in letters
    assert letters[admin.email].subject == "Somebody asks for an application"
    assert application.name in letters[admin.email].text
    assert "makers@vireo.test" not in letters

    path = f"{root}/{asked.json['id']}"
    answer = patched(cast, path, asked.headers["etag"], state="active", scopes=["openid"])
    assert answer.status_code == 200, answer.text
    answer = patched(cast, path, answer.headers["etag"], state="suspended")
    answer = patched(cast, path, answer.headers["etag"], state="active")
    answer = patched(cast, path, answer.headers["etag"], scopes=["openid", "profile"])
    assert answer.status_code == 200, answer.text
    assert cast.as_owner("DELETE", path, If_Match=answer.headers["etag"]).status_code == 200
    run(sender)
    shared = ["granted", "suspended", "resumed", "updated", "revoked"]
    assert sorted(told_at(post, ours)) == sorted(f"installation.{one}" for one in ("requested", *shared))
    assert sorted(told_at(post, theirs)) == sorted(f"installation.{one}" for one in shared)
    for body in post.bodies:
        assert body["data"]["organization_id"] == to_text(cast.own.id)
        assert body["data"]["organization_name"] == cast.own.name
        assert body["data"]["client_id"] == application.client_id
        assert body["data"]["application_name"] == application.name
    assert len([one for one in post.letters if one.to == "makers@vireo.test"]) == len(shared)


def test_what_is_asked_for_twice_or_was_so_already_is_told_once(
    cast: Cast, sender: World, post: Post
) -> None:
    """A member who asks again and again fills nobody's mailbox."""
    admin, ours = sender.make.person(cast.own, role="admin"), hooked(cast, cast.own)
    wanted = installable(cast)
    for _ in range(3):
        asked = cast.as_owner(
            "POST", "/organizations/{own}/installation-requests", {"client_id": wanted.client_id}
        )
        assert asked.status_code == 201, asked.text
        sender.advance(2)
    application = sender.make.application(cast.own)
    path = f"/organizations/{{own}}/applications/{to_text(application.id)}/enable"
    assert cast.as_owner("POST", path, If_Match='"1"').status_code == 200
    run(sender)
    assert told_at(post, ours) == ["installation.requested"]
    assert [one.to for one in post.letters].count(admin.email) == 1


def test_new_scopes_wait_and_administrators_are_told(cast: Cast, sender: World, post: Post) -> None:
    """A scope added later is asked for again: whoever has to grant it hears of it."""
    admin = sender.make.person(cast.other, role="owner", locale="de")
    application = sender.make.application(cast.own, scopes=("openid",), audience_effective="any_organization")
    sender.make.installation(application, cast.other)
    theirs = hooked(cast, cast.other)
    path = f"/organizations/{{own}}/applications/{to_text(application.id)}"
    answer = patched(cast, path, '"1"', scopes=["openid", "profile"])
    assert answer.status_code == 200, answer.text
    run(sender)
    assert told_at(post, theirs) == ["installation.scopes_pending"]
    (data,) = [one["data"] for one in post.bodies if one["type"] == "installation.scopes_pending"]
    assert data["scopes_pending"] == ["profile"]
    (letter,) = [one for one in post.letters if one.to == admin.email]
    assert letter.subject == "Eine Anwendung bittet um mehr"
    assert "profile" in letter.text


def test_publication_is_told_to_operators_and_its_outcome_to_the_makers(
    cast: Cast, sender: World, post: Post
) -> None:
    """C28: every letter about a request has its number, which its history has too."""
    operator = sender.make.operator(role="admin")
    application = sender.make.application(
        cast.own,
        notification_addresses=("makers@kestrel.test",),
        description="A map",
        base_url="https://app.example.test/",
        owner_email="makers@kestrel.test",
    )
    path = f"/organizations/{{own}}/applications/{to_text(application.id)}"
    submitted = cast.as_owner("POST", f"{path}/submit", {"terms_version": "1"}, If_Match='"1"')
    assert submitted.status_code == 200, submitted.text
    rejected = cast.as_operator(
        "POST",
        f"{path}/reject",
        {"reasons": ["other"], "text": "Say what it is for."},
        If_Match=submitted.headers["etag"],
    )
    assert rejected.status_code == 200, rejected.text
    run(sender)
    to_operator = [one for one in post.letters if one.to == operator.email]
    assert [one.subject for one in to_operator] == ["An application was submitted for publication"]
    (last,) = [one for one in post.letters if "rejected" in one.subject]
    assert last.to == "makers@kestrel.test"
    assert "Say what it is for." in last.text
    steps = cast.as_owner("GET", f"{path}/publication-steps").json["items"]
    (number,) = (one["id"] for one in steps if one["decision"] == "submitted")
    assert all(f"Reference: {number}" in one.text for one in (*to_operator, last))


def test_secrets_are_told_of_and_never_told(cast: Cast, sender: World, post: Post) -> None:
    ours = hooked(cast, cast.own)
    application = sender.make.application(cast.own, settings={"reveal": "developers"})
    path = f"/organizations/{{own}}/applications/{to_text(application.id)}/secrets"
    made = cast.as_owner("POST", path, {"label": "production"})
    shown = cast.as_owner("POST", f"{path}/{made.json['id']}/reveal")
    assert shown.status_code == 200, shown.text
    assert cast.as_owner("DELETE", f"{path}/{made.json['id']}").status_code == 204
    run(sender)
    assert sorted(told_at(post, ours)) == ["secret.issued", "secret.revealed", "secret.revoked"]
    everything = repr(post.requests) + repr(post.letters)
    assert made.json["secret"] not in everything
    for body in post.bodies:
        assert body["data"]["secret_id"] == made.json["id"]
        assert body["data"]["client_id"] == application.client_id


def test_every_act_on_an_application_of_the_table_is_an_event() -> None:
    """What the operation table adds about applications, secrets and installations is told or said not to be."""
    kinds = ("application.", "secret.", "installation.")
    actions = {one.audit.action for one in operations.ALL if one.audit is not None}
    assert [
        one for one in sorted(actions) if one.startswith(kinds) and not announcement_of(one, {}, {})
    ] == []


def test_a_dialect_says_a_notice_in_its_own_form(cast: Cast, sender: World, post: Post) -> None:
    """G37 to G42: another body to the same address, signed by what the dialect signs with, and its own yes."""
    application = sender.make.application(cast.own, settings={"reveal": "developers"})
    secret = sender.make.secret(application, kept=True)
    sender.make.webhook(cast.own, "https://hooks.example.test/own", application_id=application.id)
    sender.make.webhook(cast.own, "https://hooks.example.test/all")
    seen: list[NoticeEvent] = []

    def notice(event: NoticeEvent) -> OutgoingNotice | None:
        seen.append(event)
        if event.name != "application.disabled":
            return None
        body = json.dumps({"type": 2, "action_time": event.at // 1000}).encode()
        return OutgoingNotice("/notice", body, "text/x-test", lambda answer: answer.body == b'{"code":0}')

    dialect = replace(STANDARD, notice=notice)
    outbox = Outbox(sender.services, Outside(post, post), Letters("x"), {dialect.name: dialect.notice})
    post.answer = lambda _: Response(200, b'{"code":7}')
    path = f"/organizations/{{own}}/applications/{to_text(application.id)}"
    assert cast.as_owner("POST", f"{path}/disable", If_Match='"1"').status_code == 200
    while outbox.step():
        pass
    forms = {one.url: one for one in post.requests}
    own = forms["https://hooks.example.test/own/notice"]
    assert json.loads(own.body) == {"type": 2, "action_time": sender.clock.now() // 1000}
    assert own.headers["content-type"] == "text/x-test"
    assert json.loads(forms["https://hooks.example.test/all"].body)["type"] == "application.disabled"
    assert seen[0].secret is not None
    assert seen[0].secret.reveal() == secret
    # A status of 200 was not what the dialect calls received.
    sender.advance(60)
    post.answer = lambda _: Response(200, b'{"code":0}')
    while outbox.step():
        pass
    sender.advance(86_400)
    assert outbox.step() == 0
    assert [one.url for one in post.requests].count(own.url) == 2


def test_a_rotated_secret_signs_beside_the_former_one_for_a_day(
    cast: Cast, sender: World, post: Post
) -> None:
    made = cast.as_owner("POST", "/organizations/{own}/webhooks", {"url": "https://hooks.example.test/"})
    assert made.status_code == 201, made.text
    path = f"/organizations/{{own}}/webhooks/{made.json['id']}"
    rotated = cast.as_owner("POST", f"{path}/rotate")
    assert rotated.status_code == 200, rotated.text
    former, present = made.json["secret"], rotated.json["secret"]
    assert former != present

    def signatures() -> tuple[bool, bool]:
        answer = cast.as_owner("POST", f"{path}/test")
        assert answer.status_code == 200, answer.text
        run(sender)
        request = post.requests[-1]
        assert json.loads(request.body)["type"] == "webhook.test"
        return (
            is_signed_with(former, request.headers, request.body),
            is_signed_with(present, request.headers, request.body),
        )

    assert signatures() == (True, True)
    sender.advance(86_400)
    cast._callers.clear()  # noqa: SLF001 - tokens end in the meantime
    assert signatures() == (False, True)


def test_no_name_of_a_record_gets_into_a_header(sender: World) -> None:
    letters = Letters("https://id.example.test")
    data = {"application_name": "Map\r\nBcc: everybody@example.test", "text": "a\r\n.\r\nb"}
    subject, text = letters.write("publication.rejected", data, locale="xx")
    assert subject == "An application was rejected"
    # It reads like an address, so it does not stand in the letter either.
    assert "everybody@example.test" not in text
    # The same where it is made into a mail: nothing with a break in it becomes a header.
    for letter in (
        Letter("a@example.test", "Map\nBcc: b@example.test", "text", "1"),
        Letter("a@example.test\nBcc: b@example.test", "Map", "text", "1"),
    ):
        with pytest.raises(NotSent) as refused:
            written(letter, "Grantway <noreply@example.test>")
        assert refused.value.is_final


@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_event_has_a_subject_of_its_own(locale: str) -> None:
    letters = Letters("https://id.example.test")
    data = {"application_name": "A & B", "organization_name": "<O>"}
    subjects = {letters.write(name, data, locale=locale)[0] for name in EVENTS}
    assert len(subjects) == len(EVENTS)
    assert not subjects & set(EVENTS)
    # No text of a tenant stands in the subject of our letters.
    assert not any("A & B" in one or "<O>" in one for one in subjects)


def test_an_event_keeps_no_secret_and_no_address(cast: Cast, sender: World) -> None:
    application = sender.make.application(cast.own)
    path = f"/organizations/{{own}}/applications/{to_text(application.id)}"
    changed = patched(cast, path, '"1"', notification_addresses=["new@kestrel.test"], description="Private")
    assert changed.status_code == 200, changed.text
    with sender.store.begin() as tx:
        (event,) = tx.platform.take_events(limit=10)
    assert isinstance(event, Event)
    assert event.facts["changed"] == ["description", "notification_addresses"]
    assert "Private" not in repr(event)
    assert "new@kestrel.test" not in repr(event)
