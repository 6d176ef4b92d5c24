"""A secret that was found is ended and explained, to those whose it is and to nobody else."""

from __future__ import annotations

import json
from typing import Any

import falcon.testing
import pytest
import structlog.testing

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from grantway.core.leaks import LOOKS_LIKE_SECRET
from grantway.core.model import Application
from tests.abuse.dump import bytes_of
from tests.api.cast import Cast
from tests.api.test_people import error_of, fields_of

PLACE = "/leaked-secrets"
FOUND_AT = "https://git.example/northwind/orbit/.env"


def report(cast: Cast, caller: str, secret: str, found_at: str = FOUND_AT) -> falcon.testing.Result:
    return cast.call(cast.caller(caller), "POST", PLACE, {"secret": secret, "found_at": found_at})


def told_by(result: falcon.testing.Result) -> dict[str, Any]:
    assert result.status_code == 200, result.text
    found: dict[str, Any] = result.json
    return found


def pair_of_vendor(cast: Cast) -> tuple[Application, str]:
    """A vendor's application, and its secret for the own organization."""
    make = cast.world.make
    application = make.application(
        cast.vendor,
        scopes=("members:read", "applications:read"),
        notification_addresses=("a@v.example", "b@v.example"),
    )
    make.installation(application, cast.own, scopes=frozenset({"members:read"}))
    return application, make.secret(application, cast.own)


def test_a_client_secret_is_ended_with_its_tokens_and_explained(cast: Cast) -> None:
    """C045: that one, and no other of the application."""
    world = cast.world
    application = world.make.application(cast.own, scopes=("members:read",))
    secret, kept = world.make.secret(application), world.make.secret(application)
    token, other = world.machine_token(application, secret), world.machine_token(application, kept)
    form = f"grant_type=client_credentials&client_id={application.client_id}&client_secret={secret}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    world.client.simulate_post("/oauth/token", body=form, headers=kind, remote_addr="203.0.113.9")
    world.product.remember_uses()
    told = told_by(report(cast, "developer", f" {secret}\n"))
    assert (told["kind"], told["state"], told["ended"]) == ("client_secret", "live", ["secret", "tokens"])
    assert (told["client_id"], told["scopes"]) == (application.client_id, ["members:read"])
    assert told["last_used_at"] is not None
    assert told["last_used_from"] == "203.0.113.9"
    assert told["must_act"] == [
        {
            "organization_id": to_text(cast.own.id),
            "name": cast.own.name,
            "addresses": ["makers@example.test"],
            "address_count": 1,
        }
    ]
    assert world.token(application, secret, grant_type="client_credentials").status_code == 401
    bystander = cast.caller("anonymous")
    for text, status in ((token, 401), (other, 200)):
        seen = cast.call(bystander, "GET", "/me", Authorization=f"Bearer {text}")
        assert seen.status_code == status
    again = told_by(report(cast, "developer", secret))
    assert (again["state"], again["ended"]) == ("ended", [])


def test_an_expired_secret_is_recognised(cast: Cast) -> None:
    world, application = cast.world, cast.world.make.application(cast.own)
    secret = world.make.secret(application, expires_at=world.clock.now() - 1)
    told = told_by(report(cast, "owner", secret))
    assert (told["state"], told["ended"]) == ("expired", ["secret", "tokens"])


def test_each_side_of_a_pair_is_told_its_own(cast: Cast) -> None:
    application, secret = pair_of_vendor(cast)
    told = told_by(report(cast, "machine", secret))
    assert told["organization_id"] == to_text(cast.own.id)
    assert (told["scopes"], told["last_used_from"]) == (["members:read"], None)
    vendor, own = told["must_act"]
    assert (vendor["name"], vendor["addresses"], vendor["address_count"]) == (cast.vendor.name, [], 2)
    assert own["name"] == cast.own.name
    again = told_by(report(cast, "operator", secret))
    assert again["must_act"][0]["addresses"] == ["a@v.example", "b@v.example"]
    assert "v.example" not in json.dumps(told)
    with cast.world.store.read() as tx:
        (line, *_) = tx.organization(cast.vendor.id).audit(AuditQuery(action="secret.leaked"))
    assert (line.actor_kind, line.user_id, line.application_id) == ("server", None, None)
    assert application.id > 0


def test_nobody_else_learns_whether_it_is_a_secret(cast: Cast) -> None:
    """V101: another organization, and a text of no meaning, get one and the same answer."""
    world, (_, secret) = cast.world, pair_of_vendor(cast)
    person = world.make.person(cast.own)
    application = world.make.application(cast.own)
    tokens = world.authorize(application, person, secret=world.make.secret(application))
    texts = set()
    for text in (secret, tokens.access_token, tokens.refresh_token, "gws_" + "x" * 43, "a.b.c", "\U0001f511"):
        result = report(cast, "stranger", text)
        assert error_of(result) == (404, "E-RECORD-02")
        texts.add(result.text.replace(result.json["request_id"], ""))
    assert len(texts) == 1
    for caller in ("member", "contact", "machine_without_scope"):
        assert report(cast, caller, secret).status_code == 403
    assert world.bearer(tokens.access_token).status_code == 200


