"""Exchanging a token for a narrower one of the same person (RFC 8693): the words of it."""

from __future__ import annotations

import msgspec

from grantway.core.model import Id

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
"""The one kind of token that is taken and that is given (§3)."""


class Behind(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The token that another was made with, as far as that one dies with it."""

    application: Id
    application_epoch: int
    token_id: int
    session: int | None = None
    credential: Id | None = None
    voucher: Id | None = None
