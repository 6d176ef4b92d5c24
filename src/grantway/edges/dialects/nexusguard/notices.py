"""What an app's makers are told of installations, with the published signature (G37 to G43)."""

from __future__ import annotations

import hashlib

import msgspec

from grantway.core.identifiers import from_text
from grantway.core.model import MINUTE
from grantway.core.outgoing import NoticeEvent, OutgoingNotice, Response, is_success
from grantway.edges.dialects.nexusguard.codec import customer_id_of

_TYPES = {"installation.granted": 1, "installation.revoked": 2}
_MILLISECOND = 1_000
_GOOD_FOR = 5 * MINUTE


def notice(event: NoticeEvent) -> OutgoingNotice | None:
    """The notice of an installation or of its end; None for any other event, and without a secret to sign by.

    It runs out five minutes after it is sent, so that one that is sent again is as good as the first.
    """
    kind, organization_id = _TYPES.get(event.name), from_text(event.organization)
    if kind is None or organization_id is None or event.secret is None:
        return None
    expires = (event.sent_at + _GOOD_FOR) // _MILLISECOND
    body = {
        "signature": signature(event.client_id, event.secret.reveal(), expires),
        "expiration_time": expires,
        "type": kind,
        "customer_id": customer_id_of(organization_id),
        "action_time": event.at // _MILLISECOND,
    }
    return OutgoingNotice("", msgspec.json.encode(body), "application/json", is_acknowledged)


def signature(app_id: str, secret: str, expiration_time: int) -> str:
    """The published one, and good for nothing else: the headers of the outbox carry a real one."""
    text = f"{app_id}:{secret}:{expiration_time}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def is_acknowledged(response: Response) -> bool:
    """Whether the receiver says that it took it: `{"code": 0}`, and a status of success (G41)."""
    if not is_success(response):
        return False
    try:
        body = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    code = body.get("code") if isinstance(body, dict) else None
    return code == 0 and not isinstance(code, bool)
