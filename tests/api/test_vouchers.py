"""Vouchers over HTTP: who gives them, for what, and what is left when one is taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import Application
from tests.api.cast import Cast
from tests.kit.factories import CALLBACK, Person
from tests.kit.world import VERIFIER, authorization_request

OWN = "/organizations/{own}/vouchers"


def application(cast: Cast, **changes: Any) -> Application:
    """One of the own organization that looks for the organization's voucher."""
    return cast.world.make.application(cast.own, settings={"consent": "installed"}, **changes)


def body(app: Application, **changes: Any) -> dict[str, Any]:
    return {"client_id": app.client_id, "application_version": app.version, **changes}


def silent(cast: Cast, app: Application, person: Person, **parameters: str) -> str:
    """What a sign-in without any question brings back: `code`, or the error."""
    browser = cast.world.browser()
    browser.sign_in(person.email, person.password)
    request = {"redirect_uri": CALLBACK, "prompt": "none", **parameters}
    left = browser.visit("/oauth/authorize?" + urlencode(authorization_request(app, **request))) or ""
    answer = parse_qs(urlsplit(left).query)
    return "code" if "code" in answer else answer["error"][0]


def test_an_administrator_answers_before_the_own_members_and_takes_it_back(cast: Cast) -> None:
    app, mara = application(cast), cast.world.make.person(cast.own)
    assert silent(cast, app, mara) == "consent_required"
    given = cast.as_owner("POST", OWN, body(app))
    assert given.status_code == 201, given.text
    assert (given.json["organization_id"], given.json["scopes"]) == (
        to_text(cast.own.id),
        sorted(app.scopes),
    )
    assert silent(cast, app, mara) == "code"
    assert [one["id"] for one in cast.as_owner("GET", OWN).json["items"]] == [given.json["id"]]
    place = f"{OWN}/{given.json['id']}"
    assert cast.as_owner("DELETE", place).status_code == 204
    assert silent(cast, app, mara) == "consent_required"
    assert cast.as_owner("DELETE", place).status_code == 404
    assert cast.as_owner("GET", OWN).json["items"] == []
    kept = cast.as_owner("GET", OWN + "?revoked=true").json["items"]
    assert [one["id"] for one in kept] == [given.json["id"]]
    assert kept[0]["revoked_by"] is not None
    lines = cast.as_owner("GET", "/organizations/{own}/audit?action=voucher.").json["items"]
    assert {line["action"] for line in lines} == {"voucher.revoke", "voucher.give"}


def test_a_new_one_takes_the_place_of_the_former(cast: Cast) -> None:
    app = application(cast)
    first = cast.as_owner("POST", OWN, body(app)).json["id"]
    second = cast.as_owner("POST", OWN, body(app, scopes=["openid"])).json["id"]
    assert [one["id"] for one in cast.as_owner("GET", OWN).json["items"]] == [second]
    assert cast.as_owner("GET", f"{OWN}/{first}").json["revoked_at"] is not None


def test_nobody_answers_for_more_than_there_is_or_than_was_seen(cast: Cast) -> None:
    app = application(cast)
    refused = cast.as_owner(
        "POST",
        OWN,
        body(app, scopes=["stock:read"], redirect_uris=["https://evil.example/"], dialects=["deeplynx"]),
    )
    assert refused.status_code == 422, refused.text
    assert {one["field"] for one in refused.json["errors"]} == {
        "scopes[0]",
        "redirect_uris[0]",
        "dialects[0]",
    }
    outdated = cast.as_owner("POST", OWN, body(app, application_version=app.version + 1))
    assert (outdated.status_code, outdated.json["error_id"]) == (409, "E-VOUCH-02")
    unknown = cast.as_owner("POST", OWN, {"client_id": "nobody", "application_version": 1})
    assert unknown.status_code == 422
    foreign = cast.world.make.application(cast.other)
    assert cast.as_owner("POST", OWN, body(foreign)).status_code == 422
    assert cast.as_owner("GET", OWN).json["items"] == []


def test_an_administrator_answers_for_nothing_of_this_server_beyond_themselves(cast: Cast) -> None:
    app = application(cast, scopes=("openid", "platform"))
    scopes = "vouchers:read vouchers:write"
    person = cast.world.make.person(cast.own, role="admin")
    token = cast.world.authorize(cast.console, person, scope=scopes).access_token
    caller = replace(cast.caller("admin"), token=token)
    place = OWN.replace("{own}", to_text(cast.own.id))
    refused = cast.call(caller, "POST", place, body(app))
    assert (refused.status_code, refused.json["errors"][0]["id"]) == (422, "E-FIELD-32")
    assert cast.call(caller, "POST", place, body(app, scopes=["openid"])).status_code == 201


