"""The headers that browsers and caches obey: on every answer, on pages, on answers with secrets."""

from __future__ import annotations

from typing import TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]

NO_STORE: Headers = (("cache-control", "no-store"), ("pragma", "no-cache"))
"""On everything that carries tokens, and on every page and refusal (RFC 6749 §5.1)."""
NO_REFERRER: Headers = (("referrer-policy", "no-referrer"),)
UNTOLD: Headers = (*NO_STORE, *NO_REFERRER)
"""Where a token or a proof stands in the address."""

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

    def page(
        self, nonce: str | None = None, *, leads_away: bool = False, own_scripts: bool = False
    ) -> Headers:
        """What a page adds, over `always`.

        `leads_away` is for the pages of a pending request, whose forms may end at the application. They
        may also stand in a window that the application opened and waits for, so they keep their opener.
        `own_scripts` is for a page that is drawn once and so can have no nonce: its scripts are our files.
        """
        policy = content_security_policy(nonce, leads_away=leads_away, own_scripts=own_scripts)
        return (
            ("content-security-policy", policy),
            ("permissions-policy", _PERMISSIONS),
            ("cross-origin-opener-policy", "unsafe-none" if leads_away else "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            *NO_STORE,
        )


def content_security_policy(nonce: str | None, *, leads_away: bool = False, own_scripts: bool = False) -> str:
    """Everything from ourselves or nothing; scripts only with the nonce of this answer, or our files.

    Chromium holds `form-action` against every redirect that follows a form, also those of the
    application's own servers, which nobody here can know. So a page that leads away says nothing of it.
    """
    scripts = "'self'" if own_scripts else f"'nonce-{nonce}'" if nonce else "'none'"
    forms = "" if leads_away else "form-action 'self'; "
    return (
        f"default-src 'none'; style-src 'self'; img-src 'self'; script-src {scripts}; "
        f"connect-src 'self'; {forms}frame-ancestors 'none'; base-uri 'none'"
    )
