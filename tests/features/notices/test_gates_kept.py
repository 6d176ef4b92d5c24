"""Organizations from before there were gates are told once that theirs lets in anything."""

from __future__ import annotations

import threading

from grantway.core.audit import AuditQuery
from grantway.core.model import Artifact
from grantway.features.upkeep.bootstrap import GATES_MARK, TOLD
from tests.features.notices.post import Post, run
from tests.kit.world import World


def test_the_first_start_after_the_migration_tells_admins_and_operators_once(
    sender: World, post: Post
) -> None:
    make, now = sender.make, sender.clock.now()
    old, strict = make.organization("Old"), make.organization("Strict", gate="reviewed")
    make.person(old, role="admin", email="admin@old.example", locale="de")
    make.person(old, role="member", email="member@old.example")
    make.person(strict, role="owner", email="owner@strict.example")
    make.operator(email="operator@grantway.example")
    with sender.store.begin() as tx:
        assert tx.gate.put_artifact(Artifact(TOLD, GATES_MARK, b"", now, 2**53))
    processes = [sender, sender.beside(), sender.beside()]
    starts = [threading.Thread(target=one.product.prepare) for one in processes]
    for thread in starts:
        thread.start()
    for thread in starts:
        thread.join()
    run(sender)
    told = sorted((letter.to, letter.subject) for letter in post.letters)
    assert told == [
        ("admin@old.example", "Ihre Organisation lässt jede Anwendung ein"),
        ("operator@grantway.example", "Organizations have gates, and some let in any application"),
    ]
    with sender.store.read() as tx:
        lines = tx.platform.audit(AuditQuery(action="organization.keep_gate"))
    assert [line.organization_id for line in lines] == [old.id]
    sender.product.prepare()
    run(sender)
    assert len(post.letters) == 2
    for one in processes[1:]:
        one.close()
