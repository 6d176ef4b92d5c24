"""What a person can open: the base URLs of the applications round an organization, for one another (D5).

An application that a person is signed in to leads them on to its siblings. Siblings are what the organization
owns or has installed, and what the platform itself offers it: an application of another tenant that nobody
there let in is neither shown nor told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.core.listing import ApplicationFilter, InstallationFilter
from grantway.core.messages import BearerRequest
from grantway.core.model import Application, Id, Installation, Party
from grantway.core.ports import Page, Tx
from grantway.core.reviewing import reviewed_address
from grantway.features.letting_in import Doorway
from grantway.features.services import Services
from grantway.features.standing import lets_people_in
from grantway.features.tokens.verify import VerifiedToken, Verifier

MOST = 200
"""So many of each kind are looked at."""
_OPEN = ApplicationFilter(state="enabled", is_archived=False)
_ACTIVE = InstallationFilter(state="active")


@dataclass(frozen=True, slots=True)
class Sibling:
    """An application that the person can open, and where."""

    application: Application
    base_url: str


class Launcher:
    """Lists what the person of a token can open in the token's organization."""

    def __init__(self, services: Services, verifier: Verifier) -> None:
        self._services = services
        self._verifier = verifier
        self._doorway = Doorway(services)

    def siblings(self, request: BearerRequest, *, scope: str | None) -> tuple[Sibling, ...]:
        """By name. `scope` is what the token must hold, where its mount knows scopes. Raises OAuthError."""
        token = self._verifier.bearer(request, audience=None)
        if token.party.user is None:
            raise OAuthError(errors.TOKEN_NO_USER)
        if scope is not None and scope not in token.scopes:
            raise OAuthError(errors.TOKEN_SCOPE)
        with self._services.store.read() as tx:
            found = dict(self._round(tx, token.organization_id))
        if all(application.id != token.application.id for application in found):
            raise OAuthError(errors.TOKEN_NO_SIBLING)
        mount = request.origin.mount
        shown = (self._sibling(one, where, token, mount) for one, where in found.items())
        return tuple(
            sorted(
                (one for one in shown if one is not None),
                key=lambda one: (one.application.name.casefold(), one.application.id),
            )
        )

    def _round(self, tx: Tx, organization_id: Id) -> Iterator[tuple[Application, Installation | None]]:
        """What belongs to the organization, to the platform, and what was installed, each once."""
        door, page = tx.organization(organization_id), Page(MOST)
        installed = {one.application.id: one for one in door.installed_applications(page, _ACTIVE)}
        yield from ((one, None) for one in door.applications(page, _OPEN))
        yield from ((one.application, one.installation) for one in installed.values())
        platform = tx.platform.platform_organization()
        if platform is None or platform.id == organization_id:
            return
        for one in tx.organization(platform.id).applications(page, _OPEN):
            if one.id not in installed and not one.is_built_in:
                yield one, tx.gate.installation(one.id, organization_id)

    def _sibling(
        self, application: Application, installation: Installation | None, token: VerifiedToken, mount: str
    ) -> Sibling | None:
        """Where an application is; None: the person cannot open it, or nobody has read where it leads."""
        owner = self._services.directory.organization(application.organization_id)
        if not application.is_usable or owner is None or not owner.is_active:
            return None
        if "authorization_code" not in application.settings.grant_types:
            return None
        party = Party(token.party.organization, installation, token.party.user, token.party.membership)
        if not lets_people_in(application, party, self._doorway.entry(mount, application.scopes)):
            return None
        is_own = owner.id == token.organization_id or owner.kind == "platform"
        # Of what other tenants make, only an address that an operator has read: it is what deceives.
        address = application.base_url if is_own else reviewed_address(application)
        return Sibling(application, address) if address is not None else None
