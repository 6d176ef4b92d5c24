"""Secrets are shown once, kept as hashes or sealed, sent to nobody else, and made of enough chance (E30)."""

from __future__ import annotations

import base64
import logging
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from grantway.app.log import hide_credentials
from grantway.core.identifiers import to_text
from grantway.core.secrets import decode, digest, encode
from grantway.edges.dialects.standard import paths
from grantway.edges.web.records import operations
from grantway.features.registry.records import CLIENT_ID_LENGTH, new_client_id
from tests.abuse import census, raw
from tests.abuse.dump import bytes_of, rows_of
from tests.abuse.marked import Marked
from tests.abuse.pages import recording
from tests.abuse.parameters import FORM, HTML, JSON
from tests.abuse.story import Client, Story
from tests.api.cast import CALLERS
from tests.kit.counts import count
from tests.kit.world import VERIFIER, World

NEW = "green harbour lamps"


def forms_of(text: str) -> set[bytes]:
    """A secret, and its unguessable part as bytes, in the forms in which it could be used again."""
    found = {text.encode(), base64.b64encode(text.encode()), text.encode().hex().encode()}
    with suppress(ValueError):
        data = decode(text.rpartition(".")[2].removeprefix("gws_").removeprefix("gwo_").removeprefix("gwc_"))
        if len(data) >= 16:
            found |= {data, data.hex().encode(), base64.b64encode(data)}
    return found


def test_the_database_holds_nothing_that_can_be_used(marked: Marked) -> None:
    """V158, V155, C170, E30, C116, C184: no table, and in SQLite no file, holds a secret in any form that would be taken."""
    stolen = bytes_of(marked.story.world.settings.database_url)
    assert len(stolen) > 10_000
    assert all(marked.secrets.values())
    assert digest(marked.secrets["session"]) in stolen, (
        "what is kept is found, so what is not found is not kept"
    )
    for name, text in marked.secrets.items():
        assert not [form for form in forms_of(text) if form in stolen], name


def test_no_answer_shows_a_secret_again(marked: Marked) -> None:
    """V155, V156, E30: every reading operation as every role, and every public document."""
    world, ids = marked.story.world, marked.records.ids
    asked = 0
    for caller in CALLERS:
        known = marked.cast.caller(caller, "openid")
        for operation in operations.ALL:
            if operation.method != "GET":
                continue
            path = operation.path.format(**ids)
            result = marked.cast.call(known, "GET", path)
            asked += result.status_code == 200
            assert_none(marked, result.text, (caller, path))
    assert asked > 40
    for one in census.declared(world):
        address = one.address({**ids, "name": "grantway.js"})
        for peer in (raw.PEER, "127.0.0.1"):
            answer = raw.ask(world, one.method, address, [HTML], peer=peer)
            assert_none(marked, str(answer.headers) + answer.text, address)


def test_a_list_of_secrets_shows_hints_only(marked: Marked) -> None:
    """V155: four characters of a secret, and no digest."""
    path = f"/organizations/{to_text(marked.cast.own.id)}/applications/{marked.records.ids['application_id']}/secrets"
    for listed in marked.cast.as_owner("GET", path).json["items"]:
        assert len(listed["hint"]) == 4
        assert not {"secret", "digest", "pepper", "pepper_id"} & listed.keys()


