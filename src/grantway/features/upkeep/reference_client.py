"""The application that is part of the server: through it the pages for developers sign people in.

Each release makes it where it is missing and keeps it as the release says: nobody edits it. That people need
not be asked, and that every organization's gate lets it in, rests on a voucher as with everybody's (0020),
which the server gives and tells in the log.
"""

from __future__ import annotations

from dataclasses import replace

from grantway import __version__
from grantway.core.audit import THE_SERVER
from grantway.core.model import REFERENCE_CLIENT, Application, Id, Redirect, Voucher
from grantway.core.policy import STANDARD
from grantway.core.ports import Tx
from grantway.core.vouching import KEPT_VOUCHERS, holds, snapshot
from grantway.features.audit import Act, AuditLog
from grantway.features.registry.builtin import MANAGEMENT_SCOPES, REFERENCE_CALLBACK
from grantway.features.registry.vouching import told_of
from grantway.features.services import Services

_NAME = "API reference"
_DESCRIPTION = "The pages of this server for developers: they send requests for whoever reads them."


class ReferenceClient:
    """Keeps the application as this release has it. Whether it works is the operators' to say."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = AuditLog(services)

    def is_kept(self, tx: Tx) -> bool:
        """Whether there is nothing to do."""
        found = tx.gate.application_by_client_id(REFERENCE_CLIENT)
        return found is not None and self._as_released(found) == found

    def keep(self, tx: Tx, platform_id: Id) -> None:
        """Make it, or bring what an older release made to what this one says, and answer for it so."""
        found = tx.gate.application_by_client_id(REFERENCE_CLIENT)
        now, door = self._services.clock.now(), tx.organization(platform_id)
        if found is None:
            made = replace(self._as_released(self._blank(platform_id)), created_at=now, updated_at=now)
            door.insert_application(made)
            self._tell(tx, "application.keep", made)
            self._answer_for(tx, made)
            return
        wanted = self._as_released(found)
        if wanted == found:
            return
        written = door.update_application(replace(wanted, updated_at=now), version=found.version)
        if written is None:
            raise RuntimeError("the application changed under the lock of the start")
        self._tell(tx, "application.keep", written)
        last = self._last_voucher(tx, found)
        # The release renews its word where that stood. What operators took back or narrowed stays so.
        if last is None or (last.revoked_at is None and holds(last, found)):
            self._answer_for(tx, written)

    def _as_released(self, one: Application) -> Application:
        """The record with everything that the release says of it; the switches are the operators'."""
        settings = STANDARD.settings.having(grant_types=frozenset({"authorization_code"}), consent="platform")
        return replace(
            one,
            name=_NAME,
            description=_DESCRIPTION,
            settings=settings,
            audience_requested="any_organization",
            audience_effective="any_organization",
            redirects=(Redirect(self._services.issuer + REFERENCE_CALLBACK),),
            scopes=frozenset(scope.value for scope in MANAGEMENT_SCOPES),
        )

    def _blank(self, platform_id: Id) -> Application:
        return Application(
            id=self._services.entropy.new_id(),
            organization_id=platform_id,
            client_id=REFERENCE_CLIENT,
            type="public",
            name=_NAME,
            state="enabled",
            epoch=1,
            version=1,
            settings=STANDARD.settings,
        )

    def _answer_for(self, tx: Tx, application: Application) -> None:
        whole = snapshot(application, voucher_id=self._services.entropy.new_id(), organization_id=None)
        given = replace(whole, created_at=self._services.clock.now())
        tx.platform.insert_platform_voucher(given)
        told = {**told_of(given), "release": __version__}
        self._log.record(tx, THE_SERVER, Act("voucher.give", given.id, after=told))

    def _last_voucher(self, tx: Tx, application: Application) -> Voucher | None:
        found = tx.platform.platform_vouchers(
            application_id=application.id, only_live=False, after=0, limit=KEPT_VOUCHERS + 1
        )
        return found[-1] if found else None

    def _tell(self, tx: Tx, action: str, application: Application) -> None:
        told = {
            "client_id": application.client_id,
            "scopes": sorted(application.scopes),
            "redirect_uris": [redirect.uri for redirect in application.redirects],
            "release": __version__,
        }
        act = Act(action, application.id, application.organization_id, after=told)
        self._log.record(tx, THE_SERVER, act)
