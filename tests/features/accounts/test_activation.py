"""Links for a first password and for the first operator (C209, C216, C221; V021 to V025)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid, PageError, Refused
from grantway.core.model import SECOND, Membership, User
from grantway.core.secrets import Secret, digest
from grantway.features.accounts.activation import LINK_LIFETIME, Activation, FirstOperator
from grantway.features.accounts.addresses import Addresses
from tests.signin.stage import HOME, PASSWORD, RULES, START, Stage
from tests.storage.filled import add_twins

MARA = "mara@northwind.example"


def invited(stage: Stage, *, email: str = MARA) -> User:
    user = User(stage.services.entropy.new_id(), "enabled", 1, 1, "Mara Lindqvist", email)
    with stage.store.begin() as tx:
        assert tx.platform.insert_user(user)
    return user


def link(stage: Stage, user: User) -> str:
    with stage.store.begin() as tx:
        path = stage.activation.invite(tx, user)
    assert path.startswith("/activate?token=")
    return path.removeprefix("/activate?token=")


def user_of(stage: Stage, user_id: int) -> User:
    with stage.store.read() as tx:
        found = tx.gate.user(user_id)
    assert found is not None
    return found


def setup_link(stage: Stage) -> str:
    with stage.store.begin() as tx:
        path = stage.activation.setup_link(tx)
    assert path is not None
    assert path.startswith("/setup?token=")
    return path.removeprefix("/setup?token=")


def refusal(stage: Stage, token: str | None, password: str = PASSWORD) -> errors.Reason:
    with pytest.raises(PageError) as refused:
        stage.activation.activate(token, Secret(password))
    return refused.value.reason


WANTED = FirstOperator("ada@platform.example", "Ada Operator", Secret(PASSWORD))


def test_a_link_sets_the_first_password_and_verifies_the_address(stage: Stage) -> None:
    user = invited(stage)
    token = link(stage, user)
    shown = stage.activation.describe(token)
    assert shown is not None
    assert shown.email == MARA
    stage.activation.activate(token, Secret(PASSWORD))
    assert stage.sign_in().session.user_id == user.id


def test_nobody_signs_in_before(stage: Stage) -> None:
    link(stage, invited(stage))
    outcome = stage.login.attempt(MARA, Secret(PASSWORD), source=HOME)
    assert isinstance(outcome, Refused)


def test_a_link_works_once(stage: Stage) -> None:
    """V023, V024."""
    token = link(stage, invited(stage))
    stage.activation.activate(token, Secret(PASSWORD))
    assert stage.activation.describe(token) is None
    assert refusal(stage, token, "another-tangerine-lamp") == errors.LINK_INVALID
    assert stage.sign_in() is not None


def test_of_parallel_uses_one_succeeds(stage: Stage) -> None:
    """V021: exactly one of 64, whatever the database."""
    token = link(stage, invited(stage))

    def use(number: int) -> str | None:
        password = f"tangerine-lamp-otter-{number}"
        try:
            stage.activation.activate(token, Secret(password))
        except PageError:
            return None
        return password

    with ThreadPoolExecutor(16) as pool:
        won = [password for password in pool.map(use, range(64)) if password is not None]
    assert len(won) == 1
    assert stage.sign_in(password=won[0]) is not None


def test_a_refused_password_leaves_the_link_usable(stage: Stage) -> None:
    token = link(stage, invited(stage))
    with pytest.raises(Invalid) as refused:
        stage.activation.activate(token, Secret("short"))
    assert refused.value.errors == (FieldError("new_password", errors.FIELD_PASSWORD_SHORT),)
    stage.activation.activate(token, Secret(PASSWORD))


def test_a_password_made_of_the_organizations_name_is_refused(stage: Stage) -> None:
    """C206."""
    organization = stage.organization("Northwind Traders")
    user = invited(stage, email="m@example.com")
    stage.membership(user, organization)
    token = link(stage, user)
    with pytest.raises(Invalid) as refused:
        stage.activation.activate(token, Secret("NorthwindTraders1"))
    assert refused.value.errors == (FieldError("new_password", errors.FIELD_PASSWORD_KNOWN),)


def test_a_link_ends_after_a_day_without_a_cleaner(stage: Stage) -> None:
    """V025: the time is looked at when the link is used."""
    token = link(stage, invited(stage))
    stage.clock.advance(LINK_LIFETIME - SECOND)
    assert stage.activation.describe(token) is not None
    stage.clock.advance(2 * SECOND)
    assert stage.activation.describe(token) is None
    assert refusal(stage, token) == errors.LINK_INVALID


def test_a_newer_link_ends_the_earlier_ones(stage: Stage) -> None:
    user = invited(stage)
    first, second = link(stage, user), link(stage, user)
    assert refusal(stage, first) == errors.LINK_INVALID
    stage.activation.activate(second, Secret(PASSWORD))


def test_a_link_of_a_disabled_account_is_dead_for_good(stage: Stage) -> None:
    user = invited(stage)
    token = link(stage, user)
    stage.disable(user)
    assert refusal(stage, token) == errors.LINK_INVALID
    stage.enable(user)
    assert refusal(stage, token) == errors.LINK_INVALID


def test_a_link_that_resets_a_password_ends_all_sessions(stage: Stage) -> None:
    """C221: an administrator starts it and never learns the password."""
    mara = stage.person()
    text = stage.sign_in().session_text.reveal()
    token = link(stage, mara)
    assert stage.sessions.find(text) is not None
    stage.activation.activate(token, Secret("another-tangerine-lamp"))
    assert stage.sessions.find(text) is None
    assert isinstance(stage.login.attempt(MARA, Secret(PASSWORD), source=HOME), Refused)


def test_an_address_that_somebody_else_verified_meanwhile_is_not_taken_over(stage: Stage) -> None:
    """V152, V154."""
    first, second = (stage.services.entropy.new_id() for _ in range(2))
    add_twins(stage.url, MARA, first, second)
    token = link(stage, user_of(stage, first))
    stage.activation.activate(link(stage, user_of(stage, second)), Secret("another-tangerine-lamp"))
    assert refusal(stage, token) == errors.LINK_INVALID
    assert stage.sign_in(password="another-tangerine-lamp").session.user_id == second


@pytest.mark.parametrize("token", [None, "", "x", "x" * 5_000, "A" * 43])
def test_an_unknown_token_is_refused(stage: Stage, token: str | None) -> None:
    assert stage.activation.describe(token) is None
    assert refusal(stage, token) == errors.LINK_INVALID


def test_the_stored_form_opens_nothing(stage: Stage) -> None:
    user = invited(stage)
    token = link(stage, user)
    with stage.store.read() as tx:
        (stored,) = tx.gate.artifacts_of_subject("activation", user.id, now=START)
    assert stored.key == digest(token)
    assert token.encode() not in stored.payload
    assert len(token) == 43


def test_the_setup_link_makes_the_first_operator(stage: Stage) -> None:
    token = setup_link(stage)
    assert stage.activation.may_set_up(token)
    ada = stage.activation.set_up(token, WANTED)
    assert stage.sign_in("ada@platform.example").session.user_id == ada.id
    with stage.store.read() as tx:
        found = tx.organization(stage.platform.id).membership(ada.id)
        assert found is not None
        assert (found[1].role, found[1].state) == ("owner", "enabled")


def test_there_is_no_setup_link_once_there_is_an_operator(stage: Stage) -> None:
    """C209: and no account comes with the product, so the first start has a link."""
    earlier = setup_link(stage)
    stage.activation.set_up(setup_link(stage), WANTED)
    with stage.store.begin() as tx:
        assert stage.activation.setup_link(tx) is None
    assert not stage.activation.may_set_up(earlier)
    with pytest.raises(PageError):
        stage.activation.set_up(earlier, FirstOperator("eve@x.example", "Eve", Secret(PASSWORD)))


def test_a_setup_link_is_dead_once_an_operator_came_by_another_way(stage: Stage) -> None:
    token = setup_link(stage)
    ada = stage.person("ada@platform.example", "Ada Operator")
    with stage.store.begin() as tx:
        tx.organization(stage.platform.id).insert_membership(
            Membership(ada.id, stage.platform.id, "owner", "enabled", 1)
        )
    assert not stage.activation.may_set_up(token)
    with pytest.raises(PageError):
        stage.activation.set_up(token, FirstOperator("eve@x.example", "Eve", Secret(PASSWORD)))


class Together:
    """Hashing that lets nobody go on before everybody is there."""

    def __init__(self, parties: int) -> None:
        self._barrier = Barrier(parties)

    def hash(self, password: str) -> str:
        self._barrier.wait(30)
        return "phc"

    def verify(self, phc: str | None, password: str) -> bool:
        return False


def test_of_parallel_setups_one_succeeds(stage: Stage) -> None:
    """V021: with the same link and with several, all past every check when the first one writes."""
    tokens = [setup_link(stage) for _ in range(4)]
    services = replace(stage.services, passwords=Together(8))
    activation = Activation(services, stage.sessions, RULES, addresses=Addresses(services))

    def use(number: int) -> bool:
        wanted = FirstOperator(f"p{number}@x.example", f"Person {number}", Secret(PASSWORD))
        try:
            activation.set_up(tokens[number % 4], wanted)
        except PageError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1
    with stage.store.read() as tx:
        assert tx.organization(stage.platform.id).owners() == 1


def test_a_setup_form_is_judged_as_a_whole(stage: Stage) -> None:
    token = setup_link(stage)
    with pytest.raises(Invalid) as refused:
        stage.activation.set_up(token, FirstOperator("no address", " ", Secret("short")))
    assert {one.field: one.reason for one in refused.value.errors} == {
        "name": errors.FIELD_REQUIRED,
        "email": errors.FIELD_EMAIL,
        "new_password": errors.FIELD_PASSWORD_SHORT,
    }
    stage.activation.set_up(token, WANTED)


def test_a_setup_with_an_address_in_use_leaves_the_link_usable(stage: Stage) -> None:
    stage.person()
    token = setup_link(stage)
    with pytest.raises(Invalid) as refused:
        stage.activation.set_up(token, FirstOperator(MARA, "Ada Operator", Secret(PASSWORD)))
    assert refused.value.errors == (FieldError("email", errors.FIELD_TAKEN),)
    stage.activation.set_up(token, WANTED)


def test_the_kinds_of_links_are_not_exchanged(stage: Stage) -> None:
    assert refusal(stage, setup_link(stage)) == errors.LINK_INVALID
    assert not stage.activation.may_set_up(link(stage, invited(stage)))
