"""A whole server in this process: a real store, a clock that moves when told, and everything else real."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import falcon.testing
import httpx

from grantway.app import Ports, Product, build
from grantway.app.faces import WebApp
from grantway.core.foreign_secrets import ForeignHashes
from grantway.core.identifiers import to_text
from grantway.core.model import SECOND, Algorithm, Application, Id, Instant, Organization
from grantway.core.outgoing import Outside
from grantway.core.ports import Passwords
from grantway.edges.dialects.standard import paths
from grantway.features.keys.opening import Jwk, generate_jwk
from grantway.features.upkeep.key_rotation import new_signing_key
from grantway.settings import Settings, load
from grantway.storage import open_store
from grantway.system import Argon2Passwords, SystemEntropy
from grantway.system.foreign_hashes import SystemForeignHashes
from grantway.system.hashing_pool import HashingPool
from tests.kit.browser import Browser
from tests.kit.factories import Factories, Person

ISSUER = "https://id.example.test"
MOUNTS = ",".join(f"{name}={name}@/d/{name}" for name in ("nexus211", "deeplynx", "nitro", "nexusguard"))
START: Instant = 1_795_255_200 * SECOND
"""2026-11-21 10:00:00 UTC."""
VERIFIER = "a-verifier-of-the-tests-0123456789-0123456789-abc"


class ManualClock:
    """Both clocks of the server. They stand still until they are told to move."""

    def __init__(self, start: Instant = START) -> None:
        self._now = start
        self._monotonic = 1_000.0

    def now(self) -> Instant:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move on. What a process remembers runs out by this, unless it polls afterwards."""
        self._now += round(seconds * SECOND)
        self._monotonic += seconds


def settings_of(store_url: str, **changes: str) -> Settings:
    """Settings of a server in tests; keywords are settings as a person would write them."""
    environ = {
        "GRANTWAY_ISSUER": ISSUER,
        "GRANTWAY_DATABASE_URL": store_url,
        "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "GRANTWAY_MOUNTS": MOUNTS,
        "GRANTWAY_PASSWORD_MEMORY": "64",
        "GRANTWAY_PASSWORD_TIME": "1",
        "GRANTWAY_STATEMENT_TIMEOUT": "20",
        "GRANTWAY_POOL_TIMEOUT": "10",
    }
    environ.update({f"GRANTWAY_{name.upper()}": text for name, text in changes.items()})
    return load(environ)


@dataclass(frozen=True)
class SignedIn:
    """What a code flow ended in."""

    code: str
    parameters: dict[str, str]
    tokens: dict[str, Any]

    @property
    def access_token(self) -> str:
        return str(self.tokens["access_token"])

    @property
    def refresh_token(self) -> str:
        return str(self.tokens["refresh_token"])


