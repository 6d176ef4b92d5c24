"""What files of other servers have beside the usual: odd, and allowed there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grantway.core import devices
from tests.cli.conftest import Run
from tests.cli.moved import FILES, OLD_SECRETS, actions, bring
from tests.kit.world import World

CALLBACK = "https://app.example.test/callback"
HASHES = ("$2y$10$abc", "pbkdf2_sha256$1$a$b", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA")
VALUES: tuple[Any, ...] = (
    *(None, [], {}, "", 7, -1, 1.5, 10**30, True, "ü" * 300, "\n", "*", "javascript:alert(1)", *HASHES),
    *([None], [""], [{}], ["*"], ["https://*.x.test/cb"], ["HTTP://X.test"], {"a": {"b": [1]}}),
)
"""What stands in the place of any member."""


def file_of(folder: Path, format_: str, *records: dict[str, Any]) -> Path:
    """A file of a format with these records."""
    data: Any = list(records)
    if format_ == "keycloak":
        data = {"realm": "town", "clients": data}
    elif format_ == "django-oauth-toolkit":
        data = [{"model": "oauth2_provider.application", "pk": 1, "fields": one} for one in data]
    file = folder / f"{format_}.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


def broken(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The record with each of its members, at any depth, as each of the values."""
    found = []
    for name, value in record.items():
        found += [{**record, name: other} for other in VALUES]
        if isinstance(value, dict):
            found += [{**record, name: inner} for inner in broken(value)]
        if isinstance(value, list):
            found += [{**record, name: [*value, other]} for other in VALUES]
    return found


@pytest.mark.parametrize("format_", [name for name in OLD_SECRETS if OLD_SECRETS[name][0].endswith(".json")])
def test_no_value_of_a_member_breaks_an_import(run: Run, town: World, tmp_path: Path, format_: str) -> None:
    """Each record is taken or refused, and the others go on."""
    data = json.loads((FILES / OLD_SECRETS[format_][0]).read_text())
    lists = {"keycloak": "clients", "hydra": "items"}
    held = data[lists[format_]] if format_ in lists else data if isinstance(data, list) else None
    if held is None:
        held = next(value for value in data.values() if isinstance(value, list))
    wanted = broken(next(one for one in held if OLD_SECRETS[format_][1] in json.dumps(one)))
    held[:] = wanted
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(data))
    found = bring(run, format_, file, "--organization", "town", "--plan", code=1)
    assert len(found["records"]) >= len(wanted) // 2, "all but those that are no application any more"
    assert {one["action"] for one in found["records"]} <= {"create", "refuse"}
    assert all(one["refusals"] for one in found["records"] if one["action"] == "refuse")


DEVICES: dict[str, dict[str, Any]] = {
    "keycloak": {
        "clientId": "lamp",
        "publicClient": True,
        "standardFlowEnabled": False,
        "attributes": {"oauth2.device.authorization.grant.enabled": "true"},
    },
    "auth0": {"client_id": "lamp", "app_type": "native", "grant_types": [devices.GRANT_TYPE]},
    "hydra": {
        "client_id": "lamp",
        "token_endpoint_auth_method": "none",
        "grant_types": [devices.GRANT_TYPE, "refresh_token"],
    },
    "django-oauth-toolkit": {
        "client_id": "lamp",
        "client_type": "public",
        "authorization_grant_type": devices.GRANT_TYPE,
    },
}


@pytest.mark.parametrize("format_", DEVICES)
def test_devices_keep_their_grant_type(run: Run, town: World, tmp_path: Path, format_: str) -> None:
    """RFC 8628: it is offered here, so it comes along."""
    (one,) = bring(run, format_, file_of(tmp_path, format_, DEVICES[format_]), "--organization", "town")[
        "records"
    ]
    assert one["action"] == "create", one
    assert not any("Not offered" in note for note in one["notes"])
    assert devices.GRANT_TYPE in town.application_of("lamp").settings.grant_types


