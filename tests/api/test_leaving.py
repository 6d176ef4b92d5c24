"""Leavers: nothing works on in their name, and what bears it is listed and handed over."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import Application
from tests.api.cast import Cast
from tests.api.test_people import error_of, fields_of
from tests.kit.factories import Person
from tests.kit.world import VERIFIER

LEFT = "/organizations/{own}/left-behind"


def remove(cast: Cast, person: Person) -> None:
    assert cast.as_owner("DELETE", f"/organizations/{{own}}/members/{to_text(person.id)}").status_code == 204


def left_by(cast: Cast, person: Person) -> dict[str, Any]:
    result = cast.as_owner("GET", f"{LEFT}/{to_text(person.id)}")
    assert result.status_code == 200, result.text
    found: dict[str, Any] = result.json
    return found


def estate(cast: Cast, person: Person) -> tuple[Application, dict[str, str]]:
    """One of everything that can bear somebody's name."""
    make = cast.world.make
    application = make.application(
        cast.own,
        name="Orbit",
        creator_id=person.id,
        owner_email=person.email.upper(),
        notification_addresses=("team@people.example.test", person.email),
        settings={"reveal": "creator"},
    )
    make.secret(application, created_by=person.id)
    make.secret(application)
    account = make.service_account(cast.own, created_by=person.id)
    asked = make.installation(
        make.application(cast.vendor), cast.own, state="requested", requested_by=person.id
    )
    return application, {"account": to_text(account.id), "asked": to_text(asked.id)}


def ids(records: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in records]


def test_what_a_leaver_left_is_listed_and_handed_over(cast: Cast) -> None:
    person, heir = (
        cast.world.make.person(cast.own, role="developer"),
        cast.world.make.person(cast.own, role="admin"),
    )
    application, names = estate(cast, person)
    before = left_by(cast, person)
    assert (before["is_gone"], ids(before["applications"])) == (False, [to_text(application.id)])
    assert cast.as_owner("GET", LEFT).json["items"] == []
    remove(cast, person)
    (left,) = cast.as_owner("GET", LEFT).json["items"]
    assert left == before | {"is_gone": True}
    assert ids(left["addressed"]) == [to_text(application.id)]
    assert [one["known_to_nobody_else"] for one in left["secrets"]] == [True]
    assert (ids(left["service_accounts"]), ids(left["requests"])) == ([names["account"]], [names["asked"]])
    place = f"{LEFT}/{to_text(person.id)}/hand-over"
    done = cast.as_owner("POST", place, {"to": to_text(heir.id)})
    assert done.status_code == 200, done.text
    assert done.json["applications"] == done.json["readdressed"] == [to_text(application.id)]
    assert done.json["secrets_to_replace"] == left["secrets"]
    with cast.world.store.read() as tx:
        stored = tx.gate.application(application.id)
    assert stored is not None
    assert (stored.creator_id, stored.owner_email) == (heir.id, heir.email)
    assert stored.notification_addresses == ("team@people.example.test", heir.email)
    assert left_by(cast, heir)["requests"] == left["requests"]
    # The secret is still known to whoever left, so it stays on the list until it is revoked.
    (still,) = cast.as_owner("GET", LEFT).json["items"]
    assert (still["secrets"], still["applications"], still["addressed"]) == (left["secrets"], [], [])
    secret = (
        f"/organizations/{{own}}/applications/{to_text(application.id)}/secrets/{ids(left['secrets'])[0]}"
    )
    assert cast.as_owner("DELETE", secret).status_code == 204
    assert cast.as_owner("GET", LEFT).json["items"] == []
    line = cast.as_owner("GET", "/organizations/{own}/audit?action=member.hand_over").json["items"][0]
    assert (line["target_id"], line["after"]["to"]) == (to_text(person.id), to_text(heir.id))


def test_to_whom_nothing_goes(cast: Cast) -> None:
    make = cast.world.make
    person = make.person(cast.own, role="developer")
    estate(cast, person)
    disabled, stranger = make.person(cast.own, role="developer"), make.person(cast.other, role="owner")
    make.change_membership(disabled, cast.own, state="disabled")
    place = f"{LEFT}/{to_text(person.id)}/hand-over"
    for to in (make.person(cast.own), disabled, stranger, person):
        assert fields_of(cast.as_owner("POST", place, {"to": to_text(to.id)})) == {("to", "E-FIELD-04")}
    heir = to_text(make.person(cast.own, role="developer").id)
    refused = cast.as_owner("POST", place, {"to": heir, "notification_address": "nowhere"})
    assert fields_of(refused) == {("notification_address", "E-FIELD-07")}
    assert ids(left_by(cast, person)["applications"]) != []


