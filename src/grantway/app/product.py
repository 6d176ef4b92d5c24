"""The product: one application in two forms of the store, and what has to be done beside the requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial

from grantway import __version__
from grantway.app.faces import Operating, WebApp, application, inline_form, reserved_routes
from grantway.app.mounting import Placed, placed_mounts
from grantway.app.use_cases import UseCases, use_cases
from grantway.core.foreign_secrets import ForeignHashes
from grantway.core.outgoing import Outside
from grantway.core.ports import Clock, Entropy, Passwords, Store
from grantway.core.refusals import Turned
from grantway.edges.ops import Metrics
from grantway.edges.web.cookies import Cookies
from grantway.edges.web.direct import Direct
from grantway.edges.web.headers import SecurityHeaders
from grantway.edges.web.letters import Letters
from grantway.edges.web.observing import RequestIds
from grantway.edges.web.pages import Pages
from grantway.edges.web.requests import Proxies, Server
from grantway.features.accounts.operators import Operators
from grantway.features.keys.sealing import SealBroken, Sealer
from grantway.features.memory.directory import Directory
from grantway.features.memory.following import Follower, Memory
from grantway.features.memory.keyring import Keyring
from grantway.features.notices.outbox import Outbox
from grantway.features.services import Services
from grantway.features.turning import Turning
from grantway.features.upkeep.bootstrap import Bootstrap, Ring
from grantway.features.upkeep.housekeeping import Housekeeping
from grantway.features.upkeep.key_rotation import KeyRotation, RotationPolicy
from grantway.features.upkeep.readiness import Readiness
from grantway.settings import Settings
from grantway.storage.blocking import RefusingStore
from grantway.system.board import BOUNDS, Board
from grantway.system.foreign_hashes import SystemForeignHashes
from grantway.system.hashing_pool import HashingPool


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside: what tests replace by values of their own."""

    store: Store
    clock: Clock
    entropy: Entropy
    passwords: Passwords
    outside: Outside = field(default_factory=Outside)
    foreign: ForeignHashes = field(default_factory=lambda: SystemForeignHashes(HashingPool()))
    board: Callable[[], Board] = field(default_factory=lambda: cache(Board))
    """Where figures are shared, made for the first who asks."""
    traced: Callable[[UseCases], UseCases] = lambda features: features
    """Puts spans around features, where traces are wanted; else they are what they are."""


@dataclass(frozen=True, slots=True)
class Product:
    """A server that can be asked. `app` is all of it; `inline` is what may answer on the event loop.

    `app` is put together for the first who asks for it: a command of the terminal never does.
    """

    settings: Settings
    ports: Ports
    services: Services
    features: UseCases
    server: Server
    placed: tuple[Placed, ...]
    make_app: Callable[[], WebApp]
    inline: Direct
    follower: Follower
    rotation: KeyRotation
    housekeeping: Housekeeping
    outbox: Outbox
    operators: Operators
    bootstrap: Bootstrap
    reserved: frozenset[tuple[str, str]]

    @property
    def app(self) -> WebApp:
        """All faces of the server."""
        return self.make_app()

    def prepare(self) -> None:
        """Bring the database to what this program needs. Once per start; several may do it at once."""
        self.bootstrap.run()
        self.operators.claim()

    def poll(self) -> None:
        """Learn what other processes changed. Raises Unavailable; the memory then runs out.

        The keys are read with it and not first when somebody asks: they are what is told during an outage.
        """
        self.follower.poll()
        # Keys that cannot be opened are for `/ready` and `doctor` to tell.
        with suppress(SealBroken):
            self.services.directory.keys()

    def remember_uses(self) -> None:
        """Write what was used, refused and counted lately. Raises Unavailable, and then keeps it."""
        store, entropy = self.ports.store, self.ports.entropy
        self.services.uses.flush(store)
        self.services.refusals.flush(store, entropy)
        self.services.activity.flush(store, entropy)

    def share_counts(self) -> None:
        """Tell the others what limits were used up here, and learn what they used. Raises Unavailable."""
        self.services.requests.share(self.ports.store, now=self.services.clock.now())

    def is_reserved(self, method: str, path: str) -> bool:
        """Whether a request is answered without the database, and so must not wait behind it."""
        return (method, path) in self.reserved

    def close(self) -> None:
        """Close the connections of the store."""
        self.ports.store.close()