def test_what_the_application_becomes_is_asked_for_and_the_list_says_so(cast: Cast) -> None:
    app, mara = application(cast), cast.world.make.person(cast.own)
    cast.as_owner("POST", OWN, body(app))
    assert silent(cast, app, mara) == "code"
    assert app.client_id not in unvouched(cast)
    wider = cast.world.make.change_application(app, scopes=app.scopes | {"offline_access"})
    cast.world.product.poll()
    assert silent(cast, wider, mara) == "consent_required"
    assert silent(cast, wider, mara, scope="openid") == "code"
    assert unvouched(cast)[app.client_id] == [(to_text(cast.own.id), "outgrown")]


def unvouched(cast: Cast) -> dict[str, list[tuple[str | None, str]]]:
    """The list of operators, whole, page by page."""
    found: dict[str, list[tuple[str | None, str]]] = {}
    path = "/unvouched-applications?limit=2"
    while path:
        page = cast.as_operator("GET", path).json
        for one in page["items"]:
            assert one["client_id"] not in found
            found[one["client_id"]] = [(lack["organization_id"], lack["problem"]) for lack in one["lacks"]]
        cursor = page.get("next_cursor")
        path = f"/unvouched-applications?limit=2&cursor={cursor}" if cursor else ""
    return found


def test_operators_see_who_lived_on_a_setting_and_answer_for_each(cast: Cast) -> None:
    make = cast.world.make
    apps = [make.application(cast.own, settings={"consent": "platform"}) for _ in range(3)]
    plain = make.application(cast.own)
    listed = unvouched(cast)
    assert [listed[one.client_id] for one in apps] == [[(None, "missing")]] * 3
    assert plain.client_id not in listed
    for one in apps:
        assert cast.as_operator("POST", "/vouchers", body(one)).status_code == 201
    assert not {one.client_id for one in apps} & unvouched(cast).keys()


def installed(cast: Cast) -> tuple[Application, Person, str]:
    """An application of others, of the audience, that the own organization installed."""
    app = cast.world.make.application(cast.vendor, settings={"consent": "installed"})
    made = cast.world.make.installation(app, cast.own, members="ask")
    return app, cast.world.make.person(cast.own), f"/organizations/{{own}}/installations/{to_text(made.id)}"


def patched(cast: Cast, place: str, **changes: Any) -> Any:
    tag = cast.as_owner("GET", place).headers["etag"]
    answer = cast.as_owner("PATCH", place, changes, If_Match=tag)
    assert answer.status_code == 200, answer.text
    return answer


def test_to_allow_the_members_is_to_answer_for_it_as_it_is(cast: Cast) -> None:
    app, mara, place = installed(cast)
    refused = cast.as_owner("POST", OWN, body(app))
    assert (refused.status_code, refused.json["error_id"]) == (409, "E-VOUCH-03")
    assert silent(cast, app, mara) == "consent_required"
    patched(cast, place, members="allow")
    assert silent(cast, app, mara) == "code"
    assert cast.as_owner("GET", OWN).json["items"][0]["client_id"] == app.client_id
    # What its makers widen later nobody here answered for.
    moved = "https://moved.example.test/callback"
    wider = cast.world.make.change_application(
        app, redirects=(*app.redirects, replace(app.redirects[0], uri=moved))
    )
    cast.world.product.poll()
    assert silent(cast, wider, mara, redirect_uri=moved) == "consent_required"
    assert silent(cast, wider, mara) == "code"
    patched(cast, place, members="allow")
    assert silent(cast, wider, mara, redirect_uri=moved) == "code"


@pytest.mark.parametrize("end", ["suspend", "ask", "block", "revoke"])
def test_it_ends_with_what_it_hangs_on(cast: Cast, end: str) -> None:
    app, mara, place = installed(cast)
    patched(cast, place, members="allow")
    secret = cast.world.make.secret(app)
    held = cast.world.authorize(app, mara, secret=secret)
    assert cast.world.bearer(held.access_token).status_code == 200
    if end == "revoke":
        tag = cast.as_owner("GET", place).headers["etag"]
        assert cast.as_owner("DELETE", place + "?sign_ins=keep", If_Match=tag).status_code == 200
    else:
        changes = {
            "suspend": {"state": "suspended"},
            "ask": {"members": "ask"},
            "block": {"members": "block"},
        }
        patched(cast, place, **changes[end])
    assert silent(cast, app, mara) != "code"
    assert cast.world.bearer(held.access_token).status_code == 401
    refreshed = {"grant_type": "refresh_token", "refresh_token": held.refresh_token}
    assert cast.world.token(app, secret, **refreshed).status_code == 400
    if end == "suspend":
        patched(cast, place, state="active")
        assert silent(cast, app, mara) == "code"
        assert cast.world.bearer(held.access_token).status_code == 200


