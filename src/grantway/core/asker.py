"""Which application a request turned out to come from, for the log of the server.

It is set where that is established (authentication, a live token, a verified authorization request) and
read where the answer leaves. No decision reads it. A client id that is merely claimed is never noted: what a
stranger sends could be anything, and so could be a secret in the wrong place.
"""

from __future__ import annotations

from contextvars import ContextVar

ASKER: ContextVar[str | None] = ContextVar("grantway.asker", default=None)
"""The client id, in the context of one request; None: nobody is known yet."""
