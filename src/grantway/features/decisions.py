"""Whether a call that arrived at an API may go on: asked by the API's gateway, answered from memory.

The gateway authenticates as one of the API's introspectors, so what it tells of the call is believed.
Then the order is fixed: credentials, path, route, scopes, limit. What is asked for without credentials is
refused alike whether there is such a route or not.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from grantway.core import errors
from grantway.core.concerns import Concern
from grantway.core.decisions import Arrived, Decision, DecisionRequest, limits_of, most_specific
from grantway.core.errors import OAuthError
from grantway.core.messages import Origin
from grantway.core.model import Api, ApiRoute, Catalogue, Id
from grantway.core.routes import LONGEST_TARGET, RouteTable, parameter, segments_of, split_target
from grantway.core.scopes import ScopeSet
from grantway.features.client_auth import ClientAuthentication
from grantway.features.services import Services
from grantway.features.standing import check_address
from grantway.features.tokens.verify import VerifiedToken, Verifier


@dataclass(frozen=True, slots=True)
class _Guarded:
    """An API as decisions about it need it."""

    api: Api
    table: RouteTable
    limits: dict[tuple[Id, Id], int]
    scopes: ScopeSet


class _Guards:
    """All APIs of one catalogue, each compiled when it is first asked about."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._by_introspector: dict[Id, tuple[Api, ...]] = {}
        self._guarded: dict[Id, _Guarded] = {}
        for api in catalogue.apis.values():
            for application_id in api.introspectors:
                self._by_introspector[application_id] = (*self._by_introspector.get(application_id, ()), api)

    def find(self, application_id: Id, identifier: str | None) -> _Guarded:
        """The API that an application guards. Raises OAuthError: another's is no other than none."""
        guarded = self._by_introspector.get(application_id, ())
        if identifier is not None:
            guarded = tuple(api for api in guarded if api.identifier == identifier)
        if not guarded:
            raise OAuthError(errors.DECISION_GATEWAY, "not an introspector")
        if len(guarded) > 1:
            raise OAuthError(errors.DECISION_API)
        return self._compiled(guarded[0])

    def _compiled(self, api: Api) -> _Guarded:
        found = self._guarded.get(api.id)
        if found is None:
            catalogue = self.catalogue
            found = self._guarded[api.id] = _Guarded(
                api=api,
                table=RouteTable(route for route in catalogue.routes if route.api_id == api.id),
                limits=limits_of(catalogue, api.id),
                scopes=frozenset(one.value for one in catalogue.scopes.values() if one.api_id == api.id),
            )
        return found


