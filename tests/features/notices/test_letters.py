"""Every letter says what to do now, and leads to where that is done: to this server, in the reader's language."""

from __future__ import annotations

import re
from typing import Any

import pytest

from grantway.core.notices import EVENTS
from grantway.core.outgoing import Letter
from grantway.edges.web.letters import Letters
from grantway.edges.web.letters.notices import NOTICES
from grantway.edges.web.records.operations import ALL
from grantway.system.mailing import written
from tests.kit.world import World

ISSUER = "https://id.example.test"
OF_OURS = {"webhook.disabled", "address.unconfirmed", "organization.gate_kept", "policy.gates_kept"}
PERSONAL = ("invitation.sent", "account.activation", "address.confirm")
TENANTS = "Ünï evil-corp"
"""A name that a tenant chose. It reads like no address, so it may stand in a letter, but in no subject."""
DATA: dict[str, Any] = {
    "application_name": TENANTS,
    "organization_name": TENANTS,
    "client_id": "pX3kq9Vb7Yw2LmN8cR4tH6sJ1",
    "label": TENANTS,
    "hint": "abcd",
    "url": "https://evil.example.test/hook",
    "base_url": "https://evil.example.test/",
    "slug": "acme",
    "role": "member",
    "expires_at": "2026-12-05T09:30:00Z",
    "link": f"{ISSUER}/join?token=x",
}


def letter(name: str, locale: str) -> tuple[str, str]:
    data = DATA if name in PERSONAL else {key: value for key, value in DATA.items() if key != "link"}
    return Letters(ISSUER).write(name, data, locale=locale)


def test_every_event_that_makes_a_letter_says_what_to_do() -> None:
    assert NOTICES.keys() == {*EVENTS, *OF_OURS}
    assert {one.operation for one in NOTICES.values()} <= {one.id for one in ALL}


@pytest.mark.parametrize("name", [*NOTICES, *PERSONAL])
def test_a_letter_has_a_subject_of_ours_a_sentence_to_do_and_a_link_of_the_issuer(name: str) -> None:
    texts = {}
    for locale in ("en", "de"):
        subject, text = letter(name, locale)
        texts[locale] = subject, text.partition("\n\n")[0]
        assert TENANTS not in subject
        assert "evil" not in subject
        links = [one.rstrip(".") for one in re.findall(r"https?://\S+", text)]
        assert all(one == ISSUER or one.startswith(f"{ISSUER}/") for one in links), links
        # One that leads somewhere, beside the name of this server at the foot.
        assert any(one.startswith(f"{ISSUER}/") for one in links), links
        # A sentence to do ends as sentences do, and is whole in either language.
        assert re.search(r"[a-zäöüß ]{3}[.:!]\n", text)
        # What goes over the wire are letters of ASCII, for servers without 8BITMIME.
        written(Letter("a@example.test", subject, text, "1"), "Grantway <noreply@example.test>").decode(
            "ascii"
        )
    assert texts["en"][0] != texts["de"][0]
    assert texts["en"][1] != texts["de"][1]


def test_what_there_is_to_do_is_where_the_link_leads(world: World) -> None:
    """The reference has each operation under the name that a letter links to."""
    page = world.client.simulate_get("/reference").text
    for name, notice in NOTICES.items():
        _, text = letter(name, "en")
        (anchor,) = re.findall(rf"{re.escape(ISSUER)}/reference#(\S+)", text)
        assert notice.to_do in text
        assert f'id="{anchor}"' in page, (name, anchor)


@pytest.mark.parametrize("client_id", ["https://evil.example.test/x", "Dialer@evil.example.test"])
def test_a_client_id_that_reads_like_an_address_stands_in_no_letter(client_id: str) -> None:
    """Client ids of other servers are chosen by whoever registered there."""
    _, text = Letters(ISSUER).write("secret.issued", {**DATA, "client_id": client_id}, locale="en")
    assert client_id not in text
    assert DATA["client_id"] in letter("secret.issued", "en")[1]
