"""What one signature costs in this process, on the server's core: taken off before ratios are formed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from joserfc.jwk import ECKey, RSAKey

from bench.servers import SERVER_CORE
from grantway.features.keys.opening import generate_jwk
from grantway.system import SystemEntropy

_TEXT = b"." * 600
_SECONDS = 1.0


def signature_microseconds() -> dict[str, float]:
    """The mean time of one signature, with keys as the product makes them, by algorithm."""
    entropy = SystemEntropy()
    elliptic, rsa = generate_jwk("ES256", entropy), generate_jwk("RS256", entropy)
    if not isinstance(elliptic, ECKey) or not isinstance(rsa, RSAKey):
        message = "The product makes other kinds of keys than these."
        raise TypeError(message)
    es256, rs256 = elliptic.private_key, rsa.private_key
    if es256 is None or rs256 is None:
        message = "The product makes keys without a private part."
        raise TypeError(message)
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CORE})
    try:
        return {
            "ES256": _mean(lambda: es256.sign(_TEXT, ec.ECDSA(hashes.SHA256()))),
            "RS256": _mean(lambda: rs256.sign(_TEXT, padding.PKCS1v15(), hashes.SHA256())),
        }
    finally:
        os.sched_setaffinity(0, cores)


def _mean(sign: Callable[[], object]) -> float:
    """The processor time of one call, in microseconds."""
    end = time.monotonic() + _SECONDS
    calls, begin = 0, time.thread_time()
    while time.monotonic() < end:
        sign()
        calls += 1
    return (time.thread_time() - begin) / calls * 1e6