def test_neither_logs_nor_refusals_repeat_a_secret(marked: Marked, caplog: pytest.LogCaptureFixture) -> None:
    """V156, E30: each secret in each place where it is wrong; what was logged, and what was answered."""
    world, client = marked.story.world, marked.story.honest
    form, json = FORM, JSON
    caplog.set_level(logging.DEBUG)
    with capture_logs() as events:
        for name, text in marked.secrets.items():
            pair = base64.b64encode(f"{client.application.client_id}:x{text}".encode()).decode()
            requests: list[tuple[str, str, list[tuple[str, str]], bytes]] = [
                ("GET", f"{paths.TOKEN}?client_secret={text}", [], b""),
                ("POST", f"{paths.TOKEN}?client_secret={text}", [form], f"grant_type=x&code={text}".encode()),
                (
                    "POST",
                    paths.TOKEN,
                    [form, ("authorization", f"Basic {pair}")],
                    b"grant_type=client_credentials",
                ),
                (
                    "POST",
                    paths.TOKEN,
                    [form],
                    f"grant_type=authorization_code&client_id=x&code={text}".encode(),
                ),
                ("POST", paths.INTROSPECT, [form], f"token={text}&client_id=x&client_secret={text}".encode()),
                ("GET", f"{paths.USERINFO}?access_token={text}", [], b""),
                ("GET", paths.USERINFO, [("authorization", f"Bearer x{text}")], b""),
                ("GET", f"{paths.AUTHORIZE}?client_id={text}&state={text}", [HTML], b""),
                (
                    "GET",
                    f"{paths.AUTHORIZE}?redirect_uri={text}",
                    [HTML, ("cookie", f"__Host-session={text}x")],
                    b"",
                ),
                ("POST", "/sign-in", [form, HTML], f"email=x&password={text}&csrf={text}".encode()),
                ("POST", "/activate", [form, HTML], f"token={text}&new_password={text}".encode()),
                ("GET", f"/activate?token={text}x", [HTML], b""),
                ("POST", "/api/v1/organizations", [json], f'{{"{text}": "{text}"}}'.encode()),
                (
                    "GET",
                    f"/nowhere?{text}",
                    [("referer", text), ("user-agent", text), ("x-request-id", text)],
                    b"",
                ),
                ("POST", "/d/nexus211/oauth/access-token", [json], f'{{"code": "{text}"}}'.encode()),
                ("POST", "/d/deeplynx/api/v1/oauth/exchange", [json], f'{{"code": "{text}"}}'.encode()),
            ]
            for method, target, headers, body in requests:
                answer = raw.ask(world, method, target.replace(" ", "%20"), headers, body)
                assert answer.status >= 300
                text_of = answer.text + str([line for line in answer.headers if line[0] != "set-cookie"])
                assert text not in text_of or (name != "password" and target == "/sign-in"), (name, target)
        secret_path = "/" + "/".join(marked.secrets[name] for name in ("client secret", "code", "handle"))
        assert raw.ask(world, "GET", secret_path).status == 404
    assert len(events) > 150
    for event in events:
        shown = hide_credentials(None, "info", dict(event))
        assert_none(marked, str(shown), event["route"])
        assert_none(marked, str(event), event["route"])
    assert_none(marked, caplog.text, "the log of the libraries")


def assert_none(marked: Marked, text: str, where: object) -> None:
    assert not [name for name, secret in marked.secrets.items() if secret in text], where


def spelled(data: bytes) -> list[str]:
    """Stored bytes in the forms in which somebody could type them."""
    forms = [
        data.hex(),
        data.hex().upper(),
        encode(data),
        base64.b64encode(data).decode(),
        data.decode("latin-1"),
    ]
    return [*forms, f"gws_{encode(data)}", f"gwc_{encode(data)}", "\\x" + data.hex()]


def test_the_stored_form_is_not_taken(marked: Marked) -> None:
    """V157: digests of secrets, codes, sessions, links, and the hash of a password, presented as themselves."""
    world, story = marked.story.world, marked.story
    rows = rows_of(world.settings.database_url)
    for row in rows["credentials"]:
        if row["application_id"] != story.honest.application.id:
            continue
        for text in spelled(bytes(row["digest"])):
            pair = {"client_id": story.honest.application.client_id, "client_secret": text}
            body = urlencode({"grant_type": "client_credentials", **pair}).encode()
            answer = raw.ask(world, "POST", paths.TOKEN, [FORM], body, peer=f"198.51.{len(text) % 256}.7")
            assert answer.status in {400, 401}, text
    kinds: dict[str, list[bytes]] = {}
    for row in rows["artifacts"]:
        kinds.setdefault(row["kind"], []).append(bytes(row["key"]))
    assert {"code", "session", "activation", "setup", "pending"} <= kinds.keys()
    for key in kinds["code"]:
        for text in spelled(key):
            assert story.redeem(story.honest, text).status_code == 400
    for kind, address in (("activation", "/activate"), ("setup", "/setup"), ("pending", "/interaction")):
        for text in spelled(kinds[kind][0])[:4]:
            target = f"{address}/{text}" if kind == "pending" else f"{address}?token={text}"
            browser = world.browser()
            browser.visit(target.replace("+", "%2B"))
            assert browser.status in {400, 404}, (kind, text)
    for key in kinds["session"]:
        for text in spelled(key)[:4]:
            answer = raw.ask(world, "GET", "/", [HTML, ("cookie", f"__Host-session={text}")])
            assert answer.status == 303
    for number, row in enumerate(rows["passwords"][:4]):
        browser = world.browser(address=f"198.51.{number}.7")
        browser.sign_in(story.person.email, row["phc"])
        assert browser.status == 403


