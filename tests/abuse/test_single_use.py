"""What works once works once: replays, races, restarts, retries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.abuse.story import Story, error
from tests.kit.counts import count

PARALLEL = 16


def test_a_replayed_code_is_refused_and_ends_what_it_made(story: Story) -> None:
    """V032, C106, C107: on every process, at once."""
    other = story.world.beside()
    code = story.code(story.honest)
    tokens = story.redeem(story.honest, code).json
    assert error(story.redeem(story.honest, code)) == (400, "invalid_grant")
    other.product.poll()
    assert not story.is_alive(tokens["access_token"])
    assert other.bearer(tokens["access_token"]).status_code == 401
    assert error(story.refresh(story.honest, tokens["refresh_token"])) == (400, "invalid_grant")
    other.close()


def test_a_replay_by_another_client_ends_nothing(story: Story) -> None:
    """V006: nobody can end somebody else's tokens by presenting a spent code."""
    code = story.code(story.honest)
    tokens = story.redeem(story.honest, code).json
    assert error(story.redeem(story.rival, code)) == (400, "invalid_grant")
    assert story.is_alive(tokens["access_token"])


def test_many_redeem_one_code_and_one_wins(story: Story) -> None:
    """V021, V032, E01."""
    for _ in range(count(2, 200)):
        code = story.code(story.honest)
        with ThreadPoolExecutor(PARALLEL) as pool:
            results = list(pool.map(lambda _, code=code: story.redeem(story.honest, code), range(PARALLEL)))
        assert sorted(result.status_code for result in results) == [200] + [400] * (PARALLEL - 1)
        winner = next(result for result in results if result.status_code == 200)
        assert not story.is_alive(winner.json["access_token"])


def test_many_refresh_at_once_and_get_one_successor(story: Story) -> None:
    """V016, E02: over two processes, all within the grace window."""
    other = story.world.beside()
    for _ in range(count(2, 200)):
        token = story.tokens(story.honest)["refresh_token"]

        def refresh(number: int, token: str = token) -> str:
            world = other if number % 2 else story.world
            result = world.token(
                story.honest.application, story.honest.secret, grant_type="refresh_token", refresh_token=token
            )
            assert result.status_code == 200, result.text
            return str(result.json["refresh_token"])

        with ThreadPoolExecutor(PARALLEL) as pool:
            successors = set(pool.map(refresh, range(PARALLEL)))
        assert len(successors) == 1
        assert successors != {token}
    other.close()


def test_a_retry_in_the_grace_window_gets_the_same_successor(story: Story) -> None:
    """V031: and going on with it works."""
    token = story.tokens(story.honest)["refresh_token"]
    first = story.refresh(story.honest, token).json["refresh_token"]
    story.world.advance(29)
    again = story.refresh(story.honest, token)
    assert again.json["refresh_token"] == first
    assert story.refresh(story.honest, first).status_code == 200


def test_reuse_after_the_grace_window_ends_the_family(story: Story) -> None:
    """C133, C186: the thief and the victim are both out, and the page says why."""
    tokens = story.tokens(story.honest)
    successor = story.refresh(story.honest, tokens["refresh_token"]).json
    story.world.advance(31)
    reused = story.refresh(story.honest, tokens["refresh_token"])
    assert error(reused) == (400, "invalid_grant")
    assert reused.json["error_id"] == "E-GRANT-11"
    assert error(story.refresh(story.honest, successor["refresh_token"])) == (400, "invalid_grant")
    assert not story.is_alive(successor["access_token"])


def test_reuse_of_an_older_generation_ends_the_family_even_in_the_window(story: Story) -> None:
    """C133: the window is for the last answer that may have been lost, not for all of history."""
    token = story.tokens(story.honest)["refresh_token"]
    second = story.refresh(story.honest, token).json["refresh_token"]
    third = story.refresh(story.honest, second).json["refresh_token"]
    assert story.refresh(story.honest, token).json["error_id"] == "E-GRANT-11"
    assert error(story.refresh(story.honest, third)) == (400, "invalid_grant")


def test_nothing_used_works_after_a_restart(story: Story) -> None:
    """V017, E27."""
    code = story.code(story.honest)
    first = story.redeem(story.honest, code).json
    second = story.refresh(story.honest, first["refresh_token"]).json
    dead = story.tokens(story.honest)
    assert story.revoke(story.honest, dead["access_token"]).status_code == 200
    machine = story.machine(story.honest)
    assert story.revoke(story.honest, machine).status_code == 200
    story.world.advance(40)
    again = story.world.beside()
    assert again.bearer(dead["access_token"]).status_code == 401
    restarted = Story.__new__(Story)
    restarted.__dict__.update(story.__dict__, world=again)
    assert restarted.introspect(story.honest, machine)["active"] is False
    assert error(restarted.refresh(story.honest, first["refresh_token"])) == (400, "invalid_grant")
    assert error(restarted.refresh(story.honest, second["refresh_token"])) == (400, "invalid_grant")
    assert error(restarted.redeem(story.honest, code)) == (400, "invalid_grant")
    again.close()


@pytest.mark.parametrize("seconds", [61, 600, 30 * 86_400])
def test_codes_expire(story: Story, seconds: int) -> None:
    """V028, C108: by the clock at use, whether or not anything cleaned up."""
    code = story.code(story.honest)
    story.world.advance(seconds)
    assert error(story.redeem(story.honest, code)) == (400, "invalid_grant")


def test_refresh_tokens_expire_idle_and_absolutely(story: Story) -> None:
    """V121, C138, C140, C139: rotation never moves the fixed end."""
    idle = story.tokens(story.honest)["refresh_token"]
    token = story.tokens(story.honest)["refresh_token"]
    day = 86_400
    for _ in range(3):
        story.world.advance(9 * day)
        renewed = story.refresh(story.honest, token)
        assert renewed.status_code == 200
        token = renewed.json["refresh_token"]
    assert error(story.refresh(story.honest, idle)) == (400, "invalid_grant")
    story.world.advance(4 * day)
    assert error(story.refresh(story.honest, token)) == (400, "invalid_grant")


def test_a_refresh_never_widens(story: Story) -> None:
    """C137, V119, C130: more than was granted is refused; less is for one answer only."""
    token = story.tokens(story.honest)["refresh_token"]
    assert error(story.refresh(story.honest, token, scope="openid orders:write")) == (400, "invalid_scope")
    narrowed = story.refresh(story.honest, token, scope="openid").json
    assert narrowed["scope"] == "openid"
    whole = story.refresh(story.honest, narrowed["refresh_token"]).json
    assert set(whole["scope"].split()) == {"openid", "email", "orders:read"}
