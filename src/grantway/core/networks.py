"""Address ranges: how they are written, and whether they include an address.

An IPv4 address may come in the clothes of IPv6 (`::ffff:192.0.2.7`, RFC 4291 §2.5.5.2): a socket that
listens for both families shows it so. It is the same peer, so both forms are the same here, in ranges
and in addresses.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TypeAlias

from grantway.core import errors
from grantway.core.errors import Reason

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

MAXIMUM_LENGTH = 49
"""Characters of the longest range: an IPv6 address with an IPv4 address at its end, and a prefix."""
_MAPPED_BITS = 96
_PREFIX_DIGITS = frozenset("0123456789")


def address_of(text: str) -> Address | None:
    """The address that a text writes, IPv4 in either form; None for anything else, zones included."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    if address.scope_id is not None:
        return None
    return address.ipv4_mapped or address


def normalised(text: str) -> str:
    """A range in its one spelling; what is none stays as it is, for `problem_of` to judge."""
    network = _network_of(text)
    return text if network is None else str(network)


def problem_of(text: str) -> Reason | None:
    """What is wrong with a range somebody wants to enter, or None.

    A range of all addresses is refused: it looks like a limit and is none.
    """
    network = _network_of(text)
    if network is not None:
        return errors.FIELD_NETWORK_ALL if network.prefixlen == 0 else None
    head, slash, prefix = text.partition("/")
    if slash and _has_host_bits(head, prefix):
        return errors.FIELD_NETWORK_HOST_BITS
    return errors.FIELD_NETWORK


def includes(networks: tuple[str, ...], address: str) -> bool:
    """Whether an address is in one of the ranges. Without ranges every address is (G12)."""
    return not networks or _includes(networks, address)


def common(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """The ranges that lie in both, of two lists that have ranges. Two ranges are nested or apart."""
    others_parsed = _parsed(others)
    found = [
        str(inner)
        for one in _parsed(some)
        for other in others_parsed
        if (inner := _inner(one, other)) is not None
    ]
    # As the second list has it, where the first one includes all of it.
    return others if frozenset(others) <= frozenset(found) else tuple(dict.fromkeys(found))


def _inner(one: Network, other: Network) -> Network | None:
    if isinstance(one, IPv4Network) and isinstance(other, IPv4Network):
        return max(one, other, key=_length) if one.overlaps(other) else None
    if isinstance(one, IPv6Network) and isinstance(other, IPv6Network):
        return max(one, other, key=_length) if one.overlaps(other) else None
    return None


def _length(network: Network) -> int:
    return network.prefixlen


@lru_cache(maxsize=8_192)
def _includes(networks: tuple[str, ...], text: str) -> bool:
    address = address_of(text)
    return address is not None and any(address in network for network in _parsed(networks))


@lru_cache(maxsize=1_024)
def _parsed(networks: tuple[str, ...]) -> tuple[Network, ...]:
    # A stored range that cannot be read includes nobody: it must not open what it was made to close.
    found = (_network_of(text) for text in networks)
    return tuple(network for network in found if network is not None)


def _network_of(text: str) -> Network | None:
    head, slash, prefix = text.partition("/")
    if len(text) > MAXIMUM_LENGTH or "%" in head or (slash and not _is_prefix(prefix)):
        return None
    try:
        network = ip_network(text)
    except ValueError:
        return None
    if isinstance(network, IPv4Network):
        return network
    mapped = network.network_address.ipv4_mapped
    if mapped is None or network.prefixlen < _MAPPED_BITS:
        return network
    return IPv4Network((int(mapped), network.prefixlen - _MAPPED_BITS))


def _is_prefix(text: str) -> bool:
    """A number of bits without a sign or zeros in front; a netmask is another notation, and not taken."""
    return text == "0" or (0 < len(text) <= 3 and _PREFIX_DIGITS.issuperset(text) and text[0] != "0")


def _has_host_bits(head: str, prefix: str) -> bool:
    try:
        ip_network(f"{head}/{prefix}", strict=False)
    except ValueError:
        return False
    return "%" not in head and _is_prefix(prefix)


def network_of(address: str) -> str:
    """The /24 or /64 of an address: what one subscriber, one office or one machine usually holds."""
    return _network(address, ipv6_prefix=64)


def wide_network_of(address: str) -> str:
    """The /24 or /48: an IPv6 site is given a /48, and could otherwise try from 65,536 networks."""
    return _network(address, ipv6_prefix=48)


def _network(address: str, *, ipv6_prefix: int) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ip_network((int(parsed), ipv6_prefix), strict=False))
        parsed = parsed.ipv4_mapped
    return str(ip_network((int(parsed), 24), strict=False))
