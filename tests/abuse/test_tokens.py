"""Who may learn what of a token, and where a token works."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations

import pytest
from msgspec import structs

from grantway.core.messages import Origin, PresentedClient, RevokeRequest
from grantway.core.model import Change
from grantway.core.ports import Tx, Unavailable
from grantway.core.secrets import OPAQUE_PREFIX, Secret
from grantway.features.client_auth import ClientAuthentication
from grantway.features.tokens.envelope import Envelopes
from grantway.features.tokens.formats.jwt import Jwt
from grantway.features.tokens.revoke import Revocation
from grantway.features.tokens.verify import Verifier
from tests.abuse.story import Story, error, variants
from tests.features.tokens.samples import claims_of
from tests.kit.counts import count


def test_introspection_tells_the_owner_and_nobody_else(story: Story) -> None:
    """V074, V075: every token asked about by every client."""
    tokens = {"honest": story.machine(story.honest), "rival": story.machine(story.rival)}
    user = story.tokens(story.honest)
    tokens["user of honest"], tokens["refresh of honest"] = user["access_token"], user["refresh_token"]
    for owner, token in tokens.items():
        for name, client in (("honest", story.honest), ("rival", story.rival), ("foreign", story.foreign)):
            seen = story.introspect(client, token)
            assert seen["active"] is (name in owner.split()), (owner, name)
            assert seen["active"] or set(seen) == {"active"}


def test_a_public_client_introspects_nothing(story: Story) -> None:
    """V074, C050: the endpoint needs a secret."""
    token = story.tokens(story.public)["access_token"]
    assert error(story.post("/oauth/introspect", story.public, token=token)) == (401, "invalid_client")


@pytest.mark.parametrize("form", ["jwt", "opaque"])
def test_an_altered_token_is_dead(story: Story, form: str) -> None:
    """V069, V064, E30, C115: at userinfo and at introspection."""
    client = story.client(story.acme, settings={"token_format": form})
    token = story.tokens(client)["access_token"]
    for variant in variants(token, count(60, 20_000)):
        assert not story.is_alive(variant)
        assert story.introspect(client, variant)["active"] is False
    assert story.is_alive(token)


def test_each_kind_of_token_works_in_its_own_place_only(story: Story) -> None:
    """V068, C176: code, access, refresh and ID tokens in the place of each other."""
    tokens = story.tokens(story.honest)
    code = story.code(story.honest)
    kinds = {"access_token": tokens["access_token"], "id_token": tokens["id_token"], "code": code}
    kinds["refresh_token"] = tokens["refresh_token"]
    for kind, text in kinds.items():
        assert story.is_alive(text) is (kind == "access_token")
        assert story.introspect(story.honest, text)["active"] is (kind in {"access_token", "refresh_token"})
        if kind != "refresh_token":
            assert error(story.refresh(story.honest, text)) == (400, "invalid_grant")
        if kind != "code":
            assert error(story.redeem(story.honest, text)) == (400, "invalid_grant")
        assert error(story.world.token(story.honest.application, text, grant_type="client_credentials")) == (
            401,
            "invalid_client",
        )


def test_tokens_expire(story: Story) -> None:
    """V070, C177: at the second they say."""
    machine, user = story.machine(story.honest), story.tokens(story.honest)
    story.world.advance(899)
    assert story.is_alive(user["access_token"])
    story.world.advance(1)
    assert not story.is_alive(user["access_token"])
    assert story.introspect(story.honest, machine)["active"] is False


def test_a_token_of_another_server_is_nothing_here(world_pair: tuple[Story, Story]) -> None:
    """V073: same names, same audience, another environment."""
    mine, theirs = world_pair
    token = theirs.tokens(theirs.honest)["access_token"]
    assert theirs.is_alive(token)
    assert not mine.is_alive(token)
    assert mine.introspect(mine.honest, token)["active"] is False


def test_userinfo_tells_what_the_scopes_open(story: Story) -> None:
    """V085: every subset of the identity scopes."""
    opened = {"profile": {"name", "updated_at"}, "email": {"email", "email_verified"}}
    for size in range(3):
        for chosen in combinations(opened, size):
            token = story.tokens(story.honest, scope=" ".join(("openid", *chosen)))["access_token"]
            expected = {"sub", "org"}.union(*(opened[name] for name in chosen))
            assert set(story.world.bearer(token).json) == expected


def test_subjects_are_stable_and_the_same_everywhere(story: Story) -> None:
    """V080: userinfo, introspection, each kind of token and the next sign-in agree, and it is no address."""
    first, second = story.tokens(story.honest), story.tokens(story.honest)
    subjects = {story.world.bearer(tokens["access_token"]).json["sub"] for tokens in (first, second)}
    for kind in ("access_token", "refresh_token"):
        subjects.add(story.introspect(story.honest, first[kind])["sub"])
    for kind in ("access_token", "id_token"):
        subjects.add(claims_of(first[kind])["sub"])
    assert len(subjects) == 1
    assert "@" not in subjects.pop()


def test_a_machine_is_nobody(story: Story) -> None:
    """C035, C036: a token without a user opens no userinfo, and its subject is the client id."""
    token = story.machine(story.honest)
    assert story.world.bearer(token).status_code == 403
    assert story.introspect(story.honest, token)["sub"] == story.honest.application.client_id


def test_a_token_for_one_api_does_not_open_another(story: Story) -> None:
    """V071, C173: the management API takes tokens made for it, and no other."""
    for token in (story.machine(story.honest), story.tokens(story.honest)["access_token"]):
        assert story.world.bearer(token, "/api/v1/me").status_code == 401


def test_revocation_is_for_the_owner(story: Story) -> None:
    """V002, V006: a stranger is answered as for an unknown token, and nothing happens."""
    tokens = story.tokens(story.honest)
    for stranger in (story.rival, story.foreign, story.public):
        for text in (tokens["access_token"], tokens["refresh_token"], "no-token-at-all"):
            assert story.revoke(stranger, text).status_code == 200
    assert story.is_alive(tokens["access_token"])
    assert story.revoke(story.honest, tokens["access_token"]).status_code == 200
    assert not story.is_alive(tokens["access_token"])
    assert error(story.refresh(story.honest, tokens["refresh_token"])) == (400, "invalid_grant")


def test_revoking_one_machine_token_ends_that_one(story: Story) -> None:
    """V089: a token without a grant is remembered by itself, on every process."""
    other = story.world.beside()
    first, second = story.machine(story.honest), story.machine(story.honest)
    assert story.revoke(story.honest, first).status_code == 200
    other.product.poll()
    assert story.introspect(story.honest, first)["active"] is False
    assert story.introspect(story.honest, second)["active"] is True
    twin = Story.__new__(Story)
    twin.__dict__.update(story.__dict__, world=other)
    assert twin.introspect(story.honest, first)["active"] is False
    other.close()


def test_a_disabled_api_user_learns_nothing_by_form(story: Story) -> None:
    """C022: the answers of live and dead tokens are never cached."""
    result = story.post("/oauth/introspect", story.honest, token=story.machine(story.honest))
    assert "no-store" in result.headers["cache-control"]


@pytest.mark.parametrize("name", ["application", "organization", "subject"])
def test_a_token_that_names_nobody_is_nobodys(story: Story, name: str) -> None:
    """V078, V079: whom it names is left out, empty or none, even under our own seal."""
    client = story.client(story.acme, settings={"token_format": "opaque"})
    token = story.tokens(client)["access_token"]
    envelopes = Envelopes(story.world.services.keyring, "opaque")
    facts = envelopes.open(token.removeprefix(OPAQUE_PREFIX), "standard")
    assert story.is_alive(OPAQUE_PREFIX + envelopes.seal(facts))
    for nobody in (None, 0, "", "0"):
        forged = OPAQUE_PREFIX + envelopes.seal(structs.replace(facts, **{name: nobody}))
        assert not story.is_alive(forged), nobody
        assert story.introspect(client, forged) == {"active": False}


def test_each_transport_gives_the_same_rights_or_none(story: Story) -> None:
    """V086, V159: Basic, query and cookie are no ways to send a bearer token here."""
    token = story.tokens(story.honest)["access_token"]
    client = story.world.client
    assert client.simulate_get("/oauth/userinfo", query_string=f"access_token={token}").status_code in {
        400,
        401,
    }
    assert (
        client.simulate_get("/oauth/userinfo", headers={"Cookie": f"access_token={token}"}).status_code == 401
    )
    basic = "Basic " + b64encode(f"x:{token}".encode()).decode()
    assert client.simulate_get("/oauth/userinfo", headers={"Authorization": basic}).status_code in {400, 401}


def test_an_introspector_learns_about_its_own_api_only(story: Story) -> None:
    """V074: an application listed by one API asks about tokens of that API and of another."""
    guard = story.client(story.acme, "backend", scopes=("orders:read",))
    other = story.world.make.api(None, "stock:read", identifier="https://stock.example.test")
    platform = story.world.make.platform
    with story.world.store.begin() as tx:
        found = tx.organization(platform.id).api(other.id)
        assert found is not None
        tx.organization(platform.id).update_api(
            replace(found, introspectors=frozenset({guard.application.id})), version=found.version
        )
    stock = story.client(story.acme, "backend", scopes=("stock:read",))
    assert story.introspect(guard, story.machine(stock, "stock:read"))["active"] is True
    assert story.introspect(guard, story.machine(story.honest))["active"] is False


def test_the_twin_of_a_revoked_token_is_dead_too(story: Story) -> None:
    """V069, V089: from an ES256 signature (r, s) anybody makes (r, n - s); the mark goes by the token's id."""
    token = story.machine(story.honest)
    head, signature = token.rsplit(".", 1)
    raw = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    other = order - int.from_bytes(raw[32:], "big")
    twin = head + "." + urlsafe_b64encode(raw[:32] + other.to_bytes(32, "big")).rstrip(b"=").decode()
    assert twin != token
    assert story.revoke(story.honest, token).status_code == 200
    assert story.introspect(story.honest, twin)["active"] is False
    story.world.clock.advance(5)
    assert story.introspect(story.honest, twin)["active"] is False
    assert story.introspect(story.honest, token)["active"] is False


