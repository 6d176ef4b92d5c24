"""How single settings are read: from a text as a person writes it to a value, or a reason why not."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from grantway.core import errors, hosts

Network: TypeAlias = IPv4Network | IPv6Network

_MOUNT_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._-]+){1,8}")


class Wrong(ValueError):
    """What is wrong with one value, as the end of a sentence that begins with its name."""


@dataclass(frozen=True, slots=True)
class MountSetting:
    """Where a dialect is served: below a path of the issuer's host, or at the root of a host of its own.

    The root of the issuer itself is the prefix "". `also` are further names of its host.
    """

    name: str
    dialect: str
    prefix: str | None = None
    host: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailSetting:
    """How mail leaves: `smtp`, `smtps`, `starttls`, into a `file` folder, or on the `console`."""

    kind: str
    host: str = ""
    port: int = 0
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    folder: Path | None = None


def read_mail(text: str) -> MailSetting:
    """A mail server, or one of the two stand-ins for it."""
    if text == "console:":
        return MailSetting("console")
    if text.startswith("file:"):
        return MailSetting("file", folder=read_path(text.removeprefix("file:")))
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Wrong("is not an address.") from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path not in {"", "/"}:
        raise Wrong("must be like smtps://user:password@mail.example.com, file:/whole/path or console:.")
    if parts.query not in {"", "starttls"} or parts.fragment:
        raise Wrong("takes nothing behind the host but ?starttls.")
    kind = parts.scheme if parts.scheme == "smtps" else (parts.query or "smtp")
    if parts.username is not None and kind == "smtp" and not hosts.is_loopback(parts.hostname):
        raise Wrong("would send a password for all to read. Use smtps:// or ?starttls.")
    user = unquote(parts.username) if parts.username is not None else None
    password = unquote(parts.password) if parts.password is not None else None
    default = {"smtp": 25, "starttls": 587, "smtps": 465}[kind]
    return MailSetting(kind, parts.hostname, port or default, user, password)


def read_sender(text: str) -> str:
    """An address, perhaps with a name before it: `Grantway <noreply@id.example.com>`."""
    name, address = parseaddr(text)
    if not text.isprintable() or not address.isascii() or not name.isprintable():
        raise Wrong("must be an e-mail address, perhaps with a name before it.")
    read_email(address)
    return text


def read_issuer(text: str) -> str:
    """The public address of the server: an origin, https, or http on this very machine.

    It is kept as browsers write it, because what they send is compared with it.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Wrong("is not an address, or its port is none.") from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc:
        raise Wrong("must be an https address, such as https://id.example.com.")
    if parts.path not in {"", "/"} or any(sign in text for sign in "?#\\") or not text.isprintable():
        raise Wrong("must have nothing behind the host and the port.")
    if port == 0:
        raise Wrong("must have a port from 1 to 65535, or none.")
    authority = _authority(parts.netloc, parts.scheme)
    if parts.scheme == "http" and not hosts.is_loopback(hosts.split(authority)[0]):
        raise Wrong("must be https. http is taken for this very machine only (localhost, 127.0.0.1, [::1]).")
    return f"{parts.scheme}://{authority}"


def _authority(text: str, scheme: str) -> str:
    """A host and an optional port in the spelling of browsers. Raises Wrong with how to write it."""
    host, port = hosts.split(text)
    if port is not None and port.isascii() and port.isdigit():
        text = f"{host}:{int(port)}"
    authority = hosts.canonical(text, scheme)
    problem = hosts.problem_of(authority)
    if problem == errors.FIELD_REDIRECT_MALFORMED:
        raise Wrong("must name a host as the DNS has it: letters, numbers, hyphens and underscores.")
    if problem is not None:
        raise Wrong(f"cannot be compared with what browsers send. {problem.text}")
    return authority


def read_collector(text: str) -> str:
    """The address of a collector of traces, with its path: http://127.0.0.1:4318/v1/traces."""
    try:
        parts = urlsplit(text)
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Wrong("is not an address.") from None
    if parts.scheme not in {"http", "https"} or not is_complete or parts.path in {"", "/"}:
        raise Wrong("must be the whole address of a collector, such as http://127.0.0.1:4318/v1/traces.")
    if parts.username is not None or parts.query or parts.fragment:
        raise Wrong("takes no user, no query and no fragment. Let a collector of yours add credentials.")
    return text