@pytest.mark.parametrize("form", ["jwt", "opaque"])
def test_a_persons_tokens_end_as_a_family(cast: Cast, form: str) -> None:
    world, person = cast.world, cast.world.make.person(cast.own)
    application = world.make.application(
        cast.own, scopes=("openid", "offline_access"), settings={"token_format": form}
    )
    secret = world.make.secret(application)
    for kind in ("access_token", "refresh_token"):
        tokens = world.authorize(application, person, secret=secret)
        told = told_by(report(cast, "developer", tokens.tokens[kind]))
        assert (told["kind"], told["state"], told["ended"]) == (kind, "live", ["family"])
        assert told["scopes"] == ["offline_access", "openid"]
        assert world.bearer(tokens.access_token).status_code == 401
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
        assert world.token(application, secret, **refresh).status_code == 400
        again = told_by(report(cast, "developer", tokens.tokens[kind]))
        assert (again["state"], again["ended"]) == ("ended", [])


def test_a_token_without_a_family_ends_alone(cast: Cast) -> None:
    world = cast.world
    application = world.make.application(cast.own, "backend", scopes=("members:read",))
    secret = world.make.secret(application)
    found, other = world.machine_token(application, secret), world.machine_token(application, secret)
    assert told_by(report(cast, "owner", found))["ended"] == ["token"]
    bystander = cast.caller("anonymous")
    assert cast.call(bystander, "GET", "/me", Authorization=f"Bearer {found}").status_code == 401
    assert cast.call(bystander, "GET", "/me", Authorization=f"Bearer {other}").status_code == 200
    world.advance(901)
    told = told_by(cast.call(fresh(cast), "POST", PLACE, {"secret": other}))
    assert (told["state"], told["ended"]) == ("expired", [])


def fresh(cast: Cast) -> Any:
    """The owner with a token of now."""
    person = cast.world.make.person(cast.own, role="owner")
    signed_in = cast.world.authorize(cast.console, person, scope="secrets:write")
    known = cast.caller("owner")
    return type(known)("owner", signed_in.access_token, frozenset({"secrets:write"}), cast.own.id, "owner")


def test_the_text_goes_nowhere(cast: Cast) -> None:
    """V156: not into the answer, the log, the audit log or what is kept for repetitions."""
    world, application = cast.world, cast.world.make.application(cast.own)
    secret = world.make.secret(application)
    body = {"secret": secret, "found_at": FOUND_AT}
    with structlog.testing.capture_logs() as lines:
        first = cast.call(cast.caller("owner"), "POST", PLACE, body, Idempotency_Key="found-1")
        second = cast.call(cast.caller("owner"), "POST", PLACE, body, Idempotency_Key="found-1")
    assert (told_by(first)["state"], told_by(second)["state"]) == ("live", "ended")
    everything = first.text + second.text + json.dumps(lines, default=str)
    assert secret not in everything
    assert secret[4:] not in everything
    assert secret[4:].encode() not in bytes_of(world.settings.database_url)
    line = cast.as_owner("GET", "/organizations/{own}/audit?action=secret.leaked").json["items"][-1]
    assert (line["target_id"], line["after"]["found_at"]) == (first.json["id"], FOUND_AT)
    with world.store.read() as tx:
        assert tx.gate.artifacts_of_kind("idempotency", now=world.clock.now()) == ()


def test_what_is_no_report(cast: Cast) -> None:
    secret = cast.world.make.secret(cast.world.make.application(cast.own))
    encoded = secret.replace("_", "%5F")
    another = cast.world.make.secret(cast.world.make.application(cast.own))
    for found_at in (secret, f"https://x.example/?s={secret}", f"https://x.example/?s={encoded}", another):
        assert fields_of(report(cast, "owner", secret, found_at)) == {("found_at", "E-LEAK-01")}
    assert fields_of(report(cast, "owner", "")) == {("secret", "E-FIELD-01")}
    assert fields_of(report(cast, "owner", " \n")) == {("secret", "E-FIELD-01")}
    assert fields_of(report(cast, "owner", "x" * 12_001)) == {("secret", "E-FIELD-02")}
    assert fields_of(report(cast, "owner", secret, "x" * 501)) == {("found_at", "E-FIELD-02")}
    assert fields_of(report(cast, "owner", secret, "two\nlines")) == {("found_at", "E-FIELD-05")}
    assert told_by(report(cast, "owner", secret))["state"] == "live"


def test_scanners_know_what_they_see(cast: Cast) -> None:
    world, person = cast.world, cast.world.make.person(cast.own)
    application = world.make.application(
        cast.own, scopes=("openid", "offline_access"), settings={"token_format": "opaque"}
    )
    secret = world.make.secret(application)
    tokens = world.authorize(application, person, secret=secret)
    for text in (secret, tokens.access_token, tokens.refresh_token):
        found = LOOKS_LIKE_SECRET.search(f"SECRET='{text}' # production")
        assert found is not None
        assert found[0] == text
    assert LOOKS_LIKE_SECRET.search("a gws_ prefix and a gwo_short one") is None