class World:
    """One process of the server. `client` speaks HTTP to it, `make` puts records into its store."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: ManualClock | None = None,
        passwords: Passwords | None = None,
        outside: Outside | None = None,
        foreign: ForeignHashes | None = None,
    ) -> None:
        """Start with an empty database or one of a server before.

        `passwords` and `foreign` are for tests that count hashes, `outside` for those that watch what is sent.
        """
        self.settings = settings
        self.issuer = settings.issuer
        self.clock = clock or ManualClock()
        self.entropy = SystemEntropy()
        self.passwords = passwords or Argon2Passwords(
            memory=settings.password_memory, iterations=settings.password_time
        )
        self.store = open_store(
            settings.database_url,
            pool_size=8,
            statement_timeout=settings.statement_timeout,
            pool_timeout=settings.pool_timeout,
        )
        self.outside = outside or Outside()
        self.foreign = foreign or SystemForeignHashes(HashingPool())
        ports = Ports(self.store, self.clock, self.entropy, self.passwords, self.outside, self.foreign)
        self.product: Product = build(settings, ports)
        self.services = self.product.services
        self._lend_keys()
        self.product.prepare()
        self.product.poll()
        self.make = Factories(self.services)

    @cached_property
    def app(self) -> WebApp:
        """The WSGI application."""
        return self.product.app

    @cached_property
    def client(self) -> falcon.testing.TestClient:
        """Speaks HTTP to the server."""
        return falcon.testing.TestClient(self.app, headers={"Host": urlsplit(self.issuer).netloc})

    def beside(self) -> World:
        """Another process of the same server: the same database and clock, a memory of its own."""
        return World(
            self.settings,
            clock=self.clock,
            passwords=self.passwords,
            outside=self.outside,
            foreign=self.foreign,
        )

    def advance(self, seconds: float) -> None:
        """Let time pass, and poll the change feed as a process does all the time."""
        self.clock.advance(seconds)
        self.product.poll()

    def browser(self, *, address: str = "127.0.0.1") -> Browser:
        """A fresh browser of somebody at this address."""
        transport = httpx.WSGITransport(app=self.app, raise_app_exceptions=True, remote_addr=address)
        return Browser(self.issuer, transport)

    def token(self, application: Application, secret: str | None, **form: str) -> falcon.testing.Result:
        """Ask the token endpoint, with HTTP Basic where there is a secret."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if secret is None:
            form = {"client_id": application.client_id, **form}
        else:
            pair = f"{application.client_id}:{secret}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        return self.client.simulate_post(paths.TOKEN, body=urlencode(form), headers=headers)

    def application_of(self, client_id: str) -> Application:
        """The stored application of a client id."""
        with self.store.read() as tx:
            found = tx.gate.application_by_client_id(client_id)
        assert found is not None
        return found

    def machine_token(self, application: Application, secret: str, **form: str) -> str:
        """An access token by client credentials."""
        result = self.token(application, secret, grant_type="client_credentials", **form)
        assert result.status_code == 200, result.text
        return str(result.json["access_token"])

    def authorize(
        self,
        application: Application,
        person: Person,
        *,
        secret: str | None = None,
        organization: Organization | None = None,
        browser: Browser | None = None,
        **parameters: str,
    ) -> SignedIn:
        """Run a whole code flow with PKCE: sign in, choose, consent, exchange.

        `organization` is chosen where there is a choice; `parameters` are added to the request or
        replace what it has (`scope`, `prompt`, `nonce`, ..).
        """
        redirect_uri = application.redirects[0].uri
        query = authorization_request(application, redirect_uri=redirect_uri) | parameters
        seen = (browser or self.browser()).authorize(
            paths.AUTHORIZE + "?" + urlencode(query),
            email=person.email,
            password=person.password,
            organization=to_text(organization.id) if organization else None,
        )
        answer = {name: values[0] for name, values in parse_qs(urlsplit(seen).query).items()}
        assert "code" in answer, answer
        result = self.token(
            application,
            secret,
            grant_type="authorization_code",
            code=answer["code"],
            redirect_uri=redirect_uri,
            code_verifier=VERIFIER,
        )
        assert result.status_code == 200, result.text
        return SignedIn(answer["code"], answer, result.json)

    def bearer(self, token: str, path: str = paths.USERINFO) -> falcon.testing.Result:
        """Call something of ours with a token."""
        return self.client.simulate_get(path, headers={"Authorization": f"Bearer {token}"})

    def memory_client(self) -> falcon.testing.TestClient:
        """Speaks to what answers on the event loop, whose store refuses every use of the database."""

        def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            sent = self.product.inline(environ)
            assert sent is not None, "The address is not one that memory answers."
            status, headers, body = sent
            start_response(f"{status} ", headers)
            return [body]

        return falcon.testing.TestClient(application)

    def close(self) -> None:
        """Close the store."""
        self.product.close()

    def _lend_keys(self) -> None:
        """Give an empty database the RSA keys of this run: to search for new ones takes longer than most tests."""
        with self.store.begin() as tx:
            if tx.gate.signing_keys():
                return
            now = self.clock.now()
            for mount, algorithm in self.product.bootstrap.rings:
                jwk = rsa_keys(mount).get(algorithm)
                if jwk is not None:
                    key = new_signing_key(mount, algorithm, jwk, services=self.services, use_from=now)
                    tx.platform.insert_signing_key(key)


@cache
def rsa_keys(mount: str) -> dict[Algorithm, Jwk]:
    """One key for each algorithm of RSA that a mount signs with, made once in each process of the run."""
    algorithms: tuple[Algorithm, ...] = ("RS256", "PS256") if mount == "standard" else ("RS256",)
    return {algorithm: generate_jwk(algorithm, SystemEntropy()) for algorithm in algorithms}


def authorization_request(application: Application, **parameters: str) -> dict[str, str]:
    """The parameters of a plain authorization request with PKCE."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    return {
        "response_type": "code",
        "client_id": application.client_id,
        "state": "the-state-of-the-tests",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **parameters,
    }


def text_of(identifier: Id) -> str:
    """How an id is written on the wire."""
    return to_text(identifier)
