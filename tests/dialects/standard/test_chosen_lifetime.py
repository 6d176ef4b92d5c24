"""A client that may choose how long its tokens live asks by `expires_in`, and gets at most the cap (D37, D106)."""

from __future__ import annotations

import pytest

from grantway.core.messages import Issued
from tests.dialects.wire import Wired
from tests.kit.world import World

FORM = "grant_type=client_credentials&client_id=c&client_secret=s"


@pytest.mark.parametrize(
    ("text", "lifetime"), [("", None), ("300", 300), ("0", 0), ("999999999", 999_999_999)]
)
def test_the_wish_is_read_from_the_form(wired: Wired, text: str, lifetime: int | None) -> None:
    wired.features.outcome = Issued("a", "Bearer", 900, frozenset())
    assert wired.post("/oauth/token", f"{FORM}&expires_in={text}").status_code == 200
    assert wired.last.lifetime == lifetime


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "ten", "%D9%A1%D9%A2", "9999999999", "+60", "0x10"])
def test_what_is_no_number_of_seconds_is_refused(wired: Wired, text: str) -> None:
    """D106."""
    refused = wired.post("/oauth/token", f"{FORM}&expires_in={text}")
    assert (refused.status_code, refused.json["error_id"]) == (400, "E-GRANT-15")
    assert wired.features.seen == []


def test_a_wish_is_granted_up_to_the_cap_by_who_may_wish(world: World) -> None:
    """D37: on every grant alike; what the answer says is what the token has."""
    acme = world.make.organization()
    world.make.api(None, "orders:read")
    settings = {"client_may_choose_lifetime": True, "chosen_lifetime_cap": 7_200}
    may = world.make.application(acme, "backend", scopes=("orders:read",), settings=settings)
    may_not = world.make.application(acme, "backend", scopes=("orders:read",))
    secret, other = world.make.secret(may), world.make.secret(may_not)

    def ask(expires_in: str) -> tuple[int, object]:
        answer = world.token(may, secret, grant_type="client_credentials", expires_in=expires_in)
        return answer.status_code, answer.json.get("expires_in", answer.json.get("error_id"))

    assert ask("60") == (200, 60)
    assert ask("7200") == (200, 7_200)
    assert ask("7201") == (200, 7_200)
    assert ask("0") == (400, "E-GRANT-15")
    assert ask("") == (200, 900)
    refused = world.token(may_not, other, grant_type="client_credentials", expires_in="60")
    assert (refused.status_code, refused.json["error_id"]) == (400, "E-GRANT-15")
    token = world.machine_token(may, secret, expires_in="120")
    world.advance(119)
    assert world.product.features.api.verifier.find(token, "standard") is not None
    world.advance(1)
    assert world.product.features.api.verifier.find(token, "standard") is None
