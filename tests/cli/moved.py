"""Files of other servers, made by hand, and a command that brings them in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run

FILES = Path(__file__).parent / "moving"

OLD_SECRETS = {
    "nexus211": ("nexus211.json", "nx_7f3a-1", "nx-secret-of-the-referral-bot"),
    "deeplynx": ("deeplynx.json", "4vJ9dcE5QkY2pX8sT1uWz0aBcDeFgHiJkLmNoPqRsTu", "A1b2-_" * 14 + "zz"),
    "cxone": ("cxone.csv", "Dialer@Acme", "cxone secret: with, a comma"),
    "nitro": ("nitro.csv", "a1b2c3d4e5f60718", "abcdefghijklmnopqrstuvwxyz1234"),
    "nexusguard": (
        "nexusguard.json",
        "0123456789abcdef0123456789abcdef",
        "fedcba9876543210fedcba9876543210",
    ),
    "keycloak": ("keycloak.json", "map", "Zs6AzvJ1mTqv3Rk2Xc8yQ0wLpN4dEbHf"),
    "hydra": ("hydra.json", "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d", "the-old-secret-of-the-ledger"),
    "auth0": (
        "auth0.json",
        "kQm3Xl0ZsVb7nR2cT9yW4eUo6pAiD1fG",
        "Vx_8tq-0aJ3kLm5nPq7rSt9uVw1xYz2A4bC6dE8fG0hI2jK4lM6nO8pQ0rS2tU4v",
    ),
    "django-oauth-toolkit": (
        "django-oauth-toolkit.json",
        "i7oEHdYN7s2rSkZPz3zD5YMcCw4aZ1zVb0nQfXxK",
        "the-old-secret-of-the-shop",
    ),
}
REFUSED_IN = {"keycloak": ["wild"]}
UNAUTHENTICATED = ("invalid_client", "invalid client_secret", "Unauthorized")


def bring(run: Run, format_: str, file: Path | str, *more: str, code: int = 0) -> dict[str, Any]:
    result = run("import", str(file), "--from", format_, "--json", *more)
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def actions(found: dict[str, Any]) -> dict[str, str]:
    return {one["client_id"]: one["action"] for one in found["records"]}
