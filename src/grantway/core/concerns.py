"""What a refused request is about: which application, for which organization, what of theirs was missed.

Nothing of it is text of the request. A client id is one that was found in the registry, `named` are
addresses and scopes that are registered here, and how an address differs is a word of a closed list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

Difference: TypeAlias = Literal[
    "slash", "case", "query", "fragment", "scheme", "port", "www", "path", "host", "several"
]
"""In what an address differs from the nearest one that is registered; `several`: in more than one part."""

_LONGEST = 2_000
_ORDER: tuple[Difference, ...] = (
    "slash",
    "case",
    "query",
    "fragment",
    "scheme",
    "port",
    "www",
    "path",
    "host",
    "several",
)
"""The nearest difference first."""


class Concern(Struct, frozen=True, gc=False):
    """What is known of it; what is not known is empty."""

    client_id: str = ""
    organization_id: int = 0
    named: tuple[str, ...] = ()
    difference: Difference | None = None

    def beside(self, other: Concern) -> Concern:
        """The same with what another one knows besides."""
        return Concern(
            self.client_id or other.client_id,
            self.organization_id or other.organization_id,
            self.named or other.named,
            self.difference or other.difference,
        )


UNKNOWN = Concern()


def nearest(claimed: str, registered: Iterable[str]) -> tuple[str, Difference] | None:
    """The registered address that a claimed one resembles most, and in what it differs; None: there is none.

    Of several that are as near, the first. What is claimed may be any text.
    """
    found: tuple[str, Difference] | None = None
    asked = _parts_of(claimed)
    for uri in registered:
        difference = _difference(claimed, asked, uri)
        if found is None or _ORDER.index(difference) < _ORDER.index(found[1]):
            found = uri, difference
    return found


def _difference(claimed: str, asked: SplitResult | None, uri: str) -> Difference:
    known = _parts_of(uri)
    if asked is None or known is None or not asked.netloc:
        return "several"
    if claimed.rstrip("/") == uri.rstrip("/"):
        return "slash"
    if claimed.lower() == uri.lower():
        return "case"
    compared: tuple[tuple[Difference, str, str], ...] = (
        ("scheme", asked.scheme, known.scheme),
        ("path", asked.path, known.path),
        ("query", asked.query, known.query),
        ("fragment", asked.fragment, known.fragment),
    )
    differing = [name for name, one, other in compared if one != other]
    if asked.netloc != known.netloc:
        differing.append(_of_host(asked.netloc.lower(), known.netloc.lower()))
    if differing == ["scheme", "port"]:
        return "scheme"
    return differing[0] if len(differing) == 1 else "several"


def _of_host(one: str, other: str) -> Difference:
    if one.partition(":")[0] == other.partition(":")[0]:
        return "port"
    return "www" if one.removeprefix("www.") == other.removeprefix("www.") else "host"


def _parts_of(address: str) -> SplitResult | None:
    if len(address) > _LONGEST:
        return None
    try:
        return urlsplit(address)
    except ValueError:
        return None
