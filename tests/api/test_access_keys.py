"""Access keys: made by whoever acts by them, used by whom they are given to, dead with any switch around them."""

from __future__ import annotations

from typing import Any

import falcon.testing
import pytest

from grantway.core.access_keys import (
    GRANT_TYPE,
    KEPT_AFTER_END,
    LONGEST_LIFE,
    MOST_OF_ONE,
    USUAL_LIFE,
    AccessKey,
)
from grantway.core.identifiers import from_text, to_text
from grantway.core.model import SECOND, Application, Organization
from grantway.features.key_auth import FAILURES_PER_MINUTE
from tests.api.cast import Cast, Known
from tests.api.registering import refusals
from tests.kit.world import World

PLACE = "/organizations/{own}/access-keys"
SCOPES = (
    "openid",
    "organizations:read",
    "offline_access",
    "access_keys:write",
    "applications:read",
    "members:read",
    "members:write",
)
WITH_KEYS = frozenset({GRANT_TYPE, "refresh_token"})


def taker_of(cast: Cast, owner: Organization | None = None, **changes: Any) -> Application:
    """An application that takes keys."""
    settings = {"grant_types": WITH_KEYS, "several_audiences": True}
    return cast.world.make.application(owner or cast.own, scopes=SCOPES, settings=settings, **changes)


def ask(
    world: World, application: Application, secret: str, key: AccessKey | str, text: str, **form: str
) -> falcon.testing.Result:
    named = key if isinstance(key, str) else to_text(key.id)
    return world.token(
        application, secret, grant_type=GRANT_TYPE, access_key=named, access_key_secret=text, **form
    )


def me(world: World, token: str) -> tuple[int, dict[str, Any]]:
    answer = world.bearer(token, "/api/v1/me")
    return answer.status_code, answer.json


def made_by(cast: Cast, caller: str, body: dict[str, Any] | None = None) -> falcon.testing.Result:
    path = PLACE.replace("{own}", to_text(cast.own.id))
    return cast.call(cast.caller(caller), "POST", path, body or {})


def test_from_making_one_to_acting_by_it(cast: Cast) -> None:
    """Facts C40, C41, C74, C79: the secret once; the application acts as the owner, as far as their role goes."""
    world, taker = cast.world, taker_of(cast)
    made = made_by(cast, "member", {"label": "nightly report"})
    assert (made.status_code, made.json["label"], made.json["application_id"]) == (
        201,
        "nightly report",
        None,
    )
    secret, place = made.json["secret"], f"{PLACE}/{made.json['id']}"
    later = cast.as_owner("GET", place)
    assert (later.status_code, later.json["hint"]) == (200, secret[-4:])
    assert not any(secret in one.text for one in (later, cast.as_owner("GET", PLACE)))
    got = ask(world, taker, world.make.secret(taker), made.json["id"], secret)
    assert got.status_code == 200, got.text
    status, who = me(world, got.json["access_token"])
    assert (status, who["role"], who["user"]["id"]) == (200, "member", made.json["user_id"])
    assert who["scopes"] == ["openid", "organizations:read"], (
        "a member can use no other of the application's scopes"
    )
    assert got.json["scope"] == "openid organizations:read"
    again = world.token(
        taker, world.make.secret(taker), grant_type="refresh_token", refresh_token=got.json["refresh_token"]
    )
    assert again.status_code == 200
    assert again.json["scope"] == "openid organizations:read"
    world.product.remember_uses()
    assert cast.as_owner("GET", place).json["last_used_at"] is not None


def test_whose_act_it_rests_on(cast: Cast) -> None:
    """D73, D75: people for themselves, managers for service accounts, nobody for anybody else."""
    world = cast.world
    account, other = world.make.service_account(cast.own), world.make.service_account(cast.other)
    body = {"service_account": to_text(account.id)}
    assert [made_by(cast, name, body).status_code for name in ("owner", "admin", "developer", "member")] == [
        201, 201, 403, 403,
    ]  # fmt: skip
    # An application alone has nobody to be, but manages where it may manage members.
    assert made_by(cast, "machine", body).status_code == 201
    for name in ("machine", "operator"):
        assert made_by(cast, name).status_code == 403
    named = made_by(cast, "owner", {"user": to_text(world.make.person(cast.own).id)})
    assert refusals(named) == {"": "E-FIELD-25"}
    foreign = made_by(cast, "owner", {"service_account": to_text(other.id)})
    assert list(refusals(foreign)) == ["service_account"]


