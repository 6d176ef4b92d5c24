"""No sequence of edits by makers lets what is live reach further than what an operator read last."""

from __future__ import annotations

import contextlib
from dataclasses import fields
from typing import Any

from hypothesis import HealthCheck
from hypothesis import settings as bounds_of
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from grantway.core.errors import DomainError
from grantway.core.model import Application, ApplicationSettings
from grantway.core.mount_settings import DialectSettings
from grantway.core.policy import Preset
from grantway.features.access.callers import Caller
from grantway.features.access.permissions import BY_SCOPE
from grantway.features.fields import Findings
from grantway.features.registry.applications import Applications
from grantway.features.registry.drafts import ApplicationDraft, draft_of
from grantway.features.registry.life_cycle import LifeCycle
from grantway.features.registry.pending import PendingVersions
from grantway.features.registry.publication import Publications, Rejection, Target
from grantway.features.registry.rules import Context, judge
from tests.features.registry.reaching import reaches_further
from tests.kit.counts import count
from tests.kit.world import World

LOOSE = Preset(
    "loose",
    ApplicationSettings(
        grant_types=frozenset({"authorization_code", "refresh_token", "client_credentials"}),
        dialects={
            "loose": DialectSettings(
                pkce="none", token_format="bare_jwt", access_token_algorithm="HS256", code_lifetime=300
            )
        },
    ),
)
HOSTS = ("https://a.example/x", "https://b.example/x", "https://c.example/x", "https://d.example/x")
SCOPES = ("openid", "email", "profile", "offline_access")
RANGES = ("10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "192.0.2.0/24")


def some(values: tuple[str, ...], *, least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, min_size=least).map(tuple)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["Orbit", "Your Bank"]),
    "description": st.sampled_from(["", "Shows deliveries"]),
    "base_url": st.sampled_from([None, *HOSTS]),
    "logo_url": st.sampled_from([None, *HOSTS]),
    "platform": st.sampled_from(["web", "native"]),
    "dialects": some(("loose", "standard"), least=1),
    "audience": st.sampled_from(["own_organization", "listed_organizations", "any_organization"]),
    "audience_organizations": st.integers(0, 3),
    "redirect_uris": some((*HOSTS, "app.example:/cb")),
    "post_logout_redirect_uris": some(HOSTS),
    "origins": some(("https://a.example", "https://b.example")),
    "scopes": some(SCOPES),
    "grant_types": some(("authorization_code", "refresh_token", "client_credentials")),
    "token_format": st.sampled_from(["jwt", "opaque", "bare_jwt"]),
    "access_token_algorithm": st.sampled_from(["ES256", "RS256", "HS256"]),
    "id_token_algorithm": st.sampled_from(["ES256", "RS256"]),
    "dialect_settings": st.fixed_dictionaries(
        {
            "loose": st.fixed_dictionaries(
                {},
                optional={
                    "pkce": st.sampled_from([None, "required", "optional", "none"]),
                    "token_format": st.sampled_from([None, "jwt", "opaque", "bare_jwt"]),
                    "access_token_algorithm": st.sampled_from([None, "ES256", "HS256"]),
                    "access_token_lifetime": st.sampled_from([None, 60, 3_600]),
                    "code_lifetime": st.sampled_from([None, 10, 300]),
                    "client_may_choose_lifetime": st.sampled_from([None, True, False]),
                    "several_audiences": st.sampled_from([None, True, False]),
                    "refresh_without_secret": st.sampled_from([None, True, False]),
                },
            )
        }
    ),
    "access_token_lifetime": st.sampled_from([60, 900, 3_600]),
    "refresh_token_lifetime": st.sampled_from([300, 86_400]),
    "refresh_token_idle_lifetime": st.sampled_from([300, 86_400]),
    "refresh_policy": st.sampled_from(["rotate", "stable"]),
    "refresh_grace": st.sampled_from([0, 30]),
    "pkce": st.sampled_from(["required", "optional", "none"]),
    "consent": st.sampled_from(["ask", "installed"]),
    "reveal": st.sampled_from(["once", "creator", "developers", "api"]),
    "code_lifetime": st.sampled_from([10, 60, 300]),
    "client_may_choose_lifetime": st.booleans(),
    "chosen_lifetime_cap": st.sampled_from([60, 86_400]),
    "session_minutes": st.sampled_from([None, 10, 60]),
    "minutes_per_day": st.sampled_from([None, 10, 60]),
    "budget_time_zone": st.sampled_from(["UTC", "Europe/Berlin"]),
    "strict_scopes": st.booleans(),
    "id_token_claims": st.sampled_from([(), ("name",), ("email", "email_verified")]),
    "networks": some(RANGES),
    "owner_email": st.sampled_from([None, "x@a.example"]),
    "notification_addresses": some(("x@a.example", "y@a.example"), least=1),
    "state": st.sampled_from(["enabled", "disabled"]),
    "archived": st.booleans(),
}
CHANGES = st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=2, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names})
)


