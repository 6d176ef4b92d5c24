"""One dialect at two mounts: what began at one ends there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.dialects.nexus211.guide import CURRENT, Guide, a_guide, basic, refused
from tests.kit.world import World, settings_of


@pytest.fixture
def guide(store_url: str) -> Iterator[Guide]:
    world = World(settings_of(store_url, mounts="one=nexus211@/d/nexus211,two=nexus211@/d/two"))
    yield a_guide(world)
    world.close()


def test_a_code_is_exchanged_at_the_mount_that_gave_it(guide: Guide) -> None:
    """N41, N44: at another mount it is unknown, and stays good where it is known; so is the token."""
    code = guide.sign_in()["code"]
    headers = {
        "Authorization": basic(guide.application.client_id, guide.secret),
        "Content-Type": "application/json",
    }
    elsewhere = guide.world.client.simulate_post(
        "/d/two/oauth/access-token", body=f'{{"code":"{code}"}}', headers=headers
    )
    assert refused(elsewhere) == (400, "invalid_grant")
    assert elsewhere.json["id"] == "E-GRANT-03"
    token = guide.exchange({"code": code}).json["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert guide.world.client.simulate_get(CURRENT, headers=bearer).status_code == 200
    assert guide.world.client.simulate_get("/d/two/organizations/current", headers=bearer).status_code == 401