def test_a_key_carries_no_more_than_its_maker_held(cast: Cast) -> None:
    """Nobody hands out more of this server than they hold; a key makes no keys, and no operator."""
    world, taker = cast.world, taker_of(cast)
    person = world.make.person(cast.own, role="owner")
    narrow = world.authorize(cast.console, person, scope="access_keys:write applications:read").access_token
    path = "/api/v1" + PLACE.replace("{own}", to_text(cast.own.id))
    made = world.client.simulate_post(path, json={}, headers={"Authorization": f"Bearer {narrow}"})
    assert (made.status_code, made.json["powers"]) == (201, ["applications:read"])
    got = ask(world, taker, world.make.secret(taker), made.json["id"], made.json["secret"])
    assert set(got.json["scope"].split()) == {"openid", "applications:read"}
    token = got.json["access_token"]
    refused = world.client.simulate_post(path, json={}, headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 403
    whole = made_by(cast, "owner")
    assert {"members:write", "access_keys:write", "platform"} & set(whole.json["powers"]) == {"members:write"}


def test_an_application_of_others_needs_a_key_that_names_it(cast: Cast) -> None:
    """Untied: own applications. Tied: that one alone, while the organization lets it in and consent stands."""
    world, make = cast.world, cast.world.make
    own, vendor = taker_of(cast), taker_of(cast, cast.vendor)
    secrets = {one.id: make.secret(one) for one in (own, vendor)}
    person = make.person(cast.own)
    untied, text = make.access_key(cast.own, person)
    assert ask(world, own, secrets[own.id], untied, text).status_code == 200
    refused = ask(world, vendor, secrets[vendor.id], untied, text)
    assert (refused.status_code, refused.json["error_id"]) == (400, "E-KEY-03")
    # Nobody can tie one to what the organization does not let in; nor to what takes no keys.
    for application, reason in ((vendor, "E-FIELD-04"), (make.application(cast.own), "E-KEY-05")):
        tied = made_by(cast, "member", {"application": to_text(application.id)})
        assert refusals(tied) == {"application": reason}
    make.installation(vendor, cast.own)
    made = made_by(cast, "member", {"application": to_text(vendor.id)}).json
    assert ask(world, vendor, secrets[vendor.id], made["id"], made["secret"]).status_code == 200
    assert ask(world, own, secrets[own.id], made["id"], made["secret"]).json["error_id"] == "E-KEY-03"
    withdrawn = world.product.features.sign_in.consents.withdraw(
        from_text(made["user_id"]) or 0, vendor.id, cast.own.id
    )
    assert withdrawn
    assert ask(world, vendor, secrets[vendor.id], made["id"], made["secret"]).json["error_id"] == "E-KEY-01"


def test_a_service_account_is_used_by_what_it_lists(cast: Cast) -> None:
    world, make = cast.world, cast.world.make
    listed, unlisted = taker_of(cast), taker_of(cast)
    account = make.service_account(cast.own, listed)
    key, text = make.access_key(cast.own, account=account)
    got = ask(world, listed, make.secret(listed), key, text)
    status, who = me(world, got.json["access_token"])
    assert (status, who["service_account"]["id"], "id_token" in got.json) == (200, to_text(account.id), False)
    assert "refresh_token" not in got.json
    refused = ask(world, unlisted, make.secret(unlisted), key, text)
    assert (refused.status_code, refused.json["error_id"]) == (400, "E-SERVICE-01")


def test_whatever_is_wrong_about_a_key_is_answered_alike(cast: Cast) -> None:
    """No oracle: an unknown id, a wrong secret, a key that is off or over, and one of others."""
    world, taker = cast.world, taker_of(cast)
    secret, person = world.make.secret(taker), world.make.person(cast.own)
    good, text = world.make.access_key(cast.own, person)
    off, text_of_off = world.make.access_key(cast.own, person, state="disabled")
    over, text_of_over = world.make.access_key(cast.own, person, expires_at=world.clock.now())
    answers = [
        ask(world, taker, secret, one, presented)
        for one, presented in (
            ("3xKnown9", text), ("0-'\"", text), (good, text_of_off), (off, text), (off, text_of_off),
            (over, text_of_over), (good, text[:-1]), (good, "é" * 20),
        )
    ]  # fmt: skip
    told = {(one.status_code, one.json["error_id"], one.json["error_description"]) for one in answers}
    assert len(told) == 1
    assert answers[0].json["error"] == "invalid_grant"
    for missing in ({"access_key": "x"}, {"access_key_secret": "x"}):
        assert world.token(taker, secret, grant_type=GRANT_TYPE, **missing).json["error"] == "invalid_request"


def test_wrong_secrets_are_counted_and_the_right_one_is_not(cast: Cast) -> None:
    """E03: guesses are throttled by their network, whichever key they try; the holder still gets in."""
    world, taker = cast.world, taker_of(cast)
    secret = world.make.secret(taker)
    key, text = world.make.access_key(cast.own, world.make.person(cast.own))
    for number in range(FAILURES_PER_MINUTE):
        assert ask(world, taker, secret, to_text(number + 9), "wrong").status_code == 400
    throttled = ask(world, taker, secret, key, "wrong")
    assert (throttled.status_code, throttled.json["error_id"]) == (429, "E-KEY-02")
    assert ask(world, taker, secret, key, text).status_code == 200


@pytest.mark.parametrize("settings", [{}, {"grant_types": frozenset({"client_credentials"})}])
def test_only_by_policy(cast: Cast, settings: dict[str, Any]) -> None:
    """An application takes no keys unless its developers say so, and never without its secret."""
    world = cast.world
    plain = world.make.application(cast.own, settings=settings)
    key, text = world.make.access_key(cast.own, world.make.person(cast.own))
    refused = ask(world, plain, world.make.secret(plain), key, text)
    assert (refused.status_code, refused.json["error"]) == (400, "unauthorized_client")
    alone = world.client.simulate_post(
        "/oauth/token",
        body=f"grant_type={GRANT_TYPE}&access_key={to_text(key.id)}&access_key_secret={text}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (alone.status_code, alone.json["error_id"]) == (400, "E-KEY-04")


def test_who_sees_and_ends_them(cast: Cast) -> None:
    """C73, C78: one's own, or everybody's for who manages members; what another stopped stays stopped."""
    mine = made_by(cast, "member").json
    theirs = made_by(cast, "developer").json
    path = PLACE.replace("{own}", to_text(cast.own.id))

    def seen(caller: Known, query: str = "") -> set[str]:
        return {one["id"] for one in cast.call(caller, "GET", path + query).json["items"]}

    assert seen(cast.caller("member")) == {mine["id"]}
    assert seen(cast.caller("member"), f"?user={theirs['user_id']}") == set()
    assert seen(cast.caller("admin")) == {mine["id"], theirs["id"]}
    assert seen(cast.caller("admin"), f"?user={mine['user_id']}") == {mine["id"]}
    off = {"state": "disabled"}
    stranger = cast.call(cast.caller("developer"), "PATCH", f"{path}/{mine['id']}", off, If_Match='"1"')
    assert stranger.status_code == 404
    stopped = cast.call(cast.caller("admin"), "PATCH", f"{path}/{mine['id']}", off, If_Match='"1"')
    assert (stopped.status_code, stopped.json["stopped_by_rank"]) == (200, "admin")
    on = {"state": "enabled"}
    undone = cast.call(cast.caller("member"), "PATCH", f"{path}/{mine['id']}", on, If_Match='"2"')
    assert (undone.status_code, undone.json["error_id"]) == (403, "E-RECORD-19")
    own = cast.call(cast.caller("developer"), "PATCH", f"{path}/{theirs['id']}", off, If_Match='"1"')
    assert own.status_code == 200
    revived = cast.call(cast.caller("admin"), "PATCH", f"{path}/{theirs['id']}", on, If_Match='"2"')
    assert revived.status_code == 403, "another's key is not an administrator's to switch on"
    assert (
        cast.call(cast.caller("admin"), "DELETE", f"{path}/{theirs['id']}", If_Match='"2"').status_code == 204
    )
    told = cast.as_owner("GET", "/organizations/{own}/audit").json["items"]
    kept = {(one["action"], one["target_id"]) for one in told if one["target_kind"] == "access_key"}
    assert kept == {
        ("access_key.create", mine["id"]), ("access_key.create", theirs["id"]),
        ("access_key.update", mine["id"]), ("access_key.update", theirs["id"]),
        ("access_key.delete", theirs["id"]),
    }  # fmt: skip
    assert mine["secret"] not in str(told)


def test_they_end_and_are_bounded(cast: Cast) -> None:
    """Ninety days unless another time within 366 is said; ten for one owner; gone a month after their end."""
    world, now = cast.world, cast.world.clock.now()
    first = made_by(cast, "member").json
    key_id = from_text(first["id"]) or 0
    with world.store.read() as tx:
        stored = tx.gate.access_key(key_id)
    assert stored is not None
    assert stored.expires_at == now + USUAL_LIFE
    for time in ("2026-11-21T09:59:59Z", "2027-11-22T10:00:01Z"):
        assert refusals(made_by(cast, "member", {"expires_at": time})) == {"expires_at": "E-FIELD-24"}
    assert LONGEST_LIFE == 366 * 86_400 * SECOND
    made = [made_by(cast, "member") for _ in range(MOST_OF_ONE)]
    assert [one.status_code for one in made] == [201] * (MOST_OF_ONE - 1) + [409]
    assert made_by(cast, "developer").status_code == 201
    world.advance((USUAL_LIFE + KEPT_AFTER_END) // SECOND - 1)
    assert world.product.housekeeping.step().access_keys == 0
    world.advance(2)
    assert world.product.housekeeping.step().access_keys == MOST_OF_ONE + 1
