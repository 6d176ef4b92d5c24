"""Proof that a form came from our own page, for this step, of this request, in this browser (V138)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping

from grantway.core import errors
from grantway.core.errors import PageError
from grantway.core.secrets import encode, same

FIELD = "csrf"
"""The name of the hidden field that carries the token."""


class Csrf:
    """Makes and checks tokens bound to the browser's secret, a purpose and a handle."""

    def __init__(self, link_key: Callable[[], bytes], issuer: str) -> None:
        self._link_key = link_key
        self._origin = issuer

    def token(self, browser_secret: str, purpose: str, handle: str = "") -> str:
        """The token for one form of one step. `handle` names the pending request or record."""
        message = f"csrf|{purpose}|{handle}|{browser_secret}".encode()
        return encode(hmac.digest(self._link_key(), message, "sha256"))

    def check(
        self,
        environ: Mapping[str, object],
        presented: str | None,
        *,
        browser_secret: str | None,
        purpose: str,
        handle: str = "",
    ) -> None:
        """Refuse a form that another page or another browser sent. Raises PageError."""
        if not comes_from(environ, self._origin):
            raise PageError(errors.STEP_FORGED, "another origin")
        if not presented or not browser_secret:
            raise PageError(errors.STEP_FORGED, "no token or no browser cookie")
        if not same(presented, self.token(browser_secret, purpose, handle)):
            raise PageError(errors.STEP_FORGED, "wrong token")


def comes_from(environ: Mapping[str, object], origin: str) -> bool:
    """Whether a request, by what its browser says of it, began on our own origin.

    A browser too old to say anything passes: the token still decides. `none` is the person's own
    doing (a typed address, a reload), which no foreign page can bring about.
    """
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None and site not in ("same-origin", "none"):
        return False
    claimed = environ.get("HTTP_ORIGIN")
    return claimed is None or claimed == origin
