"""Who is told of a change that waits for a review, and of what became of it."""

from __future__ import annotations

import pytest

from grantway.core.identifiers import to_text
from tests.api.cast import Cast, cast_of
from tests.features.notices.post import Post, run
from tests.features.notices.test_who_is_told import hooked, patched, told_at
from tests.kit.world import World


@pytest.fixture
def cast(sender: World) -> Cast:
    return cast_of(sender)


def test_a_change_that_waits_is_told_once_to_operators_and_its_outcome_to_the_makers(
    cast: Cast, sender: World, post: Post
) -> None:
    operator = sender.make.operator(role="admin")
    application = sender.make.application(
        cast.own, notification_addresses=("makers@kestrel.test",), publication="approved"
    )
    path = f"/organizations/{{own}}/applications/{to_text(application.id)}"
    ours = hooked(cast, cast.own)
    answer = patched(cast, path, '"1"', name="Your Bank")
    answer = patched(cast, path, answer.headers["etag"], name="Their Bank", description="A bank")
    body = {"reasons": ["other"], "text": "You are no bank."}
    tag = answer.headers["etag"]
    assert cast.as_operator("POST", f"{path}/pending/reject", body, If_Match=tag).status_code == 200
    run(sender)
    to_operator = [one.subject for one in post.letters if one.to == operator.email]
    assert to_operator == ["A change of an application waits for a review"]
    (last,) = [one for one in post.letters if "rejected" in one.subject]
    assert last.to == "makers@kestrel.test"
    assert "You are no bank." in last.text
    assert "Everything stays as it was approved." in last.text
    told = told_at(post, ours)
    assert [told.count(f"publication.pending{one}") for one in ("", "_rejected", "_approved")] == [1, 1, 0]