def test_only_their_own_leavers_are_anybodys(cast: Cast) -> None:
    """V101: people of others and people who do not exist are answered alike."""
    stranger = cast.world.make.person(cast.other, role="developer")
    cast.world.make.application(cast.other, creator_id=stranger.id)
    # An address alone makes nobody known here: else anybody's could be tried.
    cast.world.make.application(cast.own, notification_addresses=(stranger.email,))
    assert error_of(cast.as_owner("GET", f"{LEFT}/{to_text(stranger.id)}")) == (404, "E-RECORD-02")
    assert error_of(cast.as_owner("GET", f"{LEFT}/3xKnown9")) == (404, "E-RECORD-02")
    assert cast.as_owner("GET", LEFT).json["items"] == []


def test_an_address_alone_is_left_behind_too(cast: Cast) -> None:
    person = cast.world.make.person(cast.own)
    application = cast.world.make.application(cast.own, notification_addresses=(person.email,))
    remove(cast, person)
    (left,) = cast.as_owner("GET", LEFT).json["items"]
    assert (left["user_id"], ids(left["addressed"])) == (to_text(person.id), [to_text(application.id)])
    address = {
        "to": to_text(cast.world.make.person(cast.own, role="developer").id),
        "notification_address": "team@people.example.test",
    }
    assert cast.as_owner("POST", f"{LEFT}/{to_text(person.id)}/hand-over", address).status_code == 200
    assert cast.as_owner("GET", LEFT).json["items"] == []


def test_operators_see_everybody_of_a_disabled_organization_and_are_no_leavers(cast: Cast) -> None:
    make, operator = cast.world.make, cast.world.make.operator()
    person = make.person(cast.own, role="developer")
    estate(cast, person)
    make.application(cast.own, creator_id=operator.id)
    assert cast.as_operator("GET", LEFT).json["items"] == []
    make.change_organization(cast.own, state="disabled")
    seen = {one["user_id"] for one in cast.as_operator("GET", LEFT).json["items"]}
    assert seen >= {to_text(person.id)}


@pytest.mark.parametrize("way", ["removed", "disabled here", "disabled everywhere"])
def test_nothing_works_on_in_the_name_of_somebody_who_is_gone(cast: Cast, way: str) -> None:
    """V114, V117, E26: access token, refresh token, unspent code and session, in every process."""
    world = cast.world
    person = world.make.person(cast.own, role="developer")
    application = world.make.application(cast.own, scopes=("openid", "offline_access"))
    secret, browser = world.make.secret(application), world.browser()
    tokens = world.authorize(application, person, secret=secret, browser=browser)
    assert world.bearer(tokens.access_token).status_code == 200
    assert left_by(cast, person)["grants"] == 1
    other = world.beside()
    if way == "removed":
        remove(cast, person)
    elif way == "disabled here":
        world.make.change_membership(person, cast.own, state="disabled")
    else:
        world.make.change_user(person, state="disabled")
    other.product.poll()
    for process in (world, other):
        assert process.bearer(tokens.access_token).status_code == 401
        again = process.token(
            application, secret, grant_type="refresh_token", refresh_token=tokens.refresh_token
        )
        assert again.status_code == 400, again.text
        spent = process.token(
            application,
            secret,
            grant_type="authorization_code",
            code=tokens.code,
            redirect_uri=application.redirects[0].uri,
            code_verifier=VERIFIER,
        )
        assert spent.status_code == 400
    with pytest.raises(AssertionError):
        world.authorize(application, person, secret=secret, browser=browser)
    other.close()


def test_an_open_request_of_a_leaver_gives_nobody_anything(cast: Cast) -> None:
    """A request has no power: an administrator grants it in their own name, or declines it."""
    world, person = cast.world, cast.world.make.person(cast.own)
    application = world.make.application(cast.vendor, scopes=("organizations:read",))
    asked = world.make.installation(
        application, cast.own, state="requested", requested_by=person.id, scopes=frozenset()
    )
    remove(cast, person)
    (left,) = cast.as_owner("GET", LEFT).json["items"]
    assert ids(left["requests"]) == [to_text(asked.id)]
    place = f"/organizations/{{own}}/installations/{to_text(asked.id)}"
    assert cast.as_owner("DELETE", place, If_Match='"1"').status_code == 200
    assert cast.as_owner("GET", LEFT).json["items"] == []
