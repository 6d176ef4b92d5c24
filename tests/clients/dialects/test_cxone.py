"""CXone's guide: a page in a browser that proves itself by PKCE, and a job with a user's access key."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.clients.dialects.conftest import Town, address_of, run
from tests.clients.running import running

if TYPE_CHECKING:
    from tests.kit.chromium import NewPage


def test_a_page_without_a_secret_signs_somebody_in(town: Town, new_page: NewPage) -> None:
    """C8, C9, C15, C49, C50, C51, C52, C55, C56, C59, C63, C65, C67: nothing but what is published is asked."""
    page, settings, account = new_page(), town.settings("cxone", "public"), town.server.account()
    address, port = address_of(settings)
    command: list[str | Path] = [sys.executable, "-u", town.program("cxone_page.py")]
    with running(command, port, town.folder, settings):
        page.goto(address)
        town.sign_in(page, account)
        page.wait_for_url(f"{address}/callback")
        page.wait_for_function("document.querySelector('pre').textContent")
        told = json.loads(page.locator("pre").inner_text())
    assert set(told["members"]) >= {"access_token", "token_type", "expires_in", "refresh_token", "id_token"}
    assert (told["user"]["email"], told["nonce"], told["refreshed"]) == (account["email"], True, True)
    assert told["iss"] == settings["BASE_URL"]
    assert told["tenant"]["api_endpoint"] == settings["BASE_URL"]


def test_a_job_acts_as_the_user_who_owns_its_access_key(town: Town) -> None:
    """C10, C40, C41, C42, C43, C44, C48: the token endpoint alone, and no browser."""
    settings = town.settings("cxone", "backend")
    (line,) = run(town, [sys.executable, town.program("cxone_job.py")], settings)
    told = json.loads(line)
    assert told["expires_in"] == 3_600
    assert set(told["members"]) >= {"access_token", "token_type", "expires_in", "issued_token_type"}
    assert told["user"]["email"] == town.server.account("developer", "Harbour Works")["email"]
