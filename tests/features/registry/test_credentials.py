"""Client secrets: what they are, who sees them, how they end."""

from __future__ import annotations

import pytest

from grantway.core.errors import Conflict, Invalid, NotFound
from grantway.core.model import DAY, SECOND, Application, Id
from grantway.core.secrets import CLIENT_SECRET_PREFIX, decode
from grantway.features.access.callers import Caller
from grantway.features.registry.credentials import MOST_LIVE_SECRETS
from grantway.features.registry.minting import NewSecret, SecretDraft
from tests.features.registry.office import Office


def issue(office: Office, caller: Caller, application: Application, **draft: object) -> NewSecret:
    with office.world.store.begin() as tx:
        return office.features.credentials.issue(
            tx,
            caller,
            office.organization.id,
            application_id=application.id,
            draft=SecretDraft(**draft),  # type: ignore[arg-type]
        )


def revoke(office: Office, caller: Caller, application: Application, credential_id: Id) -> None:
    with office.world.store.begin() as tx:
        office.features.credentials.revoke(
            tx, caller, office.organization.id, application_id=application.id, credential_id=credential_id
        )


def test_a_secret_is_256_random_bits_behind_a_prefix_and_is_not_stored(office: Office) -> None:
    caller = office.caller("developer")
    application = office.create(caller)
    new = issue(office, caller, application, label="production")
    text = new.secret.reveal()
    assert text.startswith(CLIENT_SECRET_PREFIX)
    assert len(decode(text.removeprefix(CLIENT_SECRET_PREFIX))) == 32
    assert text not in repr(new)
    with office.world.store.read() as tx:
        stored = tx.organization(office.organization.id).credentials(application.id)
    assert [(one.hint, one.label, one.created_by) for one in stored] == [
        (text[-4:], "production", caller.user_id)
    ]
    assert text.encode() not in stored[0].digest


def test_several_live_side_by_side_and_each_ends_alone(office: Office) -> None:
    caller = office.caller("developer")
    application = office.create(caller, scopes=("applications:read",))
    first, second = issue(office, caller, application), issue(office, caller, application)
    for new in (first, second):
        office.world.machine_token(application, new.secret.reveal())
    revoke(office, caller, application, first.credential.id)
    office.world.product.poll()
    refused = office.world.token(application, first.secret.reveal(), grant_type="client_credentials")
    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")
    office.world.machine_token(application, second.secret.reveal())
    with pytest.raises(NotFound):
        revoke(office, caller, application, first.credential.id)


def test_a_secret_ends_with_its_time(office: Office) -> None:
    caller = office.caller("developer")
    application = office.create(caller, scopes=("applications:read",))
    new = issue(office, caller, application, expires_at=office.world.clock.now() + 60 * SECOND)
    office.world.machine_token(application, new.secret.reveal())
    office.world.advance(61)
    assert (
        office.world.token(application, new.secret.reveal(), grant_type="client_credentials").status_code
        == 401
    )


def test_an_end_lies_ahead_and_within_ten_years(office: Office) -> None:
    caller = office.caller("developer")
    application = office.create(caller)
    now = office.world.clock.now()
    for expires_at in (now, now - DAY, now + 4_000 * DAY, 0):
        with pytest.raises(Invalid):
            issue(office, caller, application, expires_at=expires_at)
    with pytest.raises(Invalid):
        issue(office, caller, application, label="two\nlines")


def test_a_public_application_has_none(office: Office) -> None:
    caller = office.caller("developer")
    application = office.create(caller, type="public", redirect_uris=("https://app.example.test/",))
    with pytest.raises(Conflict):
        issue(office, caller, application)


def test_there_is_a_limit_to_live_ones(office: Office) -> None:
    caller = office.caller("developer")
    application = office.create(caller)
    made = [issue(office, caller, application) for _ in range(MOST_LIVE_SECRETS)]
    with pytest.raises(Conflict):
        issue(office, caller, application)
    revoke(office, caller, application, made[0].credential.id)
    issue(office, caller, application)
