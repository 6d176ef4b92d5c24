"""Has a refused request kept for the developers of its application: called where the answer leaves, once."""

from __future__ import annotations

from grantway.core.asker import ASKER
from grantway.core.concerns import UNKNOWN, Concern
from grantway.core.errors import Reason
from grantway.core.refusals import Kind, Turned
from grantway.edges.web.requests import HttpRequest


def note_refusal(reason: Reason, request: HttpRequest, kind: Kind | None, concern: Concern = UNKNOWN) -> None:
    """Note a refusal, if the application that it is about is known.

    Where nothing else says so, that is the one that the request turned out to come from. `kind` None: an
    address whose refusals are not kept.
    """
    client_id = concern.client_id or ASKER.client
    if kind is not None and client_id:
        known = concern.beside(Concern(client_id))
        request.server.refused(Turned(kind, request.mount.name, reason.id, known, request.request_id))
