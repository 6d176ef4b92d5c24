"""The secrets of a record of another server: how many are taken over, and which are here already."""

from __future__ import annotations

from collections.abc import Iterable

from grantway.core import errors
from grantway.core.audit import AT_THE_MACHINE
from grantway.core.errors import FieldError, Invalid
from grantway.core.foreign_secrets import MOST_FOREIGN_HASHES, ForeignSecret
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Credential, Organization
from grantway.core.moving import Incoming
from grantway.core.ports import Tx
from grantway.features.audit import Act, AuditLog
from grantway.features.declarations.planning import Work
from grantway.features.registry.credentials import MOST_LIVE_SECRETS
from grantway.features.registry.minting import SecretDraft, Whose, import_secret, is_same
from grantway.features.services import Services

LABEL = "imported"


class TakingSecrets:
    """Takes secrets over, each once: one that was revoked here does not come back."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = AuditLog(services)

    def judge(self, tx: Tx, place: Organization, known: Application | None, one: Incoming) -> None:
        """Refuse more secrets than an application may have, before anything of it is written."""
        held = tx.organization(place.id).credentials(known.id) if known is not None else ()
        live = [found for found in held if found.revoked_at is None]
        fresh = [secret for secret in one.secrets if not self._is_known(held, secret)]
        hashes = sum(found.foreign_text is not None for found in live) + sum(one.is_hash for one in fresh)
        if fresh and (hashes > MOST_FOREIGN_HASHES or len(live) + len(fresh) > MOST_LIVE_SECRETS):
            most = f"At most {MOST_FOREIGN_HASHES} hashed ones, and {MOST_LIVE_SECRETS} in all."
            raise Invalid((FieldError("secrets", errors.MOVING_HASHES.saying(most)),))

    def take(self, work: Work, application: Application, one: Incoming, notes: list[str]) -> tuple[str, ...]:
        """Take over the secrets that are not here yet, live or revoked."""
        if application.type == "public":
            if one.secrets:
                notes.append("A public application keeps no secret: that of the file is not taken over.")
            return ()
        door = work.tx.organization(work.organization.id)
        held = list(door.credentials(application.id))
        if not one.secrets and not held:
            notes.append("No secret came along: make one before it is used.")
        whose, taken = Whose(application, work.organization.id), []
        for secret in one.secrets:
            if self._is_known(held, secret):
                continue
            credential = import_secret(self._services, door, whose, SecretDraft(LABEL), secret)
            held.append(credential)
            after = {"application_id": to_text(application.id), "label": LABEL, "imported": secret.kind}
            act = Act("secret.import", credential.id, work.organization.id, None, after, application.id)
            self._log.record(work.tx, AT_THE_MACHINE, act)
            how = "weak" if secret.is_hash else "short"
            taken.append(f"{secret.kind}, {how}" if secret.is_weak else secret.kind)
        return tuple(taken)

    def _is_known(self, held: Iterable[Credential], secret: ForeignSecret) -> bool:
        return any(is_same(self._services, one, secret) for one in held)
