"""The two halves of an ECDSA signature side by side (RFC 7518 §3.4), whatever their length."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import example, given
from hypothesis import strategies as st

from grantway.features.tokens.signature import raw_pair

numbers = st.integers(min_value=1, max_value=2**256 - 1)


@given(numbers, numbers)
@example(1, 1)
@example(127, 128)
@example(2**255 - 1, 2**255)
@example(2**256 - 1, 2**248)
def test_each_half_is_as_long_as_the_curve(r: int, s: int) -> None:
    assert raw_pair(encode_dss_signature(r, s)) == r.to_bytes(32, "big") + s.to_bytes(32, "big")
