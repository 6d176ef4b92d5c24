"""How many invitations there can be, of whom, and for how long they are kept."""

from __future__ import annotations

from grantway.core.identifiers import from_text, to_text
from grantway.features.accounts.invitations import MOST_IN_AN_HOUR, MOST_WAITING
from tests.api.cast import Cast
from tests.api.test_invitations import DAY, INVITATIONS, invite, waiting
from tests.api.test_people import error_of, fields_of


def test_a_member_is_not_invited_and_nobody_twice(cast: Cast) -> None:
    person = cast.world.make.person(cast.own)
    assert error_of(invite(cast, person.email.upper())) == (409, "E-INVITE-01")
    assert invite(cast, "new@people.example.test").status_code == 201
    assert error_of(invite(cast, "NEW@people.example.test")) == (409, "E-INVITE-02")
    assert fields_of(invite(cast, "x")) == {("email", "E-FIELD-07")}
    assert fields_of(invite(cast, "a@people.example.test\r\nBcc: eve@evil.example")) == {
        ("email", "E-FIELD-07")
    }
    assert fields_of(invite(cast, "x@people.example.test", "king")) == {("role", "E-FIELD-04")}


def test_as_many_wait_as_may_and_no_more(cast: Cast) -> None:
    for number in range(MOST_WAITING):
        cast.world.make.invitation(cast.own, f"n{number}@people.example.test")
    assert error_of(invite(cast, "more@people.example.test")) == (409, "E-INVITE-03")
    first = cast.as_owner("GET", f"{INVITATIONS}?limit=1").json["items"][0]
    assert cast.as_owner("DELETE", f"{INVITATIONS}/{first['id']}").status_code == 204
    assert invite(cast, "more@people.example.test").status_code == 201


def test_in_an_hour_so_many_are_sent_and_no_more(cast: Cast) -> None:
    made = invite(cast, "again@people.example.test")
    place = f"{INVITATIONS}/{made.json['id']}/resend"
    for _ in range(MOST_IN_AN_HOUR - 1):
        assert cast.as_owner("POST", place).status_code == 200
    refused = cast.as_owner("POST", place)
    assert error_of(refused) == (429, "E-INVITE-04")
    assert error_of(invite(cast, "more@people.example.test")) == (429, "E-INVITE-04")
    with cast.world.store.read() as tx:
        assert tx.gate.people_at("more@people.example.test") == ()
    cast.world.advance(3_600)
    del cast._callers["owner"]  # noqa: SLF001 - a new token
    assert invite(cast, "more@people.example.test").status_code == 201


def test_what_nobody_answered_is_forgotten_in_time(cast: Cast) -> None:
    made = cast.world.make.invitation(cast.own, "never@people.example.test")
    cast.world.advance(44 * DAY - 1)
    cast.world.product.housekeeping.step()
    with cast.world.store.read() as tx:
        assert tx.organization(cast.own.id).own_invitation(made.id) is not None
    cast.world.advance(2)
    assert cast.world.product.housekeeping.step().invitations == 1
    with cast.world.store.read() as tx:
        assert tx.organization(cast.own.id).own_invitation(made.id) is None


def test_an_invitation_goes_with_its_person(cast: Cast) -> None:
    person, other = cast.world.make.person(cast.other), cast.world.make.person(cast.other)
    made = [cast.world.make.invitation(cast.own, one.email) for one in (person, other)]
    tag = cast.as_operator("GET", f"/users/{to_text(person.id)}").headers["etag"]
    assert cast.as_operator("DELETE", f"/users/{to_text(person.id)}", If_Match='"77"').status_code == 412
    assert waiting(cast, person) == [to_text(made[0].id)]
    assert cast.as_operator("DELETE", f"/users/{to_text(person.id)}", If_Match=tag).status_code == 204
    (left,) = cast.as_owner("GET", INVITATIONS).json["items"]
    assert from_text(left["id"]) == made[1].id


def test_a_repeated_invitation_is_answered_again_and_made_once(cast: Cast) -> None:
    first = invite(cast, "twice@people.example.test", Idempotency_Key="one-and-the-same-key")
    second = invite(cast, "twice@people.example.test", Idempotency_Key="one-and-the-same-key")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
