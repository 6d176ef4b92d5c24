"""The second phase of an authorization request: what is remembered, and what the application is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grantway.core import errors
from grantway.core.errors import Reason
from grantway.core.messages import AuthorizeRequest, AuthorizeRules
from grantway.core.model import Application
from grantway.features.authorize.begin import Beginning
from grantway.features.authorize.pending import Pending, decode, encode
from tests.core import records
from tests.core.records import APPLICATION, CALLBACK
from tests.features.authorize.remembered import NOW, services
from tests.features.authorize.requests import CHALLENGE, request

PLAIN = AuthorizeRules()


def begin(asked: AuthorizeRequest, rules: AuthorizeRules = PLAIN, app: Application | None = None) -> Pending:
    beginning = Beginning(services(app or records.application()))
    return beginning.check(asked, rules, beginning.verify(asked, rules), NOW)


def test_a_good_request_is_remembered_whole() -> None:
    pending = begin(
        request(resources=("https://orders.example.test",), max_age="60", login_hint="ada@example.test")
    )
    assert pending == Pending(
        application_id=APPLICATION,
        client_id="orders-app",
        mount="standard",
        dialect="standard",
        redirect_uri=CALLBACK,
        redirect_repeated=True,
        mode="query",
        names_issuer=True,
        created_at=NOW,
        scopes=["openid", "orders.read"],
        state="s-1",
        nonce="n-1",
        code_challenge=CHALLENGE,
        resources=["https://orders.example.test"],
        max_age=60,
        login_hint="ada@example.test",
    )
    assert decode(encode(pending)) == pending


LONG = "x" * 8_192
FAULTS: list[tuple[str, dict[str, Any], Reason]] = [
    ("a request object", {"request": "e30.e30."}, errors.REQUEST_UNSUPPORTED_OBJECT),
    ("a request by address", {"request_uri": "https://a.test"}, errors.REQUEST_URI_UNSUPPORTED),
    ("no response type", {"response_type": None}, errors.AUTHORIZE_RESPONSE_TYPE_MISSING),
    ("an implicit response type", {"response_type": "token"}, errors.AUTHORIZE_RESPONSE_TYPE),
    ("a hybrid response type", {"response_type": "code id_token"}, errors.AUTHORIZE_RESPONSE_TYPE),
    ("no type at all", {"response_type": "none"}, errors.AUTHORIZE_RESPONSE_TYPE),
    ("another letter case", {"response_type": "Code"}, errors.AUTHORIZE_RESPONSE_TYPE),
    ("a fragment", {"response_mode": "fragment"}, errors.AUTHORIZE_RESPONSE_MODE),
    ("a signed answer", {"response_mode": "query.jwt"}, errors.AUTHORIZE_RESPONSE_MODE),
    ("a client that describes itself", {"registration": "{}"}, errors.AUTHORIZE_REGISTRATION),
    ("a long state", {"state": LONG, "scope": "nobody.knows"}, errors.SCOPE_INVALID),
    (
        "no challenge",
        {"code_challenge": None, "code_challenge_method": None},
        errors.AUTHORIZE_CHALLENGE_MISSING,
    ),
    ("a method without challenge", {"code_challenge": None}, errors.AUTHORIZE_CHALLENGE_MISSING),
    ("an empty challenge", {"code_challenge": ""}, errors.AUTHORIZE_CHALLENGE_MALFORMED),
    ("plain", {"code_challenge_method": "plain"}, errors.AUTHORIZE_CHALLENGE_METHOD),
    ("no method, which means plain", {"code_challenge_method": None}, errors.AUTHORIZE_CHALLENGE_METHOD),
    ("a malformed challenge", {"code_challenge": CHALLENGE + "="}, errors.AUTHORIZE_CHALLENGE_MALFORMED),
    ("a malformed scope", {"scope": "openid\torders.read"}, errors.SCOPE_INVALID),
    ("an unknown scope", {"scope": "nobody.knows"}, errors.SCOPE_INVALID),
    ("a scope it was not given", {"scope": "stock.read"}, errors.SCOPE_INVALID),
    ("a scope for machines", {"scope": "orders.sync"}, errors.SCOPE_INVALID),
    ("an unknown resource", {"resources": ("https://nobody.test",)}, errors.RESOURCE_INVALID),
    ("a resource without scope", {"resources": ("https://stock.example.test",)}, errors.RESOURCE_INVALID),
    ("an unknown prompt", {"prompt": "create"}, errors.AUTHORIZE_PROMPT),
    ("none among others", {"prompt": "none login"}, errors.AUTHORIZE_PROMPT),
    ("a negative max_age", {"max_age": "-1"}, errors.AUTHORIZE_MAX_AGE),
    ("an empty max_age", {"max_age": ""}, errors.AUTHORIZE_MAX_AGE),
    ("a fraction", {"max_age": "1.5"}, errors.AUTHORIZE_MAX_AGE),
    ("digits of another script", {"max_age": "\u0661"}, errors.AUTHORIZE_MAX_AGE),
    ("a number without end", {"max_age": "9" * 11}, errors.AUTHORIZE_MAX_AGE),
    ("a hint that is no token", {"id_token_hint": "x"}, errors.AUTHORIZE_HINT),
]


@pytest.mark.parametrize(("changes", "reason"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_the_application_is_told_what_is_wrong(changes: dict[str, Any], reason: Reason) -> None:
    pending = begin(request(**changes))
    assert pending.error == reason.id
    assert (pending.redirect_uri, pending.mode, pending.names_issuer) == (CALLBACK, "query", True)
    assert pending.state == changes.get("state", "s-1"), "whatever is wrong, it comes back"
    assert pending.scopes is None
    assert pending.code_challenge is None


def test_a_refusal_is_posted_where_the_request_asked_for_it() -> None:
    assert begin(request(response_mode="form_post", scope="nobody.knows")).mode == "form_post"
    assert begin(request(response_mode="form_post")).mode == "form_post"
    assert begin(request(response_mode="query")).mode == "query"


@pytest.mark.parametrize(
    ("prompt", "is_silent"), [("none", True), ("none login", False), ("login", False), (None, False)]
)
def test_a_faulty_request_keeps_its_silence(prompt: str | None, is_silent: bool) -> None:
    pending = begin(request(prompt=prompt, scope="nobody.knows"))
    assert pending.is_silent is is_silent
    assert pending.error is not None


MAY_NOT: dict[str, dict[str, Any]] = {
    "a backend": {"type": "backend"},
    "machines only": {"settings": records.settings(grant_types=frozenset({"client_credentials"}))},
    "nothing at all": {"settings": records.settings(grant_types=frozenset())},
}


@pytest.mark.parametrize("changes", MAY_NOT.values(), ids=MAY_NOT.keys())
def test_what_does_not_sign_people_in_is_told_so(changes: dict[str, Any]) -> None:
    assert begin(request(), app=records.application(**changes)).error == errors.AUTHORIZE_UNAUTHORIZED.id


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (None, None),
        ("  ", None),
        ("profile openid", ["openid", "profile"]),
        ("openid openid", ["openid"]),
        ("  openid   profile ", ["openid", "profile"]),
        ("openid nobody.knows", ["nobody.knows", "openid"]),
    ],
)
def test_scopes_are_remembered_in_order_and_none_means_those_that_fit(
    scope: str | None, expected: list[str] | None
) -> None:
    pending = begin(request(scope=scope))
    assert (pending.error, pending.scopes) == (None, expected)


def test_an_application_without_usable_scopes_is_told_so() -> None:
    app = records.application(scopes=frozenset({"orders.sync", "orders.old"}))
    assert begin(request(scope=None), app=app).error == errors.SCOPE_NONE.id
    assert begin(request(scope="orders.sync"), app=app).error == errors.SCOPE_LEGS.id


def test_scopes_of_two_apis_need_a_resource_or_a_policy() -> None:
    both = records.application(scopes=frozenset({"openid", "orders.read", "stock.read"}))
    asked = request(scope="openid orders.read stock.read")
    assert begin(asked, app=both).error == errors.SCOPE_SEVERAL_APIS.id
    assert begin(replace(asked, resources=("https://stock.example.test",)), app=both).error is None
    assert begin(asked, app=replace(both, settings=records.settings(several_audiences=True))).error is None


RULES: list[tuple[str, AuthorizeRules, dict[str, Any], Reason | None]] = [
    ("implied type", AuthorizeRules(response_type_implied=True), {"response_type": None}, None),
    ("implied type, another sent", AuthorizeRules(response_type_implied=True), {"response_type": "x"}, None),
    ("state demanded", AuthorizeRules(state_required=True), {"state": None}, errors.AUTHORIZE_STATE_MISSING),
    (
        "state demanded, empty",
        AuthorizeRules(state_required=True),
        {"state": ""},
        errors.AUTHORIZE_STATE_MISSING,
    ),
    ("state demanded and sent", AuthorizeRules(state_required=True), {}, None),
    ("no scope parameter", AuthorizeRules(scope_all=True), {"scope": "whatever this is"}, None),
]


@pytest.mark.parametrize(
    ("rules", "changes", "reason"), [row[1:] for row in RULES], ids=[row[0] for row in RULES]
)
def test_a_dialect_changes_what_must_be_carried(
    rules: AuthorizeRules, changes: dict[str, Any], reason: Reason | None
) -> None:
    pending = begin(request(**changes), rules)
    assert pending.error == (reason.id if reason else None)
    if rules.scope_all:
        assert pending.scopes is None


@pytest.mark.parametrize("was_sent", [True, False])
@pytest.mark.parametrize("repeats", [True, False])
def test_the_redirect_comes_again_where_it_was_sent_and_the_dialect_repeats_it(
    was_sent: bool, repeats: bool
) -> None:
    asked = request() if was_sent else request(claimed_redirect=None)
    pending = begin(
        asked, AuthorizeRules(redirect_repeated=repeats, state_repeated=repeats, names_issuer=repeats)
    )
    assert pending.redirect_repeated is (was_sent and repeats)
    assert (pending.state_repeated, pending.names_issuer) == (repeats, repeats)


def test_a_login_hint_is_cut_and_never_refused() -> None:
    assert begin(request(login_hint="a" * 400)).login_hint == "a" * 320
    assert begin(request(login_hint="")).login_hint is None