def test_what_is_remembered_of_a_token_never_crosses_over(story: Story) -> None:
    """V077: a signature checked once is known by mount and whole text; who may know is asked each time."""
    token = story.machine(story.honest)
    for _ in range(2):
        assert story.introspect(story.honest, token)["scope"] == "orders:read"
        assert story.introspect(story.rival, token) == {"active": False}
        elsewhere = story.world.bearer(token, "/d/nexus211/organizations/current")
        assert elsewhere.status_code == 401
    story.world.make.change_application(story.honest.application, scopes=frozenset({"openid"}))
    story.world.product.poll()
    assert story.introspect(story.honest, token).get("scope", "") == ""


@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "machine"])
def test_revocation_never_claims_what_the_store_did_not_do(story: Story, kind: str) -> None:
    """V120: with the database gone the caller is told so, whatever kind of token it is."""
    tokens = {**story.tokens(story.honest), "machine": story.machine(story.honest)}
    services = replace(story.world.services, store=LostStore())
    authentication = ClientAuthentication(services)
    verifier = Verifier(services, authentication, {"standard": (Jwt(services.keyring),)})
    presented = PresentedClient(
        "client_secret_basic", story.honest.application.client_id, Secret(story.honest.secret or "")
    )
    request = RevokeRequest(presented, Origin("standard", "standard", "127.0.0.1"), tokens[kind])
    with pytest.raises(Unavailable):
        Revocation(services, authentication, verifier).revoke(request)


class LostStore:
    """A store whose database is gone."""

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        yield from self._gone()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        yield from self._gone()

    def on_commit(self, listener: Callable[[tuple[Change, ...]], None]) -> None:
        """Nothing is ever committed."""

    def close(self) -> None:
        """There is nothing to close."""

    def _gone(self) -> Iterator[Tx]:
        raise Unavailable("gone")
        yield
