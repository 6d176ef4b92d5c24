"""Why was this refused: what developers read of refused requests, who else reads it, and how support finds one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import falcon.testing
import pytest

from grantway.core.asker import ASKER
from grantway.core.identifiers import to_text
from grantway.core.model import SECOND, Application, Organization
from grantway.core.refusals import KEPT, RefusalQuery
from grantway.core.remedies import REMEDIES
from grantway.edges.dialects.standard import paths
from tests.api.cast import Cast
from tests.kit.world import World, authorization_request

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def asked(world: World, method: str, path: str, query: str = "", **form: str) -> falcon.testing.Result:
    """One request of a stranger, as a process begins each: nobody is known yet."""
    ASKER.client = None
    body = urlencode(form) if method == "POST" else None
    return world.client.simulate_request(method, path, query_string=query, body=body, headers=FORM)


def refusals(
    cast: Cast, application: Application, at: Organization | None = None, query: str = ""
) -> list[dict[str, Any]]:
    cast.world.product.remember_uses()
    place = to_text((at or cast.own).id)
    caller = cast.caller("owner" if at in (None, cast.own) else "operator")
    path = f"/organizations/{place}/applications/{to_text(application.id)}/refusals{query}"
    answered = cast.call(caller, "GET", path)
    assert answered.status_code == 200, answered.json
    items: list[dict[str, Any]] = answered.json["items"]
    return items


def mistaken(application: Application, **parameters: str) -> str:
    request = authorization_request(application, redirect_uri=application.redirects[0].uri)
    return urlencode({**request, **parameters})


def test_the_code_of_the_error_page_finds_the_cause_and_the_nearest_address(cast: Cast) -> None:
    world = cast.world
    application = world.make.application(cast.own)
    registered = application.redirects[0].uri
    page = asked(world, "GET", paths.AUTHORIZE, mistaken(application, redirect_uri=registered + "/"))
    assert page.status_code == 400
    found = re.search(r'class="id">([\w-]{16})<', page.text)
    assert found is not None
    (seen,) = refusals(cast, application, query=f"?code={found[1]}")
    assert (seen["code"], seen["kind"], seen["mount"]) == (found[1], "authorize", "standard")
    assert (seen["error_id"], seen["remedy"]) == ("E-AUTHORIZE-04", REMEDIES["E-AUTHORIZE-04"])
    assert (seen["nearest"], seen["difference"]) == (registered, "Only the slash at the end differs.")
    assert (seen["count"], seen["is_sampled"], seen["organization_id"]) == (1, False, None)
    assert refusals(cast, application, query="?code=another-code-000") == []
    # An operator whom somebody told the code finds it without knowing the application.
    everywhere = cast.as_operator("GET", f"/refusals?code={found[1]}")
    assert [one["client_id"] for one in everywhere.json["items"]] == [application.client_id]


def test_the_page_of_a_fault_says_its_code_and_going_back_is_not_told_again(cast: Cast) -> None:
    world = cast.world
    application = world.make.application(cast.own)
    browser = world.browser()
    ASKER.client = None
    browser.visit(paths.AUTHORIZE + "?" + mistaken(application, scope="no:such openid:not"))
    found = re.findall(r'class="id">([\w-]{16})<', browser.page)
    assert len(found) == 1, browser.page
    (seen,) = refusals(cast, application)
    assert (seen["code"], seen["error_id"], seen["kind"]) == (found[0], "E-SCOPE-01", "authorize")
    ASKER.client = None
    assert browser.submit(("action", "tell")) is not None
    (seen,) = refusals(cast, application)
    assert seen["count"] == 1


def test_requests_refused_alike_within_an_hour_are_one_record(cast: Cast) -> None:
    world = cast.world
    application = world.make.application(cast.own, "confidential")
    codes = []
    for _ in range(3):
        answer = asked(world, "POST", paths.TOKEN, client_id=application.client_id, client_secret="wrong")
        codes.append(answer.json["request_id"])
        world.product.remember_uses()
    (seen,) = refusals(cast, application)
    assert (seen["error_id"], seen["kind"], seen["count"]) == ("E-CLIENT-10", "token", 3)
    for code in codes:
        assert [one["code"] for one in refusals(cast, application, query=f"?code={code}")] == [code]
    world.advance(3_600)
    cast.sign_in_again()
    asked(world, "POST", paths.TOKEN, client_id=application.client_id, client_secret="wrong")
    assert [one["count"] for one in refusals(cast, application)] == [1, 3]


def test_filters(cast: Cast) -> None:
    world = cast.world
    application = world.make.application(cast.own, "confidential")
    asked(world, "POST", paths.TOKEN, client_id=application.client_id, client_secret="wrong")
    asked(world, "GET", paths.AUTHORIZE, mistaken(application, redirect_uri="https://a.example"))
    assert len(refusals(cast, application)) == 2
    for query, kinds in (
        ("?kind=token", ["token"]),
        ("?error_id=E-AUTHORIZE-04", ["authorize"]),
        ("?since=2026-11-21T10:00:00Z&kind=token", ["token"]),
        ("?since=2026-11-21T10:00:01Z", []),
        ("?limit=1&kind=authorize", ["authorize"]),
    ):
        assert [one["kind"] for one in refusals(cast, application, query=query)] == kinds, query
    place = f"/organizations/{{own}}/applications/{to_text(application.id)}/refusals"
    for query in ("?kind=other", "?since=yesterday", "?code=" + "x" * 65):
        assert cast.as_owner("GET", place + query).status_code == 422, query


@pytest.fixture
def installed(cast: Cast) -> tuple[Application, Organization, str]:
    """An application that another organization has installed, and that organization's secret."""
    application = cast.world.make.application(cast.own, "backend", scopes=("openid",))
    cast.world.make.installation(application, cast.other)
    return application, cast.other, cast.world.make.secret(application, cast.other)


