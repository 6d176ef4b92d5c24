"""Request objects as libraries and others send them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode


def signed(inside: dict[str, object] | str) -> str:
    """An object in the form of a signed one, with these claims or this text in it."""
    text = inside if isinstance(inside, str) else json.dumps(inside)
    parts = (b'{"alg":"RS256"}', text.encode(), b"x" * 64)
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
