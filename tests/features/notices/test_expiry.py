"""What the time brings: secrets that are about to end, and applications that are gone for good."""

from __future__ import annotations

from grantway.core.audit import AuditQuery
from grantway.core.model import DAY, SECOND
from tests.features.notices.post import Post, run
from tests.kit.world import World


def test_an_end_of_a_secret_is_told_thirty_days_seven_days_and_one_day_before(
    sender: World, post: Post
) -> None:
    acme = sender.make.organization("Acme")
    application = sender.make.application(acme, notification_addresses=())
    sender.make.webhook(acme)
    now = sender.clock.now()
    sender.make.secret(application, expires_at=now + 40 * DAY)
    # Made for less time than that, so there is one warning of this one; and none of what never ends.
    sender.make.secret(application, expires_at=now + 5 * DAY)
    sender.make.secret(application)
    told = list[tuple[int, str]]()
    for day in range(41):
        for world in (sender, sender):
            world.product.housekeeping.step()
        run(sender)
        told += [(day, body["data"]["expires_at"]) for body in post.bodies[len(told) :]]
        sender.advance(DAY // SECOND)
    assert [day for day, _ in told] == [4, 10, 33, 39]
    assert {body["type"] for body in post.bodies} == {"secret.expiring"}
    with sender.store.read() as tx:
        lines = tx.platform.audit(AuditQuery(action="secret.expire_soon"))
    assert len(lines) == 4


def test_after_a_long_sleep_only_the_nearest_warning_is_given(sender: World, post: Post) -> None:
    acme = sender.make.organization("Acme")
    application = sender.make.application(acme, notification_addresses=())
    sender.make.webhook(acme)
    sender.make.secret(application, expires_at=sender.clock.now() + 40 * DAY)
    sender.advance(39 * DAY // SECOND + 1)
    sender.product.housekeeping.step()
    sender.product.housekeeping.step()
    run(sender)
    assert post.told == ["secret.expiring"]


def test_a_purged_application_is_told_to_where_it_was_to_be_told(sender: World, post: Post) -> None:
    acme = sender.make.organization("Acme")
    application = sender.make.application(acme, notification_addresses=("makers@acme.test",))
    hook = sender.make.webhook(acme, application_id=application.id)
    sender.make.change_application(application, state="deletion_scheduled", purge_at=sender.clock.now())
    assert sender.product.housekeeping.step().purged == 1
    run(sender)
    assert post.told == ["application.purged"]
    assert [letter.to for letter in post.letters] == ["makers@acme.test"]
    assert application.name in post.letters[0].text
    sender.product.housekeeping.step()
    with sender.store.read() as tx:
        assert tx.organization(acme.id).webhook(hook.id) is None