def test_who_installed_it_reads_what_concerns_itself_and_nothing_else(
    cast: Cast, installed: tuple[Application, Organization, str]
) -> None:
    world = cast.world
    application, other, secret = installed
    ASKER.client = None
    assert (
        world.token(application, secret, grant_type="client_credentials", scope="no:such").status_code == 400
    )
    ASKER.client = None
    assert world.token(application, "wrong", grant_type="client_credentials").status_code == 401
    mine = refusals(cast, application)
    assert {(one["error_id"], one["organization_id"]) for one in mine} == {
        ("E-SCOPE-01", to_text(other.id)),
        ("E-CLIENT-10", None),
    }
    theirs = refusals(cast, application, at=other)
    assert [(one["error_id"], one["organization_id"]) for one in theirs] == [
        ("E-SCOPE-01", to_text(other.id))
    ]


def test_the_application_of_others_is_not_found(cast: Cast) -> None:
    foreign = cast.world.make.application(cast.other, "backend")
    path = f"/organizations/{{own}}/applications/{to_text(foreign.id)}"
    for last in ("refusals", "activity"):
        answered = cast.as_owner("GET", f"{path}/{last}")
        assert (answered.status_code, answered.json["error_id"]) == (404, "E-RECORD-02")


def test_a_vendor_is_not_told_of_an_organization_that_has_it_not_installed(cast: Cast) -> None:
    """Whom it does not know by an installation, it does not come to know by refusals."""
    world = cast.world
    application = world.make.application(cast.own, "public", audience_effective="any_organization")
    person = world.make.person(cast.other)
    browser = world.browser()
    browser.sign_in(person.email, person.password)
    ASKER.client = None
    sent = browser.visit(paths.AUTHORIZE + "?" + mistaken(application, prompt="none", scope="openid"))
    assert sent is not None
    assert "error=consent_required" in sent
    (seen,) = refusals(cast, application)
    assert (seen["error_id"], seen["organization_id"]) == ("E-AUTHORIZE-14", None)
    world.make.installation(application, cast.other, state="requested")
    assert refusals(cast, application)[0]["organization_id"] is None
    with world.store.begin() as tx:
        installation = tx.gate.installation(application.id, cast.other.id)
        assert installation is not None
        door = tx.organization(cast.other.id)
        assert door.update_installation(replace(installation, state="active"), version=1)
    assert refusals(cast, application)[0]["organization_id"] == to_text(cast.other.id)


def everything(cast: Cast) -> list[str]:
    cast.world.product.remember_uses()
    with cast.world.store.read() as tx:
        return [one.error_id for one in tx.platform.refusals(RefusalQuery())]


def refuse(cast: Cast, installed: tuple[Application, Organization, str]) -> None:
    application, _, secret = installed
    ASKER.client = None
    answer = cast.world.token(application, secret, grant_type="client_credentials", scope="no:such")
    assert answer.status_code == 400


def test_records_go_in_time(cast: Cast, installed: tuple[Application, Organization, str]) -> None:
    refuse(cast, installed)
    cast.world.advance(KEPT // SECOND)
    assert everything(cast) == ["E-SCOPE-01"]
    assert cast.world.product.housekeeping.step().refusals == 0
    cast.world.advance(1)
    assert cast.world.product.housekeeping.step().refusals == 1
    assert everything(cast) == []


def test_records_go_with_their_application(
    cast: Cast, installed: tuple[Application, Organization, str]
) -> None:
    application, world = installed[0], cast.world
    refuse(cast, installed)
    assert everything(cast) == ["E-SCOPE-01"]
    place = f"/organizations/{{own}}/applications/{to_text(application.id)}"
    assert cast.as_owner("DELETE", place, If_Match='"1"').status_code in {200, 202, 204}
    # Deletion waits for its time; what is noted meanwhile of one that is gone is not written at all.
    world.advance(31 * 86_400)
    cast.sign_in_again()
    asked(world, "POST", paths.TOKEN, client_id=application.client_id)
    assert world.product.housekeeping.step().purged == 1
    assert everything(cast) == []


def test_records_go_with_the_organization_that_they_are_about(
    cast: Cast, installed: tuple[Application, Organization, str]
) -> None:
    refuse(cast, installed)
    other = installed[1]
    assert everything(cast) == ["E-SCOPE-01"]
    with cast.world.store.begin() as tx:
        assert tx.platform.delete_organization(other.id, version=other.version)
    assert everything(cast) == []
