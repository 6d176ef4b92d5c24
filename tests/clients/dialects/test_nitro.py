"""Nitro's guide: a shell script with curl."""

from __future__ import annotations

import json

from tests.clients.dialects.conftest import Town, run


def test_a_script_gets_tokens_for_a_site_and_for_its_users(town: Town) -> None:
    """B18, B19, B20, B21, B22, B23, B24, B27, B28: two kinds of token, each for its own calls; a 401 asks for a new one."""
    token, *told = run(
        town, ["sh", town.program("nitro.sh"), "joe@site.example"], town.settings("nitro", "backend")
    )
    assert json.loads(token).items() >= {"token_type": "bearer", "expires_in": 86_400}.items()
    statuses, answers = told[::2], [json.loads(answer) for answer in told[1::2]]
    assert statuses == ["200", "200", "403", "403", "401", "200"]
    assert answers[1]["userId"] == answers[5]["userId"] == "joe@site.example"
    assert "groups" in answers[0]
