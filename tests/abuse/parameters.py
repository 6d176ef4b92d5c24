"""The names of parameters and headers that the abuse tests fill, and an application to register."""

from __future__ import annotations

from typing import Any

from tests.api.cast import Cast

HTML = ("accept", "text/html")
FORM = ("content-type", "application/x-www-form-urlencoded")
JSON = ("content-type", "application/json")
OF_FORMS = (
    *("grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier", "refresh_token"),
    *("scope", "resource", "audience", "token", "token_type_hint", "access_token", "username", "password"),
)
OF_QUERIES = (
    *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "prompt"),
    *("code_challenge_method", "response_mode", "max_age", "login_hint", "id_token_hint", "ui_locales"),
    *("resource", "request", "request_uri", "claims", "acr_values", "unknown"),
)
OF_PAGES = (
    *("csrf", "email", "password", "action", "organization", "decision"),
    *("token", "new_password", "session"),
)


class UnknownIds(dict[str, str]):
    """Fills the path of an operation: what is not given is the id of nothing."""

    def __missing__(self, name: str) -> str:
        return "3xKnown9"


APPLICATIONS = "/organizations/{own}/applications"
GOOD: dict[str, dict[str, Any]] = {
    "confidential": {"redirect_uris": ["https://app.example.test/callback"]},
    "public": {"redirect_uris": ["https://app.example.test/callback"]},
    "backend": {},
}


def made(cast: Cast, kind: str = "confidential", **changes: Any) -> tuple[str, dict[str, Any]]:
    """The address of a fresh application, and its record."""
    result = cast.as_owner("POST", APPLICATIONS, {"type": kind, "name": "Orbit"} | GOOD[kind] | changes)
    assert result.status_code == 201, result.text
    return f"{APPLICATIONS}/{result.json['id']}", dict(result.json)
