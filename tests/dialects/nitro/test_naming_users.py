"""What the power to name users rests on, how far it goes, and how it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from grantway.features.tokens.revoke import end_token
from tests.dialects.nitro.guide import GAMIFICATION, GROUPS, USER, Guide, a_guide, refused
from tests.kit.world import World, settings_of


@pytest.fixture
def unvouched(store_url: str) -> Iterator[Guide]:
    world = World(settings_of(store_url, mounts="nitro=nitro@/d/nitro"))
    yield a_guide(world, vouched=False)
    world.close()


def test_nobody_names_a_user_without_a_voucher(unvouched: Guide) -> None:
    """B20, B45: whichever way it is asked for. Without a user there is nothing to answer for (B19)."""
    mother = unvouched.token()
    assert refused(unvouched.post(userId="joe")) == (400, "E-VOUCH-04")
    assert refused(unvouched.get(GAMIFICATION, mother, userId="joe")) == (400, "E-VOUCH-04")


@pytest.mark.parametrize(
    "reference", ["x" * 256, " joe", "joe\n", "\u202ejoe", "a\u200bb", "\x7f"], ids=lambda one: repr(one)[:12]
)
def test_an_id_that_nobody_can_read_is_none(guide: Guide, reference: str) -> None:
    """B45: else whatever the customer likes."""
    refusal = guide.post(userId=reference)
    assert refused(refusal) == (400, "E-VOUCH-05")
    assert refused(guide.get(GAMIFICATION, guide.token(), userId=reference)) == (400, "E-VOUCH-05")


@pytest.mark.parametrize("reference", ["x" * 255, "joe smith", "Jürgen", "日本", "a/b?c=d&e", "{guid-7}"])
def test_an_id_is_whatever_the_customer_likes(guide: Guide, reference: str) -> None:
    """B41, B45, B46."""
    assert guide.get(USER, guide.token(userId=reference)).json["userId"] == reference


def test_a_users_token_dies_with_what_made_it(guide: Guide) -> None:
    """B36: with the token that it was made with, with the secret behind that, and with the voucher."""
    world = guide.world
    mother, sister = guide.token(), guide.token()
    daughter = guide.get(GAMIFICATION, mother, userId="joe").json["access_token"]
    niece = guide.get(GAMIFICATION, sister, userId="joe").json["access_token"]
    facts = world.product.features.api.verifier.read(mother, "nitro")
    assert facts is not None
    with world.store.begin() as tx:
        end_token(tx, facts, reason="found outside", now=world.clock.now())
    world.product.poll()
    assert [guide.get(USER, one).status_code for one in (daughter, niece)] == [401, 200]
    with world.store.begin() as tx:
        door = tx.organization(guide.home.id)
        for credential in door.credentials(guide.application.id):
            assert door.revoke_credential(guide.application.id, credential.id, now=world.clock.now())
    world.product.poll()
    assert guide.get(USER, niece).status_code == 401


def test_a_users_token_lives_no_longer_than_the_one_it_was_made_with(guide: Guide) -> None:
    """B26, B55."""
    mother = guide.token()
    guide.world.advance(80_000)
    answer = guide.get(GAMIFICATION, mother, userId="joe")
    assert answer.json["expires_in"] == 6_400


def test_an_expired_token_and_a_wrong_one_read_differently(guide: Guide) -> None:
    """B28, B55: 401 both, and the body says which."""
    token = guide.token(userId="joe")
    guide.world.advance(86_400)
    late, wrong = guide.get(USER, token), guide.get(USER, token[:-2] + "00")
    assert (refused(late), refused(wrong)) == ((401, "E-TOKEN-07"), (401, "E-TOKEN-02"))
    assert late.headers["www-authenticate"].startswith("Bearer ")


def test_minutes_of_a_session_and_of_a_day(guide: Guide) -> None:
    """B11, B12, B13, B15, B55: a used-up day is 403 until the next one begins in the American east."""
    strict = guide.client("gamification_user", session_minutes=30, minutes_per_day=45)
    lives = [strict.post(userId="joe").json["expires_in"] for _ in range(2)]
    assert lives == [1_800, 900]
    over = strict.post(userId="joe")
    assert refused(over) == (403, "E-BUDGET-01")
    # 10:00 in UTC is 5:00 in New York.
    assert over.headers["retry-after"] == str(19 * 3_600)
    assert strict.post(userId="ann").status_code == 200
    mother = guide.client("gamification_user", "global", minutes_per_day=10)
    first = mother.get(GAMIFICATION, mother.token(), userId="joe")
    assert first.json["expires_in"] == 600
    assert refused(mother.get(GAMIFICATION, mother.token(), userId="joe")) == (403, "E-BUDGET-01")
    assert mother.get(GROUPS, mother.token()).status_code == 200


def test_one_token_has_one_text(guide: Guide) -> None:
    """B25: small hexadecimal digits; in capitals, cut or longer it is none."""
    token = guide.token()
    assert re.fullmatch("[0-9a-f]+", token)
    for other in (
        token.upper(),
        token[:8] + token[8:].upper(),
        token[:-1],
        token + "00",
        token[8:],
        "67776f5f",
        "67776f5f" + "0" * 9_000,
    ):
        assert refused(guide.get(GROUPS, other))[0] == 401


@pytest.mark.parametrize("name", ["userId", "user_id"])
def test_a_user_without_an_id_is_nobody(guide: Guide, name: str) -> None:
    """B19, B36: a page whose program knew no user never gets the site's own token instead."""
    assert refused(guide.post(**{name: ""})) == (400, "E-REQUEST-04")
    assert refused(guide.get(GAMIFICATION, guide.token(), **{name: ""})) == (400, "E-REQUEST-04")
