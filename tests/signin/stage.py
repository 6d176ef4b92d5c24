"""A store with people and an application in it, the features of signing in, and their pages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import falcon

from grantway.core.messages import AuthorizeRequest, AuthorizeRules, Origin
from grantway.core.model import (
    Api,
    Application,
    ApplicationSettings,
    Id,
    Instant,
    Membership,
    Organization,
    Redirect,
    Role,
    Scope,
    SecretKey,
    State,
    User,
)
from grantway.core.secrets import Secret
from grantway.edges.signin import HomeLinks, SignInFeatures, mount_signin
from grantway.edges.web import failures
from grantway.edges.web.cookies import Cookies
from grantway.edges.web.csrf import Csrf
from grantway.edges.web.headers import SecurityHeaders
from grantway.edges.web.observing import RequestIds
from grantway.edges.web.pages import Pages
from grantway.edges.web.requests import Mount, Proxies, Server
from grantway.features.accounts.activation import Activation
from grantway.features.accounts.addresses import Addresses
from grantway.features.accounts.consents import Consents
from grantway.features.accounts.joining import Joining
from grantway.features.accounts.login import Login, SignedIn
from grantway.features.accounts.own_profile import OwnProfile
from grantway.features.accounts.passwords import PasswordChange, PasswordRules
from grantway.features.accounts.profile import Profiles
from grantway.features.accounts.sessions import Sessions
from grantway.features.accounts.throttling import Source
from grantway.features.accounts.users import Users
from grantway.features.authorize.devices import DeviceRequests
from grantway.features.authorize.flow import AuthorizeFlow
from grantway.features.authorize.views import Interact
from grantway.features.client_auth import ClientAuthentication
from grantway.features.keys.sealing import Sealer
from grantway.features.memory.directory import Directory
from grantway.features.memory.following import Memory
from grantway.features.memory.keyring import Keyring
from grantway.features.notices.confirming import Confirming
from grantway.features.services import Services
from grantway.storage import open_store
from grantway.system import Argon2Passwords, SystemEntropy
from grantway.system.foreign_hashes import SystemForeignHashes
from grantway.system.hashing_pool import HashingPool

ISSUER = "https://gate.example"
START: Instant = 1_790_000_000_000_000
PASSWORD = "tangerine-lamp-otter"
HOME = Source("198.51.100.7")
PAGES = Pages()
RULES = PasswordRules()


@dataclass
class HandClock:
    """A clock that moves when it is told."""

    instant: Instant = START
    seconds: float = 1_000.0

    def now(self) -> Instant:
        return self.instant

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, by: Instant) -> None:
        self.instant += by
        self.seconds += by / 1_000_000


@dataclass
class Stage:
    """Everything that these tests act on. Facts are read from the database each time: nothing polls."""

    url: str
    issuer: str = ISSUER
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        entropy = SystemEntropy()
        self.store = open_store(self.url)
        sealer = Sealer((bytes(32),), entropy)
        directory = Directory(Memory(), self.store, self.clock, sealer)
        self.services = Services(
            store=self.store,
            directory=directory,
            clock=self.clock,
            entropy=entropy,
            passwords=Argon2Passwords(memory=64, iterations=1, waiting=100, patience=30),
            foreign=SystemForeignHashes(HashingPool()),
            sealer=sealer,
            keyring=Keyring(directory, self.clock, entropy),
            issuer=self.issuer,
        )
        self.sessions = Sessions(self.services)
        self.login = Login(self.services, self.sessions)
        addresses = Addresses(self.services)
        self.activation = Activation(self.services, self.sessions, RULES, addresses=addresses)
        self.joining = Joining(self.services, self.sessions, RULES, addresses)
        self.change = PasswordChange(self.services, self.sessions, RULES)
        self.own_profile = OwnProfile(self.services, Users(self.services, self.activation))
        self.profiles = Profiles(self.services, self.sessions)
        self.consents = Consents(self.services)
        self.flow = AuthorizeFlow(self.services)
        self.platform = self._organization("Platform", kind_is_platform=True)
        with self.store.begin() as tx:
            for purpose in ("pepper", "refresh", "envelope", "link"):
                sealed = sealer.seal(purpose, entropy.token_bytes(32))
                tx.platform.insert_secret_key(SecretKey(entropy.new_id(), purpose, sealed, START))

    # People ----------------------------------------------------------------------------------------
    def organization(self, name: str) -> Organization:
        return self._organization(name)

    def person(
        self,
        email: str = "mara@northwind.example",
        name: str = "Mara Lindqvist",
        *,
        password: str | None = PASSWORD,
    ) -> User:
        user = User(self._id(), "enabled", 1, 1, name, email, updated_at=START, created_at=START)
        with self.store.begin() as tx:
            assert tx.platform.insert_user(user)
            assert tx.gate.verify_email(user.id, email, now=START)
        if password is not None:
            phc = self.services.passwords.hash(password)
            with self.store.begin() as tx:
                tx.gate.set_password(user.id, phc, now=START)
        return user

    def membership(self, user: User, organization: Organization, role: Role = "member") -> None:
        with self.store.begin() as tx:
            tx.organization(organization.id).insert_membership(
                Membership(user.id, organization.id, role, "enabled", 1, created_at=START)
            )

    def disable(self, user: User, *, revoke: bool = True) -> None:
        self._change(user, "disabled", epochs=int(revoke))

    def enable(self, user: User) -> None:
        self._change(user, "enabled", epochs=0)

    def _change(self, user: User, state: State, *, epochs: int) -> None:
        with self.store.begin() as tx:
            stored = tx.platform.user(user.id)
            assert stored is not None
            changed = replace(stored, state=state, epoch=stored.epoch + epochs)
            assert tx.platform.update_user(changed, version=stored.version) is not None

    def sign_in(
        self, email: str = "mara@northwind.example", password: str = PASSWORD, **how: object
    ) -> SignedIn:
        outcome = self.login.attempt(email, Secret(password), source=HOME, **how)  # type: ignore[arg-type]
        assert isinstance(outcome, SignedIn)
        return outcome

    # Applications ----------------------------------------------------------------------------------
    def application(self, owner: Organization, **changes: object) -> Application:
        """An application with an API of its own, which signs people in with PKCE."""
        api = Api(self._id(), owner.id, f"https://api.example/{self._id()}", "Orders API", "enabled", 1)
        values: dict[str, object] = {
            "id": self._id(),
            "organization_id": owner.id,
            "client_id": f"fieldnotes-{self._id()}",
            "type": "confidential",
            "name": "Fieldnotes",
            "state": "enabled",
            "epoch": 1,
            "version": 1,
            "settings": ApplicationSettings(),
            "base_url": "https://fieldnotes.example",
            "redirects": (Redirect("https://app.fieldnotes.example/callback"),),
            "created_at": START,
            **changes,
        }
        read, delete = f"orders{api.id}:read", f"orders{api.id}:delete"
        values.setdefault("scopes", frozenset({read, delete}))
        application = Application(**values)  # type: ignore[arg-type]
        with self.store.begin() as tx:
            door = tx.organization(owner.id)
            door.insert_api(api)
            door.insert_scope(Scope(self._id(), api.id, read, "any", "Read the orders", 1))
            door.insert_scope(
                Scope(
                    self._id(),
                    api.id,
                    delete,
                    "any",
                    "Delete orders",
                    1,
                    "They cannot be brought back.",
                    "high",
                )
            )
            door.insert_application(application)
        return application

    def begin(self, application: Application, **parameters: str) -> str:
        """The handle of a fresh request of the application, not bound to a browser yet."""
        values: dict[str, str] = {
            "state": "s-1",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGJSstw-cM",
            "code_challenge_method": "S256",
            **parameters,
        }
        request = AuthorizeRequest(
            Origin("standard", "standard", "198.51.100.7"),
            application.client_id,
            application.redirects[0].uri,
            "code",
            **values,  # type: ignore[arg-type]
        )
        begun = self.flow.begin(request, AuthorizeRules(), None)
        assert isinstance(begun, Interact)
        return begun.handle

    # Pages -----------------------------------------------------------------------------------------
    def app(self, **home: str) -> falcon.App[falcon.Request, falcon.Response]:
        server = Server(
            issuer=self.issuer,
            pages=PAGES,
            cookies=Cookies(self.issuer),
            headers=SecurityHeaders(self.issuer),
            entropy=self.services.entropy,
            request_ids=RequestIds(self.services.entropy),
            proxies=Proxies(),
        )
        root = Mount("standard", "standard", self.issuer)
        app = falcon.App()
        features = SignInFeatures(
            self.flow,
            DeviceRequests(self.services, ClientAuthentication(self.services)),
            self.login,
            self.sessions,
            self.activation,
            self.joining,
            self.change,
            self.own_profile,
            self.profiles,
            self.consents,
            Confirming(self.services),
        )
        csrf = Csrf(self.services.keyring.link_key, self.issuer)
        mount_signin(app, features, server=server, root=root, csrf=csrf, home=HomeLinks(**home))
        failures.install(app, server, root)
        return app

    def close(self) -> None:
        self.store.close()

    def _organization(self, name: str, *, kind_is_platform: bool = False) -> Organization:
        organization = Organization(
            self._id(),
            "platform" if kind_is_platform else "tenant",
            name,
            f"{name.lower().replace(' ', '-')}-{self._id()}",
            "enabled",
            1,
            1,
            created_at=START,
            gate="any",
        )
        with self.store.begin() as tx:
            tx.platform.insert_organization(organization)
        return organization

    def _id(self) -> Id:
        return self._entropy().new_id()

    @staticmethod
    def _entropy() -> SystemEntropy:
        return SystemEntropy()