def test_a_code_that_waits_dies_with_the_voucher_and_what_people_agreed_to_does_not(cast: Cast) -> None:
    app, make = application(cast), cast.world.make
    mara, henri, secret = make.person(cast.own), make.person(cast.own), make.secret(app)
    agreed = cast.world.authorize(app, mara, secret=secret)
    given = cast.as_owner("POST", OWN, body(app)).json["id"]
    spared = cast.world.authorize(app, henri, secret=secret)
    browser = cast.world.browser()
    browser.sign_in(henri.email, henri.password)
    request = authorization_request(app, redirect_uri=CALLBACK)
    left = browser.visit("/oauth/authorize?" + urlencode(request)) or ""
    code = parse_qs(urlsplit(left).query)["code"][0]
    assert cast.as_owner("DELETE", f"{OWN}/{given}").status_code == 204
    redeemed = cast.world.token(
        app,
        secret,
        grant_type="authorization_code",
        code=code,
        redirect_uri=CALLBACK,
        code_verifier=VERIFIER,
    )
    assert (redeemed.status_code, redeemed.json["error"]) == (400, "invalid_grant")
    assert cast.world.bearer(spared.access_token).status_code == 401
    refresh = {"grant_type": "refresh_token"}
    assert cast.world.token(app, secret, refresh_token=spared.refresh_token, **refresh).status_code == 400
    assert cast.world.bearer(agreed.access_token).status_code == 200
    assert cast.world.token(app, secret, refresh_token=agreed.refresh_token, **refresh).status_code == 200


def test_operators_answer_before_the_audience_that_they_name(cast: Cast) -> None:
    make = cast.world.make
    app = make.application(cast.own, settings={"consent": "platform"}, audience_effective="any_organization")
    mara, paul = make.person(cast.own), make.person(cast.other)
    assert silent(cast, app, mara) == silent(cast, app, paul) == "consent_required"
    narrow = cast.as_operator("POST", "/vouchers", body(app, audience="own_organization"))
    assert narrow.status_code == 201, narrow.text
    assert (silent(cast, app, mara), silent(cast, app, paul)) == ("code", "consent_required")
    whole = cast.as_operator("POST", "/vouchers", body(app))
    assert (silent(cast, app, mara), silent(cast, app, paul)) == ("code", "code")
    assert cast.as_operator("GET", f"/vouchers/{narrow.json['id']}").json["revoked_at"] is not None
    assert cast.as_operator("DELETE", f"/vouchers/{whole.json['id']}").status_code == 204
    assert silent(cast, app, mara) == silent(cast, app, paul) == "consent_required"


def test_organizations_are_listed_for_that_audience_alone_each_once_and_there_are_such(cast: Cast) -> None:
    app = cast.world.make.application(
        cast.own, settings={"consent": "platform"}, audience_effective="any_organization"
    )
    other, listed = to_text(cast.other.id), {"audience": "listed_organizations"}
    for changes, place in (
        ({}, "audience_organizations"),
        ({"audience": "own_organization"}, "audience_organizations"),
        ({**listed, "audience_organizations": [other, other]}, "audience_organizations[1]"),
        ({**listed, "audience_organizations": [other, "3xKnown9"]}, "audience_organizations[1]"),
    ):
        wanted = {"audience_organizations": [other], **changes}
        refused = cast.as_operator("POST", "/vouchers", body(app, **wanted))
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, place), changes
    given = cast.as_operator("POST", "/vouchers", body(app, **listed, audience_organizations=[other]))
    assert (given.status_code, given.json["audience_organizations"]) == (201, [other])


def test_a_tenant_answers_for_nobody_else_and_a_developer_for_nobody(cast: Cast) -> None:
    app = application(cast)
    assert cast.as_owner("POST", "/vouchers", body(app)).status_code == 403
    place = OWN.replace("{own}", to_text(cast.own.id))
    for who, status in (("developer", 403), ("stranger", 404), ("admin", 201)):
        assert cast.call(cast.caller(who), "POST", place, body(app)).status_code == status


def test_an_approval_is_the_voucher_of_what_was_approved_and_goes_with_it(cast: Cast) -> None:
    """C16: under the cxone preset the operator who approves answers for exactly that."""
    make = cast.world.make
    app = make.application(
        cast.own,
        preset="cxone",
        settings={"consent": "platform"},
        description="On a map.",
        base_url="https://app.example.test/",
        owner_email="makers@example.test",
        audience_requested="any_organization",
        publication="submitted",
    )
    paul = make.person(cast.other)
    place = f"/organizations/{{own}}/applications/{to_text(app.id)}"
    approved = cast.as_operator("POST", place + "/approve", If_Match='"1"')
    assert approved.status_code == 200, approved.text
    assert silent(cast, app, paul) == "code"
    (given,) = cast.as_operator("GET", f"/vouchers?application_id={to_text(app.id)}").json["items"]
    assert (given["audience"], given["application_version"]) == ("any_organization", 2)
    tag = approved.headers["etag"]
    assert cast.as_owner("POST", place + "/withdraw", If_Match=tag).status_code == 200
    assert cast.as_operator("GET", f"/vouchers?application_id={to_text(app.id)}").json["items"] == []
