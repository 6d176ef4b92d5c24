"""A recorded run of the playground, as its page keeps it."""

# sentences and addresses are easier to read in one piece

from __future__ import annotations

METADATA = {
    f"{name}_endpoint": f"https://id.northwind.example/{path}"
    for name, path in (
        ("authorization", "authorize"),
        ("token", "token"),
        ("userinfo", "userinfo"),
        ("introspection", "introspect"),
        ("revocation", "revoke"),
    )
}
CLIENTS = [
    {
        "name": "Fieldnotes",
        "type": "public",
        "client_id": "fieldnotes",
        "redirect_uri": "https://id.northwind.example/playground/callback",
        "scopes": ["openid", "profile", "email", "orders:read", "offline_access"],
        "dialect": "standard",
    },
    {
        "name": "Ledger",
        "type": "confidential",
        "client_id": "ledger",
        "redirect_uri": "https://id.northwind.example/playground/callback",
        "scopes": ["openid", "orders:read"],
        "dialect": "standard",
        "secret": "sample",
    },
]
ANSWER = {"content-type": "application/json", "cache-control": "no-store"}
KEPT = {
    "client": "fieldnotes",
    "scopes": None,
    "secrets": {
        "verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "state": "af0ifjsldkjXQvY2mT9wLg",
        "nonce": "n-0S6_WzA2MjZr8HqLk1Vw",
    },
    "returned": {
        "address": "https://id.northwind.example/playground/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkjXQvY2mT9wLg&iss=https%3A%2F%2Fid.northwind.example",
        "code": "SplxlOBeZQQYbYS6WxSbIA",
        "checks": [
            ["check_state", True, "af0ifjsldkjXQvY2mT9wLg"],
            ["check_iss", True, "https://id.northwind.example"],
            ["check_code", True, "SplxlOBeZQQYbYS6WxSbIA"],
        ],
    },
    "tokens": {"access_token": "a", "id_token": "b", "refresh_token": "c"},
    "exchanges": {
        "token": {
            "request": {
                "method": "POST",
                "url": "https://id.northwind.example/token",
                "headers": {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Accept": "application/json",
                },
                "form": {
                    "grant_type": "authorization_code",
                    "code": "SplxlOBeZQQYbYS6WxSbIA",
                    "redirect_uri": "https://id.northwind.example/playground/callback",
                    "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                    "client_id": "fieldnotes",
                },
            },
            "answer": {
                "status": 200,
                "reason": "OK",
                "milliseconds": 14,
                "headers": ANSWER,
                "text": "{}",
                "json": {
                    "access_token": "gwat_9fLr3cQm1vPzT7sKdYx2Hn8BwJ5aEuR0",
                    "token_type": "Bearer",
                    "expires_in": 900,
                    "scope": "openid profile email orders:read offline_access",
                    "refresh_token": "gwrt_k2J8.1.wQe7Zt4LmN0bVxC6yUiO",
                    "id_token": "eyJhbGciOiJFUzI1NiIsImtpZCI6IjIwMjYtMTEifQ.eyJzdWIiOiI4cTJrIn0.c2lnbmF0dXJl",
                },
            },
        },
    },
    "identity": {
        "header": {"alg": "ES256", "kid": "2026-11", "typ": "JWT"},
        "claims": {
            "iss": "https://id.northwind.example",
            "sub": "8q2kV1",
            "aud": "fieldnotes",
            "exp": 1_795_000_000,
            "iat": 1_794_999_100,
            "nonce": "n-0S6_WzA2MjZr8HqLk1Vw",
            "organization": "northwind",
        },
        "checks": [
            ["check_signature", True, "ES256 · 2026-11"],
            ["check_issuer", True, "https://id.northwind.example"],
            ["check_audience", True, "fieldnotes"],
            ["check_nonce", True, "n-0S6_WzA2MjZr8HqLk1Vw"],
            ["check_expiry", False, "21.11.2026, 12:00:00"],
        ],
    },
}
