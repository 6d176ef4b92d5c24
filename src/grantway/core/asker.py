"""Which application a request turned out to come from, for the log of the server.

It is set where that is established (authentication, a live token, a verified authorization request) and
read where the answer leaves. No decision reads it. A client id that is merely claimed is never noted: what a
stranger sends could be anything, and so could be a secret in the wrong place.
"""

from __future__ import annotations

import threading


class _Asker(threading.local):
    client: str | None = None


ASKER = _Asker()
"""`client` is the client id of the request that this thread answers; None: nobody is known yet.

A request is answered by one thread from where this is cleared to where it is read, and nothing is awaited in
between. A context variable, which would hold across that, costs ten times as much.
"""
