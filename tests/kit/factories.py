"""Records for tests, put into the store through its doors, with everything not named left sensible."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from grantway.core.access_keys import USUAL_LIFE, AccessKey
from grantway.core.foreign_secrets import read_secret
from grantway.core.installing import seal_purpose
from grantway.core.inviting import Invitation
from grantway.core.model import (
    SECOND,
    Api,
    ApiRoute,
    Application,
    ApplicationSettings,
    ApplicationType,
    Credential,
    Id,
    Installation,
    Instant,
    Membership,
    Organization,
    Redirect,
    RequestLimit,
    Role,
    Scope,
    ServiceAccount,
    User,
    UserConsent,
    Voucher,
)
from grantway.core.mount_settings import OF_MOUNTS
from grantway.core.notices import AskedAddress
from grantway.core.ports import Page, Tx
from grantway.core.reviewing import PendingVersion
from grantway.core.secrets import ACCESS_KEY_PREFIX, CLIENT_SECRET_PREFIX, Secret, encode
from grantway.core.vouching import snapshot
from grantway.edges.dialects import ALL as DIALECTS
from grantway.features.access.permissions import BY_SCOPE, OF_THE_PLATFORM
from grantway.features.accounts.addresses import INVITATION_LIFETIME
from grantway.features.registry.minting import SecretDraft, Whose, import_secret
from grantway.features.services import Services
from tests.kit.changes import PASSWORD, Person
from tests.kit.hooks import Hooks

__all__ = ["CALLBACK", "PASSWORD", "Factories", "Person"]

CALLBACK = "https://app.example.test/callback"
_GRANT_TYPES: dict[ApplicationType, frozenset[str]] = {
    "confidential": frozenset({"authorization_code", "refresh_token", "client_credentials"}),
    "public": frozenset({"authorization_code", "refresh_token"}),
    "backend": frozenset({"client_credentials"}),
}


def settings_at(before: ApplicationSettings, dialect: str, changes: dict[str, Any]) -> ApplicationSettings:
    """The settings with other values: those that differ by mount, at the mount of a dialect."""
    if dialect not in before.dialects:
        return before.having(**changes)
    there = {name: changes[name] for name in OF_MOUNTS if name in changes}
    dialects = {**before.dialects, dialect: replace(before.dialects[dialect], **there)}
    rest = {name: value for name, value in changes.items() if name not in there}
    return replace(before, **{"dialects": dialects, **rest})


class Factories(Hooks):
    """Makes records. Each method is one transaction and returns what was stored."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._numbers = count(1)

    @property
    def platform(self) -> Organization:
        """The organization that runs the server."""
        with self._services.store.read() as tx:
            platform = tx.platform.platform_organization()
        assert platform is not None
        return platform

    def organization(self, name: str | None = None, **changes: Any) -> Organization:
        """A tenant whose gate is of no concern, unless it is given."""
        number = next(self._numbers)
        organization = Organization(
            id=self._id(),
            kind="tenant",
            name=name or f"Organization {number}",
            slug=f"organization-{number}",
            state="enabled",
            epoch=1,
            version=1,
            created_at=self._now(),
            gate="any",
        )
        organization = replace(organization, **changes)
        with self._services.store.begin() as tx:
            tx.platform.insert_organization(organization)
        return organization

    def person(
        self,
        *organizations: Organization,
        role: Role = "member",
        email: str | None = None,
        name: str = "Mara Lindt",
        password: str = PASSWORD,
        **changes: Any,
    ) -> Person:
        """A user with a verified address and a password, who is a member of these organizations."""
        number = next(self._numbers)
        now = self._now()
        user = User(
            id=self._id(),
            state="enabled",
            epoch=1,
            version=1,
            name=name,
            email=email or f"person-{number}@people.example.test",
            updated_at=now,
            created_at=now,
        )
        user = replace(user, **changes)
        phc = self._services.passwords.hash(password)
        with self._services.store.begin() as tx:
            assert tx.platform.insert_user(user)
            assert tx.gate.verify_email(user.id, user.email, now=now)
            tx.gate.set_password(user.id, phc, now=now)
            for organization in organizations:
                self._join(tx, user.id, organization.id, role)
            stored = tx.gate.user(user.id)
        assert stored is not None
        return Person(stored, password)

    def operator(self, *, role: Role = "owner", **changes: Any) -> Person:
        """A member of the platform organization."""
        return self.person(self.platform, role=role, **changes)

    def membership(self, person: Person, organization: Organization, role: Role = "member") -> Membership:
        """One more organization for somebody."""
        with self._services.store.begin() as tx:
            return self._join(tx, person.id, organization.id, role)

    def invitation(self, organization: Organization, email: str, **changes: Any) -> Invitation:
        """An organization asks the person of an address to become a member. No letter goes out."""
        invitation = Invitation(
            id=self._id(),
            organization_id=organization.id,
            email=email,
            role="member",
            expires_at=self._now() + INVITATION_LIFETIME,
            created_at=self._now(),
        )
        invitation = replace(invitation, **changes)
        with self._services.store.begin() as tx:
            assert tx.organization(organization.id).insert_invitation(invitation, now=self._now())
        return invitation

    def api(
        self,
        organization: Organization | None = None,
        *scopes: str,
        identifier: str | None = None,
        **changes: Any,
    ) -> Api:
        """An API of the platform, or of an organization, with plain scopes for anybody."""
        owner = organization or self.platform
        number = next(self._numbers)
        api = Api(
            id=self._id(),
            organization_id=owner.id,
            identifier=identifier or f"https://api-{number}.example.test",
            name=f"API {number}",
            state="enabled",
            version=1,
            created_at=self._now(),
        )
        api = replace(api, **changes)
        with self._services.store.begin() as tx:
            tx.organization(owner.id).insert_api(api)
            for value in scopes:
                tx.organization(owner.id).insert_scope(self._scope(api, value))
        return api

    def scope(self, api: Api, value: str, **changes: Any) -> Scope:
        """A scope of an API: `legs`, `risk`, `text` and so on can be given."""
        scope = replace(self._scope(api, value), **changes)
        with self._services.store.begin() as tx:
            tx.organization(api.organization_id).insert_scope(scope)
        return scope

    def route(self, api: Api, pattern: str, *scopes: str, method: str = "GET") -> ApiRoute:
        """A route of an API, which needs these scopes."""
        route = ApiRoute(self._id(), api.id, method, pattern, frozenset(scopes))
        with self._services.store.begin() as tx:
            tx.organization(api.organization_id).insert_route(route)
        return route

    def limit(
        self,
        api: Api,
        per_minute: int,
        application: Application | None = None,
        organization: Organization | None = None,
    ) -> RequestLimit:
        """A limit of an API, for everybody or for whom it names."""
        limit = RequestLimit(
            self._id(),
            api.id,
            per_minute,
            application.id if application else None,
            organization.id if organization else None,
        )
        with self._services.store.begin() as tx:
            tx.organization(api.organization_id).insert_limit(limit)
        return limit

    def application(
        self,
        organization: Organization,
        type: ApplicationType = "confidential",  # noqa: A002 - the field's own name
        *,
        scopes: tuple[str, ...] = ("openid", "profile", "email"),
        dialect: str = "standard",
        settings: dict[str, Any] | None = None,
        redirects: tuple[str, ...] = (CALLBACK,),
        **changes: Any,
    ) -> Application:
        """An application of an organization, made as its dialect's preset makes one.

        What `settings` say of what differs by mount holds at its dialect's own.
        """
        number = next(self._numbers)
        preset = next(one.preset for one in DIALECTS if one.name == dialect)
        given: dict[str, Any] = {} if dialect != "standard" else {"grant_types": _GRANT_TYPES[type]}
        policy = settings_at(preset.settings, dialect, {**given, **(settings or {})})
        application = Application(
            id=self._id(),
            organization_id=organization.id,
            client_id=f"client-{number}-{encode(self._services.entropy.token_bytes(6))}",
            type=type,
            name=f"Application {number}",
            state="enabled",
            epoch=1,
            version=1,
            settings=policy,
            preset=preset.name,
            dialects=frozenset({dialect}),
            redirects=()
            if type == "backend"
            else tuple(Redirect(uri, preset.redirect_match) for uri in redirects),
            scopes=frozenset(scopes),
            notification_addresses=("makers@example.test",),
            created_at=self._now(),
            updated_at=self._now(),
        )
        application = replace(application, **changes)
        with self._services.store.begin() as tx:
            tx.organization(organization.id).insert_application(application)
        for address in application.notification_addresses:
            self.agreement(organization, address)
        return application

    def agreement(self, organization: Organization, address: str) -> None:
        """An address that agreed to get letters about the applications of an organization."""
        asked = AskedAddress(self._id(), organization.id, address, self._now())
        with self._services.store.begin() as tx:
            if tx.platform.ask_address(asked, most_waiting=10_000, most=10_000):
                assert tx.platform.confirm_address(asked.id, now=self._now())

    def asked(self, organization: Organization, address: str, *, before: int = 0) -> AskedAddress:
        """An address that was asked so many seconds before now, and has not answered."""
        asked = AskedAddress(self._id(), organization.id, address, self._now() - before * SECOND)
        with self._services.store.begin() as tx:
            assert tx.platform.ask_address(asked, most_waiting=10_000, most=10_000)
        return asked

    def pending(self, application: Application, **members: Any) -> PendingVersion:
        """What waits of an application, by the names of a draft."""
        now = self._now()
        pending = PendingVersion(application.id, members, now, now)
        with self._services.store.begin() as tx:
            tx.organization(application.organization_id).keep_pending_version(pending)
        return pending

    def imported_secret(self, application: Application, text: str) -> Credential:
        """A live secret that another server made: a hash where the text is one, else the secret itself."""
        with self._services.store.begin() as tx:
            return import_secret(
                self._services,
                tx.organization(application.organization_id),
                Whose(application, application.organization_id),
                SecretDraft("imported"),
                read_secret(text),
            )

    def secret(
        self,
        application: Application,
        organization: Organization | None = None,
        *,
        expires_at: Instant | None = None,
        created_by: Id | None = None,
        kept: bool = False,
    ) -> str:
        """A live secret of an application: the home secret, or the one of an installing organization.

        `kept`: with a sealed copy, whatever the application's policy says.
        """
        services = self._services
        secret = Secret(CLIENT_SECRET_PREFIX + encode(services.entropy.token_bytes(32)))
        pepper_id, digest = services.keyring.hash_secret(secret)
        organization_id = organization.id if organization else application.organization_id
        with services.store.begin() as tx:
            installation = None
            if organization_id != application.organization_id:
                installation = tx.gate.installation(application.id, organization_id)
                assert installation is not None, "install it first"
            identifier = self._id()
            sealed = None
            if kept:
                sealed = services.sealer.seal(seal_purpose(identifier), secret.reveal().encode())
            credential = Credential(
                id=identifier,
                application_id=application.id,
                organization_id=organization_id,
                digest=digest,
                pepper_id=pepper_id,
                hint=secret.reveal()[-4:],
                installation_id=installation.id if installation else None,
                created_at=self._now(),
                created_by=created_by,
                expires_at=expires_at,
                seal_key_id=services.sealer.key_id if kept else None,
            )
            tx.organization(application.organization_id).insert_credential(credential, sealed=sealed)
        return secret.reveal()

    def installation(
        self, application: Application, organization: Organization, **changes: Any
    ) -> Installation:
        """An organization lets an application of another one act for it, with all its scopes."""
        installation = Installation(
            id=self._id(),
            application_id=application.id,
            owner_organization_id=application.organization_id,
            organization_id=organization.id,
            state="active",
            scopes=application.scopes,
            epoch=1,
            version=1,
            members="allow",
            created_at=self._now(),
        )
        installation = replace(installation, **changes)
        with self._services.store.begin() as tx:
            tx.organization(organization.id).insert_installation(installation)
        return installation

    def voucher(
        self, application: Application, organization: Organization | None = None, **changes: Any
    ) -> Voucher:
        """Somebody answers for an application as it is: an organization, or the platform."""
        services, whose = self._services, organization.id if organization else None
        given = snapshot(application, voucher_id=self._id(), organization_id=whose)
        with services.store.begin() as tx:
            if whose is None:
                voucher = replace(given, created_at=self._now(), **changes)
                tx.platform.insert_platform_voucher(voucher)
                return voucher
            installation = tx.gate.installation(application.id, whose)
            lives_with = installation.id if installation is not None else None
            changes = {"installation_id": lives_with, "created_at": self._now(), **changes}
            voucher = replace(given, **changes)
            tx.organization(whose).insert_voucher(voucher)
        return voucher

    def consent(
        self, person: Person, application: Application, organization: Organization, **changes: Any
    ) -> UserConsent:
        """Somebody lets an application act for them in an organization, with all its scopes."""
        consent = UserConsent(
            person.id, application.id, organization.id, application.scopes, self._now(), id=self._id()
        )
        consent = replace(consent, **changes)
        with self._services.store.begin() as tx:
            tx.gate.save_consent(consent)
        return consent

    def service_account(
        self, organization: Organization, *applications: Application, role: Role = "developer", **changes: Any
    ) -> ServiceAccount:
        """A user that is no person, as whom these applications may act."""
        account = ServiceAccount(
            id=self._id(),
            organization_id=organization.id,
            name=f"Robot {next(self._numbers)}",
            role=role,
            state="enabled",
            epoch=1,
            version=1,
            applications=frozenset(application.id for application in applications),
            created_at=self._now(),
        )
        account = replace(account, **changes)
        with self._services.store.begin() as tx:
            tx.organization(organization.id).insert_service_account(account)
        return account

    def access_key(
        self,
        organization: Organization,
        person: Person | None = None,
        account: ServiceAccount | None = None,
        **changes: Any,
    ) -> tuple[AccessKey, str]:
        """A live access key of somebody here, with every power of their own, and its secret."""
        services, now = self._services, self._now()
        secret = Secret(ACCESS_KEY_PREFIX + encode(services.entropy.token_bytes(32)))
        pepper_id, digest = services.keyring.hash_secret(secret)
        key = AccessKey(
            id=self._id(),
            organization_id=organization.id,
            digest=digest,
            pepper_id=pepper_id,
            hint=secret.reveal()[-4:],
            state="enabled",
            epoch=1,
            version=1,
            expires_at=now + USUAL_LIFE,
            user_id=person.id if person is not None else None,
            service_account_id=account.id if account is not None else None,
            powers=frozenset(BY_SCOPE) - OF_THE_PLATFORM - {"access_keys:write"},
            created_at=now,
        )
        key = replace(key, **changes)
        with services.store.begin() as tx:
            tx.organization(organization.id).insert_access_key(key)
        return key, secret.reveal()

    def applications_of(self, organization: Organization) -> tuple[Application, ...]:
        """Everything an organization owns."""
        with self._services.store.read() as tx:
            return tx.organization(organization.id).applications(Page(limit=100))

    def _join(self, tx: Tx, user_id: Id, organization_id: Id, role: Role) -> Membership:
        membership = Membership(user_id, organization_id, role, "enabled", epoch=1, created_at=self._now())
        assert tx.organization(organization_id).insert_membership(membership)
        return membership

    def _scope(self, api: Api, value: str) -> Scope:
        return Scope(self._id(), api.id, value, "any", f"Use {value}", version=1)

    def _id(self) -> Id:
        return self._services.entropy.new_id()

    def _now(self) -> Instant:
        return self._services.clock.now()
