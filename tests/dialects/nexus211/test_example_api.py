"""Calls as an application and as a profile, on both databases.

Each test cites the facts of docs/dialects/nexus211.md that it shows.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from grantway.core.identifiers import to_text
from tests.dialects.nexus211.guide import (
    REDIRECT,
    Guide,
    basic,
    refused,
)


def test_an_application_calls_with_its_pair_and_without_a_token(guide: Guide) -> None:
    """N1, N3, N26, N27: it is an application, not a profile."""
    answer = guide.call(basic(guide.application.client_id, guide.secret))
    assert answer.status_code == 200
    assert answer.json["profile"] is None
    assert answer.json["organization"] == {"id": to_text(guide.home.id), "name": "Northwind"}


def test_the_secret_names_the_organization(guide: Guide) -> None:
    """N10, N25: the pair of an organization acts for it and for no other."""
    world = guide.world
    contoso = world.make.organization("Contoso")
    world.make.installation(guide.application, contoso, scopes=frozenset({"organizations:read"}))
    theirs = world.make.secret(guide.application, contoso)
    answer = guide.call(basic(guide.application.client_id, theirs))
    assert answer.json["organization"]["name"] == "Contoso"
    assert answer.json["scopes"] == ["organizations:read"]
    home = guide.call(basic(guide.application.client_id, guide.secret))
    assert home.json["organization"]["name"] == "Northwind"


def test_scopes_decide_which_endpoints_answer(guide: Guide) -> None:
    """N3, N4, N5: also of an application that has none, and as soon as they change."""
    bare = guide.world.make.application(guide.home, dialect="nexus211", scopes=(), redirects=(REDIRECT,))
    pair = basic(bare.client_id, guide.world.make.secret(bare))
    assert refused(guide.call(pair)) == (403, "insufficient_scope")
    guide.world.make.change_application(bare, scopes=frozenset({"organizations:read"}))
    guide.world.product.poll()
    assert guide.call(pair).status_code == 200


def test_without_good_credentials_a_call_is_a_401(guide: Guide) -> None:
    """N27, N29."""
    for authorization in ("", "Basic !!", "Bearer nothing", "Bearer", "Digest x"):
        answer = guide.call(authorization)
        assert answer.status_code == 401
        assert "Basic" in answer.headers["www-authenticate"]
        assert "Bearer" in answer.headers["www-authenticate"]


def test_a_revoked_pair_is_dead_at_once(guide: Guide) -> None:
    """N27: an application that is disabled calls nothing."""
    pair = basic(guide.application.client_id, guide.secret)
    assert guide.call(pair).status_code == 200
    guide.world.make.change_application(guide.application, state="disabled")
    guide.world.product.poll()
    assert guide.call(pair).status_code == 401


def test_a_new_application_serves_its_own_organization_only(guide: Guide) -> None:
    """N12, N15: until its audience is widened."""
    world = guide.world
    contoso = world.make.organization("Contoso")
    stranger = world.make.person(contoso)
    seen = world.browser().authorize(guide.address(), email=stranger.email, password=stranger.password)
    assert dict(parse_qsl(urlsplit(seen).query))["error"] == "access_denied"
    world.make.change_application(guide.application, audience_effective="any_organization")
    world.product.poll()
    token = guide.token(stranger)
    assert guide.call(f"Bearer {token}").json["organization"]["name"] == "Contoso"
    world.make.change_application(
        guide.application,
        audience_effective="listed_organizations",
        audience_organizations=frozenset({guide.home.id}),
    )
    world.product.poll()
    assert guide.call(f"Bearer {token}").status_code == 401


def test_an_application_may_be_kept_from_people_who_are_not_members(guide: Guide) -> None:
    """N64."""
    world = guide.world
    token = guide.token()
    world.make.change_membership(guide.person, guide.home, state="disabled")
    world.product.poll()
    assert guide.call(f"Bearer {token}").status_code == 401


def test_tokens_and_codes_of_this_mount_are_nothing_elsewhere(guide: Guide) -> None:
    """N42: the form is weaker by design, so it may not feed a strict one."""
    token = guide.token()
    assert guide.world.bearer(token).status_code == 401
    code = guide.sign_in()["code"]
    answer = guide.world.token(guide.application, guide.secret, grant_type="authorization_code", code=code)
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
