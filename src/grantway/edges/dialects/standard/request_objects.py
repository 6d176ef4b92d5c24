"""What a request object says about how its refusal is to be told (OpenID Connect Core §6, RFC 9101).

Request objects are not served here, so nobody verifies one, and nothing that it says is acted on. But a
library that puts everything into the object waits for its own `state`, and for an answer in its own
`response_mode`: those two are read, where the request itself does not say them, for the refusal alone.
"""

from __future__ import annotations

from binascii import Error as NoBase64
from binascii import a2b_base64
from collections.abc import Mapping

from grantway.core.errors import OAuthError
from grantway.edges.web import forms

_READ = ("state", "response_mode")
_PARTS = 3
_TO_STANDARD = str.maketrans("-_", "+/")


def told_by(text: str | None) -> Mapping[str, str]:
    """The two members of an object that is signed or plain. Of what cannot be read, nothing.

    How long and how many they are is bounded by the parameter that the object stands in.
    """
    parts = text.split(".") if text is not None else []
    if len(parts) != _PARTS:
        return {}
    encoded = parts[1].translate(_TO_STANDARD)
    try:
        members = forms.json_object(a2b_base64(encoded + "=" * (-len(encoded) % 4)))
    except (OAuthError, NoBase64, ValueError):
        return {}
    return {name: value for name in _READ if isinstance(value := members.get(name), str) and _is_text(value)}


def _is_text(value: str) -> bool:
    """Whether it could have stood in the request: text that can be encoded, without NUL."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in value