def build(settings: Settings, ports: Ports) -> Product:
    """Put a product together. Nothing is read from the database yet. Raises MountingError."""
    placed = placed_mounts(settings)
    memory = Memory()
    sealer = Sealer(settings.root_keys, ports.entropy)
    services = _services(settings, ports, memory, sealer, placed)
    at_once = _services(
        settings, _with_store(ports, RefusingStore()), memory, sealer, placed, on_event_loop=True
    )
    at_once = replace(
        at_once,
        uses=services.uses,
        requests=services.requests,
        refusals=services.refusals,
        activity=services.activity,
    )
    operators = Operators(services, settings.superuser_email)
    features = ports.traced(use_cases(services, placed, operators))
    forms = {one.dialect.name: one.dialect.notice for one in placed}
    outbox = Outbox(services, ports.outside, Letters(settings.issuer), forms)
    metrics = Metrics(__version__, ports.board, BOUNDS)
    server = _server(settings, ports, Turning(services).note)
    rotation = KeyRotation(services, _rotation_policy(settings))
    follower = Follower(memory, ports.store, ports.clock)
    operating = Operating(Readiness(services).checks, metrics, Proxies(settings.metrics))
    return Product(
        settings=settings,
        ports=ports,
        services=services,
        features=features,
        server=server,
        placed=placed,
        make_app=cache(partial(application, features, placed, server, operating)),
        inline=inline_form(ports.traced(use_cases(at_once, placed, operators)), placed, server),
        follower=follower,
        rotation=rotation,
        housekeeping=Housekeeping(services, rotation, features.api.life_cycle.purge_due, outbox.keep_house),
        outbox=outbox,
        operators=operators,
        bootstrap=Bootstrap(services, of_mounts=_rings(placed)),
        reserved=reserved_routes(placed),
    )


def _services(
    settings: Settings,
    ports: Ports,
    memory: Memory,
    sealer: Sealer,
    placed: tuple[Placed, ...],
    *,
    on_event_loop: bool = False,
) -> Services:
    directory, issuers = Directory(memory, ports.store, ports.clock, sealer), _issuers(placed)
    return Services(
        store=ports.store,
        directory=directory,
        clock=ports.clock,
        entropy=ports.entropy,
        passwords=ports.passwords,
        foreign=ports.foreign,
        sealer=sealer,
        keyring=Keyring(
            directory,
            ports.clock,
            ports.entropy,
            may_take_long=not on_event_loop,
            alone=frozenset(issuers),
        ),
        issuer=settings.issuer,
        issuers=issuers,
        dialects={one.mount.name: one.mount.dialect for one in placed},
        has_mail=ports.outside.mailer is not None,
        may_call_loopback=any(network.is_loopback for network in settings.outbound_networks),
    )


def _issuers(placed: tuple[Placed, ...]) -> Mapping[str, str]:
    return {one.mount.name: one.mount.issuer for one in placed if one.mount.issuer is not None}


def _with_store(ports: Ports, store: Store) -> Ports:
    return replace(ports, store=store)


def _server(settings: Settings, ports: Ports, refused: Callable[[Turned], None]) -> Server:
    return Server(
        issuer=settings.issuer,
        pages=Pages(),
        cookies=Cookies(settings.issuer),
        headers=SecurityHeaders(settings.issuer),
        entropy=ports.entropy,
        request_ids=RequestIds(ports.entropy),
        proxies=Proxies(settings.trusted_proxies),
        refused=refused,
    )


def _rings(placed: tuple[Placed, ...]) -> tuple[Ring, ...]:
    """The keys that mounts have for themselves: the one that checkers share, and those of their issuer."""
    found: list[Ring] = []
    for one in placed[1:]:
        if "bare_jwt" in one.dialect.token_formats:
            found.append((one.mount.name, "HS256"))
        if one.mount.issuer is not None:
            given = one.dialect.preset.settings.at(one.dialect.name)
            algorithms = {given.access_token_algorithm, given.id_token_algorithm} - {"HS256"}
            found.extend((one.mount.name, algorithm) for algorithm in sorted(algorithms))
    return tuple(found)


def _rotation_policy(settings: Settings) -> RotationPolicy:
    return RotationPolicy(settings.key_announcement, settings.key_overlap, settings.key_rotation_days)