class Makers(RuleBasedStateMachine):
    """Makers who edit what was approved, and an operator who decides now and then."""

    world: World

    @initialize(drawn=st.data())
    def begin(self, drawn: Any) -> None:
        services = self.world.services
        self.others = [self.world.make.organization() for _ in range(3)]
        owner = self.world.make.organization()
        presets = {"loose": LOOSE}
        self.applications = Applications(services, presets, frozenset({"loose", "standard"}))
        self.publications = Publications(services, presets)
        self.pending = PendingVersions(services, self.applications, self.publications)
        self.life_cycle = LifeCycle(services)
        everything = frozenset(BY_SCOPE)
        self.maker = Caller(None, owner.id, everything)
        self.operator = Caller(None, self.world.make.platform.id, everything, is_platform=True)
        draft = ApplicationDraft(
            type="confidential", name="Orbit", preset="loose", notification_addresses=("x@a.example",),
            redirect_uris=HOSTS[:2], scopes=SCOPES[:2], pkce="optional", token_format="jwt",
            access_token_algorithm="ES256", description="Shows", base_url=HOSTS[0],
            owner_email="x@a.example", dialects=("standard",), networks=RANGES[:1], session_minutes=10,
            code_lifetime=60,
        )  # fmt: skip
        with services.store.begin() as tx:
            made = self.applications.create(tx, self.maker, owner.id, draft)
            target = Target(owner.id, made.id, 1)
            self.publications.submit(tx, self.maker, target, terms_version="1")
            self.read = self.publications.approve(tx, self.operator, Target(owner.id, made.id, 2))
        self.owner, self.id = owner, made.id

    def live(self) -> Application:
        with self.world.store.read() as tx:
            found = tx.organization(self.owner.id).application(self.id)
        assert found is not None
        return found

    @property
    def target(self) -> Target:
        return Target(self.owner.id, self.id, self.live().version)

    @rule(changes=CHANGES)
    def edit(self, changes: dict[str, Any]) -> None:
        if "audience_organizations" in changes:
            ids = [one.id for one in self.others[: changes["audience_organizations"]]]
            changes = {**changes, "audience_organizations": tuple(ids)}
        with contextlib.suppress(DomainError), self.world.store.begin() as tx:
            self.applications.update(
                tx, self.maker, self.owner.id, application_id=self.id, changes=changes, version=self.live().version
            )  # fmt: skip

    @rule(archive=st.booleans())
    def put_away(self, archive: bool) -> None:
        step = self.life_cycle.archive if archive else self.life_cycle.unarchive
        at = {"application_id": self.id, "version": self.live().version}
        with contextlib.suppress(DomainError), self.world.store.begin() as tx:
            step(tx, self.maker, self.owner.id, **at)

    @rule()
    def withdraw(self) -> None:
        with contextlib.suppress(DomainError), self.world.store.begin() as tx:
            self.pending.withdraw(tx, self.maker, self.target)

    @rule()
    def reject(self) -> None:
        with contextlib.suppress(DomainError), self.world.store.begin() as tx:
            self.pending.reject(tx, self.operator, self.target, rejection=Rejection(("insecure",)))

    @rule()
    def approve(self) -> None:
        """What is approved is what was read: the record with what waits of it."""
        with contextlib.suppress(DomainError), self.world.store.begin() as tx:
            waiting = tx.organization(self.owner.id).pending_version(self.id)
            after = self.pending.approve(tx, self.operator, self.target)
            assert waiting is not None
            draft = draft_of(after)
            for name, value in waiting.members.items():
                present = getattr(draft, name)
                is_set = isinstance(value, tuple)
                assert (sorted(present) == sorted(value)) if is_set else present == value, name
            self.read = after

    @rule()
    def submit_anew(self) -> None:
        """A publication that is taken back is no approved one, until it is read as a whole."""
        with contextlib.suppress(DomainError), self.world.store.begin() as tx:
            self.publications.withdraw(tx, self.maker, self.target)
        with contextlib.suppress(DomainError), self.world.store.begin() as tx:
            self.publications.submit(tx, self.maker, self.target, terms_version="1")
        with contextlib.suppress(DomainError), self.world.store.begin() as tx:
            self.read = self.publications.approve(tx, self.operator, self.target)

    @invariant()
    def what_is_live_was_read(self) -> None:
        live = self.live()
        if live.publication == "approved":
            assert reaches_further(live, self.read) == []

    @invariant()
    def what_is_live_keeps_every_rule(self) -> None:
        findings = Findings()
        with self.world.store.read() as tx:
            context = Context(
                LOOSE, tx.gate.catalogue(), self.owner, self.live(), frozenset({"loose", "standard"})
            )
            judge(draft_of(self.live()), context, findings)
        assert findings.members == frozenset()

    @invariant()
    def what_waits_would_change_something(self) -> None:
        with self.world.store.read() as tx:
            waiting = tx.organization(self.owner.id).pending_version(self.id)
        present = draft_of(self.live())
        for name, value in waiting.members.items() if waiting else ():
            assert value != getattr(present, name), name


def test_no_edits_of_makers_let_an_approved_application_reach_further_than_was_read(world: World) -> None:
    machine: type[RuleBasedStateMachine] = type("OfThisWorld", (Makers,), {"world": world})
    bounds = bounds_of(
        max_examples=count(25, 1_000),
        stateful_step_count=count(30, 50),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=bounds)


def test_every_member_that_can_be_edited_is_edited_here() -> None:
    assert VALUES.keys() == {field.name for field in fields(ApplicationDraft)} - {"type", "preset"}
