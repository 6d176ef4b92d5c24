"""Where each dialect is served: the standard one at the issuer's root, the others where the settings say."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from grantway.core import hosts
from grantway.edges.dialects import ALL
from grantway.edges.web.dialect import Dialect
from grantway.edges.web.requests import Mount
from grantway.settings import MountSetting, Settings

ROOT = "standard"
OF_THE_ROOT = frozenset(
    {
        *(".well-known", "activate", "api", "applications", "health", "interaction", "metrics", "oauth"),
        *(
            "password",
            "playground",
            "profile",
            "ready",
            "reference",
            "sessions",
            "setup",
            "sign-in",
            "sign-out",
            "signed-out",
        ),
        *("confirm", "device", "invitations", "join", "static", "~hosts"),
    }
)
"""First segments of paths that are the server's own."""


class MountingError(Exception):
    """A mount of the settings cannot be served; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A dialect at its place."""

    mount: Mount
    dialect: Dialect


def placed_mounts(settings: Settings) -> tuple[Placed, ...]:
    """The root first, then the mounts of the settings. Raises MountingError."""
    known = {dialect.name: dialect for dialect in ALL}
    root = Mount(ROOT, ROOT, settings.issuer, issuer=settings.issuer)
    return (
        Placed(root, known[ROOT]),
        *(_placed(setting, settings, known) for setting in settings.mounts),
    )


def _placed(setting: MountSetting, settings: Settings, known: dict[str, Dialect]) -> Placed:
    dialect = known.get(setting.dialect)
    if dialect is None:
        names = ", ".join(sorted(known.keys() - {ROOT}))
        raise MountingError(
            f"The mount {setting.name} names a dialect that does not exist. There are: {names}."
        )
    host = setting.host
    if host is not None:
        scheme = urlsplit(settings.issuer).scheme
        host = hosts.canonical(host, scheme)
        base_url = f"{scheme}://{host}"
    else:
        base_url = settings.issuer + (setting.prefix or "")
    if setting.prefix is not None and setting.prefix.split("/")[1] in OF_THE_ROOT:
        raise MountingError(
            f"The mount {setting.name} lies over addresses of the server itself. Use /d/name."
        )
    issuer = base_url if dialect.publishes_metadata else None
    mount = Mount(setting.name, dialect.name, base_url, setting.prefix or "", host, issuer)
    return Placed(mount, dialect)
