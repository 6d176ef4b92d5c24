"""Hostile redirect addresses, made from honest ones: what attacks on other servers looked like, and more.

Each variant says whether it may ever be registered. Those that may are simply other addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

WEB = (
    "https://app.example.test/callback",
    "https://app.example.test:8443/oauth/cb?tenant=7",
    "https://a-b.example.test",
    "https://192.0.2.7/cb",
    "https://[2001:db8::7]/cb",
)
LOOPBACK = (
    "http://127.0.0.1/callback",
    "http://127.0.0.1:4000/cb?x=1",
    "http://[::1]:4000/cb",
    "http://localhost/cb",
)
PRIVATE = ("com.example.app:/callback", "com.example.app://oauth/cb")
SEEDS = WEB + LOOPBACK + PRIVATE

SCRIPT_SCHEMES = ("javascript", "data", "vbscript", "file", "blob", "about", "view-source", "ws", "mailto")
CONTROLS = ("\t", "\n", "\r", "\0", "\x0b", "\x1f", " ", "\x7f", "\u00a0", "\u2028", "\u200b", "\u3002")
LETTERS = "aZ0.-_~%/:@?&=;,+!$'()[]"
DOTS = ("..", "%2e%2e", "%2E%2e", ".%2e", "%2e.", ".", "%2e", "..;", "..;x=1", "%2e%2e%3b", "..%3Bx")
EVIL = "evil.test"


@dataclass(frozen=True, slots=True)
class Variant:
    """One address that differs from its seed."""

    seed: str
    family: str
    uri: str
    may_be_registered: bool | None
    """None: that depends, and nothing is claimed."""


def variants() -> tuple[Variant, ...]:
    """Every variant of every seed, each address once."""
    found: dict[str, Variant] = {}
    for seed in SEEDS:
        for family, may, uris in families(seed):
            for uri in uris:
                if uri not in SEEDS:
                    found.setdefault(uri, Variant(seed, family, uri, may))
    return tuple(found.values())


def families(seed: str) -> Iterator[tuple[str, bool | None, Iterable[str]]]:
    """The variants of one seed by what is done to it."""
    scheme, _, rest = seed.partition(":")
    authority, path = split(rest)
    yield "control", False, every_insertion(seed, CONTROLS)
    yield "backslash", False, every_insertion(seed, ("\\",))
    yield "angle", False, every_insertion(seed, ("<", ">", '"', "^", "`", "{", "|"))
    yield "fragment", False, every_insertion(seed, ("#", "#@"))
    yield "wildcard", False, every_insertion(seed, ("*",))
    yield "scheme case", False, (f"{scheme.upper()}:{rest}", f"{scheme.capitalize()}:{rest}")
    yield "script scheme", False, script_schemes(seed)
    yield "relative", False, ("", path or "/", rest, "//" + authority + path, f"/{seed}", f"?{seed}")
    yield "insertion", None, every_insertion(seed, LETTERS)
    yield "deletion", None, (seed[:at] + seed[at + 1 :] for at in range(len(seed)))
    yield "truncation", None, (seed[:at] for at in range(len(seed)))
    yield "replacement", None, every_replacement(seed)
    yield "encoding", None, every_encoding(seed)
    yield "doubled", None, (seed + seed, f"{seed},{seed}", f"{seed} {seed}", f"{seed}&redirect_uri={seed}")
    if seed not in PRIVATE:
        yield from web_families(scheme, authority, path)


def web_families(scheme: str, authority: str, path: str) -> Iterator[tuple[str, bool | None, Iterable[str]]]:
    """What is done to the authority and the path of an http or https address."""
    start = f"{scheme}://"
    host = without_port(authority)
    users = ("user@", "user:pass@", ":@", "@", f"{EVIL}@", f"{EVIL}:443@", f"{EVIL}%2f@", "a%40b@")
    yield "userinfo", False, [f"{start}{user}{authority}{path}" for user in users]
    suffixes = ("@", ":x@", ":443@", "%40", "%2540", "\uff20", ".@", "%2f@", "%00@", ";@", ",@")
    yield "userinfo of evil", False, [f"{start}{authority}{sign}{EVIL}{path}" for sign in suffixes]
    yield "trailing dot", False, (f"{start}{host}.{path}", f"{start}{host}..{path}", f"{start}.{host}{path}")
    yield "host case", False, [f"{start}{authority.upper()}{path}"] if authority.upper() != authority else ()
    ports = (":", ":0", ":00", ":080", ":65536", ":99999", ":-1", ":+80", ":8o", ":80:80", ":\uff18\uff10")
    yield "port", False, [f"{start}{host}{port}{path}" for port in ports]
    yield "other port", None, [f"{start}{host}:{port}{path}" for port in (1, 80, 443, 8080, 65_535)]
    yield (
        "slashes",
        False,
        [f"{scheme}:{s}{authority}{path}" for s in ("", "/", "///", "////", "/\\", "\\\\")],
    )
    yield (
        "more slashes",
        None,
        (f"{start}{authority}/{path}", f"{start}{authority}{path}/", f"{start}//{path}"),
    )
    yield "dot segments", False, [f"{start}{authority}{p}" for p in climbing(path)]
    yield (
        "double encoding",
        None,
        [f"{start}{authority}/x/%252e%252e{path}", f"{start}{authority}/%252f{path}"],
    )
    yield "matrix", None, [f"{start}{authority}/x;{EVIL}{path}", f"{start}{authority}{path};jsessionid=1"]
    yield (
        "query",
        None,
        [f"{start}{authority}{path}{q}" for q in ("?", "?x", "&x=1", "?a=b&c", f"?u=//{EVIL}")],
    )
    yield "other host", None, (f"{start}{authority}.{EVIL}{path}", f"{start}{EVIL}/{authority}{path}")
    yield "idn", False, [f"{start}{name}{path}" for name in look_alikes(authority)]
    yield "address", False, [f"{start}{name}{path}" for name in DISGUISED_ADDRESSES]
    yield (
        "downgrade",
        None,
        (f"http://{authority}{path}", f"https://{authority}{path}", f"ftp://{authority}{path}"),
    )


DISGUISED_ADDRESSES = (
    "0x7f.1",
    "0x7f000001",
    "0x7f.0.0.1",
    "2130706433",
    "0177.0.0.1",
    "017700000001",
    "127.1",
    "127.0.1",
    "127.0.0.01",
    "127.0.0.256",
    "127.0.0.1.",
    "127.0.0.1@evil.test",
    "127.0.0.1:80@evil.test",
    "0",
    "0x",
    "1.2.3.4.5",
    "app.example.0x1",
    "app.example.1",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]",
    "[::0001]",
    "[0::1]",
    "[::1%25lo]",
    "[::1%lo]",
    "[::1",
    "::1",
    "[::1]]",
    "[[::1]",
    "[::1].evil.test",
    "[::1]evil.test",
    "[::1]@evil.test",
    "[::1:]",
    "[:::]",
    "[]",
    "[127.0.0.1]",
    "[v1.x]",
    "[2001:DB8::7]",
    "[2001:db8:0:0::7]",
    "[" + "1:" * 40 + "]",
    "[" + ":" * 1_000 + "]",
)


def without_port(authority: str) -> str:
    """The host of an authority; an IPv6 address keeps its brackets."""
    head, colon, port = authority.rpartition(":")
    return head if colon and port.isdigit() else authority


def split(rest: str) -> tuple[str, str]:
    """Authority, and everything after it, of what follows the scheme."""
    if not rest.startswith("//"):
        return "", rest
    ends = [at for sign in "/?" if (at := rest.find(sign, 2)) >= 0]
    end = min(ends, default=len(rest))
    return rest[2:end], rest[end:]


def every_insertion(seed: str, signs: Iterable[str]) -> Iterator[str]:
    """Each sign at each place, the ends included."""
    for sign in signs:
        for at in range(len(seed) + 1):
            yield seed[:at] + sign + seed[at:]


def every_replacement(seed: str) -> Iterator[str]:
    """Each character swapped for a few others: its other case, a neighbour, a dot, a slash."""
    for at, old in enumerate(seed):
        for new in (old.swapcase(), chr(ord(old) ^ 1), ".", "/", "x"):
            if new != old:
                yield seed[:at] + new + seed[at + 1 :]


def every_encoding(seed: str) -> Iterator[str]:
    """Each character percent-encoded once and twice, in both letter cases; and the whole."""
    for at, old in enumerate(seed):
        once = f"%{ord(old):02X}"
        for new in (once, once.lower(), once.replace("%", "%25"), once.replace("%", "%u00")):
            yield seed[:at] + new + seed[at + 1 :]
    yield quote(seed, safe="")
    yield quote(quote(seed, safe=""), safe="")


def script_schemes(seed: str) -> Iterator[str]:
    """Schemes that run or read something where they are opened, in many spellings."""
    _, _, rest = seed.partition(":")
    for scheme in SCRIPT_SCHEMES:
        for spelled in (
            scheme,
            scheme.upper(),
            scheme.capitalize(),
            f" {scheme}",
            f"\t{scheme}",
            f"{scheme} ",
        ):
            yield f"{spelled}:{rest}"
            yield f"{spelled}://{EVIL}/%0aalert(1)"
            yield f"{spelled}:alert(1)//{seed}"
        yield f"{scheme[:3]}\t{scheme[3:]}:alert(1)"
        yield f"{scheme[:3]}\n{scheme[3:]}:alert(1)"


def climbing(path: str) -> Iterator[str]:
    """The path with dot segments before, inside and after it, plain and encoded."""
    for dots in DOTS:
        yield f"/{dots}{path if path.startswith('/') else ''}"
        yield f"/x/{dots}/y"
        yield f"/x%2f{dots}%2Fy"
        yield f"{path.partition('?')[0]}/{dots}/{EVIL}"
        yield f"{path.partition('?')[0]}/{dots}"


def look_alikes(authority: str) -> Iterator[str]:
    """Names that look like this one, or are folded to it by some parser."""
    yield (
        authority.replace("a", "\u0430").replace("1", "\uff11").replace(":", "\uff1a").replace("o", "\u03bf")
    )
    yield authority.replace(".", "\u3002").replace("[", "\uff3b").replace("l", "\u04cf")
    yield authority + "\u00ad"
    yield authority + "\u202e"
    yield "xn--" + authority + "\u00df"
    yield "\u2100" + authority
