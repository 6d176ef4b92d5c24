"""Scopes: parsing what a request asks for, and the one rule for what it gets.

Effective scopes = asked, within the application, the installation, the consent and the legs.
Without a `scope` parameter those that fit are given; a named scope that does not fit is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from grantway.core.errors import (
    RESOURCE_INVALID,
    SCOPE_INVALID,
    SCOPE_LEGS,
    SCOPE_NONE,
    SCOPE_SEVERAL_APIS,
    OAuthError,
)
from grantway.core.model import Api, Catalogue, Id, Scope

ScopeSet: TypeAlias = frozenset[str]

OPENID = "openid"
OFFLINE_ACCESS = "offline_access"
MAXIMUM_SCOPES = 100

_REMEMBERED = 2_000
_SHORT = 300

_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,128}")


def parse(text: str | None) -> ScopeSet | None:
    """The scopes of a request; None where the parameter is absent or empty (RFC 6749 §3.3)."""
    if not text:
        return None
    return _parsed(text) if len(text) <= _SHORT else _parts_of(text)


def _parts_of(text: str) -> ScopeSet:
    parts = text.split(" ")
    if len(parts) > MAXIMUM_SCOPES:
        raise OAuthError(SCOPE_INVALID, "too many scopes")
    for part in parts:
        if _TOKEN.fullmatch(part) is None:
            raise OAuthError(SCOPE_INVALID, "malformed scope")
    return frozenset(parts)


_parsed = lru_cache(maxsize=_REMEMBERED)(_parts_of)
"""The same for texts that are short enough to remember: most requests ask what others asked before."""


@lru_cache(maxsize=_REMEMBERED)
def join(scopes: ScopeSet) -> str:
    """The wire form, in a stable order with `openid` first."""
    return " ".join(sorted(scopes, key=lambda value: (value != OPENID, value)))


def fits_legs(scope: Scope, *, has_user: bool) -> bool:
    """Whether a scope may be used with, or without, a user (B23)."""
    if scope.legs == "any":
        return True
    return has_user == (scope.legs == "3-legged")


def is_open(scope: Scope, catalogue: Catalogue) -> bool:
    """Whether a scope can be given and used now: it is not retired, and its API is enabled."""
    api = catalogue.apis.get(scope.api_id)
    return scope.retired_at is None and api is not None and api.state == "enabled"


def effective(asked: ScopeSet | None, ceiling: ScopeSet, catalogue: Catalogue, *, has_user: bool) -> ScopeSet:
    """The scopes that are given. Raises `invalid_scope` when a named one is refused or none is left."""
    known = catalogue.scopes
    if asked is None:
        given = frozenset(
            value
            for value in ceiling
            if (scope := known.get(value)) is not None
            and is_open(scope, catalogue)
            and fits_legs(scope, has_user=has_user)
        )
        if not given:
            raise OAuthError(SCOPE_NONE)
        return given
    for value in asked:
        scope = known.get(value)
        if scope is None or value not in ceiling or not is_open(scope, catalogue):
            raise OAuthError(SCOPE_INVALID, "scope unknown or outside the ceiling")
        if not fits_legs(scope, has_user=has_user):
            raise OAuthError(SCOPE_LEGS)
    return asked


def still_effective(
    granted: ScopeSet, ceiling: ScopeSet, catalogue: Catalogue, *, has_user: bool
) -> ScopeSet:
    """What is left of granted scopes now: narrowing acts on live tokens too (data model §6)."""
    known = catalogue.scopes
    return frozenset(
        value
        for value in granted
        if value in ceiling
        and (scope := known.get(value)) is not None
        and is_open(scope, catalogue)
        and fits_legs(scope, has_user=has_user)
    )


def apis_of(scopes: ScopeSet, catalogue: Catalogue) -> tuple[Api, ...]:
    """The APIs that the scopes belong to, without the identity API unless it is alone."""
    ids: set[Id] = {catalogue.scopes[value].api_id for value in scopes if value in catalogue.scopes}
    apis = [catalogue.apis[api_id] for api_id in ids if api_id in catalogue.apis]
    real = [api for api in apis if api.builtin != "identity"]
    return tuple(sorted(real or apis, key=lambda api: api.identifier))


def of_identity(scopes: ScopeSet, catalogue: Catalogue) -> ScopeSet:
    """Those that tell who somebody is. An API may have declared the name of one before there was ours."""
    known, apis = catalogue.scopes, catalogue.apis
    return frozenset(
        value
        for value in scopes
        if (scope := known.get(value)) is not None and apis[scope.api_id].builtin == "identity"
    )


def narrow_to_resources(scopes: ScopeSet, resources: tuple[str, ...], catalogue: Catalogue) -> ScopeSet:
    """Keep the scopes of the named APIs and of identity (RFC 8707 §2.2)."""
    named = {
        api.id for api in catalogue.apis.values() if api.identifier in resources and api.state == "enabled"
    }
    if len(named) != len(set(resources)):
        raise OAuthError(RESOURCE_INVALID, "unknown or disabled resource")
    kept = frozenset(
        value
        for value in scopes
        if (api := catalogue.apis.get(catalogue.scopes[value].api_id)) is not None
        and (api.id in named or api.builtin == "identity")
    )
    if not any(catalogue.scopes[value].api_id in named for value in kept):
        raise OAuthError(RESOURCE_INVALID, "no granted scope belongs to the resource")
    return kept


def one_audience(apis: tuple[Api, ...], *, several_allowed: bool) -> tuple[Api, ...]:
    """Refuse a token for several APIs unless policy allows it (RFC 9068 §3)."""
    if len(apis) > 1 and not several_allowed:
        raise OAuthError(SCOPE_SEVERAL_APIS)
    return apis
