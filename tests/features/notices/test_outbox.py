"""The outbox: what is told follows from what was committed, at least once, and to nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from threading import Barrier

import pytest

from grantway.core.audit import THE_SERVER
from grantway.core.model import DAY, HOUR, MINUTE, SECOND, Id
from grantway.core.notices import Delivery, Webhook
from grantway.core.outgoing import NotSent, Request, Response
from grantway.features.audit import Act, AuditLog
from grantway.features.notices.outbox import KEPT
from grantway.features.notices.sending import FAILURES, LEASE, LONGEST_REST, LONGEST_WAIT, PATIENCE
from tests.features.notices.post import Post, run, world_with
from tests.kit.counts import count
from tests.kit.world import World

ROOM = {"limit": 64, "share": 8, "failing": 32}


def tell(
    world: World, action: str, target: Id, organization_id: Id, application_id: Id | None = None
) -> None:
    with world.store.begin() as tx:
        act = Act(action, target, organization_id, application_id=application_id)
        AuditLog(world.services).record(tx, THE_SERVER, act)


def sent_to(world: World, webhook: Webhook) -> tuple[Delivery, ...]:
    with world.store.read() as tx:
        return tx.organization(webhook.organization_id).deliveries(webhook.id, after=0, limit=100)


def stored(world: World, webhook: Webhook) -> Webhook:
    with world.store.read() as tx:
        found = tx.organization(webhook.organization_id).webhook(webhook.id)
    assert found is not None
    return found


def test_what_was_rolled_back_is_told_to_nobody(sender: World, post: Post) -> None:
    acme = sender.make.organization("Acme")
    application = sender.make.application(acme)
    sender.make.webhook(acme)

    act = Act("application.update", application.id, acme.id)

    def fail() -> None:
        with sender.store.begin() as tx:
            AuditLog(sender.services).record(tx, THE_SERVER, act)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert run(sender) == 0
    assert (post.requests, post.letters) == ([], [])


def test_each_recipient_gets_it_once(sender: World, post: Post) -> None:
    acme, bolt = sender.make.organization("Acme"), sender.make.organization("Bolt")
    addresses = ("a@example.test", "b@example.test", "A@example.test")
    application = sender.make.application(acme, notification_addresses=addresses)
    other = sender.make.application(acme)
    for changes in ({}, {"application_id": application.id}, {"events": ("application.disabled",)}):
        sender.make.webhook(acme, **changes)
    # None of these is told: of another application, of other events, disabled, of somebody else.
    sender.make.webhook(acme, "https://no.example.test/1", application_id=other.id)
    sender.make.webhook(acme, "https://no.example.test/2", events=("secret.issued",))
    sender.make.webhook(acme, "https://no.example.test/3", state="disabled")
    sender.make.webhook(bolt, "https://no.example.test/4")
    tell(sender, "application.disable", application.id, acme.id)
    run(sender)
    assert [request.url for request in post.requests] == ["https://hooks.example.test/"] * 3
    assert sorted(letter.to.casefold() for letter in post.letters) == ["a@example.test", "b@example.test"]
    assert run(sender) == 0


def test_without_mail_webhooks_are_told_and_no_letter_waits(store_url: str) -> None:
    post = Post()
    world = world_with(post, store_url, has_mail=False)
    acme = world.make.organization("Acme")
    application = world.make.application(acme)
    hook = world.make.webhook(acme)
    tell(world, "application.disable", application.id, acme.id)
    run(world)
    assert [one.state for one in sent_to(world, hook)] == ["delivered"]
    assert (len(post.requests), post.letters) == (1, [])
    world.close()


def test_two_that_send_at_once_never_send_the_same(sender: World, post: Post) -> None:
    """Claim races: each delivery is held by one, in however many processes they are."""
    acme = sender.make.organization("Acme")
    hook = sender.make.webhook(acme)
    others = [sender.beside() for _ in range(2)]
    rounds = count(5, 200)
    for turn in range(rounds):
        for _ in range(3):
            sender.make.delivery(hook)
        start = Barrier(len(others))

        def race(world: World, start: Barrier = start) -> int:
            start.wait()
            return world.product.outbox.step()

        with ThreadPoolExecutor(len(others)) as pool:
            list(pool.map(race, others))
        run(sender)
        assert len(post.requests) == 3 * (turn + 1)
    for one in others:
        one.close()


def test_two_that_expand_at_once_never_expand_the_same(sender: World, post: Post) -> None:
    acme = sender.make.organization("Acme")
    application = sender.make.application(acme, notification_addresses=())
    sender.make.webhook(acme)
    others = [sender.beside() for _ in range(2)]
    for turn in range(count(5, 200)):
        tell(sender, "application.disable", application.id, acme.id)
        start = Barrier(len(others))

        def race(world: World, start: Barrier = start) -> int:
            start.wait()
            return world.product.outbox.step()

        with ThreadPoolExecutor(len(others)) as pool:
            list(pool.map(race, others))
        run(sender)
        assert len(post.requests) == turn + 1
    for one in others:
        one.close()


def test_what_was_claimed_by_somebody_who_died_is_sent_when_the_claim_runs_out(
    sender: World, post: Post
) -> None:
    acme = sender.make.organization("Acme")
    hook = sender.make.webhook(acme)
    sender.make.delivery(hook)

    def claim() -> tuple[Delivery, ...]:
        now = sender.clock.now()
        with sender.store.begin() as tx:
            return tuple(one for one, _ in tx.platform.claim_webhooks(now=now, until=now + LEASE, **ROOM))

    (held,) = claim()
    assert claim() == ()
    assert run(sender) == 0
    sender.advance(LEASE // SECOND)
    (again,) = claim()
    assert (again.id, again.attempts) == (held.id, 2)
    with sender.store.begin() as tx:
        # The first comes back from the dead, and what it says counts for nothing.
        assert not tx.platform.finish_delivery(replace(held, state="delivered"), held=held)
    sender.advance(LEASE // SECOND)
    assert run(sender) == 1
    (delivery,) = sent_to(sender, hook)
    assert (delivery.state, delivery.attempts, len(post.requests)) == ("delivered", 3, 1)


def test_a_replay_ends_the_claim_of_whoever_holds_it(sender: World, post: Post) -> None:
    acme = sender.make.organization("Acme")
    hook = sender.make.webhook(acme)
    delivery, now = sender.make.delivery(hook), sender.clock.now()
    with sender.store.begin() as tx:
        ((held, _),) = tx.platform.claim_webhooks(now=now, until=now + LEASE, **ROOM)
    with sender.store.begin() as tx:
        assert tx.organization(acme.id).replay_delivery(hook.id, delivery.id, now=now)
    with sender.store.begin() as tx:
        assert not tx.platform.finish_delivery(replace(held, state="failed"), held=held)
    # Its webhook is held as long as the claim was: there is one attempt in flight.
    assert run(sender) == 0
    sender.advance(LEASE // SECOND)
    assert run(sender) == 1
    assert [one.state for one in sent_to(sender, hook)] == ["delivered"]


def test_waits_grow_to_six_hours_and_end_after_three_days(sender: World, post: Post) -> None:
    post.answer = lambda _: Response(500, b"no")
    acme = sender.make.organization("Acme")
    hook = sender.make.webhook(acme)
    sender.make.delivery(hook)
    begun, waits = sender.clock.now(), list[int]()
    (delivery,) = sent_to(sender, hook)
    while run(sender):
        (delivery,) = sent_to(sender, hook)
        assert (delivery.last_status, delivery.last_problem) == (500, "status")
        if delivery.state == "failed":
            break
        wait = delivery.next_at - sender.clock.now()
        waits.append(wait)
        with sender.store.begin() as tx:
            # Others get through, so that the webhook is not disabled meanwhile.
            tx.platform.webhook_answered(hook.id, now=sender.clock.now())
        sender.advance(wait / SECOND - 1)
        assert run(sender) == 0
        sender.advance(1)
    assert 7 * SECOND <= waits[0] <= 10 * SECOND
    assert all(earlier < later for earlier, later in pairwise(waits[:9]))
    assert LONGEST_WAIT * 3 // 4 <= max(waits) <= LONGEST_WAIT
    assert PATIENCE <= sender.clock.now() - begun <= PATIENCE + LONGEST_WAIT
    assert 15 <= len(waits) <= 30
    assert delivery.state == "failed"
    assert delivery.attempts == len(post.requests)
    ids = {request.headers["webhook-id"] for request in post.requests}
    assert len(ids) == 1
    assert len({request.headers["webhook-timestamp"] for request in post.requests}) > 15


def test_an_address_that_is_gone_is_asked_once(sender: World, post: Post) -> None:
    post.answer = lambda _: Response(410, b"")
    acme = sender.make.organization("Acme")
    hook = sender.make.webhook(acme)
    sender.make.delivery(hook)
    run(sender)
    assert [one.state for one in sent_to(sender, hook)] == ["failed"]
    assert (stored(sender, hook).state, stored(sender, hook).disabled_reason) == ("disabled", "failing")


def test_a_webhook_that_fails_for_a_day_is_disabled_and_its_administrators_are_told(
    sender: World, post: Post
) -> None:
    def nobody(request: Request) -> Response:
        raise NotSent("unreachable")

    post.answer = nobody
    acme = sender.make.organization("Acme")
    admin = sender.make.person(acme, role="admin", locale="de")
    sender.make.person(acme, role="developer")
    hook = sender.make.webhook(acme)
    for _ in range(FAILURES):
        sender.make.delivery(hook)
    begun = sender.clock.now()
    while stored(sender, hook).state == "enabled":
        before = len(post.requests)
        run(sender)
        assert len(post.requests) <= before + 1
        sender.advance(LONGEST_REST // SECOND)
    run(sender)
    assert stored(sender, hook).failures >= FAILURES
    assert DAY <= sender.clock.now() - begun <= DAY + HOUR
    (letter,) = post.letters
    assert (letter.to, letter.subject) == (admin.email, "Ein Webhook antwortet nicht und wurde deaktiviert")
    tried = len(post.requests)
    sender.advance(HOUR // SECOND)
    assert run(sender) == 0
    # What waits goes when somebody enables it in time.
    post.answer = lambda _: Response(200, b"")
    with sender.store.begin() as tx:
        found = stored(sender, hook)
        enabled = replace(found, state="enabled", failures=0, failing_since=None)
        assert tx.organization(acme.id).update_webhook(enabled, version=found.version)
    sender.advance(LONGEST_WAIT // SECOND)
    run(sender)
    assert len(post.requests) == tried + FAILURES


def test_to_a_disabled_organization_nothing_is_sent(sender: World, post: Post) -> None:
    """E26: disabling an organization ends its webhooks too."""
    acme = sender.make.organization("Acme")
    sender.make.delivery(sender.make.webhook(acme))
    sender.make.change_organization(acme, state="disabled")
    assert run(sender) == 0
    assert post.requests == []


def test_an_address_that_mail_servers_refuse_is_written_to_once(sender: World, post: Post) -> None:
    post.refuse = lambda letter: NotSent("rejected", is_final=True) if letter.to[0] == "b" else None
    acme = sender.make.organization("Acme")
    application = sender.make.application(acme, notification_addresses=("a@x.test", "b@x.test"))
    tell(sender, "application.disable", application.id, acme.id)
    assert run(sender) > 0
    sender.advance(PATIENCE // SECOND)
    assert run(sender) == 0
    assert [letter.to for letter in post.letters] == ["a@x.test"]


def test_what_is_over_is_forgotten_after_thirty_days_and_what_waits_is_not(sender: World, post: Post) -> None:
    acme = sender.make.organization("Acme")
    hook = sender.make.webhook(acme)
    sender.make.delivery(hook)
    run(sender)
    sender.advance((KEPT - MINUTE) // SECOND)
    waiting = sender.make.delivery(hook)
    sender.product.housekeeping.step()
    assert len(sent_to(sender, hook)) == 2
    sender.advance(2 * MINUTE // SECOND)
    sender.product.housekeeping.step()
    assert [one.id for one in sent_to(sender, hook)] == [waiting.id]
