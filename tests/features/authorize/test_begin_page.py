"""The first phase of an authorization request: until the redirect is verified, only a page is shown."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core import errors
from grantway.core.errors import PageError, Reason
from grantway.core.messages import AuthorizeRequest, AuthorizeRules
from grantway.core.model import Redirect
from grantway.features.authorize.begin import Beginning
from grantway.features.services import Services
from tests.core import records
from tests.core.hostile_addresses import variants
from tests.core.records import CALLBACK
from tests.features.authorize.remembered import services
from tests.features.authorize.requests import request
from tests.kit.counts import count

PLAIN = AuthorizeRules()


def page(services_: Services, asked: AuthorizeRequest) -> Reason:
    """Why a page is shown instead of an answer to the application."""
    with pytest.raises(PageError) as caught:
        Beginning(services_).verify(asked, PLAIN)
    return caught.value.reason


@pytest.mark.parametrize("client_id", [None, ""])
def test_a_request_that_names_no_application_is_a_page(client_id: str | None) -> None:
    assert (
        page(services(records.application()), request(client_id=client_id)) == errors.AUTHORIZE_CLIENT_MISSING
    )


SWITCHED_OFF: dict[str, dict[str, Any]] = {
    "disabled": {"state": "disabled"},
    "to be deleted": {"state": "deletion_scheduled"},
    "archived": {"archived_at": 1},
    "of another dialect": {"dialects": frozenset({"nexus211"})},
    "of a disabled organization": {"organization_id": 900},
}


@pytest.mark.parametrize("changes", SWITCHED_OFF.values(), ids=SWITCHED_OFF.keys())
def test_an_application_that_does_not_stand_is_a_page(changes: dict[str, Any]) -> None:
    known = (records.organization(), records.organization(900, state="disabled"))
    world = services(records.application(**changes), organizations=known)
    assert page(world, request()) == errors.AUTHORIZE_CLIENT_UNKNOWN


@pytest.mark.parametrize(
    ("registered", "reason"),
    [
        ((), errors.AUTHORIZE_REDIRECT_MISSING),
        ((CALLBACK, f"{CALLBACK}/2"), errors.AUTHORIZE_REDIRECT_MISSING),
    ],
    ids=["none registered", "several registered"],
)
def test_without_a_redirect_in_the_request_one_must_be_registered(
    registered: tuple[str, ...], reason: Reason
) -> None:
    app = records.application(redirects=tuple(Redirect(uri) for uri in registered))
    assert page(services(app), request(claimed_redirect=None)) == reason


def test_the_only_registered_redirect_is_taken_where_none_is_sent() -> None:
    verified = Beginning(services(records.application())).verify(request(claimed_redirect=None), PLAIN)
    assert verified.redirect.uri == CALLBACK
    assert not verified.was_sent


def test_no_hostile_redirect_leaves_phase_one() -> None:
    """V033, V040, V044: whatever else the request says, the browser stays here."""
    beginning = Beginning(services(records.application()))
    corpus = [variant.uri for variant in variants() if variant.uri != CALLBACK]
    followed = []
    for uri in corpus[:: count(bounded=7, full=1)]:
        with pytest.raises(PageError) as caught:
            followed.append(beginning.verify(request(claimed_redirect=uri), PLAIN))
        assert caught.value.reason == errors.AUTHORIZE_REDIRECT_UNKNOWN
    assert followed == []


def test_the_port_of_loopback_is_free_for_native_applications_only() -> None:
    """C029."""
    uris = (Redirect("http://127.0.0.1/cb"),)
    asked = request(claimed_redirect="http://127.0.0.1:53124/cb")
    native = records.application(type="public", platform="native", redirects=uris)
    assert Beginning(services(native)).verify(asked, PLAIN).redirect.uri == "http://127.0.0.1:53124/cb"
    web = records.application(type="public", redirects=uris)
    assert page(services(web), asked) == errors.AUTHORIZE_REDIRECT_UNKNOWN


BROKEN_TOO: dict[str, Any] = {
    "response_type": "token",
    "scope": '"',
    "code_challenge": "x",
    "prompt": "what",
    "request": "x",
    "max_age": "-1",
}


def test_a_page_comes_before_any_other_complaint() -> None:
    """What is wrong besides is never told to an address that was not verified (RFC 6749 section 4.1.2.1)."""
    asked = request(claimed_redirect="https://evil.test/", **BROKEN_TOO)
    assert page(services(records.application()), asked) == errors.AUTHORIZE_REDIRECT_UNKNOWN
