"""The text of a code that is computed, so that a second click is given the same one."""

from __future__ import annotations

import hmac
from hashlib import sha256

from grantway.core.secrets import CODE_PREFIX, encode
from grantway.features.authorize.finish import Finishing
from grantway.features.authorize.views import Browser
from tests.kit.world import World


def test_the_text_takes_our_key_the_handle_and_the_browser(world: World) -> None:
    """V007, C073: who knows an address of the flow, and even the browser's cookie, cannot compute its code."""
    finishing = Finishing(world.services)
    one, other = Browser("s" * 43, None, ""), Browser("t" * 43, None, "")
    text = finishing.code_of("handle", one)
    assert text == finishing.code_of("handle", one)
    assert len({text, finishing.code_of("handle", other), finishing.code_of("handles", one)}) == 3
    for key in (b"", b"handle", one.secret.encode() if one.secret else b""):
        guess = hmac.digest(key, f"code|handle|{one.secret}".encode(), sha256)
        assert text != CODE_PREFIX + encode(guess)


def test_without_a_page_each_code_is_another_one(world: World) -> None:
    finishing = Finishing(world.services)
    browser = Browser("s" * 43, None, "")
    assert finishing.code_of(None, browser) != finishing.code_of(None, browser)
