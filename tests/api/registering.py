"""Registering applications under presets through the API."""

from __future__ import annotations

from typing import Any

from tests.api.cast import Cast

APPLICATIONS = "/organizations/{own}/applications"
BASE = "https://orbit.example.test/"
CALLBACK = "https://orbit.example.test/callback"
TOLD = ["ops@orbit.example.test"]
CXONE: dict[str, Any] = {
    "preset": "cxone",
    "type": "confidential",
    "name": "Orbit",
    "redirect_uris": [CALLBACK],
    "notification_addresses": TOLD,
}
NITRO: dict[str, Any] = {"preset": "nitro", "type": "backend", "name": "Orbit"}
NEXUSGUARD: dict[str, Any] = {
    "preset": "nexusguard",
    "type": "confidential",
    "name": "Orbit",
    "base_url": BASE,
    "redirect_uris": [CALLBACK],
}


def made(cast: Cast, body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    result = cast.as_owner("POST", APPLICATIONS, body | changes)
    assert result.status_code == 201, result.text
    answer: dict[str, Any] = result.json
    return answer


def refusals(result: Any) -> dict[str, str]:
    """Which members were refused, and under which ids."""
    assert result.status_code in {400, 422}, result.text
    return {error["field"]: error["id"] for error in result.json["errors"]}


def changed(cast: Cast, record: dict[str, Any], **changes: Any) -> Any:
    path = f"{APPLICATIONS}/{record['id']}"
    return cast.as_owner("PATCH", path, changes, If_Match=f'"{record["version"]}"')


def pair(cast: Cast, record: dict[str, Any]) -> tuple[Any, str]:
    """The stored application, and a secret of it as its creation answers it."""
    secret = cast.as_owner("POST", f"{APPLICATIONS}/{record['id']}/secrets", {})
    assert secret.status_code == 201, secret.text
    with cast.world.store.read() as tx:
        application = tx.gate.application_by_client_id(record["client_id"])
    return application, str(secret.json["secret"])