def test_no_address_carries_a_lasting_secret(story: Story) -> None:
    """V159, C120: wherever a browser is sent, by redirect, link or form, codes and handles are all it carries."""
    browser, answers = recording(story.world)
    left = browser.authorize(
        story.request(story.honest, login_hint=story.person.email),
        email=story.person.email,
        password=story.person.password,
    )
    for address in ("/", "/password", "/sign-out"):
        browser.visit(address)
    tokens = story.redeem(story.honest, left.partition("code=")[2].partition("&")[0]).json
    lasting = [tokens["access_token"], tokens["refresh_token"], tokens["id_token"], story.honest.secret or ""]
    lasting += [browser.cookies[f"__Host-{name}"] for name in ("session", "device", "browser")]
    lasting += [story.person.password, VERIFIER]
    for answer in answers:
        seen = answer.headers.get("location", "") + answer.text
        assert not [text for text in lasting if text in seen], answer.url
        assert not answer.headers.get("location", "").count("#")
    browser.sign_in(story.person.email, story.person.password)
    assert not [text for text in lasting if text in (left or "")]


def parts_of_chance(marked: Marked) -> dict[str, bytes]:
    """The unguessable part of each secret of ours."""
    secrets = marked.secrets
    found = {
        name: decode(secrets[name])
        for name in ("session", "browser", "handle", "proof", "activation", "set-up")
    }
    found |= {
        name: decode(secrets[name][4:]) for name in ("client secret", "code", "secret made by the interface")
    }
    found["refresh token"] = decode(secrets["refresh token"].rpartition(".")[2])
    found["device"] = decode(secrets["device"].partition(".")[0])
    return found


def test_every_secret_has_128_bits_at_least(marked: Marked) -> None:
    """V160, C245, C114: and all are different."""
    parts = parts_of_chance(marked)
    assert min(map(len, parts.values())) >= 16
    assert {name for name, data in parts.items() if len(data) < 32} <= {"device", "refresh token"}
    assert len(set(parts.values())) == len(parts)


def test_generated_values_are_evenly_drawn_and_never_alike(world: World) -> None:
    """V160, E30, C169, C224: a large sample has no double, and every bit is set half of the time."""
    number = count(10_000, 1_000_000)
    texts = {new_client_id(world.entropy.token_bytes(18)) for _ in range(number)}
    assert len(texts) == number
    assert {len(text) for text in texts} == {CLIENT_ID_LENGTH}
    assert CLIENT_ID_LENGTH * 5.9 > 128
    ids = {world.entropy.new_id() for _ in range(number)}
    assert len(ids) > number - 3
    values = [world.entropy.token_bytes(32) for _ in range(number)]
    assert len(set(values)) == number
    numbers = [int.from_bytes(value, "big") for value in values]
    spread = 8 * number**0.5 / 2
    for bit in range(0, 256, count(16, 1)):
        ones = sum(one >> bit & 1 for one in numbers)
        assert abs(ones - number / 2) < spread, "eight standard deviations off"


def test_the_secret_of_one_is_nothing_to_another(story: Story) -> None:
    """V157, V002: a hint, a client id, a public key or another application's secret is not taken as a secret."""
    keys: Any = story.world.client.simulate_get(paths.KEYS).json["keys"]
    client, rival = story.honest, story.rival
    guesses = [
        client.application.client_id,
        (client.secret or "")[-4:],
        rival.secret or "",
        "",
        " ",
        "null",
        "gws_",
    ]
    guesses += [keys[0].get("x") or keys[0]["n"], to_text(client.application.id), client.application.name]
    for guess in guesses:
        if guess:
            refused = story.world.token(client.application, guess, grant_type="client_credentials")
            assert refused.status_code == 401
    assert Client(client.application, client.secret) == client