DECORATED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "keycloak": (
        {"clientId": "app", "redirectUris": [CALLBACK], "attributes": {"access.token.lifespan": "99999999"}},
        ["attributes"],
    ),
    "auth0": (
        {
            "client_id": "app",
            "callbacks": [CALLBACK],
            "logo_uri": "http://app.example.test/logo",
            "web_origins": ["https://*.app.example.test", "https://app.example.test"],
        },
        ["logo_uri", "web_origins"],
    ),
    "hydra": (
        {
            "client_id": "app",
            "redirect_uris": [CALLBACK],
            "client_uri": "http://app",
            "contacts": ["Ops team", "ops@app.example.test", "https://app.example.test/help"],
        },
        ["client_uri", "contacts", "contacts"],
    ),
}


@pytest.mark.parametrize("format_", DECORATED)
def test_what_no_client_needs_is_left_out_and_told(
    run: Run, town: World, tmp_path: Path, format_: str
) -> None:
    """A contact, a logo or a lifetime that is none here is no reason to leave the application behind."""
    record, members = DECORATED[format_]
    file = file_of(tmp_path, format_, record)
    (one,) = bring(run, format_, file, "--organization", "town")["records"]
    assert one["action"] == "create", one
    left_out = [note for note in one["notes"] if note.startswith("Left out: ")]
    assert [
        note.removeprefix("Left out: ").partition(".")[0].partition("[")[0] for note in left_out
    ] == members
    application = town.application_of("app")
    assert [uri.uri for uri in application.redirects] == [CALLBACK]
    if format_ == "hydra":
        assert application.notification_addresses == ("ops@app.example.test",)
    if format_ == "auth0":
        assert application.origins == ("https://app.example.test",)
    (again,) = bring(run, format_, file, "--organization", "town")["records"]
    assert again["action"] == "keep", "a second time there is nothing to do"


def test_what_a_client_needs_is_never_left_out(run: Run, town: World, tmp_path: Path) -> None:
    """A record with a redirect that cannot be taken is refused as a whole, whatever else is wrong with it."""
    record = {"client_id": "app", "callbacks": [CALLBACK, "https://*.example.test/"], "logo_uri": "http://x"}
    found = bring(run, "auth0", file_of(tmp_path, "auth0", record), "--organization", "town", code=1)
    assert actions(found) == {"app": "refuse"}


TOLD: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "keycloak": (
        {
            "clientId": "app",
            "redirectUris": [CALLBACK],
            "secret": "a-secret-of-the-other-server",
            "protocolMappers": [{"name": "audience", "protocolMapper": "oidc-audience-mapper"}],
            "authenticationFlowBindingOverrides": {"browser": "7f1c"},
            "attributes": {
                "client.secret.rotated": "the-one-before",
                "id.token.signed.response.alg": "HS256",
            },
        },
        ("mappers", "flow of its own", "before the last rotation", "HS256"),
    ),
    "auth0": (
        {"client_id": "app", "callbacks": [CALLBACK], "jwt_configuration": {"alg": "HS256"}},
        ("HS256",),
    ),
    "django-oauth-toolkit": (
        {
            "client_id": "app",
            "redirect_uris": CALLBACK,
            "authorization_grant_type": "authorization-code",
            "algorithm": "HS256",
        },
        ("HS256",),
    ),
}


@pytest.mark.parametrize("format_", TOLD)
def test_what_does_not_come_along_is_told(run: Run, town: World, tmp_path: Path, format_: str) -> None:
    """What a client may have relied on: claims that were added, secrets that still worked, how ID tokens were signed."""
    record, words = TOLD[format_]
    (one,) = bring(run, format_, file_of(tmp_path, format_, record), "--organization", "town")["records"]
    assert one["action"] == "create", one
    for word in words:
        assert any(word in note for note in one["notes"]), (word, one["notes"])


def test_a_reason_is_told_once(run: Run, town: World, tmp_path: Path) -> None:
    for format_, record in (
        ("django-oauth-toolkit", {"client_id": "app", "authorization_grant_type": "password"}),
        ("auth0", {"client_id": "app", "grant_types": ["password"]}),
    ):
        found = bring(run, format_, file_of(tmp_path, format_, record), "--organization", "town", code=1)
        (one,) = found["records"]
        assert [refusal["sentence"] for refusal in one["refusals"]].count(one["refusals"][0]["sentence"]) == 1
