"""Scopes: parsing what a request asks for, and the one rule for what it gets.

Effective scopes = asked, within the application, the installation, the consent and the legs.
Without a `scope` parameter those that fit are given; a named scope that does not fit is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from grantway.core.errors import (
    RESOURCE_INVALID,
    SCOPE_INVALID,
    SCOPE_LEGS,
    SCOPE_NONE,
    SCOPE_SEVERAL_APIS,
    OAuthError,
    ScopeRefused,
)
from grantway.core.model import Api, Catalogue, Id, Scope

ScopeSet: TypeAlias = frozenset[str]

OPENID = "openid"
OFFLINE_ACCESS = "offline_access"
MAXIMUM_SCOPES = 100
MOST_NAMED = 20
"""So many scopes a refusal names: it has to fit into an address."""

_MARK = "@"
"""What no scope begins with (the registry sees to it): here begins the mark of a whole API."""

_REMEMBERED = 2_000
_SHORT = 300

_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,128}")


def words(text: str) -> list[str]:
    """The words of a parameter that is a list. However many spaces stand between them, they are one."""
    return [word for word in text.split(" ") if word]


def parse(text: str | None) -> ScopeSet | None:
    """The scopes of a request; None where the parameter is absent or blank (RFC 6749 §3.3)."""
    if not text:
        return None
    return (_parsed(text) if len(text) <= _SHORT else _parts_of(text)) or None


def _parts_of(text: str) -> ScopeSet:
    parts = words(text)
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
    """The wire form, in a stable order with `openid` first. Marks of APIs are no scopes, and stay inside."""
    return " ".join(sorted(plain(scopes), key=lambda value: (value != OPENID, value)))


def mark_of(api: Api) -> str:
    """What stands among scopes for an API that was asked for without any scope of its own.

    What is wanted, agreed to, granted, vouched for and let in is compared as a set of scopes. With its
    mark in the set, such an API is held against all of these like a scope that nobody was given.
    """
    return _MARK + api.identifier


def plain(scopes: ScopeSet) -> ScopeSet:
    """The scopes alone, without marks of APIs."""
    return frozenset(value for value in scopes if not value.startswith(_MARK))


def bare_apis(scopes: ScopeSet) -> tuple[str, ...]:
    """The identifiers of APIs that are in the set by their marks, in order."""
    return tuple(sorted(value[len(_MARK) :] for value in scopes if value.startswith(_MARK)))


def marked(scopes: ScopeSet, catalogue: Catalogue) -> tuple[Api, ...]:
    """The APIs whose marks are in the set, by identifier."""
    names = bare_apis(scopes)
    if not names:
        return ()
    found = (api for api in catalogue.apis.values() if api.identifier in names and api.builtin is None)
    return tuple(sorted(found, key=lambda api: api.identifier))


def without_scope(catalogue: Catalogue) -> ScopeSet:
    """The marks of APIs that may be asked for without a scope, by the policy of each."""
    return frozenset(
        mark_of(api)
        for api in catalogue.apis.values()
        if api.policy.tokens_without_scope and api.state == "enabled" and api.builtin is None
    )


def lacking(scopes: ScopeSet, audience: tuple[str, ...], catalogue: Catalogue) -> ScopeSet:
    """The marks of those APIs of an audience that none of the scopes belongs to."""
    held = _api_ids(scopes, catalogue)
    return frozenset(
        mark_of(api)
        for api in catalogue.apis.values()
        if api.identifier in audience and api.builtin is None and api.id not in held
    )


def fits_legs(scope: Scope, *, has_user: bool) -> bool:
    """Whether a scope may be used with, or without, a user (B23)."""
    if scope.legs == "any":
        return True
    return has_user == (scope.legs == "3-legged")


def is_open(scope: Scope, catalogue: Catalogue) -> bool:
    """Whether a scope can be given and used now: it is not retired, and its API is enabled."""
    api = catalogue.apis.get(scope.api_id)
    return scope.retired_at is None and api is not None and api.state == "enabled"


def published(catalogue: Catalogue) -> ScopeSet:
    """The scopes that anybody may know of: who the person is, and those of APIs that list theirs."""
    return frozenset(
        scope.value
        for scope in catalogue.scopes.values()
        if is_open(scope, catalogue)
        and ((api := catalogue.apis[scope.api_id]).builtin == "identity" or api.policy.lists_scopes)
    )


def effective(
    asked: ScopeSet | None,
    ceiling: ScopeSet,
    catalogue: Catalogue,
    *,
    has_user: bool,
    leaving_out: bool = False,
) -> ScopeSet:
    """The scopes that are given. Raises `invalid_scope` when a named one is refused or none is left.

    `leaving_out`: those that are unknown or not within the ceiling are left out instead (OpenID Connect
    Core §3.1.2.1). One that is, and does not fit the legs, is refused all the same.
    """
    if asked is None:
        given = still_effective(ceiling, ceiling, catalogue, has_user=has_user)
        if not given:
            raise OAuthError(SCOPE_NONE)
        return given
    known = catalogue.scopes
    given = frozenset(
        value
        for value in asked
        if value in ceiling and (scope := known.get(value)) is not None and is_open(scope, catalogue)
    )
    if given != asked and not (leaving_out and given):
        could = still_effective(ceiling, ceiling, catalogue, has_user=has_user)
        # Of others' scopes only those that the metadata tells: the rest would be found by guessing.
        lacking = (asked - given) & known.keys() & (published(catalogue) | ceiling)
        raise ScopeRefused(
            SCOPE_INVALID, "scope unknown or outside the ceiling", could=could, lacking=lacking
        )
    if not all(fits_legs(known[value], has_user=has_user) for value in given):
        could = still_effective(ceiling, ceiling, catalogue, has_user=has_user)
        unfit = frozenset(value for value in given if not fits_legs(known[value], has_user=has_user))
        raise ScopeRefused(SCOPE_LEGS, could=could, lacking=unfit)
    return given


def naming(text: str, could: ScopeSet) -> str:
    """The sentence of a refusal with the scopes that could be asked for: ours, never those of the request."""
    if not could:
        return text
    named = join(could).split(" ")
    rest = ", ..." if len(named) > MOST_NAMED else ""
    return f"{text} These could be asked for: {', '.join(named[:MOST_NAMED])}{rest}"


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
    apis = [catalogue.apis[api_id] for api_id in _api_ids(scopes, catalogue) if api_id in catalogue.apis]
    apis += marked(scopes, catalogue)
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


def _api_ids(scopes: ScopeSet, catalogue: Catalogue) -> set[Id]:
    return {scope.api_id for value in scopes if (scope := catalogue.scopes.get(value)) is not None}


class Wish(Struct, frozen=True, gc=False):
    """What somebody asks for. `scopes` None: whatever fits; no `resources`: whatever the scopes belong to."""

    scopes: ScopeSet | None
    has_user: bool
    resources: tuple[str, ...] = ()
    leaving_out: bool = False
    """Whether scopes that cannot be given are left out: see `effective`."""


def granted(wish: Wish, ceiling: ScopeSet, catalogue: Catalogue) -> ScopeSet:
    """The scopes that a wish gets, with the marks of APIs that it gets without a scope. Raises OAuthError."""
    try:
        given = effective(
            wish.scopes, ceiling, catalogue, has_user=wish.has_user, leaving_out=wish.leaving_out
        )
    except OAuthError as refusal:
        if refusal.reason is not SCOPE_NONE or not any(_MARK + name in ceiling for name in wish.resources):
            raise
        given = frozenset()
    if not wish.resources:
        return given
    return narrow_to_resources(given, wish.resources, catalogue, ceiling=ceiling)


def narrow_to_resources(
    given: ScopeSet, resources: tuple[str, ...], catalogue: Catalogue, *, ceiling: ScopeSet = frozenset()
) -> ScopeSet:
    """Keep the scopes of the named APIs and of identity (RFC 8707 §2.2).

    A named API with none of them among the scopes is there by its mark, where the ceiling has it.
    """
    named = {
        api.id for api in catalogue.apis.values() if api.identifier in resources and api.state == "enabled"
    }
    if len(named) != len(set(resources)):
        raise OAuthError(RESOURCE_INVALID, "unknown or disabled resource")
    kept = frozenset(
        value
        for value in given
        if (api := catalogue.apis.get(catalogue.scopes[value].api_id)) is not None
        and (api.id in named or api.builtin == "identity")
    )
    bare = lacking(kept, resources, catalogue) & ceiling
    if not bare and not any(catalogue.scopes[value].api_id in named for value in kept):
        raise OAuthError(RESOURCE_INVALID, "no granted scope belongs to the resource")
    return kept | bare


def one_audience(apis: tuple[Api, ...], *, several_allowed: bool) -> tuple[Api, ...]:
    """Refuse a token for several APIs unless policy allows it (RFC 9068 §3)."""
    if len(apis) > 1 and not several_allowed:
        raise OAuthError(SCOPE_SEVERAL_APIS)
    return apis
