"""The guide's token, and the calls that are made with it, on both databases.

Each test cites the facts of docs/dialects/deeplynx.md that it shows.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

from tests.dialects.deeplynx.guide import (
    CALLBACK,
    CURRENT_USER,
    PROJECTS,
    Guide,
    claims_of,
    part_of,
    refused,
)


def test_the_token_is_the_guides_jwt(guide: Guide) -> None:
    """D53, D54, D104: HS256 without a key id; the person's address in lower case; no issuer or audience."""
    token = guide.token()
    assert json.loads(part_of(token, 0)) == {"alg": "HS256", "typ": "JWT"}
    claims = claims_of(token)
    assert claims["sub"] == claims["name"] == "mara@northwind.example"
    assert {"jti", "iat", "exp"} <= claims.keys()
    assert not claims.keys() & {"iss", "aud", "scope"}


def test_the_token_may_come_by_header_query_or_cookie(guide: Guide) -> None:
    """D59: the header goes before the other places."""
    token = guide.token()
    query = urlencode({"token": token})
    ask = guide.world.client.simulate_get
    assert ask(PROJECTS, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert ask(PROJECTS, query_string=query).status_code == 200
    assert ask(PROJECTS, headers={"Cookie": f"theme=dark; access_token={token}"}).status_code == 200
    assert ask(PROJECTS, headers={"Authorization": "Bearer wrong"}, query_string=query).status_code == 401


def test_the_token_counts_nowhere_else(guide: Guide) -> None:
    """D53, D57: tokens of this mount are worth nothing at the issuer's own addresses, and the other way round."""
    world = guide.world
    assert world.bearer(guide.token()).status_code == 401
    northwind = world.make.organization()
    application = world.make.application(northwind)
    signed_in = world.authorize(
        application, world.make.person(northwind), secret=world.make.secret(application), scope="openid"
    )
    assert world.bearer(signed_in.access_token, PROJECTS).status_code == 401


def test_a_token_without_the_scope_is_refused(guide: Guide) -> None:
    """D94, D102."""
    token = guide.token()
    guide.world.make.change_application(guide.application, scopes=frozenset())
    guide.world.product.poll()
    answer = guide.world.bearer(token, PROJECTS)
    assert refused(answer)[:2] == (403, "insufficient_scope")


def test_the_current_user(guide: Guide) -> None:
    """D93, D94."""
    answer = guide.world.bearer(guide.token(), CURRENT_USER)
    assert answer.status_code == 200
    assert answer.json["id"] == guide.person.id
    assert answer.json["email"] == guide.person.email
    assert answer.json["isSysAdmin"] is False
    nobody = guide.world.client.simulate_get(CURRENT_USER)
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"] == "Bearer"


def test_a_code_of_this_mount_is_nothing_elsewhere(guide: Guide) -> None:
    """D33: a relaxed mount cannot feed a strict one."""
    answer = guide.world.token(
        guide.application,
        guide.secret,
        grant_type="authorization_code",
        code=guide.code(),
        redirect_uri=CALLBACK,
    )
    assert answer.status_code == 401
    assert answer.json["error"] == "invalid_client"


def test_there_is_no_discovery_and_no_userinfo_here(guide: Guide) -> None:
    """D91, D95."""
    for path in (
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/oauth/jwks",
        "/oauth/userinfo",
        "/api/oauth/exchange",
    ):
        assert guide.world.client.simulate_get("/d/deeplynx" + path).status_code == 404
