"""The change feed: in order, each change once, none skipped."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from grantway.core.model import Change, FeedPage, SecretKey, SigningKey
from grantway.core.ports import Store
from tests.kit.counts import count
from tests.storage.records import NOW, artifact, changes_since, organization, position_of


def test_an_empty_feed_stays_where_it_is(empty_store: Store) -> None:
    with empty_store.read() as tx:
        assert tx.gate.feed_position() == 0
        assert tx.gate.changes_after(0) == FeedPage(0)
        assert tx.gate.changes_after(7) == FeedPage(7)


def test_a_page_leads_to_the_position_of_its_last_change(empty_store: Store) -> None:
    with empty_store.begin() as tx:
        tx.platform.insert_organization(organization(103))
        tx.platform.insert_organization(organization(104))
    with empty_store.begin() as tx:
        tx.platform.insert_organization(organization(105))
    with empty_store.read() as tx:
        lines = tuple(Change("organization", identifier) for identifier in (103, 104, 105))
        assert tx.gate.changes_after(0) == FeedPage(3, lines)
        assert tx.gate.changes_after(1) == FeedPage(3, lines[1:])
        assert tx.gate.feed_position() == 3


def test_a_page_has_an_end(empty_store: Store) -> None:
    with empty_store.begin() as tx:
        for identifier in range(10_050):
            tx.gate.revoke_token(artifact("dead", b"one"), identifier)
    with empty_store.read() as tx:
        first = tx.gate.changes_after(0)
        second = tx.gate.changes_after(first.position)
    assert (first.position, len(first.changes)) == (10_000, 10_000)
    assert [change.id for change in second.changes] == list(range(10_000, 10_050))


def test_old_lines_go_and_the_position_stays(empty_store: Store) -> None:
    with empty_store.begin() as tx:
        for identifier in range(10):
            tx.gate.revoke_token(artifact("dead", b"one"), identifier)
    with empty_store.begin() as tx:
        assert tx.platform.delete_changes(keep=20) == 0
        assert tx.platform.delete_changes(keep=3) == 7
        assert tx.platform.delete_changes(keep=3) == 0
    assert changes_since(empty_store, 0) == [("token", 7), ("token", 8), ("token", 9)]
    with empty_store.begin() as tx:
        assert tx.platform.delete_changes(keep=0) == 3
        assert tx.gate.feed_position() == 10
        tx.gate.revoke_token(artifact("dead", b"one"), 10)
    assert changes_since(empty_store, 10) == [("token", 10)]


def test_a_reader_sees_each_change_of_concurrent_writers_once_and_in_order(empty_store: Store) -> None:
    writers, each = 8, count(bounded=25, full=2_000)
    wanted = {writer * each + turn for writer in range(writers) for turn in range(each)}

    def write(writer: int) -> None:
        for turn in range(each):
            with empty_store.begin() as tx:
                tx.gate.revoke_token(artifact("dead", b"%d" % writer), writer * each + turn)
                tx.gate.feed_position()

    def read() -> list[int]:
        seen: list[int] = []
        position = 0
        while len(seen) < len(wanted):
            with empty_store.read() as tx:
                page = tx.gate.changes_after(position)
            assert page.position == position + len(page.changes)
            position = page.position
            seen += [change.id for change in page.changes]
        return seen

    with ThreadPoolExecutor(writers + 1) as pool:
        reading = pool.submit(read)
        for writing in [pool.submit(write, writer) for writer in range(writers)]:
            writing.result()
        seen = reading.result()
    assert len(seen) == len(set(seen))
    assert set(seen) == wanted
    # One writer's changes keep their order.
    assert all(
        [each_seen for each_seen in seen if each_seen // each == writer]
        == sorted(each_seen for each_seen in wanted if each_seen // each == writer)
        for writer in range(writers)
    )
    assert position_of(empty_store) == len(wanted)


def test_keys_are_kept_and_announced(empty_store: Store) -> None:
    signing = SigningKey(1, "standard", "kid-1", "ES256", b"\x00sealed", NOW, NOW + 1)
    later = SigningKey(2, "nitro", "kid-2", "HS256", b"sealed", NOW, NOW, NOW + 5, NOW + 6)
    pepper, link = SecretKey(3, "pepper", b"\xff", NOW + 1), SecretKey(4, "link", b"\x00", NOW, NOW + 9)
    with empty_store.begin() as tx:
        tx.platform.insert_signing_key(signing)
        tx.platform.insert_signing_key(later)
        tx.platform.insert_secret_key(pepper)
        tx.platform.insert_secret_key(link)
    assert changes_since(empty_store, 0) == [("keys", 0)]
    with empty_store.read() as tx:
        assert tx.gate.signing_keys() == (later, signing)
        assert tx.gate.secret_keys() == (link, pepper)
    changed = SigningKey(1, "standard", "kid-1", "ES256", b"resealed", NOW + 1, NOW + 2, NOW + 3, NOW + 4)
    with empty_store.begin() as tx:
        tx.platform.update_signing_key(changed)
        tx.platform.delete_signing_key(2)
    assert changes_since(empty_store, 1) == [("keys", 0)]
    with empty_store.read() as tx:
        assert tx.gate.signing_keys() == (changed,)
