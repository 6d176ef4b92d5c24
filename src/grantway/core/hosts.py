"""Names of hosts as browsers and the DNS have them: one spelling for each, which is the one that is compared.

A browser writes a host in small letters, its IPv6 address in the shortest form, and leaves the port of the
scheme out (RFC 6454 §6.2, WHATWG URL). What it sends as `Host` and `Origin` is compared with ours as a
text, so an address is taken in that spelling only, or brought into it where it is read.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address

from grantway.core import errors
from grantway.core.errors import Reason

DEFAULT_PORTS = {"http": ":80", "https": ":443"}

# The DNS knows more names than those of machines: an underscore is in many, and every browser takes them.
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")


def problem_of(authority: str) -> Reason | None:
    """What is wrong with a host and an optional port that are to be compared as they stand, or None.

    The reason says how to write it where that is known; else it is `FIELD_REDIRECT_MALFORMED`.
    """
    host, port = split(authority)
    if port is not None and not is_port(port):
        return errors.FIELD_REDIRECT_MALFORMED
    if any(sign.isalpha() and not sign.isascii() for sign in host):
        return errors.FIELD_HOST_UNICODE
    if _is_host(host):
        return None
    if _is_host(host.lower()):
        return errors.HOST_CAPITALS
    if host.endswith(".") and _is_host(host[:-1].lower()):
        return errors.HOST_DOT
    if host.startswith("[") or _NUMBER.fullmatch(host.lower().rstrip(".").rpartition(".")[2]):
        return errors.HOST_ADDRESS
    return errors.FIELD_REDIRECT_MALFORMED


def canonical(authority: str, scheme: str) -> str:
    """The same in the spelling of browsers: capitals, long IPv6 forms and the scheme's own port are taken in.

    What is no host stays what it is, for `problem_of` to judge.
    """
    host, port = split(authority.lower())
    if host.startswith("["):
        try:
            address = IPv6Address(host.strip("[]"))
        except AddressValueError:
            return authority
        host = host if address.ipv4_mapped or address.scope_id else f"[{address}]"
    return host if not port or f":{port}" == DEFAULT_PORTS.get(scheme) else f"{host}:{port}"


def split(authority: str) -> tuple[str, str | None]:
    """The host, an IPv6 address in its brackets, and the port; None where there is no colon for one."""
    if authority.endswith("]"):
        return authority, None
    host, colon, port = authority.rpartition(":")
    return (host, port) if colon else (authority, None)


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine by its name (RFC 6761 §6.3) or its address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_port(text: str) -> bool:
    """Whether a text is the number of a port, without zeros before it."""
    return _PORT.fullmatch(text) is not None and int(text) <= 65_535


def _is_host(host: str) -> bool:
    return _is_address(host) if host.startswith("[") else _is_name(host)


def _is_name(host: str) -> bool:
    """A name of the DNS, or an IPv4 address of four decimal numbers.

    A browser takes every name that ends in a number for an address: `0x7f.1` is this very machine.
    """
    labels = host.split(".")
    if len(host) > 253 or any(_LABEL.fullmatch(label) is None for label in labels):
        return False
    if _NUMBER.fullmatch(labels[-1]) is None:
        return True
    try:
        return str(IPv4Address(host)) == host
    except AddressValueError:
        return False


def _is_address(host: str) -> bool:
    """An IPv6 address in its one canonical spelling (RFC 5952), with no zone and no IPv4 address in it."""
    try:
        address = IPv6Address(host[1:-1])
    except AddressValueError:
        return False
    is_plain = address.ipv4_mapped is None and address.scope_id is None
    return is_plain and f"[{address}]" == host
