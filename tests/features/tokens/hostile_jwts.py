"""JWTs made by an attacker who knows everything but our private keys, and odd ones signed with them."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any

import msgspec
from joserfc.jwk import ECKey, OctKey, RSAKey

from grantway.core.model import SECOND, Algorithm
from grantway.core.secrets import encode
from grantway.features.keys.opening import Jwk
from tests.features.authorize.remembered import NOW, private_key, signed
from tests.features.tokens.samples import (
    SHARED,
    STANDARD,
    claims_of,
    id_token,
    token,
    world,
)

WORLD = world()
JWT = token(WORLD, "jwt")
BARE = token(WORLD, "bare_jwt")
ID_TOKEN = id_token(WORLD)
CLAIMS = claims_of(JWT)
KID = "standard-ES256-0"
OURS = private_key(STANDARD, "ES256")
THEIRS = ECKey.generate_key("P-256", private=True)
THEIR_RSA = RSAKey.generate_key(2048, private=True)

ODD_KIDS: tuple[Any, ...] = (
    "",
    ".",
    "../../../../dev/null",
    "/dev/null",
    "file:///dev/null",
    "https://evil.test/keys",
    "' OR '1'='1",
    "standard-ES256-0' --",
    "standard-ES256-0\0",
    " standard-ES256-0",
    "STANDARD-ES256-0",
    "*",
    "x" * 5_000,
    0,
    1,
    True,
    None,
    ["standard-ES256-0"],
    {"kid": "standard-ES256-0"},
)


def base(**changes: Any) -> dict[str, Any]:
    return {"typ": "at+jwt", "alg": "ES256", "kid": KID} | changes


def embedded_keys() -> Iterator[tuple[str, str]]:
    """V063: the token brings its own key, or says where to fetch it."""
    public = THEIRS.as_dict(private=False)
    certificate = [encode(b"\x30\x82" + bytes(64))]
    for typ in ("at+jwt", "JWT"):
        for extra in (
            {"jwk": public},
            {"jwk": public, "kid": KID},
            {"jwk": THEIRS.as_dict(private=True)},
            {"jku": "https://evil.test/jwks.json"},
            {"x5u": "https://evil.test/chain.pem"},
            {"x5c": certificate},
            {"x5t": "x", "x5c": certificate},
        ):
            for drop in ((), ("kid",)):
                header = {name: value for name, value in (base(typ=typ) | extra).items() if name not in drop}
                yield f"{typ} {sorted(extra)} {drop}", signed(header, CLAIMS, THEIRS, "ES256")


def key_ids() -> Iterator[tuple[str, str]]:
    """V063: key ids that name a file, another key, nothing, or no text at all."""
    for kid in ODD_KIDS:
        yield f"kid {str(kid)[:30]!r}", signed(base(kid=kid), CLAIMS, THEIRS, "ES256")
        yield f"ours under {str(kid)[:30]!r}", signed(base(kid=kid), CLAIMS, OURS, "ES256")
    for kid in ("standard-RS256-0", "standard-EdDSA-0", "other-ES256-0", "shared-HS256-0"):
        yield f"kid of {kid}", signed(base(kid=kid), CLAIMS, OURS, "ES256")
    yield "no kid", signed({"typ": "at+jwt", "alg": "ES256"}, CLAIMS, OURS, "ES256")


def unsigned() -> Iterator[tuple[str, str]]:
    """V064: no algorithm, in every spelling, with no signature, an empty one, and a borrowed one."""
    _, payload, signature = JWT.split(".")
    for alg in ("none", "None", "NONE", "nOnE", "", " none", "none\0", None, [], ["none"], 0):
        for header in (base(alg=alg), {"alg": alg}, {"alg": alg, "typ": "JWT"}):
            head = encode(msgspec.json.encode(header))
            for tail in ("", ".", f".{signature}", f".{encode(b'x')}", ".."):
                yield f"alg {alg!r} {len(header)} {tail[:3]}", f"{head}.{payload}{tail}"
    for text in (JWT, ID_TOKEN, BARE):
        head, payload, _ = text.split(".")
        yield "signature cut off", f"{head}.{payload}."
        yield "signature left out", f"{head}.{payload}"
        yield "signature of nothing", f"{head}.{payload}.{encode(bytes(64))}"
        yield "signature of ones", f"{head}.{payload}.{encode(bytes(31) + b'1' + bytes(31) + b'1')}"


def public_forms(key: Jwk) -> Iterator[bytes]:
    """Every way in which somebody may write down a public key."""
    assert not isinstance(key, OctKey)
    jwk = key.as_dict(private=False)
    pem, der = key.as_bytes(encoding="PEM", private=False), key.as_bytes(encoding="DER", private=False)
    yield from (
        pem,
        pem.strip(),
        pem.replace(b"\n", b"\r\n"),
        pem.replace(b"\n", b""),
        b"".join(pem.split(b"\n")[1:-2]),
    )
    yield from (der, encode(der).encode(), msgspec.json.encode(jwk), msgspec.json.encode({"keys": [jwk]}))
    yield msgspec.json.encode({name: jwk[name] for name in sorted(jwk)})
    yield from (str(value).encode() for value in jwk.values())
    yield from (b"", b"\0", bytes(32), b"secret", b"null")


def public_key_as_secret() -> Iterator[tuple[str, str]]:
    """V065: signed by MAC with our public keys, in every form of theirs."""
    hashes = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
    rings: tuple[Algorithm, ...] = ("ES256", "RS256", "PS256", "EdDSA")
    for ring in rings:
        for number, secret in enumerate(public_forms(private_key(STANDARD, ring))):
            for alg, name in hashes.items():
                for header in (
                    {"typ": "at+jwt", "alg": alg, "kid": f"standard-{ring}-0"},
                    {"alg": alg, "typ": "JWT"},
                    {"typ": "at+jwt", "alg": ring, "kid": f"standard-{ring}-0"},
                ):
                    text = f"{encode(msgspec.json.encode(header))}.{encode(msgspec.json.encode(CLAIMS))}"
                    mac = hmac.digest(secret, text.encode(), name)
                    yield f"{ring} {number} {alg} {len(header)}", f"{text}.{encode(mac)}"


def critical() -> Iterator[tuple[str, str]]:
    """V066: members that must be understood and are not, signed with our own key."""
    extras: tuple[dict[str, Any], ...] = (
        {"crit": ["exp"], "exp": NOW // SECOND},
        {"crit": ["https://evil.test/x"], "https://evil.test/x": True},
        {"crit": []},
        {"crit": ["alg"]},
        {"crit": "kid"},
        {"crit": None},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"zip": "DEF"},
        {"enc": "A256GCM"},
        {"cty": "JWT"},
        {"x": 1},
    )
    for extra in extras:
        for typ in ("at+jwt", "JWT"):
            yield f"{typ} {extra}", signed(base(typ=typ) | extra, CLAIMS, OURS, "ES256")


def dictated_work() -> Iterator[tuple[str, str]]:
    """V169: parameters that say how much work reading is, signed with our own key."""
    extras: tuple[dict[str, Any], ...] = (
        {"p2c": 2**31 - 1, "p2s": "AAAA"},
        {"p2c": 1, "p2s": "AAAA"},
        {"p2s": "AAAA"},
        {"enc": "A128GCM", "p2c": 2**31 - 1},
        {"zip": "DEF", "enc": "A128GCM"},
        {"epk": {"kty": "EC", "crv": "P-256"}, "apu": "AAAA", "apv": "AAAA"},
    )
    for extra in extras:
        yield f"{extra}", signed(base() | extra, CLAIMS, OURS, "ES256")


def other_algorithms() -> Iterator[tuple[str, str]]:
    """A key is used with its own algorithm, whatever the header says (RFC 8725 section 3.1)."""
    rsa = private_key(STANDARD, "RS256")
    for alg, kid in (
        ("PS256", "standard-RS256-0"),
        ("RS384", "standard-RS256-0"),
        ("PS512", "standard-RS256-0"),
    ):
        yield f"{alg} with {kid}", signed(base(alg=alg, kid=kid), CLAIMS, rsa, alg)
        yield f"{alg} said to be RS256", signed(base(alg="RS256", kid=kid), CLAIMS, rsa, alg)
    for said in ("ES384", "ES512", "ES256K", "HS256", "es256", "", None, 1):
        yield f"said to be {said}", signed(base(alg=said), CLAIMS, OURS, "ES256")
    yield "another RSA key", signed(base(alg="RS256", kid="standard-RS256-0"), CLAIMS, THEIR_RSA, "RS256")
    yield "another EC key", signed(base(), CLAIMS, THEIRS, "ES256")


def other_types() -> Iterator[tuple[str, str]]:
    """V068: signed with our own key, and of no kind that we write."""
    for typ in (
        "JWT+at",
        "at+JWT",
        "AT+JWT",
        "application/at+jwt",
        "jwt",
        "",
        "dpop+jwt",
        "logout+jwt",
        None,
        1,
        ["at+jwt"],
    ):
        yield f"typ {typ!r}", signed(base(typ=typ), CLAIMS, OURS, "ES256")
    yield "no typ", signed({"alg": "ES256", "kid": KID}, CLAIMS, OURS, "ES256")


def odd_forms() -> Iterator[tuple[str, str]]:
    """Headers and payloads that are no JSON objects, or are two at once; signed with our own key."""
    good = msgspec.json.encode(base())
    for header in (
        b"",
        b"{}",
        b"[]",
        b"null",
        b"1",
        b'"x"',
        good[:-1],
        good + b"x",
        good + good,
        b"\xff",
        b"\xef\xbb\xbf" + good,
    ):
        yield f"header {header[:12]!r}", signed(header, CLAIMS, OURS, "ES256")
    yield "kid twice", signed(good[:-1] + b',"kid":"x"}', CLAIMS, OURS, "ES256")
    for payload in (
        b"",
        b"{}",
        b"[]",
        b"null",
        b"1",
        b'"x"',
        b"{",
        b"\xff",
        b'{"jti":null}',
        b'{"jti":1}',
        b'{"jti":""}',
        b'{"jti":["x"]}',
    ):
        yield f"payload {payload[:12]!r}", signed(base(), payload, OURS, "ES256")
        secret = private_key(SHARED, "HS256")
        yield f"bare {payload[:12]!r}", signed({"alg": "HS256", "typ": "JWT"}, payload, secret, "HS256")


def bare_secrets() -> Iterator[tuple[str, str]]:
    """The shared secret is guessed, or the header is another one."""
    claims = claims_of(BARE)
    for guess in (b"", b"secret", bytes(32), b"shared", b"shared-HS256-0"):
        text = f"{BARE.split('.')[0]}.{BARE.split('.')[1]}"
        yield f"secret {guess!r}", f"{text}.{encode(hmac.digest(guess, text.encode(), 'sha256'))}"
    secret = private_key(SHARED, "HS256")
    for header in (
        {"alg": "HS256"},
        {"alg": "HS256", "typ": "JWT", "kid": "shared-HS256-0"},
        {"alg": "HS256", "typ": "at+jwt"},
    ):
        yield f"header {header}", signed(header, claims, secret, "HS256")
    for alg in ("HS384", "HS512"):
        yield alg, signed({"alg": alg, "typ": "JWT"}, claims, secret, alg)


CORPUS = {
    "embedded keys": embedded_keys,
    "key ids": key_ids,
    "unsigned": unsigned,
    "public key as secret": public_key_as_secret,
    "critical": critical,
    "dictated work": dictated_work,
    "other algorithms": other_algorithms,
    "other types": other_types,
    "odd forms": odd_forms,
    "bare secrets": bare_secrets,
}