class Decisions:
    """The decision endpoint."""

    def __init__(self, services: Services, authentication: ClientAuthentication, verifier: Verifier) -> None:
        self._services = services
        self._authentication = authentication
        self._verifier = verifier
        self._guards: _Guards | None = None

    def decide(self, request: DecisionRequest) -> Decision:
        """The decision about what arrived. Raises OAuthError for what is wrong with the question."""
        gateway = self._authentication.authenticate(request.gateway, request.origin)
        if gateway.credential is None:
            raise OAuthError(errors.CLIENT_UNKNOWN, "a gateway needs a secret")
        guarded = self._all_guards().find(gateway.application.id, request.api)
        try:
            return self._decide(guarded, request.arrived)
        except OAuthError as refusal:
            return Decision(
                guarded.api.identifier,
                allowed=False,
                reason=refusal.reason,
                detail=refusal.detail,
                concern=refusal.concern,
            )

    def _decide(self, guarded: _Guarded, arrived: Arrived) -> Decision:
        if guarded.api.state != "enabled":
            raise OAuthError(errors.DECISION_API_DISABLED)
        path, query = split_target(arrived.target)
        token = self._admit(guarded.api, arrived, query)
        segments = segments_of(path) if len(arrived.target) <= LONGEST_TARGET else None
        if segments is None:
            raise _about(token, errors.DECISION_PATH)
        route = guarded.table.match(arrived.method, segments)
        if route is None:
            raise _about(token, errors.DECISION_ROUTE)
        decision = _decision(guarded, token, route)
        if not route.scopes <= token.scopes:
            return _denied(decision, errors.TOKEN_SCOPE, needed=route.scopes)
        wait = self._counted(guarded, token)
        if wait is not None:
            return _denied(decision, errors.LIMIT_REACHED, retry_after=wait)
        self._note_use(token, route)
        return decision

    def _admit(self, api: Api, arrived: Arrived, query: str) -> VerifiedToken:
        """Who calls, by exactly one of the proofs that the API takes. Raises OAuthError."""
        if arrived.unreadable is not None:
            raise OAuthError(arrived.unreadable)
        text = arrived.token
        if api.policy.query_token is not None:
            text = _one_of(text, arrived, query, api.policy.query_token)
        if arrived.pair is not None:
            return self._pair(api, arrived)
        if text is None:
            raise OAuthError(errors.TOKEN_MISSING)
        mounts = sorted(api.policy.accepts)
        for mount in mounts:
            token = self._verifier.find(text, mount)
            if token is None:
                continue
            if token.proof_key is not None:
                break
            if api.identifier not in token.audience:
                raise _about(token, errors.TOKEN_AUDIENCE)
            _check_arrival(token, arrived)
            return token
        raise self._verifier.refused(text, *mounts)

    def _pair(self, api: Api, arrived: Arrived) -> VerifiedToken:
        """An application that calls with its own pair (N27), at a mount whose dialect it speaks."""
        if not api.policy.takes_basic or arrived.pair is None:
            raise OAuthError(errors.TOKEN_MISSING, "the API takes no pair")
        services = self._services
        application = services.directory.application_by_client_id(arrived.pair.client_id)
        spoken = application.dialects if application is not None else frozenset()
        mounts = sorted(mount for mount in api.policy.accepts if mount in services.dialects)
        fitting = [mount for mount in mounts if services.dialects[mount] in spoken] or mounts
        if not fitting:
            raise OAuthError(errors.CLIENT_UNKNOWN, "no mount is accepted")
        origin = Origin(fitting[0], services.dialects[fitting[0]], arrived.address or "")
        return self._verifier.basic(arrived.pair, origin)

    def _counted(self, guarded: _Guarded, token: VerifiedToken) -> int | None:
        """Count the call where there is a limit. Last of all, because this has an effect."""
        application_id, organization_id = token.application.id, token.organization_id
        limit = most_specific(guarded.limits, application_id, organization_id)
        if limit is None:
            return None
        services = self._services
        pair = (guarded.api.id, application_id, organization_id)
        return services.requests.take(pair, limit, now=services.clock.now())

    def _note_use(self, token: VerifiedToken, route: ApiRoute) -> None:
        """The organization that granted the scopes sees that they are of use."""
        if token.party.installation is not None:
            services = self._services
            services.uses.scopes(token.party.installation.id, route.scopes, at=services.clock.now())

    def _all_guards(self) -> _Guards:
        catalogue = self._services.directory.catalogue()
        guards = self._guards
        if guards is None or guards.catalogue is not catalogue:
            guards = self._guards = _Guards(catalogue)
        return guards


def _one_of(token: str | None, arrived: Arrived, query: str, name: str) -> str | None:
    """The token of the header or of the address. Two proofs could be meant for two readers: refused.

    So is a `;`, which divides the parameters for some readers and not for others.
    """
    if ";" in query:
        raise OAuthError(errors.DECISION_PATH, "a semicolon in the query")
    try:
        in_query = parameter(query, name)
    except ValueError:
        raise OAuthError(errors.TOKEN_SEVERAL, "twice in the address") from None
    if in_query is None:
        return token
    if token is not None or arrived.pair is not None:
        raise OAuthError(errors.TOKEN_SEVERAL)
    return in_query


def _decision(guarded: _Guarded, token: VerifiedToken, route: ApiRoute) -> Decision:
    return Decision(
        api=guarded.api.identifier,
        allowed=True,
        client_id=token.application.client_id,
        organization_id=token.organization_id,
        subject_kind=token.subject.kind,
        subject_id=token.subject.id,
        subject_reference=token.subject.reference,
        role=token.party.role,
        scopes=token.scopes & guarded.scopes,
        route=route.pattern,
    )


def _denied(
    decision: Decision,
    reason: errors.Reason,
    *,
    needed: ScopeSet = frozenset(),
    retry_after: int | None = None,
) -> Decision:
    concern = Concern(
        decision.client_id,
        decision.organization_id,
        tuple(sorted(needed - decision.scopes)[: errors.MOST_NAMED_BY_CONCERN]),
    )
    return structs.replace(
        decision, allowed=False, reason=reason, needed=needed, retry_after=retry_after, concern=concern
    )


def _check_arrival(token: VerifiedToken, arrived: Arrived) -> None:
    """Refuse an address outside the ranges. Pairs are held to them where they authenticate."""
    try:
        # An address that was not told is in none.
        check_address(token.application, arrived.address or "")
    except OAuthError as refusal:
        refusal.concern = token.concern
        raise


def _about(token: VerifiedToken, reason: errors.Reason) -> OAuthError:
    """The refusal of a call whose caller is known."""
    refusal = OAuthError(reason)
    refusal.concern = token.concern
    return refusal
