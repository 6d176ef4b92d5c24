"""A dialect at a mount, over features that say what they are told to: what the wire looks like, alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_network
from typing import Any

import falcon
from falcon import testing

from grantway.core.concerns import UNKNOWN
from grantway.core.messages import Subject
from grantway.core.model import Application, ApplicationSettings, Id, Membership, Organization, Party, User
from grantway.edges.web import failures
from grantway.edges.web.cookies import Cookies
from grantway.edges.web.cors import Asker
from grantway.edges.web.dialect import Dialect, OperationTable
from grantway.edges.web.headers import SecurityHeaders
from grantway.edges.web.hosting import Hosts
from grantway.edges.web.mounts import mount
from grantway.edges.web.observing import RequestIds
from grantway.edges.web.pages import Pages
from grantway.edges.web.requests import Mount, Proxies, Server
from grantway.features.tokens.verify import VerifiedToken

ISSUER = "https://gate.example"
pages = cache(Pages)


class CountedEntropy:
    """Bytes that are different each time and the same in every run."""

    def __init__(self) -> None:
        self._drawn = 0

    def token_bytes(self, count: int) -> bytes:
        self._drawn += 1
        return self._drawn.to_bytes(2, "big") * (count // 2) + b"\x00" * (count % 2)

    def new_id(self) -> Id:
        self._drawn += 1
        return self._drawn


def a_server(issuer: str = ISSUER, *, proxies: tuple[str, ...] = ()) -> Server:
    return Server(
        issuer=issuer,
        pages=pages(),
        cookies=Cookies(issuer),
        headers=SecurityHeaders(issuer),
        entropy=CountedEntropy(),
        request_ids=RequestIds(CountedEntropy()),
        proxies=Proxies(tuple(ip_network(network) for network in proxies)),
    )


@dataclass
class Features:
    """Answers each operation with `outcome`, or raises it; remembers every message it was given."""

    outcome: Any = None
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Registered origins by client id."""
    seen: list[Any] = field(default_factory=list)

    def table(self) -> OperationTable:
        def say(*messages: Any) -> Any:
            self.seen.extend(messages)
            if isinstance(self.outcome, BaseException):
                raise self.outcome
            return self.outcome

        def allows(origin: str, asker: Asker) -> bool:
            if isinstance(asker, str):
                return origin in self.origins.get(asker, ())
            return any(origin in registered for registered in self.origins.values())

        return OperationTable(
            authorize=say,
            connect=say,
            session=lambda _: None,
            token=say,
            revoke=say,
            introspect=say,
            userinfo=say,
            metadata=say,
            keys=say,
            example_bearer=say,
            example_basic=say,
            installed=say,
            scope_used=lambda *_: None,
            decide=say,
            pair_secrets=say,
            tenant=say,
            management=say,
            end_token=say,
            user_token=say,
            end_tokens=say,
            allows_origin=allows,
            origin_refused=lambda *_: UNKNOWN,
            device=say,
            device_request=say,
            siblings=say,
            authorize_for=say,
        )


class Wired:
    """A dialect served at a mount. `place` is below the issuer unless it has a host."""

    def __init__(self, dialect: Dialect, *, host: str | None = None, server: Server | None = None) -> None:
        self.features = Features()
        self.server = server or a_server()
        prefix = "" if dialect.name == "standard" else f"/d/{dialect.name}"
        base_url = f"https://{host}" if host else self.server.issuer + prefix
        issuer = base_url if dialect.publishes_metadata else None
        self.mount = Mount(dialect.name, dialect.name, base_url, "" if host else prefix, host, issuer)
        middleware = [Hosts((self.mount,), self.server)] if host else []
        app = falcon.App(middleware=middleware)
        mount(app, self.mount, dialect, self.features.table(), self.server)
        failures.install(app, self.server, self.mount)
        self.client = testing.TestClient(app)

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: str | bytes = b"",
        query: str = "",
    ) -> testing.Result:
        return self.client.simulate_request(
            method, path, headers=dict(headers or {}), body=body, query_string=query
        )

    def post(self, path: str, form: str, *, query: str = "", **headers: str) -> testing.Result:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", path, headers={"content-type": FORM, **named}, body=form, query=query)

    @property
    def last(self) -> Any:
        return self.features.seen[-1]


FORM = "application/x-www-form-urlencoded"

NORTHWIND = Organization(7_000_001, "tenant", "Northwind", "northwind", "enabled", 1, 1)
MARA = User(8_000_001, "enabled", 1, 1, "Mara Lindqvist", "mara@northwind.example")
FIELDNOTES = Application(
    9_000_001,
    NORTHWIND.id,
    "fieldnotes",
    "confidential",
    "Fieldnotes",
    "enabled",
    1,
    1,
    ApplicationSettings(),
)


def a_token(*scopes: str, user: User | None = MARA, role: Any = "admin") -> VerifiedToken:
    membership = Membership(user.id, NORTHWIND.id, role, "enabled", 1) if user is not None else None
    return VerifiedToken(
        token_id=1,
        application=FIELDNOTES,
        party=Party(NORTHWIND, None, user, membership),
        subject=Subject("user", user.id) if user is not None else Subject("none"),
        scopes=frozenset(scopes),
        audience=("https://api.example",),
        issued_at=0,
        expires_at=1,
        grant_id=None,
    )
