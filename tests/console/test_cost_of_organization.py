"""What the pages of the organization cost does not grow with what there is to show."""

from __future__ import annotations

import pytest

from grantway.core.identifiers import to_text
from tests.api.cast import cast_of
from tests.console.desk import counted, desk
from tests.kit.world import World

MOST = 12


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_no_page_of_the_organization_takes_more_than_twelve_statements(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = cast_of(world)
    made = cast.records(cast.own)
    admin = desk(world, cast.own, "owner")
    for _ in range(4):
        person = world.make.person(cast.own, role="developer")
        application = world.make.application(cast.own, creator_id=person.id)
        world.make.service_account(cast.own, application)
        world.make.installation(
            world.make.application(cast.vendor), cast.own, state="requested", requested_by=person.id
        )
    ids = made.ids
    costs = {}
    for path in (
        "organization",
        "organization/members",
        f"organization/members/{ids['user_id']}",
        "organization/invitations",
        "organization/left-behind",
        f"organization/left-behind/{ids['heir_id']}",
        "organization/service-accounts",
        f"organization/service-accounts/{ids['service_account_id']}",
        "organization/consents",
        "organization/vouchers",
        f"organization/vouchers/{ids['voucher_id']}",
        "organization/notices",
        "organization/webhooks",
        f"organization/webhooks/{ids['webhook_id']}",
        "organization/activity",
        "requests",
        f"requests/{to_text(world.make.installation(world.make.application(cast.vendor), cast.own).id)}",
        "keys",
        f"organization/members/{ids['user_id']}/disable",
        f"organization/members/{ids['user_id']}/remove",
        f"organization/service-accounts/{ids['service_account_id']}/delete",
        f"organization/webhooks/{ids['webhook_id']}/delete",
    ):
        admin.open(path)
        with counted(monkeypatch) as names:
            admin.open(path)
        costs[path] = names
    too_many = {path: names for path, names in costs.items() if len(names) > MOST}
    assert not too_many, "\n".join(f"{len(names)} {path}: {names}" for path, names in too_many.items())
