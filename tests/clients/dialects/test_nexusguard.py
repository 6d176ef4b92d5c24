"""Nexusguard's guide: its curl commands in a shell script."""

from __future__ import annotations

import json

from tests.clients.dialects.conftest import Town, run


def test_a_script_gets_tokens_of_users_and_of_the_app(town: Town) -> None:
    """G13, G15, G16, G17, G18, G19, G20, G21, G22, G23, G26, G27, G28, G30, G31, G33, G34: from what the portal passes to calls of the API; each proof works once."""
    settings = town.settings("nexusguard")
    assert settings["XSPE"].startswith("gwl_")
    settings["XSPE"] = town.passed_by_the_portal()
    answers = [json.loads(line) for line in run(town, ["sh", town.program("nexusguard.sh")], settings)]
    user, customer, refreshed, again, app, customers, reused, replayed = answers
    for answer in (user, customer, refreshed, again, app, customers):
        assert (answer["code"], answer["msg"]) == (0, "success")
    assert user["result"].keys() == {"access_token", "expires_in", "refresh_token", "scope"}
    assert user["result"]["expires_in"] == app["result"]["expires_in"] == 7_200
    assert refreshed["result"]["refresh_token"] != user["result"]["refresh_token"]
    assert customer["result"]["customer_id"] == again["result"]["customer_id"] == settings["CUSTOMER_ID"]
    assert app["result"].keys() == {"access_token", "expires_in"}
    assert [one["customer_id"] for one in customers["result"]] == [settings["CUSTOMER_ID"]]
    assert 0 not in {reused["code"], replayed["code"]}
