"""What people allowed to applications of others, listed for their admins and ended by them."""

from __future__ import annotations

import json

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from tests.api.cast import Cast
from tests.kit.world import SignedIn

CONSENTS = "/organizations/{own}/consents"
TRIPS = "openid trips:read"


def signed_in(cast: Cast) -> tuple[SignedIn, str]:
    """Somebody of the own organization signs in to the vendor's application; its secret."""
    make = cast.world.make
    make.api(None, "trips:read")
    application = make.application(
        cast.vendor,
        name="Trips",
        scopes=("openid", "trips:read"),
        audience_requested="any_organization",
        audience_effective="any_organization",
    )
    secret = make.secret(application)
    person = make.person(cast.own, email="mara@kestrel.example", name="Mara")
    return cast.world.authorize(application, person, secret=secret, scope=TRIPS), secret


def test_admins_read_who_allowed_what_to_whom_since_when_and_when_it_was_used(cast: Cast) -> None:
    signed_in(cast)
    cast.world.product.remember_uses()
    (one,) = cast.as_owner("GET", CONSENTS).json["items"]
    assert one["user"]["name"] == "Mara"
    assert one["user"]["email"] == "mara@kestrel.example"
    assert one["user"]["is_member"] is True
    assert (one["application"]["name"], one["application"]["organization_name"]) == (
        "Trips",
        cast.vendor.name,
    )
    assert one["scopes"] == ["openid", "trips:read"]
    assert one["granted_at"] == one["last_used_at"] == "2026-11-21T10:00:00Z"
    assert cast.as_owner("GET", f"{CONSENTS}/{one['id']}").json == one
    for name, text in (("user", one["user"]["id"]), ("application", one["application"]["id"])):
        assert cast.as_owner("GET", f"{CONSENTS}?{name}={text}").json["items"] == [one]
        assert cast.as_owner("GET", f"{CONSENTS}?{name}=3xKnown9").json["items"] == []
        assert cast.as_owner("GET", f"{CONSENTS}?{name}=0-").json["items"] == []


def test_a_withdrawal_by_an_admin_ends_everything_and_the_person_reads_it(cast: Cast) -> None:
    tokens, _ = signed_in(cast)
    world = cast.world
    (one,) = cast.as_owner("GET", CONSENTS).json["items"]
    assert world.bearer(tokens.access_token).status_code == 200
    assert cast.as_owner("DELETE", f"{CONSENTS}/{one['id']}").status_code == 204
    assert world.bearer(tokens.access_token).status_code == 401
    assert cast.as_owner("GET", CONSENTS).json["items"] == []
    assert cast.as_owner("GET", f"{CONSENTS}/{one['id']}").status_code == 404
    assert cast.as_owner("DELETE", f"{CONSENTS}/{one['id']}").status_code == 404
    with world.store.read() as tx:
        (line,) = tx.organization(cast.own.id).audit(AuditQuery(action="consent.withdraw"))
    owner = cast.as_owner("GET", "/me").json["user"]["id"]
    assert (line.actor_kind, to_text(line.user_id or 0), line.target_id) == ("user", owner, one["id"])
    assert json.loads(line.before or "")["scopes"] == ["openid", "trips:read"]
    browser = world.browser()
    browser.sign_in("mara@kestrel.example", "seventeen purple kettles")
    browser.visit("/applications")
    assert f"An admin of {cast.own.name} withdrew it on November 21, 2026." in browser.page


def test_a_list_goes_on_where_it_ended(cast: Cast) -> None:
    make = cast.world.make
    application = make.application(cast.vendor)
    for _ in range(5):
        make.consent(make.person(cast.own), application, cast.own)
    make.consent(make.person(cast.own), make.application(cast.own), cast.own)
    seen, cursor = [], ""
    for _ in range(9):
        page = cast.as_owner("GET", f"{CONSENTS}?limit=2{cursor}").json
        seen += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 5


def test_a_person_who_withdrew_themself_reads_nothing_of_admins(cast: Cast) -> None:
    signed_in(cast)
    browser = cast.world.browser()
    browser.sign_in("mara@kestrel.example", "seventeen purple kettles")
    browser.visit("/applications")
    browser.submit()
    assert "Withdrawn. The application has lost its access." in browser.page
    assert "An admin of" not in browser.page
