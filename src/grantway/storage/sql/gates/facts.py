"""Facts that are cached under the change feed, and the feed itself."""

from __future__ import annotations

from collections.abc import Iterable

from grantway.core.model import (
    Application,
    Catalogue,
    Change,
    Credential,
    FeedPage,
    Id,
    Installation,
    Instant,
    Membership,
    Organization,
    SecretKey,
    SigningKey,
    User,
)
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door, batched, named, sound
from grantway.storage.sql.statements.credentials import DIGESTS


class Facts(Door):
    """Records by their id or client_id."""

    def application_by_client_id(self, client_id: str) -> Application | None:
        """The application of a client_id."""
        row = self._unit.row("application_by_client_id", client_id_=sound(client_id))
        return None if row is None else rows.application(row)

    def application(self, application_id: Id) -> Application | None:
        """The application of an id."""
        row = self._unit.row("application", application_id_=application_id)
        return None if row is None else rows.application(row)

    def credential(self, application_id: Id, digests: Iterable[bytes]) -> Credential | None:
        """The unrevoked credential whose digest is among these; one statement for every four digests."""
        asked = list(digests)
        for start in range(0, len(asked), DIGESTS):
            some = asked[start : start + DIGESTS]
            some += some[:1] * (DIGESTS - len(some))
            values = {f"digest_{number}": digest for number, digest in enumerate(some)}
            row = self._unit.row("credential", application_id_=application_id, **values)
            if row is not None:
                return rows.credential(row)
        return None

    def credentials_of_digest(self, digests: Iterable[bytes]) -> tuple[Credential, ...]:
        """Credentials of any application with one of these digests, ended ones too."""
        calls = [("credentials_of_digest", {"digest": digest}) for digest in digests]
        found = self._unit.together(calls) if calls else []
        return tuple(rows.credential(row) for some in found for row in some)

    def imported_credentials(self, application_id: Id) -> tuple[Credential, ...]:
        """The unrevoked ones that another server made, the oldest first."""
        found = self._unit.rows("imported_credentials", application_id_=application_id)
        return tuple(map(rows.credential, found))

    def adopt_secret(self, credential: Credential, *, pepper_id: Id, digest: bytes) -> bool:
        """Put a hash of ours in place of the other server's; false if somebody did. One update."""
        adopted = self._unit.rows(
            "adopt_secret",
            application_id_=credential.application_id,
            credential_id=credential.id,
            former=credential.foreign_text,
            digest=digest,
            pepper_id=pepper_id,
        )
        if not adopted:
            return False
        self._feed.add(Change("application", credential.application_id))
        return True

    def foreign_stand_in(self) -> str | None:
        """Some hash of another server that nobody used yet; None where there is none."""
        row = self._unit.row("foreign_stand_in")
        return None if row is None else str(row[0])

    def credential_by_id(self, application_id: Id, credential_id: Id) -> Credential | None:
        """A credential of an application, whether revoked or not."""
        row = self._unit.row("credential_by_id", application_id_=application_id, credential_id=credential_id)
        return None if row is None else rows.credential(row)

    def organization_record(self, organization_id: Id) -> Organization | None:
        """The organization of an id."""
        row = self._unit.row("organization", organization_id_=organization_id)
        return None if row is None else rows.organization(row)

    def installation(self, application_id: Id, organization_id: Id) -> Installation | None:
        """The installation of an application in an organization, in whatever state."""
        row = self._unit.row("installation", application_id_=application_id, organization_id_=organization_id)
        return None if row is None else rows.installation(row)

    def user(self, user_id: Id) -> User | None:
        """The user of an id."""
        row = self._unit.row("user", user_id_=user_id)
        return None if row is None else rows.user(row)

    def users(self, user_ids: Iterable[Id]) -> dict[Id, User]:
        """The users of these ids, as far as there are any."""
        found = [
            rows.user(row)
            for some in batched(tuple(user_ids))
            for row in self._unit.rows("users_by_id", **named(some))
        ]
        return {one.id: one for one in found if one is not None}

    def membership(self, user_id: Id, organization_id: Id) -> Membership | None:
        """The membership of a user in an organization, in whatever state."""
        row = self._unit.row("membership", user_id_=user_id, organization_id_=organization_id)
        return None if row is None else rows.membership(row)

    def catalogue(self) -> Catalogue:
        """All APIs with scopes, routes and limits, and the platform's gates, in one round trip."""
        names = ("all_apis", "all_scopes", "all_routes", "all_limits", "platform_policy")
        apis, scopes, routes, limits, policy = self._unit.together([(name, {}) for name in names])
        return Catalogue(
            {api.id: api for api in map(rows.api, apis)},
            {scope.value: scope for scope in map(rows.scope, scopes)},
            tuple(map(rows.route, routes)),
            tuple(map(rows.request_limit, limits)),
            rows.platform_policy(policy[0]).gates,
        )

    def signing_keys(self) -> tuple[SigningKey, ...]:
        """The signing keys of all mounts, in the order of their use."""
        return tuple(map(rows.signing_key, self._unit.rows("signing_keys")))

    def secret_keys(self) -> tuple[SecretKey, ...]:
        """The secret keys, oldest first."""
        return tuple(map(rows.secret_key, self._unit.rows("secret_keys")))

    def feed_position(self) -> int:
        """The number of the last committed change."""
        row = self._unit.row("feed_position")
        return 0 if row is None else int(row[0])

    def changes_after(self, position: int) -> FeedPage:
        """Changes with a higher sequence number, in order (at most 10,000 at once)."""
        found = self._unit.rows("changes_after", position=position)
        if not found:
            return FeedPage(position)
        return FeedPage(found[-1][0], tuple(Change(kind, record_id) for _, kind, record_id in found))

    def is_known_origin(self, origin: str) -> bool:
        """Whether an enabled, unarchived application registered this CORS origin."""
        return self._unit.row("is_known_origin", origin_=sound(origin)) is not None

    def dead_grants(self, since: Instant) -> tuple[Id, ...]:
        """Grants revoked at or after `since`."""
        return tuple(grant_id for (grant_id,) in self._unit.rows("dead_grants", since=since))

    def credential_used(self, credential_id: Id, *, at: Instant, address: str) -> None:
        """Remember when a credential was last used and from where. Not a cached fact."""
        self._unit.queue(
            "credential_used",
            {"credential_id": credential_id, "last_used_at": at, "last_used_from": address},
        )

    def scope_used(self, installation_id: Id, scope: str, *, at: Instant) -> None:
        """Remember that a scope of an installation was of use. Not a cached fact."""
        self._unit.queue("scope_used", {"installation_id": installation_id, "scope": sound(scope), "at": at})
