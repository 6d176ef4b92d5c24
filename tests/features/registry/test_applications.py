"""Registering and changing applications: what stays, what follows, who may hand out what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grantway.core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from grantway.core.model import DAY
from grantway.core.policy import PURGE_DELAY
from grantway.features.registry.minting import SecretDraft
from tests.features.registry.office import TENANT_SCOPES, Office

CALLBACK = "https://app.example.test/callback"


def refused(action: Callable[[], Any]) -> set[tuple[str, str]]:
    """The fields that are refused, with the ids."""
    with pytest.raises(Invalid) as invalid:
        action()
    return {(error.field, error.reason.id) for error in invalid.value.errors}


def test_the_server_chooses_the_ids(office: Office) -> None:
    caller = office.caller("developer")
    made = [office.create(caller) for _ in range(20)]
    assert len({one.client_id for one in made} | {one.id for one in made}) == 40
    for one in made:
        assert one.client_id.isascii()
        assert one.client_id.isalnum()
        assert len(one.client_id) == 25
        assert one.creator_id == caller.user_id
        assert one.scopes == frozenset()


def test_somebody_can_always_be_told(office: Office) -> None:
    developer = office.caller("developer")
    with office.world.store.read() as tx:
        user = tx.gate.user(developer.user_id or 0)
    assert user is not None
    assert office.create(developer).notification_addresses == (user.email,)
    assert office.create(office.caller(None)).notification_addresses == ("makers@example.test",)
    made = office.create(developer, notification_addresses=("team@example.test",))
    assert office.update(developer, made, notification_addresses=()).notification_addresses == (user.email,)


def test_what_is_fixed_at_creation_stays(office: Office) -> None:
    caller = office.caller("owner")
    made = office.create(caller, type="confidential", redirect_uris=(CALLBACK,))
    assert refused(lambda: office.update(caller, made, type="public")) == {("type", "E-FIELD-06")}
    assert ("preset", "E-FIELD-06") in refused(lambda: office.update(caller, made, preset="nexus211"))
    changed = office.update(caller, made, name="Orbit Two")
    assert (changed.client_id, changed.organization_id, changed.id) == (
        made.client_id,
        made.organization_id,
        made.id,
    )


def test_an_unknown_preset_is_refused(office: Office) -> None:
    assert refused(lambda: office.create(office.caller("owner"), preset="none")) == {("preset", "E-FIELD-04")}


def test_the_first_redirect_begins_signing_in(office: Office) -> None:
    caller = office.caller("developer")
    plain = office.create(caller, type="confidential", preset="nexus211")
    assert plain.audience_effective == "own_organization"
    opened = office.update(caller, plain, redirect_uris=(CALLBACK,))
    assert (opened.audience_requested, opened.audience_effective) == ("any_organization", "any_organization")
    assert "authorization_code" in opened.settings.grant_types
    closed = office.update(caller, opened, audience="own_organization")
    more = office.update(caller, closed, redirect_uris=(CALLBACK, CALLBACK + "2"))
    assert more.audience_effective == "own_organization"
    standard = office.create(caller, type="confidential")
    assert office.update(caller, standard, redirect_uris=(CALLBACK,)).audience_effective == "own_organization"


def test_an_audience_lists_organizations_that_exist(office: Office) -> None:
    caller, other = office.caller("developer"), office.world.make.organization()
    listed = office.create(caller, audience="listed_organizations", audience_organizations=(other.id,))
    assert listed.audience_organizations == {other.id}
    assert refused(
        lambda: office.create(caller, audience="listed_organizations", audience_organizations=(other.id, 7))
    ) == {("audience_organizations[1]", "E-FIELD-04")}


def test_the_consent_setting_is_anybodys_and_vouches_for_nothing(office: Office) -> None:
    """It says which voucher is looked for. Who may spare users the question gives one, and nobody else does."""
    made = office.create(office.caller("developer"))
    for setting in ("installed", "platform", "ask", "platform"):
        made = office.update(office.caller("developer"), made, consent=setting)
        assert made.settings.consent == setting
    for caller in (office.caller("owner"), office.operator()):
        made = office.update(caller, made, name=f"Orbit {made.version}", consent="platform")
    assert refused(lambda: office.update(office.operator(), made, consent="never")) == {
        ("consent", "E-FIELD-04")
    }
    with office.world.store.read() as tx:
        assert tx.gate.live_vouchers(made.id, made.organization_id) == ()


def test_nobody_gives_an_application_more_of_this_server_than_they_may_do_themselves(office: Office) -> None:
    developer, owner = office.caller("developer"), office.caller("owner")
    assert refused(lambda: office.create(developer, scopes=("applications:read", "members:write"))) == {
        ("scopes[1]", "E-FIELD-32")
    }
    assert office.create(owner, scopes=("members:write",)).scopes == {"members:write"}
    assert refused(lambda: office.create(owner, scopes=("platform",))) == {("scopes[0]", "E-FIELD-35")}
    narrow = office.caller("owner", frozenset({"applications:write"}))
    assert refused(lambda: office.create(narrow, scopes=("members:write",))) == {("scopes[0]", "E-FIELD-32")}
    machine = office.caller(None, frozenset({"applications:write"}))
    assert refused(lambda: office.create(machine, scopes=("members:write",))) == {("scopes[0]", "E-FIELD-32")}
    for scope in ("platform", "users:read", "users:write", "apis:write"):
        assert refused(lambda: office.create(office.operator(), scopes=(scope,))) == {  # noqa: B023 -- called at once
            ("scopes[0]", "E-FIELD-35")
        }


def test_an_application_stronger_than_the_caller_is_out_of_their_hands(office: Office) -> None:
    developer, owner = office.caller("developer"), office.caller("owner")
    strong = office.create(owner, scopes=("members:write",))
    with pytest.raises(Forbidden):
        office.update(developer, strong, name="Mine")
    with pytest.raises(Forbidden), office.world.store.begin() as tx:
        office.features.credentials.issue(
            tx, developer, office.organization.id, application_id=strong.id, draft=SecretDraft()
        )
    assert office.update(owner, strong, name="Orbit Two").name == "Orbit Two"


def test_deletion_is_scheduled_locks_and_can_be_undone(office: Office) -> None:
    caller = office.caller("developer")
    made = office.create(caller)
    with office.world.store.begin() as tx:
        scheduled = office.features.life_cycle.schedule_deletion(
            tx, caller, office.organization.id, application_id=made.id, version=1
        )
    assert (scheduled.state, scheduled.purge_at) == (
        "deletion_scheduled",
        office.world.clock.now() + PURGE_DELAY,
    )
    assert not scheduled.is_usable
    for changes in ({"name": "Other"}, {"state": "disabled"}, {"state": "enabled", "name": "Other"}, {}):
        with pytest.raises(Conflict):
            office.update(caller, made, **changes)
    with pytest.raises(Conflict), office.world.store.begin() as tx:
        office.features.credentials.issue(
            tx, caller, office.organization.id, application_id=made.id, draft=SecretDraft()
        )
    undone = office.update(caller, made, state="enabled")
    assert (undone.state, undone.purge_at, undone.is_usable) == ("enabled", None, True)


def test_what_is_due_is_purged_and_nothing_else(office: Office) -> None:
    caller = office.caller("developer")
    kept, due, later = (office.create(caller, name=name) for name in ("Kept", "Due", "Later"))

    def schedule(application_id: int) -> None:
        with office.world.store.begin() as tx:
            office.features.life_cycle.schedule_deletion(
                tx, caller, office.organization.id, application_id=application_id, version=1
            )

    schedule(due.id)
    office.world.advance(DAY // 1_000_000)
    schedule(later.id)
    office.world.advance((PURGE_DELAY - DAY) // 1_000_000)
    assert office.features.life_cycle.purge_due() == 1
    assert office.features.life_cycle.purge_due() == 0
    with office.world.store.read() as tx:
        door = tx.organization(office.organization.id)
        assert door.application(due.id) is None
        assert door.application(kept.id) is not None
        assert door.application(later.id) is not None


def test_archived_is_out_of_use_until_taken_out_again(office: Office) -> None:
    caller = office.caller("developer")
    made = office.create(caller)
    archived = office.update(caller, made, archived=True)
    assert (archived.is_usable, archived.state) == (False, "enabled")
    assert office.update(caller, made, archived=False).is_usable


def test_a_stale_version_changes_nothing(office: Office) -> None:
    caller = office.caller("developer")
    made = office.create(caller)
    with pytest.raises(PreconditionFailed), office.world.store.begin() as tx:
        office.features.applications.update(
            tx, caller, office.organization.id, application_id=made.id, changes={"name": "Other"}, version=2
        )


def test_records_of_others_and_of_nobody_are_not_found_alike(office: Office) -> None:
    other = office.world.make.organization()
    foreign = office.world.make.application(other)
    caller = office.caller("owner")
    for organization_id, application_id in (
        (other.id, foreign.id),
        (7, 7),
        (office.organization.id, foreign.id),
    ):
        with pytest.raises(NotFound), office.world.store.read() as tx:
            office.features.applications.read(tx, caller, organization_id, application_id=application_id)


def test_scopes_decide_for_programs_and_roles_for_people(office: Office) -> None:
    with pytest.raises(Forbidden):
        office.create(office.caller("member"))
    with pytest.raises(Forbidden):
        office.create(office.caller("owner", TENANT_SCOPES - {"applications:write"}))
    assert office.create(office.caller(None, frozenset({"applications:write"}))).name == "Orbit"
