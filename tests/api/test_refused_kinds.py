"""Which requests are kept as refused, of which application, with which cause: one of each kind."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from grantway.core.asker import ASKER
from grantway.core.identifiers import to_text
from grantway.core.refusals import RefusalQuery
from grantway.edges.dialects.standard import paths
from tests.api.cast import Cast
from tests.api.test_refusals import FORM, asked, mistaken, refusals
from tests.kit.gateway import gateway_of


def test_the_caller_of_an_api_is_told_why_its_calls_are_denied(cast: Cast) -> None:
    """The application whose token it was, if there was one; else whoever runs the gateway."""
    world = cast.world
    gateway = gateway_of(world)
    caller, secret = gateway.caller("files:read")
    token = world.machine_token(caller, secret)
    ASKER.client = None
    denied = gateway.forwarded("GET", "/orders", f"Bearer {token}")
    assert denied.status_code == 403
    ASKER.client = None
    assert gateway.forwarded("GET", "/orders", "Bearer of-nobody").status_code == 401
    world.advance(3_601)
    ASKER.client = None
    assert gateway.forwarded("GET", "/files/a", f"Bearer {token}").status_code == 401
    world.product.remember_uses()
    with world.store.read() as tx:
        found = {(one.client_id, one.error_id): one for one in tx.platform.refusals(RefusalQuery())}
    assert set(found) == {
        (caller.client_id, "E-TOKEN-03"),
        (caller.client_id, "E-TOKEN-07"),
        (gateway.application.client_id, "E-TOKEN-02"),
    }
    lacking = found[caller.client_id, "E-TOKEN-03"]
    assert (lacking.named, lacking.kind) == (("orders:read",), "decision")
    assert lacking.organization_id == gateway.home.id
    assert lacking.code == denied.json["request_id"]


def test_a_script_of_an_origin_that_is_not_registered(cast: Cast) -> None:
    world = cast.world
    origin = "https://spa.example.test"
    application = world.make.application(cast.own, "public", origins=(origin,))
    for claimed in (origin, "http://spa.example.test", world.issuer):
        ASKER.client = None
        world.client.simulate_post(
            paths.TOKEN,
            body=urlencode({"client_id": application.client_id, "grant_type": "authorization_code"}),
            headers={**FORM, "Origin": claimed},
        )
    found = {one["kind"]: one for one in refusals(cast, application)}
    assert {kind: one["count"] for kind, one in found.items()} == {"token": 3, "cors": 1}
    assert (found["cors"]["error_id"], found["cors"]["nearest"]) == ("E-CORS-01", origin)
    assert found["cors"]["difference"] == "Only http and https differ."


@pytest.mark.parametrize(
    ("parameters", "error_id"),
    [
        ({"code_challenge": ""}, "E-AUTHORIZE-08"),
        ({"response_type": "token"}, "E-AUTHORIZE-05"),
        ({"prompt": "none"}, "E-AUTHORIZE-13"),
        ({"scope": "openid profile", "resource": "https://nowhere.example"}, "E-SCOPE-05"),
    ],
)
def test_what_a_sign_in_is_refused_for(cast: Cast, parameters: dict[str, str], error_id: str) -> None:
    world = cast.world
    application = world.make.application(cast.own, "public")
    query = mistaken(application, **parameters).replace("code_challenge=&", "")
    ASKER.client = None
    world.browser().visit(paths.AUTHORIZE + "?" + query)
    assert [one["error_id"] for one in refusals(cast, application)] == [error_id]


def test_an_application_that_is_switched_off_says_so_to_its_developers_alone(cast: Cast) -> None:
    world = cast.world
    application = world.make.application(cast.own, "public", state="disabled")
    page = asked(world, "GET", paths.AUTHORIZE, mistaken(application))
    assert page.status_code == 400
    (seen,) = refusals(cast, application)
    assert seen["error_id"] == "E-AUTHORIZE-02"


def test_the_nearest_address_is_told_only_while_it_is_registered(cast: Cast) -> None:
    world = cast.world
    application = world.make.application(cast.own)
    asked(world, "GET", paths.AUTHORIZE, mistaken(application, redirect_uri="https://else.example/"))
    assert refusals(cast, application)[0]["nearest"] == application.redirects[0].uri
    place = f"/organizations/{{own}}/applications/{to_text(application.id)}"
    changed = cast.as_owner("PATCH", place, {"redirect_uris": ["https://new.example/cb"]}, If_Match='"1"')
    assert changed.status_code == 200, changed.json
    (seen,) = refusals(cast, application)
    assert (seen["nearest"], seen["difference"]) == (None, None)
