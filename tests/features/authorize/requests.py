"""An authorization request that is right in every respect, and what it is changed into."""

from __future__ import annotations

from typing import Any

from grantway.core.messages import AuthorizeRequest, Origin
from tests.core.records import CALLBACK

ORIGIN = Origin("standard", "standard", "192.0.2.1")
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
GOOD: dict[str, Any] = {
    "origin": ORIGIN,
    "client_id": "orders-app",
    "claimed_redirect": CALLBACK,
    "response_type": "code",
    "scope": "openid orders.read",
    "state": "s-1",
    "nonce": "n-1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def request(**changes: Any) -> AuthorizeRequest:
    return AuthorizeRequest(**(GOOD | changes))
