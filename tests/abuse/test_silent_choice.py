"""Silence is answered for people of several organizations where one of them was chosen, and only there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import DAY, SECOND, Id, Organization, SigningKey
from grantway.core.secrets import decode, digest
from grantway.features.authorize import choices
from tests.abuse.story import Client, Story
from tests.kit.browser import Browser

SELECTION = "account_selection_required"


@pytest.fixture
def flow(story: Story) -> Story:
    """Somebody who belongs to two organizations, both of which let the foreign application in."""
    story.world.make.membership(story.person, story.globex)
    return story


def chosen(
    story: Story, browser: Browser, organization: Organization, client: Client | None = None
) -> dict[str, Any]:
    """Choose an organization for an application on the page; the tokens."""
    who = client or story.foreign
    left = browser.authorize(
        story.request(who, prompt="select_account"),
        email=story.person.email,
        password=story.person.password,
        organization=to_text(organization.id),
    )
    answer = {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()}
    return dict(story.redeem(who, answer["code"]).json)


def silent(story: Story, browser: Browser, client: Client | None = None, **parameters: str) -> str:
    """What a silent request is told: the organization that a code is for, or the error."""
    who = client or story.foreign
    left = browser.visit(story.request(who, prompt="none", **parameters))
    answer = {name: values[0] for name, values in parse_qs(urlsplit(left or "").query).items()}
    if "code" not in answer:
        return answer["error"]
    return organization_of(story.redeem(who, answer["code"]).json)


def organization_of(tokens: dict[str, Any]) -> str:
    """The organization that an ID token names."""
    claims = msgspec.json.decode(decode(str(tokens["id_token"]).split(".")[1]), type=dict[str, Any])
    return str(claims["org"])


def test_silence_is_answered_with_what_was_chosen_in_this_session(flow: Story) -> None:
    """OpenID Connect Core 3.1.2.1: and the ID token names the organization."""
    browser = flow.world.browser()
    browser.sign_in(flow.person.email, flow.person.password)
    assert silent(flow, browser) == SELECTION
    for organization in (flow.globex, flow.acme, flow.globex):
        tokens = chosen(flow, browser, organization)
        assert organization_of(tokens) == to_text(organization.id)
        assert silent(flow, browser) == to_text(organization.id)
    # Not silent: the person is asked each time, and can change their mind.
    assert browser.visit(flow.request(flow.foreign)) is None
    assert browser.title.startswith("Choose")


def test_a_choice_is_for_its_session_and_its_application(flow: Story) -> None:
    other = flow.client(flow.globex, audience_effective="any_organization")
    flow.world.product.poll()
    browser, elsewhere = flow.world.browser(), flow.world.browser()
    chosen(flow, browser, flow.globex)
    elsewhere.sign_in(flow.person.email, flow.person.password)
    assert silent(flow, elsewhere) == SELECTION
    assert silent(flow, browser, other) == SELECTION
    chosen(flow, browser, flow.acme, other)
    assert (silent(flow, browser), silent(flow, browser, other)) == (
        to_text(flow.globex.id),
        to_text(flow.acme.id),
    )
    # The same session, by a new sign-in of the same person; then it ends, and takes its choices along.
    flow.world.advance(1)
    browser.visit(flow.request(flow.honest, prompt="login"))
    browser.submit(("action", "sign_in"), email=flow.person.email, password=flow.person.password)
    assert silent(flow, browser) == to_text(flow.globex.id)
    browser.visit("/sign-out")
    browser.submit(("action", "sign_out"))
    browser.sign_in(flow.person.email, flow.person.password)
    assert silent(flow, browser) == SELECTION


def lose_membership(story: Story) -> None:
    with story.world.store.begin() as tx:
        assert tx.organization(story.globex.id).delete_membership(story.person.id)


def disable_organization(story: Story) -> None:
    story.world.make.change_organization(story.globex, state="disabled")


def revoke_installation(story: Story) -> None:
    with story.world.store.begin() as tx:
        door = tx.organization(story.globex.id)
        installation = tx.gate.installation(story.honest.application.id, story.globex.id)
        assert installation is not None
        door.update_installation(
            replace(installation, state="revoked", epoch=2), version=installation.version
        )


CHANGES = {
    "membership ended": lose_membership,
    "organization disabled": disable_organization,
    "installation revoked": revoke_installation,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("named_by", ["memory", "hint"])
def test_what_is_no_longer_allowed_is_asked_about(flow: Story, change: str, named_by: str) -> None:
    """V144: nobody acts for the one that is left because it is left."""
    # At home in Acme; let into Globex by an installation.
    client = flow.honest
    flow.world.make.installation(client.application, flow.globex, scopes=("openid", "email", "orders:read"))
    flow.world.product.poll()
    browser = flow.world.browser()
    tokens = chosen(flow, browser, flow.globex, client)
    parameters = {"id_token_hint": str(tokens["id_token"])} if named_by == "hint" else {}
    # A consent for the other one, so that nothing but the choice is left to ask.
    chosen(flow, browser, flow.acme, client)
    chosen(flow, browser, flow.globex, client)
    assert silent(flow, browser, client, **parameters) == to_text(flow.globex.id)
    CHANGES[change](flow)
    flow.world.product.poll()
    assert silent(flow, browser, client, **parameters) == SELECTION
    if named_by == "hint":
        assert browser.visit(flow.request(client, **parameters)) is None
        assert browser.title.startswith("Choose")
        assert browser.forms[0].choices["organization"] == [to_text(flow.acme.id)]


def test_a_genuine_hint_names_the_organization(flow: Story) -> None:
    """In another session too, expired or not; and it names the person, as before."""
    browser, elsewhere = flow.world.browser(), flow.world.browser()
    tokens = chosen(flow, browser, flow.globex)
    hint = str(tokens["id_token"])
    flow.world.advance(DAY // SECOND)
    elsewhere.sign_in(flow.person.email, flow.person.password)
    assert silent(flow, elsewhere) == SELECTION
    assert silent(flow, elsewhere, id_token_hint=hint) == to_text(flow.globex.id)
    # The hint counts more than what was chosen here.
    chosen(flow, elsewhere, flow.acme)
    assert silent(flow, elsewhere) == to_text(flow.acme.id)
    assert silent(flow, elsewhere, id_token_hint=hint) == to_text(flow.globex.id)
    # Who is asked to choose, chooses.
    assert elsewhere.visit(flow.request(flow.foreign, prompt="select_account", id_token_hint=hint)) is None
    assert elsewhere.title.startswith("Choose")
    # Somebody else is not meant.
    flow.world.make.membership(flow.stranger, flow.acme)
    other = flow.world.browser()
    other.sign_in(flow.stranger.email, flow.stranger.password)
    assert silent(flow, other, id_token_hint=hint) == "login_required"


def test_a_hint_of_another_client_names_nothing(flow: Story) -> None:
    """V068: nor does an access token, or what was altered."""
    browser = flow.world.browser()
    foreign = chosen(flow, browser, flow.globex)
    other = flow.client(flow.globex, audience_effective="any_organization")
    flow.world.product.poll()
    tokens = chosen(flow, browser, flow.acme, other)
    genuine = str(foreign["id_token"])
    for hint in (str(tokens["id_token"]), str(foreign["access_token"]), genuine[:-4] + "AAAA", "x.y.z"):
        assert silent(flow, browser, id_token_hint=hint) == "invalid_request"


@pytest.mark.parametrize(("state", "told"), [("retired", "globex"), ("withdrawn", "invalid_request")])
def test_a_retired_key_is_believed_in_a_hint_and_a_withdrawn_one_never(
    flow: Story, state: str, told: str
) -> None:
    """A key is retired because its time is over, and withdrawn because somebody else may have it."""
    browser = flow.world.browser()
    tokens = chosen(flow, browser, flow.globex)
    hint = str(tokens["id_token"])
    kid = _kid(hint)
    with flow.world.store.begin() as tx:
        (key,) = [one for one in tx.gate.signing_keys() if one.kid == kid]
        now = flow.world.clock.now()
        changes: dict[str, Any] = {"retire_at": now} if state == "retired" else {"withdrawn_at": now}
        ended: SigningKey = replace(key, **changes)
        tx.platform.update_signing_key(ended)
    flow.world.advance(1)
    assert kid not in {one["kid"] for one in flow.world.client.simulate_get("/oauth/jwks").json["keys"]}
    wanted = to_text(flow.globex.id) if told == "globex" else told
    browser.visit("/sign-out")
    browser.submit(("action", "sign_out"))
    browser.sign_in(flow.person.email, flow.person.password)
    left = browser.visit(flow.request(flow.foreign, prompt="none", id_token_hint=hint)) or ""
    answer = {name: values[0] for name, values in parse_qs(urlsplit(left).query).items()}
    if told == "globex":
        assert place_of(flow, answer["code"]) == wanted
    else:
        assert answer["error"] == wanted


def place_of(story: Story, code: str) -> str:
    """The organization that a code is for."""
    with story.world.store.read() as tx:
        found = tx.gate.artifact("code", digest(code), now=story.world.clock.now())
    assert found is not None
    return to_text(found.organization_id or 0)


def _kid(token: str) -> str:
    return str(msgspec.json.decode(decode(token.split(".", maxsplit=1)[0]), type=dict[str, Any])["kid"])


def test_a_session_remembers_a_limited_number_of_choices(flow: Story) -> None:
    """The latest ones; and they are gone with their session, by housekeeping too."""
    browser = flow.world.browser()
    browser.sign_in(flow.person.email, flow.person.password)
    session = flow.world.product.features.sign_in.sessions.find(browser.cookies["__Host-session"])
    assert session is not None
    application = flow.foreign.application
    numbers: list[Id] = list(range(1, choices.MOST + 11))
    for number in numbers:
        flow.world.advance(1)
        with flow.world.store.begin() as tx:
            one = replace(application, id=number)
            for organization in (flow.globex, flow.acme):
                choices.remember(tx, session, one, organization.id, now=flow.world.clock.now())
    now = flow.world.clock.now()
    with flow.world.store.read() as tx:
        kept = tx.gate.artifacts_of_session(choices.KIND, session.id, now=now)
        assert [one.application_id for one in kept] == numbers[-choices.MOST :]
        assert {one.organization_id for one in kept} == {flow.acme.id}
    flow.world.advance(8 * DAY // SECOND)
    flow.world.product.housekeeping.step()
    with flow.world.store.read() as tx:
        assert tx.gate.artifacts_of_session(choices.KIND, session.id, now=0) == ()