def read_host(text: str) -> str:
    """An address or a name to listen on. Nothing at all would mean every address of the machine."""
    if not text or not text.isascii() or any(sign in text for sign in " /@[]"):
        raise Wrong("must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.")
    return text


def read_database(text: str) -> str:
    """The address of the database."""
    if text.startswith("sqlite:////"):
        return text
    if text.startswith("sqlite:"):
        raise Wrong("must give an SQLite file by its whole path: sqlite:////var/lib/grantway/grantway.db.")
    if text.startswith(("postgresql://", "postgres://")):
        return text.replace("postgres://", "postgresql://", 1)
    raise Wrong("must begin with postgresql:// or sqlite:////.")


def read_root_keys(text: str) -> tuple[bytes, ...]:
    """Keys of 32 bytes in base64url, the first of which seals."""
    keys = []
    for part in _parts(text):
        try:
            key = urlsafe_b64decode(part + "=" * (-len(part) % 4))
        except ValueError:
            key = b""
        if len(key) != 32:
            raise Wrong("holds a key that is not 32 bytes in base64url. `grantway keys new-root` makes one.")
        keys.append(key)
    if not keys:
        raise Wrong("holds no key. `grantway keys new-root` makes one.")
    if len(set(keys)) != len(keys):
        raise Wrong("holds a key twice.")
    return tuple(keys)


def read_mounts(text: str) -> tuple[MountSetting, ...]:
    """Mounts like `acme=deeplynx@/d/acme,other=nexus211@api.example.com`.

    Whether they stand in each other's way is told where the dialects are known.
    """
    return tuple(map(_read_mount, _parts(text)))


def _read_mount(text: str) -> MountSetting:
    name, equals, rest = text.partition("=")
    dialect, at, place = rest.partition("@")
    if not (equals and at and dialect and place):
        raise Wrong("must be a list like acme=deeplynx@/d/acme,other=nexus211@api.example.com.")
    if _MOUNT_NAME.fullmatch(name) is None:
        raise Wrong("has a name that is none: up to 40 letters, numbers and hyphens, such as acme.")
    if name == "standard" or dialect == "standard":
        raise Wrong("cannot place the standard dialect: it is the root of the issuer.")
    if not place.startswith("/"):
        host, *also = (_authority(one.strip(), "") for one in place.split("+"))
        return MountSetting(name, dialect, host=host, also=tuple(also))
    if place != "/" and (_PREFIX.fullmatch(place) is None or {".", ".."} & set(place.split("/"))):
        raise Wrong(
            "has a prefix that is not a plain path (letters, numbers, -, _ and . between slashes, "
            "none at the end). Use /d/name."
        )
    return MountSetting(name, dialect, prefix=place.rstrip("/"))


def read_networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks."""
    try:
        return tuple(ip_network(part) for part in _parts(text))
    except ValueError:
        raise Wrong("must be a list of addresses or networks, such as 10.0.0.0/8,::1.") from None


def read_email(text: str) -> str:
    """An e-mail address."""
    local, _, host = text.strip().rpartition("@")
    if not local or "." not in host or " " in text.strip():
        raise Wrong("must be an e-mail address.")
    return text.strip()


def read_path(text: str) -> Path:
    """The whole path of a file."""
    path = Path(text)
    if not path.is_absolute():
        raise Wrong("must be a whole path, beginning with /.")
    return path


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """A reader of whole numbers in a range."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 12 and lowest <= int(text) <= highest):
            raise Wrong(f"must be a whole number from {lowest} to {highest}.")
        return int(text)

    return read


def seconds(lowest: float, highest: float) -> Callable[[str], float]:
    """A reader of seconds in a range."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not lowest <= value <= highest:
            raise Wrong(f"must be a number of seconds from {lowest:g} to {highest:g}.")
        return value

    return read


def share(text: str) -> float:
    """A part of the whole: 1 is all, 0.1 one of ten."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= 1:
        raise Wrong("must be a number above 0 and up to 1, such as 0.1 for one of ten.")
    return value


def one_of(*allowed: str) -> Callable[[str], str]:
    """A reader of one of these words."""

    def read(text: str) -> str:
        if text not in allowed:
            raise Wrong(f"must be one of {', '.join(allowed)}.")
        return text

    return read


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
