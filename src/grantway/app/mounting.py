"""Where each dialect is served: the standard one at the issuer's root, the others where the settings say.

What stands in each other's way is told here, all of it at once: the settings do not know the dialects, and
the router would let one of two routes win without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
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
            "account",
            "o",
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
_MOST_NAMED = 3


class MountingError(Exception):
    """Mounts of the settings cannot be served. Each of `problems` is a sentence that says what to do."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Placed:
    """A dialect at its place."""

    mount: Mount
    dialect: Dialect


def placed_mounts(settings: Settings) -> tuple[Placed, ...]:
    """The root first, then the mounts of the settings. Raises MountingError."""
    known = {dialect.name: dialect for dialect in ALL}
    root = Mount(ROOT, ROOT, settings.issuer, issuer=settings.issuer)
    problems = (*_unknown(settings.mounts, known), *_collisions(settings, known))
    if problems:
        raise MountingError(tuple(f"GRANTWAY_MOUNTS: {problem}" for problem in problems))
    return (
        Placed(root, known[ROOT]),
        *(_placed(setting, settings, known[setting.dialect]) for setting in settings.mounts),
    )


def _placed(setting: MountSetting, settings: Settings, dialect: Dialect) -> Placed:
    scheme = urlsplit(settings.issuer).scheme
    names = _hosts_of(setting, scheme)
    base_url = f"{scheme}://{names[0]}" if names else settings.issuer + (setting.prefix or "")
    mount = Mount(
        name=setting.name,
        dialect=dialect.name,
        base_url=base_url,
        prefix=setting.prefix or "",
        host=names[0] if names else None,
        issuer=base_url if dialect.publishes_metadata else None,
        also=names[1:],
    )
    return Placed(mount, dialect)


def _hosts_of(setting: MountSetting, scheme: str) -> tuple[str, ...]:
    """The names of its host in the spelling of browsers, the one of its public address first."""
    if setting.host is None:
        return ()
    return tuple(hosts.canonical(name, scheme) for name in (setting.host, *setting.also))


def _unknown(mounts: tuple[MountSetting, ...], known: dict[str, Dialect]) -> Iterator[str]:
    for one in mounts:
        if one.dialect not in known:
            names = ", ".join(sorted(known.keys() - {ROOT}))
            yield f"the mount {one.name} names a dialect that does not exist. There are: {names}."


def _collisions(settings: Settings, known: dict[str, Dialect]) -> Iterator[str]:
    issuer = urlsplit(settings.issuer)
    for place, one in enumerate(settings.mounts):
        names, before = _hosts_of(one, issuer.scheme), settings.mounts[:place]
        if issuer.netloc in names or one.prefix == "":
            yield _over_the_issuer(one, known)
        elif one.prefix is not None and one.prefix.split("/")[1] in OF_THE_ROOT:
            yield (
                f"the mount {one.name} lies over addresses of the server itself, which begin with "
                f"/{one.prefix.split('/')[1]}. Give it another prefix, such as /d/{one.name}."
            )
        if len(set(names)) < len(names):
            yield f"the mount {one.name} names a host twice. Name each host once."
        for other in before:
            yield from _between(other, one, issuer.scheme)


def _over_the_issuer(one: MountSetting, known: dict[str, Dialect]) -> str:
    """The issuer's root is the standard dialect's, whose addresses some of the others have, too."""
    dialect = known.get(one.dialect)
    paths = {wire.path for wire in dialect.routes} if dialect is not None else set()
    shared = sorted(paths & {wire.path for wire in known[ROOT].routes})[:_MOST_NAMED]
    example = f" ({' and '.join(shared)} of {one.dialect} would be two things)" if shared else ""
    return (
        f"the mount {one.name} would stand at the root of the issuer, where sign-in, the API and the "
        f"standard dialect are{example}. Give it a host of its own, or a prefix such as /d/{one.name}."
    )


def _between(first: MountSetting, second: MountSetting, scheme: str) -> Iterator[str]:
    """What two mounts have in common that only one can have."""
    if first.name == second.name:
        yield (
            f"two mounts are called {first.name}. Give each a name of its own; one dialect may be mounted "
            "twice, and one mount may have several hosts: a.example.com+b.example.com."
        )
    if set(_hosts_of(first, scheme)) & set(_hosts_of(second, scheme)):
        yield f"the mounts {first.name} and {second.name} have one host. Give each its own, or a prefix."
    if not first.prefix or not second.prefix:
        return
    above, below = sorted((f"{first.prefix}/", f"{second.prefix}/"), key=len)
    if above == below:
        yield f"the mounts {first.name} and {second.name} have one prefix. Give each a prefix of its own."
    elif below.startswith(above):
        yield (
            f"the prefixes of {first.name} and {second.name} lie one over the other. Let them part earlier, "
            f"such as /d/{first.name} and /d/{second.name}."
        )
