"""What one organization sends, and whoever does not answer it, keeps nobody else waiting."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network

import pytest

from grantway.core.audit import THE_SERVER
from grantway.core.identifiers import to_text
from grantway.core.model import MINUTE, SECOND, Id, Organization
from grantway.core.outgoing import NotSent, Outside, Request, Response
from grantway.features.audit import Act, AuditLog
from grantway.features.notices.sending import LEASE, MAIL_WORKERS, SHARE, WEBHOOK_WORKERS
from grantway.system.calling import NetworkCaller
from tests.features.notices.post import Post, run, world_with
from tests.kit.world import World, settings_of

PATIENCE = 30.0
"""Seconds after which a test that waits has failed."""


class Hanging:
    """Receivers below one host that do not answer until the test lets them."""

    def __init__(self, post: Post) -> None:
        self.let_go = threading.Event()
        self.reached = threading.Semaphore(0)
        self.answered = threading.Semaphore(0)
        post.answer = self.answer

    def answer(self, request: Request) -> Response:
        if "hang" not in request.url:
            self.answered.release()
            return Response(204, b"")
        self.reached.release()
        self.let_go.wait(PATIENCE)
        raise NotSent("timeout")


@pytest.fixture
def hanging(post: Post) -> Iterator[Hanging]:
    hanging = Hanging(post)
    yield hanging
    hanging.let_go.set()


def events(world: World, organization: Organization, application_id: Id, number: int) -> None:
    """So many acts of which people are told."""
    log = AuditLog(world.services)
    with world.store.begin() as tx:
        for _ in range(number):
            told = {"application_id": to_text(application_id)}
            log.record(
                tx, THE_SERVER, Act("application.disable", application_id, organization.id, after=told)
            )


def test_ten_thousand_events_of_one_organization_delay_nobody_elses(sender: World, post: Post) -> None:
    """The first event and the first letter of each organization come before the second one of any."""
    loud, quiet = sender.make.organization("Loud"), sender.make.organization("Quiet")
    noisy = sender.make.application(loud, notification_addresses=("loud@example.test",))
    calm = sender.make.application(quiet, notification_addresses=("quiet@example.test",))
    events(sender, loud, noisy.id, 300)
    sender.clock.advance(1)
    events(sender, quiet, calm.id, 1)
    outbox = sender.product.outbox
    outbox.expand()
    while outbox.expand():
        pass
    mail, _ = outbox.lanes
    assert mail.step() == MAIL_WORKERS
    mail.settle()
    assert "quiet@example.test" in [letter.to for letter in post.letters]


def test_the_first_look_at_events_takes_one_of_each_organization(sender: World) -> None:
    loud, quiet = sender.make.organization("Loud"), sender.make.organization("Quiet")
    events(sender, loud, sender.make.application(loud).id, 300)
    sender.clock.advance(1)
    events(sender, quiet, sender.make.application(quiet).id, 1)
    with sender.store.begin() as tx:
        assert quiet.id in {event.organization_id for event in tx.platform.take_events(limit=2)}


def test_forty_receivers_that_never_answer_take_a_share_and_no_letter(
    sender: World, post: Post, hanging: Hanging
) -> None:
    loud, quiet = sender.make.organization("Loud"), sender.make.organization("Quiet")
    for number in range(40):
        sender.make.delivery(sender.make.webhook(loud, f"https://hang.example.test/{number}"))
    mail, webhooks = sender.product.outbox.lanes
    assert webhooks.step() == SHARE
    for _ in range(SHARE):
        assert hanging.reached.acquire(timeout=PATIENCE)
    assert webhooks.step() == 0
    # Now somebody else's come.
    sender.make.delivery(sender.make.webhook(quiet))
    application = sender.make.application(quiet, notification_addresses=("quiet@example.test",))
    events(sender, quiet, application.id, 1)
    while sender.product.outbox.expand():
        pass
    assert mail.step() == 1
    mail.settle(PATIENCE)
    assert [letter.to for letter in post.letters] == ["quiet@example.test"]
    assert webhooks.step() >= 1
    assert hanging.answered.acquire(timeout=PATIENCE)
    hanging.let_go.set()
    webhooks.settle(PATIENCE)


def test_one_attempt_is_in_flight_for_each_webhook_by_all_processes(
    sender: World, post: Post, hanging: Hanging
) -> None:
    acme = sender.make.organization("Acme")
    hook = sender.make.webhook(acme, "https://hang.example.test/")
    for _ in range(5):
        sender.make.delivery(hook)
    other = sender.beside()
    _, webhooks = sender.product.outbox.lanes
    assert webhooks.step() == 1
    assert hanging.reached.acquire(timeout=PATIENCE)
    assert webhooks.step() == 0
    assert other.product.outbox.lanes[1].step() == 0
    hanging.let_go.set()
    webhooks.settle(PATIENCE)
    # It failed, so it is left alone, however much waits for it.
    assert len(post.requests) == 1
    assert run(sender) == 0
    sender.advance(11)
    assert run(sender) == 1
    sender.advance(11)
    assert run(sender) == 0
    other.close()


def test_who_fails_takes_half_of_the_room_and_who_answers_comes_first(sender: World, post: Post) -> None:
    for number in range(WEBHOOK_WORKERS):
        organization = sender.make.organization(f"Org {number}")
        sender.make.delivery(sender.make.webhook(organization, f"https://hang.example.test/{number}"))
    post.answer = lambda _: Response(500, b"")
    run(sender)
    assert len(post.requests) == WEBHOOK_WORKERS
    sender.advance(MINUTE // SECOND)
    sender.make.delivery(sender.make.webhook(sender.make.organization("Healthy"), "https://ok.example.test/"))
    now = sender.clock.now()
    with sender.store.begin() as tx:
        claimed = tx.platform.claim_webhooks(now=now, until=now + LEASE, limit=8, share=8, failing=4)
        urls = [tx.platform.target_of(one.webhook_id or 0)[0].url for one, _ in claimed]  # type: ignore[index]
    assert len(urls) == 5
    assert "https://ok.example.test/" in urls


def test_a_person_who_asks_for_a_test_does_not_wait_for_the_rest_to_end(sender: World, post: Post) -> None:
    post.answer = lambda _: Response(500, b"")
    acme = sender.make.organization("Acme")
    hook = sender.make.webhook(acme)
    first = sender.make.delivery(hook)
    run(sender)
    with sender.store.begin() as tx:
        assert tx.organization(acme.id).replay_delivery(hook.id, first.id, now=sender.clock.now())
    assert run(sender) == 1


@contextmanager
def silent_sockets(number: int) -> Iterator[list[str]]:
    """Addresses where connections are taken and nothing is ever said."""
    with ExitStack() as stack:
        urls = []
        for _ in range(number):
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            urls.append(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        yield urls


def test_forty_silent_sockets_keep_nobody_elses_letter_or_webhook(store_url: str, post: Post) -> None:
    """Over real connections: what came later of somebody else is there before the first of them is given up."""
    caller = NetworkCaller((ip_network("127.0.0.0/8"),), seconds=10)
    world = World(settings_of(store_url), outside=Outside(caller, post))
    loud, quiet = world.make.organization("Loud"), world.make.organization("Quiet")
    got = threading.Event()
    with silent_sockets(40) as urls, socket.create_server(("127.0.0.1", 0)) as receiver:
        for url in urls:
            world.make.delivery(world.make.webhook(loud, url))
        mail, webhooks = world.product.outbox.lanes
        assert webhooks.step() == SHARE

        def receive() -> None:
            connection, _ = receiver.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
            got.set()

        thread = threading.Thread(target=receive, daemon=True)
        thread.start()
        port = receiver.getsockname()[1]
        hook = world.make.webhook(quiet, f"http://127.0.0.1:{port}/")
        delivery = world.make.delivery(hook)
        application = world.make.application(quiet, notification_addresses=("quiet@example.test",))
        events(world, quiet, application.id, 1)
        while world.product.outbox.expand():
            pass
        assert mail.step() == 1
        mail.settle(PATIENCE)
        assert webhooks.step() >= 1
        assert got.wait(PATIENCE)
        thread.join(PATIENCE)
        with world.store.read() as tx:
            given_up = [
                one
                for hook_ in tx.organization(loud.id).webhooks()
                for one in tx.organization(loud.id).deliveries(hook_.id, after=0, limit=5)
                if one.failures
            ]
        assert given_up == []
        assert [letter.to for letter in post.letters] == ["quiet@example.test"]
        webhooks.stop()
        webhooks.settle(PATIENCE)
    assert delivery.id
    world.close()


def test_a_world_without_mail_has_a_lane_that_stands_still(store_url: str, post: Post) -> None:
    world = world_with(post, store_url, has_mail=False)
    assert run(world) == 0
    world.close()
