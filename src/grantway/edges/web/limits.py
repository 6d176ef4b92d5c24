"""How much of anything a request may bring. Every input has a limit, and going over it is a 4xx."""

from __future__ import annotations

MAXIMUM_BODY = 65_536
"""Bytes of a request body of the protocol endpoints and of forms."""

MAXIMUM_HEADERS = 100
MAXIMUM_HEADER_BYTES = 49_152
"""Names and values of all headers together: room for what other programs on the host left, and our own."""

MAXIMUM_PATH = 4_096
"""Characters of a decoded path. The longest of ours has three ids; gateways put paths of others behind."""

MAXIMUM_QUERY = 16_384
"""Characters of a query, still percent-encoded."""

MAXIMUM_PARAMETERS = 64
MAXIMUM_PARAMETER = 8_192
"""Characters of one decoded value: a token may be long."""

MAXIMUM_PARAMETER_NAME = 128
MAXIMUM_AUTHORIZATION = 12_288
"""Characters of an Authorization header: a token of the longest kind, or Basic over a long secret."""

MAXIMUM_COOKIES = 32_768
"""Characters of the Cookie header: other programs of the same host may have filled it, and nobody whom
they gave their cookies to is to be locked out here for it."""

MAXIMUM_FORWARDED = 1_024
"""Characters of X-Forwarded-For that are looked at, from the end that our own proxy wrote."""
