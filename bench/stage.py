"""What the scenarios need in the database: an organization, its people, and one application of each kind."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from grantway.app import build, open_ports
from grantway.core.model import Application
from grantway.settings import Settings, load
from grantway.storage import migrate
from tests.kit.factories import Factories, Person

SCOPE = "orders:read"
SIGN_IN_SCOPES = ("openid", "offline_access", SCOPE)


@dataclass(frozen=True, slots=True)
class Client:
    """An application that can authenticate."""

    application: Application
    secret: str

    @property
    def basic(self) -> str:
        """The value of its Authorization header."""
        pair = f"{self.application.client_id}:{self.secret}"
        return "Basic " + b64encode(pair.encode()).decode()


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that was made, and the settings of a server over it."""

    environment: dict[str, str]
    settings: Settings
    es256: Client
    rs256: Client
    opaque: Client
    web: Client
    """Signs people in, with every setting as it comes: ID tokens are signed with RS256."""
    web_es256: Client
    gateway: Client
    """Asks for decisions about calls of the API."""
    person: Person


def prepared(database_url: str, port: int) -> Stage:
    """Bring an empty database to what a server needs and fill it. All settings that may be left out are."""
    environment = {
        "GRANTWAY_ISSUER": f"http://localhost:{port}",
        "GRANTWAY_DATABASE_URL": database_url,
        "GRANTWAY_ROOT_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "GRANTWAY_PORT": str(port),
    }
    settings = load(environment)
    migrate(settings.database_url)
    product = build(settings, open_ports(settings))
    try:
        product.prepare()
        product.poll()
        make = Factories(product.services)
        organization = make.organization("Bench")
        guard = make.application(organization, "backend", scopes=())
        make.route(make.api(None, SCOPE, introspectors=frozenset({guard.id})), "/orders/{id}", SCOPE)

        def backend(**changes: str) -> Client:
            application = make.application(organization, "backend", scopes=(SCOPE,), settings=dict(changes))
            return Client(application, make.secret(application))

        def web(**changes: str) -> Client:
            application = make.application(
                organization, "confidential", scopes=SIGN_IN_SCOPES, settings=dict(changes)
            )
            return Client(application, make.secret(application))

        return Stage(
            environment=environment,
            settings=settings,
            es256=backend(token_format="jwt", access_token_algorithm="ES256"),
            rs256=backend(token_format="jwt", access_token_algorithm="RS256"),
            opaque=backend(token_format="opaque"),
            web=web(),
            web_es256=web(id_token_algorithm="ES256"),
            gateway=Client(guard, make.secret(guard)),
            person=make.person(organization),
        )
    finally:
        product.close()
