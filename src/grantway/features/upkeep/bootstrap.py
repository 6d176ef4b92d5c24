"""The first start: what every installation has before anybody registers anything.

The platform organization, the two APIs that are Grantway itself with their scopes, the application of its
own pages, and the keys. It runs at each start, adds what is missing, and changes nothing else; several
processes may start at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

from grantway.core.audit import THE_SERVER
from grantway.core.listing import OrganizationFilter
from grantway.core.model import Algorithm, Api, Id, Organization, Scope, SecretKey
from grantway.core.ports import Page, Tx
from grantway.features.audit import Act, AuditLog
from grantway.features.keys.opening import Jwk, generate_jwk
from grantway.features.memory.keyring import COMMON_RING
from grantway.features.registry.builtin import (
    IDENTITY_NAME,
    IDENTITY_SCOPES,
    MANAGEMENT_NAME,
    MANAGEMENT_PATH,
    MANAGEMENT_SCOPES,
    BuiltinScope,
)
from grantway.features.services import Services
from grantway.features.upkeep.key_rotation import lock, new_signing_key
from grantway.features.upkeep.reference_client import ReferenceClient

PLATFORM_NAME = "Platform"
PLATFORM_SLUG = "platform"
TOLD, GATES_MARK = "told", b"gates"
"""Under which artifact the migration to gates left its mark."""
_PAGE = 500

Purpose: TypeAlias = Literal["pepper", "refresh", "envelope", "link"]
Ring: TypeAlias = tuple[str, Algorithm]
"""A mount and an algorithm it signs with."""

COMMON_ALGORITHMS: tuple[Algorithm, ...] = ("ES256", "RS256", "PS256", "EdDSA")


@dataclass(frozen=True, slots=True)
class _Builtin:
    """An API that is Grantway itself."""

    kind: Literal["identity", "management"]
    name: str
    identifier: str
    scopes: tuple[BuiltinScope, ...]


class Bootstrap:
    """Brings an empty or older database to what this program needs."""

    def __init__(self, services: Services, *, of_mounts: tuple[Ring, ...] = ()) -> None:
        """`of_mounts` are the rings of mounts that sign with keys of their own."""
        self._services = services
        self._log = AuditLog(services)
        self._reference = ReferenceClient(services)
        common: list[Ring] = [(COMMON_RING, algorithm) for algorithm in COMMON_ALGORITHMS]
        self.rings: tuple[Ring, ...] = (*common, *of_mounts)
        issuer = services.issuer
        self._builtins = (
            _Builtin("identity", IDENTITY_NAME, issuer, IDENTITY_SCOPES),
            _Builtin("management", MANAGEMENT_NAME, issuer + MANAGEMENT_PATH, MANAGEMENT_SCOPES),
        )

    def run(self) -> None:
        """Add what is missing, and tell what a migration left to be told."""
        self._complete()
        self._tell_gates()

    def _complete(self) -> None:
        """Keys are made before the transaction, because some take their time."""
        with self._services.store.read() as tx:
            is_complete = self._is_complete(tx)
            rings = self._missing_rings(tx)
        if is_complete:
            return
        fresh = self._generate(rings)
        with self._services.store.begin() as tx:
            lock(tx, "bootstrap", now=self._services.clock.now())
            platform = self._platform(tx)
            self._add_apis(tx, platform)
            self._reference.keep(tx, platform.id)
            self._add_secret_keys(tx)
            self._add_signing_keys(tx, fresh)

    def _tell_gates(self) -> None:
        """Once in the life of a server: which organizations let in anything, as before there were gates.

        The migration left a mark; of all processes that start, the one that spends it tells them.
        """
        now = self._services.clock.now()
        with self._services.store.read() as tx:
            if tx.gate.artifact(TOLD, GATES_MARK, now=now) is None:
                return
        with self._services.store.begin() as tx:
            if tx.gate.spend_artifact(TOLD, GATES_MARK, now=now) is None:
                return
            page, only = Page(limit=_PAGE), OrganizationFilter(gate="any")
            while found := tx.platform.organizations(page, only):
                for one in found:
                    kept = Act("organization.keep_gate", one.id, one.id, after={"gate": one.gate})
                    self._log.record(tx, THE_SERVER, kept)
                page = Page(_PAGE, found[-1].id)
            self._log.record(tx, THE_SERVER, Act("policy.keep_gates", "policy"))

    def _is_complete(self, tx: Tx) -> bool:
        if tx.platform.platform_organization() is None or self._missing_rings(tx):
            return False
        if self._missing_purposes(tx) or not self._reference.is_kept(tx):
            return False
        catalogue = tx.gate.catalogue()
        apis = {api.builtin: api for api in catalogue.apis.values()}
        for builtin in self._builtins:
            api = apis.get(builtin.kind)
            if api is None or api.identifier != builtin.identifier:
                return False
            if any(scope.value not in catalogue.scopes for scope in builtin.scopes):
                return False
        return True

    def _platform(self, tx: Tx) -> Organization:
        found = tx.platform.platform_organization()
        if found is not None:
            return found
        platform = Organization(
            id=self._services.entropy.new_id(),
            kind="platform",
            name=PLATFORM_NAME,
            slug=PLATFORM_SLUG,
            state="enabled",
            epoch=1,
            version=1,
            created_at=self._services.clock.now(),
            gate=tx.gate.platform_policy().gates.default,
        )
        tx.platform.insert_organization(platform)
        return platform

    def _add_apis(self, tx: Tx, platform: Organization) -> None:
        catalogue = tx.gate.catalogue()
        apis = {api.builtin: api for api in catalogue.apis.values()}
        door = tx.organization(platform.id)
        for builtin in self._builtins:
            api = apis.get(builtin.kind)
            if api is None:
                api = self._api(builtin, platform.id)
                door.insert_api(api)
            elif api.identifier != builtin.identifier:
                # The server was given another public address; tokens and resources are named by it.
                door.update_api(replace(api, identifier=builtin.identifier), version=api.version)
            for scope in builtin.scopes:
                if scope.value not in catalogue.scopes:
                    door.insert_scope(self._scope(scope, api.id))

    def _add_secret_keys(self, tx: Tx) -> None:
        services = self._services
        for purpose in self._missing_purposes(tx):
            sealed = services.sealer.seal(purpose, services.entropy.token_bytes(32))
            now = services.clock.now()
            tx.platform.insert_secret_key(SecretKey(services.entropy.new_id(), purpose, sealed, now))

    def _add_signing_keys(self, tx: Tx, fresh: Mapping[Ring, Jwk]) -> None:
        now = self._services.clock.now()
        for ring in self._missing_rings(tx):
            jwk = fresh.get(ring)
            if jwk is not None:
                key = new_signing_key(*ring, jwk, services=self._services, use_from=now)
                tx.platform.insert_signing_key(key)

    def _missing_purposes(self, tx: Tx) -> tuple[Purpose, ...]:
        present = {key.purpose for key in tx.gate.secret_keys()}
        return tuple(purpose for purpose in get_args(Purpose) if purpose not in present)

    def _missing_rings(self, tx: Tx) -> tuple[Ring, ...]:
        present = {(key.mount, key.algorithm) for key in tx.gate.signing_keys() if key.withdrawn_at is None}
        return tuple(ring for ring in self.rings if ring not in present)

    def _generate(self, rings: tuple[Ring, ...]) -> dict[Ring, Jwk]:
        """A fresh key for each ring. RSA keys are searched for at the same time."""
        entropy = self._services.entropy
        with ThreadPoolExecutor(max_workers=2) as pool:
            slow = {ring: pool.submit(generate_jwk, ring[1], entropy) for ring in rings if ring[1][0] in "RP"}
            fresh = {ring: generate_jwk(ring[1], entropy) for ring in rings if ring not in slow}
            return fresh | {ring: future.result() for ring, future in slow.items()}

    def _api(self, builtin: _Builtin, organization_id: Id) -> Api:
        return Api(
            id=self._services.entropy.new_id(),
            organization_id=organization_id,
            identifier=builtin.identifier,
            name=builtin.name,
            state="enabled",
            version=1,
            builtin=builtin.kind,
            created_at=self._services.clock.now(),
        )

    def _scope(self, scope: BuiltinScope, api_id: Id) -> Scope:
        return Scope(
            id=self._services.entropy.new_id(),
            api_id=api_id,
            value=scope.value,
            legs=scope.legs,
            text=scope.text,
            version=1,
            detail=scope.detail,
            risk=scope.risk,
        )
