"""`grantway demo`, as a person or a program starts it."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from grantway.edges.dialects import ALL
from tests.kit import plain
from tests.kit.browser import Browser
from tests.kit.server import LiveServer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def test_it_tells_what_is_in_it(live_server: LiveServer) -> None:
    facts = live_server.facts
    named = {"issuer", "operator", "organizations", "applications", "dialects", "management", "mail"}
    assert set(facts) == named
    assert facts["mail"] == str(live_server.folder / "mail")
    kinds = [(one["type"], one["dialect"]) for one in facts["applications"]]
    spoken = [dialect.name for dialect in ALL if dialect.tour]
    assert {name for _, name in kinds} == {"standard", *spoken}
    assert [kind for kind, name in kinds if name == "standard"] == [
        "confidential",
        "public",
        "public",
        "backend",
    ]
    for application in facts["applications"]:
        assert (application["client_secret"] is None) == (application["type"] == "public")
    assert [one["name"] for one in facts["dialects"]] == ["standard", *spoken]
    needed = {name for one in facts["applications"] for name in one}
    assert needed >= {"service_account", "granting_organizations", "access_key", "customer_id", "xspe"}
    assert all(set(one) >= {"id", "name", "admin", "user"} for one in facts["organizations"])


def test_its_secrets_are_readable_by_their_owner_alone(live_server: LiveServer) -> None:
    for name in ("demo.json", "root.key"):
        assert stat.S_IMODE((live_server.folder / name).stat().st_mode) == 0o600


def test_everybody_can_sign_in(live_server: LiveServer) -> None:
    people = [live_server.facts["operator"]]
    for organization in live_server.facts["organizations"]:
        people += [organization["admin"], organization["developer"], organization["user"]]
    for person in people:
        browser = Browser(live_server.issuer)
        browser.sign_in(person["email"], person["password"])
        browser.visit("/account")
        assert person["email"] in browser.page
        browser.close()


def test_a_machine_and_the_management_client_get_tokens(live_server: LiveServer) -> None:
    management = live_server.facts["management"]
    token = ""
    for client in (live_server.application("Northwind Night Sync"), management):
        answer = plain.post(
            management["token_endpoint"],
            data={"grant_type": "client_credentials"},
            auth=(client["client_id"], client["client_secret"]),
        )
        assert answer.status_code == 200, answer.text
        assert set(answer.json()["scope"].split()) == set(client["scopes"])
        token = answer.json()["access_token"]
    listed = plain.get(
        f"{live_server.issuer}/api/v1/organizations", headers={"Authorization": f"Bearer {token}"}
    )
    assert listed.status_code == 200, listed.text


def test_the_playground_is_served_with_its_own_applications(live_server: LiveServer) -> None:
    browser = Browser(live_server.issuer)
    for path in ("/playground", "/playground/callback?code=x&state=y"):
        browser.visit(path)
        assert browser.status == 200
        assert live_server.application("Northwind Planner")["client_id"] in browser.page
        assert live_server.application("Northwind Night Sync")["client_secret"] not in browser.page
    browser.close()


def test_what_operators_ask_is_answered(live_server: LiveServer) -> None:
    assert plain.get(f"{live_server.issuer}/health").json() == {"status": "alive"}
    assert plain.get(f"{live_server.issuer}/ready").status_code == 200
    assert "grantway_build" in plain.get(f"{live_server.issuer}/metrics").text
    assert plain.get(f"{live_server.issuer}/api/v1/openapi.json").json()["openapi"].startswith("3.1")


def test_its_data_survives_a_restart_at_another_port(folder: Path) -> None:
    with LiveServer(folder) as first:
        before = first.facts
    # As one of an older version left it, which had fewer applications and told less of them.
    older = json.loads((folder / "demo.json").read_text())
    lost, less = older["applications"].pop(3), older["applications"][3]
    assert less.pop("service_account")
    (folder / "demo.json").write_text(json.dumps(older))
    with LiveServer(folder) as second:
        after = second.facts
        assert after["operator"] == before["operator"]
        assert after["issuer"] != before["issuer"]
        assert second.application(lost["name"])["client_id"] != lost["client_id"]
        assert second.application(less["name"])["service_account"]
        assert len(after["applications"]) == len(before["applications"])
        planner = second.application("Northwind Planner")
        assert planner["redirect_uris"][-1] == f"{after['issuer']}/playground/callback"
        kept = json.loads((folder / "demo.json").read_text())
        assert kept["applications"][0]["redirect_uris"] == planner["redirect_uris"]
        browser = Browser(second.issuer)
        query = (
            f"/oauth/authorize?response_type=code&client_id={planner['client_id']}&scope=openid&state=s"
            f"&code_challenge={'A' * 43}&code_challenge_method=S256"
            f"&redirect_uri={after['issuer']}/playground/callback"
        )
        user = second.account()
        browser.visit(query)
        browser.submit(("action", "sign_in"), email=user["email"], password=user["password"])
        browser.submit(("decision", "approve"))
        assert urlsplit(browser.address).path == "/playground/callback"
        browser.close()


def test_a_start_that_was_cut_off_begins_anew(folder: Path) -> None:
    (folder / "demo.json").unlink()
    with LiveServer(folder) as server:
        assert server.facts["applications"]
    assert (folder / "unfinished-demo.db").exists()


def test_a_taken_port_is_told(live_server: LiveServer, folder: Path) -> None:
    with pytest.raises(AssertionError, match="Cannot listen on"):
        LiveServer(folder, port=live_server.port).start()
