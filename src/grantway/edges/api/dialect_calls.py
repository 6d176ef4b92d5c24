"""Calls that arrive at a dialect's mount and are about records, done by operations of the management API.

Who asks is found out here and nowhere in a dialect: the live token of the same mount that is for this API,
or an application by its own pair. Scopes and role then decide as they do for a request to the API itself.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from grantway.core.errors import PreconditionFailed
from grantway.core.messages import PresentedClient
from grantway.core.ports import Tx
from grantway.edges.api.pipeline import attempted, caller_of
from grantway.edges.web.management import ManagementCall
from grantway.edges.web.observing import NO_ROUTE, ROUTE
from grantway.edges.web.records.acting import Acting, Who
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.transactions import Transactions
from grantway.edges.web.resources import SAFE
from grantway.features.access.callers import admit_operator
from grantway.features.access.permissions import PLATFORM
from grantway.features.audit import actor_of
from grantway.features.registry.builtin import MANAGEMENT_PATH
from grantway.features.tokens.verify import VerifiedToken

_TRIES = 3
"""A wire without entity tags takes records as they are: where somebody else was first, it looks again."""


class DialectCalls:
    """Does what the wires of dialects ask for."""

    def __init__(self, features: RecordFeatures) -> None:
        self._features = features
        self._transactions = Transactions(features)

    def perform(self, call: ManagementCall) -> Any:
        """What the call answers. Raises OAuthError and DomainError."""
        request, token = call.request, self._token(call)
        caller = caller_of(token)
        if call.for_operators:
            admit_operator(caller, PLATFORM)
        actor = actor_of(caller, address=request.address or None, request_id=request.request_id)
        who = Who(caller, actor, token)

        def work(tx: Tx) -> Any:
            return call.steps(Acting(self._features, tx, who))

        if request.method in SAFE:
            return self._transactions.reading(work)
        route = request.environ.get(ROUTE, NO_ROUTE).template
        name = f"{request.mount.name} {request.method} {route}"
        numbered = attempted(request, name) if call.is_create else None
        told = {"operation": name, "request_id": request.request_id}

        def attempt() -> Any:
            return self._transactions.writing(caller, work, kept_as=Any, attempted=numbered, told=told)

        for _ in range(_TRIES - 1):
            with suppress(PreconditionFailed):
                return attempt()
        return attempt()

    def _token(self, call: ManagementCall) -> VerifiedToken:
        """Who asks, as the mount knows them. Raises OAuthError."""
        credentials, origin = call.credentials, call.request.origin
        if isinstance(credentials, PresentedClient):
            return self._features.verifier.basic(credentials, origin)
        audience = self._features.services.issuer_of(origin.mount) + MANAGEMENT_PATH
        return self._features.verifier.bearer(credentials, audience=audience)
