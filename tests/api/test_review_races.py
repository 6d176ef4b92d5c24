"""An edit and a decision at the same moment: whoever comes second sees it, or is told so."""

from __future__ import annotations

from functools import partial

import pytest

from grantway.core.identifiers import to_text
from tests.api.cast import Cast
from tests.api.test_pending_versions import CALLBACK, ELSEWHERE, approved, edit, edited, judged
from tests.api.test_publication import APPLICATIONS
from tests.api.test_races import ROUNDS, at_once


def test_an_admins_narrowing_and_a_makers_edit_at_once_are_both_kept(cast: Cast) -> None:
    """Whoever comes second sees what the first one did, or is told that it was changed."""
    admins = f"/organizations/{to_text(cast.other.id)}/installations"
    for number in range(ROUNDS):
        record = approved(cast, scopes=["openid", "email", "profile"], name=f"Orbit {number}")
        grant = {"client_id": record["client_id"], "scopes": ["openid", "email", "profile"]}
        installed = cast.as_operator("POST", admins, grant).json
        place, tag = f"{admins}/{installed['id']}", f'"{installed["version"]}"'
        narrow = partial(cast.as_operator, "PATCH", place, {"scopes": ["openid", "profile"]}, If_Match=tag)
        shrink = partial(edit, cast, record, scopes=["openid", "email"])
        calls = (narrow, shrink) if number % 2 else (shrink, narrow)
        answers = dict(zip(("first", "second"), at_once(*calls), strict=True))
        admin, maker = (
            answers[name] for name in (("first", "second") if number % 2 else ("second", "first"))
        )
        assert maker.status_code == 200
        assert admin.status_code in {200, 412}
        if admin.status_code == 412:
            tag = cast.as_operator("GET", place).headers["etag"]
            admin = cast.as_operator("PATCH", place, {"scopes": ["openid"]}, If_Match=tag)
            assert admin.status_code == 200
        after = cast.as_operator("GET", place).json
        assert (after["scopes"], after["scopes_pending"]) == (["openid"], [])


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_a_decision_and_an_edit_at_once_never_decide_what_nobody_read(cast: Cast, verb: str) -> None:
    for number in range(ROUNDS):
        record = edited(cast, approved(cast, name=f"Orbit {number}"), scopes=["openid", "email"])
        decide = partial(judged, cast, record, verb, {"reasons": ["insecure"]} if verb == "reject" else None)
        slip_in = partial(edit, cast, record, redirect_uris=[CALLBACK, ELSEWHERE])
        answers = at_once(decide, slip_in)
        assert sorted(one.status_code for one in answers) == [200, 412]
        after = cast.as_owner("GET", f"{APPLICATIONS}/{record['id']}").json
        assert after["redirect_uris"] == [CALLBACK]
        assert (after["pending"] is None) == (answers[0].status_code == 200)
