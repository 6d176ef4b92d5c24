"""Who and what is behind a pending request, looked up again at every step: any of it may be gone by then."""

from __future__ import annotations

from grantway.core import devices, errors, redirects
from grantway.core.asker import ASKER
from grantway.core.errors import PageError, concerning
from grantway.core.messages import Session
from grantway.core.model import Application, Organization, User
from grantway.core.redirects import VerifiedRedirect
from grantway.features.authorize.pending import Pending
from grantway.features.services import Services


class Behind:
    """Looks up, and raises PageError for what was switched off or taken back meanwhile."""

    def __init__(self, services: Services) -> None:
        self._directory = services.directory

    def application(self, pending: Pending) -> tuple[Application, VerifiedRedirect | None]:
        """Application and redirect, checked again (C103). None: its answer goes to a device."""
        application = self._directory.application(pending.application_id)
        if application is None or not application.is_usable:
            gone = PageError(errors.AUTHORIZE_CLIENT_UNKNOWN, "switched off meanwhile")
            concerning(gone, client_id=pending.client_id)
            raise gone
        ASKER.client = application.client_id
        if pending.device is not None:
            if devices.GRANT_TYPE not in application.settings.grant_types:
                raise PageError(errors.AUTHORIZE_CLIENT_UNKNOWN, "no device grant any more")
            return application, None
        redirect = redirects.match(
            pending.redirect_uri, application.redirects, is_native=application.platform == "native"
        )
        if redirect is None:
            raise PageError(errors.AUTHORIZE_REDIRECT_UNKNOWN, "redirect removed meanwhile")
        return application, redirect

    def owner(self, application: Application) -> Organization:
        """Whose the application is."""
        owner = self._directory.organization(application.organization_id)
        if owner is None or not owner.is_active:
            raise PageError(errors.AUTHORIZE_CLIENT_UNKNOWN, "owner switched off meanwhile")
        return owner

    def user(self, session: Session) -> User:
        """Whose the session is."""
        user = self._directory.user(session.user_id)
        if user is None or user.state != "enabled":
            raise PageError(errors.SIGN_IN_REQUIRED, "user switched off meanwhile")
        return user
