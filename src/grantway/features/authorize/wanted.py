"""The scopes that a code would carry, how a person is shown them, and what the person then agreed to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grantway.core import scopes
from grantway.core.claims import GrantedClaims, granted
from grantway.core.errors import SCOPE_INVALID, SCOPE_LEGS, OAuthError, Reason
from grantway.core.model import RISKS, Application, Catalogue, Id, Instant, Party, Place, Scope, UserConsent
from grantway.core.scopes import OPENID, ScopeSet, Wish
from grantway.features.access.permissions import usable_in_role
from grantway.features.authorize.pending import Pending
from grantway.features.authorize.views import ConsentStep, Groups
from grantway.features.letting_in import Doorway, Entry
from grantway.features.services import Services
from grantway.features.standing import ceiling_of


def wish_of(application: Application, asked: ScopeSet | None, resources: Sequence[str]) -> Wish:
    """What a sign-in asks for: scopes that cannot be given are left out, unless the application is strict."""
    return Wish(
        asked,
        has_user=True,
        resources=tuple(resources),
        leaving_out=not application.settings.strict_scopes,
    )


def check_wish(services: Services, application: Application, wish: Wish, *, dialect: str) -> None:
    """Refuse early what no organization could make right later. Raises OAuthError."""
    in_force, catalogue = application.settings.at(dialect), services.directory.catalogue()
    given = scopes.granted(wish, application.scopes | scopes.without_scope(catalogue), catalogue)
    scopes.one_audience(scopes.apis_of(given, catalogue), several_allowed=in_force.several_audiences)


def wanted_scopes(
    pending: Pending, application: Application, party: Party, *, catalogue: Catalogue
) -> ScopeSet:
    """The scopes that a code for this organization would carry. Raises OAuthError.

    What is part of the server gets nothing that the person's role could not use: its pages are for everybody.
    """
    asked = frozenset(pending.scopes) if pending.scopes is not None else None
    wish = wish_of(application, asked, pending.resources)
    ceiling = ceiling_of(application, party, None, catalogue)
    if application.is_built_in and party.membership is not None:
        ceiling = usable_in_role(ceiling, party.membership.role)
    given = scopes.granted(wish, ceiling, catalogue)
    if OPENID in given:
        # A claim is asked for by its scope; one that cannot be given is left out (Core §5.5).
        named = scopes.of_identity(pending.claims.scopes, catalogue)
        given |= scopes.still_effective(named, ceiling, catalogue, has_user=True)
    return given


def could_ask(services: Services, pending: Pending, reason: Reason) -> ScopeSet:
    """The scopes that the application could ask for here, where it was refused for its scopes.

    Anybody can begin a request, so these are told to anybody: no more of them than the metadata has.
    """
    if reason not in (SCOPE_INVALID, SCOPE_LEGS):
        return frozenset()
    application = services.directory.application(pending.application_id)
    if application is None:
        return frozenset()
    catalogue = services.directory.catalogue()
    public = scopes.published(catalogue)
    return scopes.still_effective(application.scopes, public, catalogue, has_user=True)


def claims_of(pending: Pending, given: ScopeSet) -> GrantedClaims | None:
    """What was asked for by name, of what these scopes give; None: nothing."""
    named = frozenset(pending.scopes) if pending.scopes is not None else None
    carried = granted(pending.claims, scopes=given, named=named)
    return carried if carried != GrantedClaims() else None


def entries_of(services: Services, pending: Pending, application: Application) -> Callable[[Place], Entry]:
    """What a code would come in with, in each place of a person.

    Where no scope can be given, nothing comes in: the request is then refused for its scopes.
    """
    doorway, catalogue = Doorway(services), services.directory.catalogue()
    redirect_uri = pending.redirect_uri or None

    def entry(place: Place) -> Entry:
        party = Party(place.organization, place.installation, membership=place.membership)
        try:
            wanted = wanted_scopes(pending, application, party, catalogue=catalogue)
        except OAuthError:
            wanted = frozenset()
        return doorway.entry(pending.mount, wanted, redirect_uri=redirect_uri)

    return entry


def groups_of(wanted: ScopeSet, catalogue: Catalogue) -> Groups:
    """Scopes by their API, the riskiest ones first, and who the person is last. Unknown ones are left out.

    An API without a scope is one that was asked for as it is.
    """
    groups: dict[Id, list[Scope]] = {api.id: [] for api in scopes.marked(wanted, catalogue)}
    for value in wanted & catalogue.scopes.keys():
        scope = catalogue.scopes[value]
        groups.setdefault(scope.api_id, []).append(scope)
    ordered = [
        (
            catalogue.apis[api_id],
            tuple(sorted(group, key=lambda scope: (-RISKS.index(scope.risk), scope.value))),
        )
        for api_id, group in groups.items()
    ]
    return tuple(sorted(ordered, key=lambda pair: (pair[0].builtin == "identity", pair[0].name)))


def consent_to(step: ConsentStep, known: UserConsent | None, now: Instant) -> UserConsent:
    """What was on the page is allowed. It adds up: what was allowed before and not withdrawn stays so."""
    shown = frozenset(scope.value for _, group in step.groups for scope in group)
    shown |= {scopes.mark_of(api) for api, group in step.groups if not group}
    if known is not None and known.revoked_at is None:
        shown |= known.scopes
    return UserConsent(
        user_id=step.user.id,
        application_id=step.application.id,
        organization_id=step.organization.id,
        scopes=shown,
        granted_at=now,
        epoch=known.epoch if known is not None else 0,
    )
