"""The first start makes what every installation has, once, however many processes start at once."""

from __future__ import annotations

import threading
from collections import Counter

from grantway.app import Ports, build
from grantway.core.model import Catalogue
from grantway.core.ports import Page
from grantway.features.registry.builtin import IDENTITY_SCOPES, MANAGEMENT_SCOPES
from grantway.storage import open_store
from grantway.system import SystemEntropy
from tests.kit.world import ManualClock, World, settings_of


def state(world: World) -> tuple[int, Catalogue, Counter[tuple[str, str]], Counter[str]]:
    with world.store.read() as tx:
        organizations = tx.platform.organizations(Page(limit=10))
        catalogue = tx.gate.catalogue()
        signing = Counter((key.mount, str(key.algorithm)) for key in tx.gate.signing_keys())
        symmetric = Counter(str(key.purpose) for key in tx.gate.secret_keys())
    return len(organizations), catalogue, signing, symmetric


def test_a_first_start_makes_the_platform_its_two_apis_and_the_keys(world: World) -> None:
    organizations, catalogue, signing, symmetric = state(world)
    assert organizations == 1
    assert {api.builtin: api.identifier for api in catalogue.apis.values()} == {
        "identity": world.issuer,
        "management": f"{world.issuer}/api/v1",
    }
    assert set(catalogue.scopes) == {scope.value for scope in (*IDENTITY_SCOPES, *MANAGEMENT_SCOPES)}
    assert set(signing) == {
        *(("standard", algorithm) for algorithm in ("ES256", "RS256", "PS256", "EdDSA")),
        ("deeplynx", "HS256"),
    }
    assert set(symmetric) == {"pepper", "refresh", "envelope", "link"}


def test_a_second_start_changes_nothing(world: World) -> None:
    before = state(world)
    world.product.prepare()
    assert state(world) == before


def test_processes_that_start_at_once_make_everything_once(store_url: str) -> None:
    together = threading.Barrier(3)
    failures: list[BaseException] = []

    def start() -> None:
        settings = settings_of(store_url)
        product = build(settings, Ports(open_store(store_url), ManualClock(), SystemEntropy(), NoPasswords()))
        try:
            together.wait(20)
            product.prepare()
        except BaseException as failure:  # noqa: BLE001 - the test reports it
            failures.append(failure)
        finally:
            product.close()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    world = World(settings_of(store_url))
    organizations, catalogue, signing, symmetric = state(world)
    world.close()
    assert organizations == 1
    assert len(catalogue.apis) == 2
    assert max(signing.values()) == 1
    assert max(symmetric.values()) == 1


def test_another_address_of_the_server_moves_its_own_apis(world: World) -> None:
    moved = World(settings_of(world.settings.database_url, issuer="https://elsewhere.example.test"))
    _, catalogue, _, _ = state(moved)
    moved.close()
    identifiers = {api.identifier for api in catalogue.apis.values()}
    assert identifiers == {"https://elsewhere.example.test", "https://elsewhere.example.test/api/v1"}


class NoPasswords:
    """Hashes nothing: the first start needs no password."""

    def hash(self, password: str) -> str:
        raise NotImplementedError

    def verify(self, phc: str | None, password: str) -> bool:
        raise NotImplementedError
