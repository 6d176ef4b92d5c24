"""The headers that browsers and caches obey: on every answer, on pages, on answers with secrets."""

from __future__ import annotations

from typing import TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]

NO_STORE: Headers = (("cache-control", "no-store"), ("pragma", "no-cache"))
"""On everything that carries tokens, and on every page and refusal (RFC 6749 §5.1)."""

_STRICT_TRANSPORT = "max-age=31536000"
_PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)
_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


class SecurityHeaders:
    """The headers of one deployment. Strict transport is asked for only where the issuer has it."""

    def __init__(self, issuer: str) -> None:
        transport: Headers = ()
        if issuer.startswith("https://"):
            transport = (("strict-transport-security", _STRICT_TRANSPORT),)
        self.always: Headers = (
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("content-security-policy", _NOTHING),
            *transport,
        )
        """On every answer. A page replaces the policy by its own."""

    def page(self, nonce: str | None = None, form_action: tuple[str, ...] = ()) -> Headers:
        """What a page adds, over `always`.

        `form_action` names where the forms of this page may lead besides to ourselves: Chromium
        applies the directive to the redirects after a form too, so the page of a pending request needs
        the verified redirect's origin or scheme (`VerifiedRedirect.form_action`). Such a page may stand
        in a window that the application opened and waits for, so it keeps its opener.
        """
        return (
            ("content-security-policy", content_security_policy(nonce, form_action)),
            ("permissions-policy", _PERMISSIONS),
            ("cross-origin-opener-policy", "unsafe-none" if form_action else "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            *NO_STORE,
        )


def content_security_policy(nonce: str | None, form_action: tuple[str, ...] = ()) -> str:
    """Everything from ourselves or nothing; scripts only with the nonce of this answer."""
    scripts = f"'nonce-{nonce}'" if nonce else "'none'"
    targets = " ".join(("'self'", *dict.fromkeys(form_action)))
    return (
        f"default-src 'none'; style-src 'self'; img-src 'self'; script-src {scripts}; "
        f"connect-src 'self'; form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
    )
