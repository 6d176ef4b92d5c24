"""What is remembered of a launch, how its proof is made, and how it is spent, once.

The proof is an unguessable text with our seal over everything that the record says: whoever can write into
the database still makes none, and whoever reads there finds a hash.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace

import msgspec

from grantway.core import errors
from grantway.core.errors import DomainError, OAuthError
from grantway.core.launching import LIFETIME, OF_ORGANIZATION, OF_PERSON
from grantway.core.messages import Session
from grantway.core.model import Application, Artifact, Epochs, Id, Party, User
from grantway.core.ports import Attempt, Tx
from grantway.core.secrets import LAUNCH_PREFIX, Secret, decode, digest, encode, same
from grantway.features.services import Services
from grantway.features.standing import check_party

KIND = "launch"
_NONCE = 16
_LONGEST = 100


class _Payload(msgspec.Struct, frozen=True):
    epochs: tuple[int, ...]
    auth_time: int
    methods: tuple[str, ...]
    session_id: Id


@dataclass(frozen=True, slots=True)
class Launch:
    """Who opens which application for which organization, in which session, as things stood then."""

    session: Session
    application_id: Id
    organization_id: Id
    dialect: str
    epochs: Epochs


class Launches:
    """Makes and spends them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def make(self, tx: Tx, launch: Launch) -> Secret:
        """The proof of a new launch. Raises DomainError where a person or an organization made too many."""
        session, now = launch.session, self._services.clock.now()
        payload = _Payload(
            epochs=msgspec.structs.astuple(launch.epochs),
            auth_time=session.auth_time,
            methods=session.methods,
            session_id=session.id,
        )
        bare = Artifact(
            kind=KIND,
            key=b"",
            payload=msgspec.json.encode(payload),
            created_at=now,
            expires_at=now + LIFETIME,
            application_id=launch.application_id,
            organization_id=launch.organization_id,
            subject=session.user_id,
            dialect=launch.dialect,
            session_id=session.id,
        )
        nonce = self._services.entropy.token_bytes(_NONCE)
        text = LAUNCH_PREFIX + encode(nonce + self._seal(nonce, bare))
        counted = (
            Attempt(f"launch.{session.user_id}", OF_PERSON, LIFETIME),
            Attempt(f"launches.{launch.organization_id}", OF_ORGANIZATION, LIFETIME),
        )
        if tx.gate.put_artifact_within(replace(bare, key=digest(text)), counted, now=now) is not None:
            raise DomainError(errors.LAUNCH_OFTEN)
        return Secret(text)

    def spend(self, tx: Tx, text: str, *, application_id: Id, dialect: str) -> Launch:
        """The launch of a proof, which works this once: one conditional update. Raises OAuthError.

        What is raised later rolls it back: a proof that somebody else presents in vain is not used up.
        """
        nonce, seal = _parts(text)
        now = self._services.clock.now()
        spent = tx.gate.spend_artifact(KIND, digest(text), now=now)
        if spent is None:
            raise OAuthError(errors.LAUNCH_INVALID, "unknown, used, expired, or its session has ended")
        if not same(seal, self._seal(nonce, spent)):
            raise OAuthError(errors.LAUNCH_INVALID, "the record is not what was sealed")
        if spent.application_id != application_id or spent.dialect != dialect:
            raise OAuthError(errors.LAUNCH_INVALID, "made for another application")
        return _launch_of(spent)

    def _seal(self, nonce: bytes, artifact: Artifact) -> bytes:
        told = (
            artifact.application_id,
            artifact.organization_id,
            artifact.subject,
            artifact.dialect,
            artifact.created_at,
            artifact.expires_at,
        )
        message = b"|".join((b"launch", nonce, repr(told).encode(), artifact.payload))
        return hmac.digest(self._services.keyring.link_key(), message, "sha256")


def party_of(tx: Tx, application: Application, user: User | None, organization_id: Id) -> Party | None:
    """The place of a person in an organization, as the database has it now; None where there is none."""
    if user is None:
        return None
    places = tx.gate.places(user.id, application.id)
    place = next((one for one in places if one.organization.id == organization_id), None)
    if place is None:
        return None
    consent = tx.gate.consent(user.id, application.id, organization_id)
    withdrawals = consent.epoch if consent is not None else 0
    return Party(place.organization, place.installation, user, place.membership, withdrawals=withdrawals)


def check_launched(application: Application, party: Party) -> None:
    """Refuse where nobody launches it: it is neither at home there nor installed (G14). Raises OAuthError.

    An audience or an open gate is not enough, because nobody is asked.
    """
    check_party(application, party, None)
    if party.installation is not None and party.installation.members == "block":
        raise OAuthError(errors.INSTALLATION_INACTIVE, "its members are shut out")
    if party.user is None or party.user.state != "enabled":
        raise OAuthError(errors.SUBJECT_INACTIVE, "user not enabled")
    if party.membership is None or party.membership.state != "enabled":
        raise OAuthError(errors.SUBJECT_INACTIVE, "membership not enabled")


def _parts(text: str) -> tuple[bytes, bytes]:
    if not text.startswith(LAUNCH_PREFIX) or len(text) > _LONGEST:
        raise OAuthError(errors.LAUNCH_INVALID, "not a proof of ours")
    try:
        data = decode(text.removeprefix(LAUNCH_PREFIX))
    except ValueError:
        raise OAuthError(errors.LAUNCH_INVALID, "not a proof of ours") from None
    return data[:_NONCE], data[_NONCE:]


def _launch_of(artifact: Artifact) -> Launch:
    payload = msgspec.json.decode(artifact.payload, type=_Payload)
    epochs = Epochs(*payload.epochs)
    session = Session(
        id=payload.session_id,
        user_id=artifact.subject or 0,
        auth_time=payload.auth_time,
        methods=payload.methods,
        created_at=artifact.created_at,
        expires_at=artifact.expires_at,
        user_epoch=epochs.user,
    )
    return Launch(
        session, artifact.application_id or 0, artifact.organization_id or 0, artifact.dialect or "", epochs
    )
