"""An authorization request with a launch: its proof stands for the person, and no page is shown.

    application, redirect  ->  the rest of it  ->  the proof, once  ->  who and where, as it is now
    ->  the voucher that lives with the installation  ->  a code

Nothing is read of the browser: it may be a frame, and whoever holds the proof is believed to be the person
whom it names. So what was installed is what counts, and nobody is asked in place of a voucher.
"""

from __future__ import annotations

from grantway.core import errors
from grantway.core.errors import OAuthError, PageError, reason_of
from grantway.core.launching import LaunchedRequest
from grantway.core.messages import Answer, AuthorizeRules
from grantway.core.model import Application, Id, Party
from grantway.core.scopes import ScopeSet
from grantway.core.vouching import Asked
from grantway.features.authorize import pending as waiting
from grantway.features.authorize.basis import basis_of
from grantway.features.authorize.begin import Beginning
from grantway.features.authorize.finish import Ending, Finishing
from grantway.features.authorize.pending import Pending
from grantway.features.authorize.views import Browser
from grantway.features.authorize.wanted import wanted_scopes
from grantway.features.launches import Launches, check_launched, party_of
from grantway.features.services import Services
from grantway.features.standing import is_current


class LaunchedFlow:
    """The authorization endpoint of dialects whose applications are opened from a portal."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._beginning = Beginning(services)
        self._finishing = Finishing(services)
        self._launches = Launches(services)

    def connect(self, asked: LaunchedRequest, rules: AuthorizeRules) -> Answer:
        """The code, for the person of the proof. Raises PageError and OAuthError, and then spends nothing."""
        request = asked.request
        verified = self._beginning.verify(request, rules)
        now = self._services.clock.now()
        pending = self._beginning.check(request, rules, verified, now)
        if pending.error is not None:
            raise PageError(reason_of(pending.error))
        if not asked.proof:
            raise OAuthError(errors.LAUNCH_INVALID, "there is none")
        application = verified.application
        with self._services.store.begin() as tx:
            launch = self._launches.spend(
                tx, asked.proof, application_id=application.id, dialect=request.origin.dialect
            )
            if asked.organization_id not in (None, launch.organization_id):
                raise OAuthError(errors.LAUNCH_INVALID, "another organization is named beside it")
            user = self._services.directory.user(launch.session.user_id)
            party = party_of(tx, application, user, launch.organization_id)
            if party is None or not is_current(launch.epochs, application, party):
                raise OAuthError(errors.LAUNCH_INVALID, "revoked since it was made")
            check_launched(application, party)
            known = waiting.of_session(pending, launch.session)
            wanted = wanted_scopes(known, application, party, catalogue=self._services.directory.catalogue())
            ending = Ending(known, launch.session, application, verified.redirect, request.origin.address)
            code = self._finishing.code_of(None, Browser(None, None, request.origin.address))
            return self._finishing.answer(
                tx,
                ending,
                party,
                code,
                scopes=wanted,
                voucher_id=self._voucher(application, party, known, wanted),
            )

    def _voucher(self, application: Application, party: Party, pending: Pending, wanted: ScopeSet) -> Id:
        """The organization's own voucher: it ends with the installation, and everything that stands on it.

        What the person agreed to elsewhere does not count here, and neither does the platform's word.
        """
        here = party.organization.id
        live = self._services.directory.vouchers(application.id, here)
        own = [one for one in live if one.organization_id == here]
        asked = Asked(here, wanted, pending.redirect_uri, pending.dialect, by_host=True)
        basis = basis_of(application, asked, agreed=frozenset(), vouchers=own)
        if basis is None or basis.voucher_id is None:
            raise OAuthError(errors.LAUNCH_UNVOUCHED)
        return basis.voucher_id
