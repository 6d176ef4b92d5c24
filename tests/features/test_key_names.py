"""The name of a signing key is published, and typed by whoever ends the key."""

from __future__ import annotations

from dataclasses import replace

from grantway.core.model import Id
from grantway.features.keys.opening import generate_jwk
from grantway.features.upkeep.key_rotation import new_signing_key
from tests.kit.world import World


class _AllOnes:
    """Bytes that base64url spells with `-` and `_` alone."""

    def token_bytes(self, count: int) -> bytes:
        return b"\xfb" * count

    def new_id(self) -> Id:
        return 7


def test_no_name_of_a_key_looks_like_an_option(world: World) -> None:
    jwk = generate_jwk("ES256", world.entropy)
    services = replace(world.services, entropy=_AllOnes())
    key = new_signing_key("standard", "ES256", jwk, services=services, use_from=0)
    assert key.kid.isalnum()
    assert len(key.kid) == 16
