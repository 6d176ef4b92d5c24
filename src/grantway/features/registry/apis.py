"""APIs and their scopes: declared by operators, seen by everybody who registers applications."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from typing import Any, cast

from grantway.core import errors
from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_IN_USE,
    RECORD_NOT_FOUND,
    RECORD_PLATFORM,
    Conflict,
    NotFound,
    PreconditionFailed,
    Reason,
)
from grantway.core.model import Api, ApiPolicy, Id, Legs, Risk, Scope, State, Wording
from grantway.core.ports import OrganizationDoor, Page, Tx
from grantway.core.redirects import problem_of
from grantway.features import fields
from grantway.features.access.callers import Caller, admit, admit_operator, enter
from grantway.features.access.permissions import APIS_READ, APIS_WRITE
from grantway.features.fields import Findings
from grantway.features.services import Services

LONGEST_SCOPE = 128
LONGEST_DETAIL = 1_000
LOCALE = "[a-z]{2,3}(-[A-Z]{2})?"
"""A language, perhaps of a country (BCP 47)."""
LEGS = ("any", "2-legged", "3-legged")
RISKS = ("normal", "low", "high")

_POLICY = tuple(field.name for field in fields_of(ApiPolicy) if field.name != "accepts")
_PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_LOCALE = re.compile(LOCALE)
_SCOPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")


@dataclass(frozen=True, slots=True)
class ApiDraft:
    """An API as an operator wants it. `identifier` is fixed at creation: tokens carry it."""

    identifier: str
    name: str
    state: str = "enabled"
    introspectors: tuple[Id, ...] = ()
    accepts: tuple[str, ...] = ("standard",)
    takes_basic: bool = False
    query_token: str | None = None
    asserted_subjects: bool = False
    lists_scopes: bool = False
    tokens_without_scope: bool = False

    @property
    def policy(self) -> ApiPolicy:
        """What is taken as proof when decisions are asked for, and whom tokens may speak for."""
        given = {name: getattr(self, name) for name in _POLICY}
        return ApiPolicy(accepts=frozenset(self.accepts), **given)


@dataclass(frozen=True, slots=True)
class ScopeDraft:
    """A scope as an operator wants it. `value` is fixed at creation: applications and tokens carry it."""

    value: str
    text: str
    detail: str = ""
    legs: str = "any"
    risk: str = "normal"
    retired: bool = False
    locale: str = "en"
    translations: tuple[Wording, ...] = ()


class Apis:
    """The APIs of an organization. Scope values are one list for all, so only operators write them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def catalogue(self, caller: Caller) -> tuple[tuple[Api, Scope], ...]:
        """Every scope an application can be given, with its API, in the order of their values."""
        admit(caller, APIS_READ, caller.organization_id)
        catalogue = self._services.directory.catalogue()
        pairs = ((catalogue.apis[scope.api_id], scope) for scope in catalogue.scopes.values())
        usable = (pair for pair in pairs if pair[0].state == "enabled" and pair[1].retired_at is None)
        return tuple(sorted(usable, key=lambda pair: pair[1].value))

    def listed(self, tx: Tx, caller: Caller, organization_id: Id, *, page: Page) -> tuple[Api, ...]:
        """The organization's APIs, in the order of their ids."""
        return enter(tx, caller, APIS_READ, organization_id).apis(page)

    def listed_everywhere(self, tx: Tx, caller: Caller) -> tuple[tuple[Api, str], ...]:
        """For operators: those of all organizations, each with its organization's name."""
        admit_operator(caller, APIS_READ.for_all)
        owners = self._services.directory.organization
        found = ((api, owners(api.organization_id)) for api in tx.gate.catalogue().apis.values())
        return tuple((api, owner.name if owner is not None else "") for api, owner in found)

    def read(self, tx: Tx, caller: Caller, organization_id: Id, *, api_id: Id) -> Api:
        """One API. Raises NotFound."""
        return _require(enter(tx, caller, APIS_READ, organization_id), api_id)

    def create(self, tx: Tx, caller: Caller, organization_id: Id, *, draft: ApiDraft) -> Api:
        """Declare an API. Raises Invalid."""
        door = _enter_to_write(tx, caller, organization_id)
        findings = _judge_api(tx, draft, self._services.dialects)
        if any(api.identifier == draft.identifier for api in tx.gate.catalogue().apis.values()):
            findings.add("identifier", errors.FIELD_TAKEN)
        findings.raise_if_any()
        api = Api(
            id=self._services.entropy.new_id(),
            organization_id=organization_id,
            identifier=draft.identifier,
            name=draft.name,
            state=cast("State", draft.state),
            version=1,
            introspectors=frozenset(draft.introspectors),
            policy=draft.policy,
            created_at=self._services.clock.now(),
        )
        door.insert_api(api)
        return api

    def update(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        api_id: Id,
        changes: Mapping[str, Any],
        version: int,
    ) -> Api:
        """Change an API. Raises NotFound, PreconditionFailed, Conflict and Invalid."""
        door = _enter_to_write(tx, caller, organization_id)
        before = _require_own(door, api_id)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        draft = replace(draft_of(before), **changes)
        findings = _judge_api(tx, draft, self._services.dialects)
        if draft.identifier != before.identifier:
            findings.add("identifier", errors.FIELD_IMMUTABLE)
        findings.raise_if_any()
        wanted = replace(
            before,
            name=draft.name,
            state=cast("State", draft.state),
            introspectors=frozenset(draft.introspectors),
            policy=draft.policy,
        )
        written = door.update_api(wanted, version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return written

    def delete(self, tx: Tx, caller: Caller, organization_id: Id, *, api_id: Id, version: int) -> None:
        """Remove an API that has no scopes left. Raises NotFound, PreconditionFailed and Conflict."""
        door = _enter_to_write(tx, caller, organization_id)
        _require_own(door, api_id)
        if door.scopes(api_id):
            raise Conflict(RECORD_IN_USE)
        if not door.delete_api(api_id, version=version):
            raise PreconditionFailed(RECORD_CHANGED)

    def scopes(self, tx: Tx, caller: Caller, organization_id: Id, *, api_id: Id) -> tuple[Scope, ...]:
        """All scopes of an API, the retired ones too. Raises NotFound."""
        door = enter(tx, caller, APIS_READ, organization_id)
        _require(door, api_id)
        return door.scopes(api_id)

    def create_scope(
        self, tx: Tx, caller: Caller, organization_id: Id, *, api_id: Id, draft: ScopeDraft
    ) -> Scope:
        """Declare a scope. Raises NotFound, Conflict and Invalid."""
        door = _enter_to_write(tx, caller, organization_id)
        _require_own(door, api_id)
        findings = _judge_scope(draft)
        if draft.value in tx.gate.catalogue().scopes:
            findings.add("value", errors.FIELD_TAKEN)
        findings.raise_if_any()
        blank = Scope(self._services.entropy.new_id(), api_id, draft.value, "any", draft.text, version=1)
        scope = self._written(blank, draft)
        door.insert_scope(scope)
        return scope

    def update_scope(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        key: tuple[Id, Id],
        changes: Mapping[str, Any],
        version: int,
    ) -> Scope:
        """Change the scope of a key (API, scope). Raises NotFound, PreconditionFailed, Conflict, Invalid."""
        door = _enter_to_write(tx, caller, organization_id)
        _require_own(door, key[0])
        before = _require_scope(door, key)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        draft = replace(draft_of_scope(before), **changes)
        findings = _judge_scope(draft)
        if draft.value != before.value:
            findings.add("value", errors.FIELD_IMMUTABLE)
        findings.raise_if_any()
        written = door.update_scope(self._written(before, draft), version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return written

    def delete_scope(self, tx: Tx, caller: Caller, organization_id: Id, *, key: tuple[Id, Id]) -> None:
        """Remove a scope, from every application too. Raises NotFound and Conflict."""
        door = _enter_to_write(tx, caller, organization_id)
        _require_own(door, key[0])
        if not door.delete_scope(*key):
            raise NotFound(RECORD_NOT_FOUND)

    def _written(self, scope: Scope, draft: ScopeDraft) -> Scope:
        retired_at = (scope.retired_at or self._services.clock.now()) if draft.retired else None
        return replace(
            scope,
            legs=cast("Legs", draft.legs),
            text=draft.text,
            detail=draft.detail,
            risk=cast("Risk", draft.risk),
            retired_at=retired_at,
            locale=draft.locale,
            translations=draft.translations,
        )


def _enter_to_write(tx: Tx, caller: Caller, organization_id: Id) -> OrganizationDoor:
    admit_operator(caller, APIS_WRITE)
    return enter(tx, caller, APIS_WRITE, organization_id)


def _require(door: OrganizationDoor, api_id: Id) -> Api:
    api = door.api(api_id)
    if api is None:
        raise NotFound(RECORD_NOT_FOUND)
    return api


def _require_own(door: OrganizationDoor, api_id: Id) -> Api:
    """An API that is not the server itself."""
    api = _require(door, api_id)
    if api.builtin is not None:
        raise Conflict(RECORD_PLATFORM)
    return api


def _require_scope(door: OrganizationDoor, key: tuple[Id, Id]) -> Scope:
    for scope in door.scopes(key[0]):
        if scope.id == key[1]:
            return scope
    raise NotFound(RECORD_NOT_FOUND)


def draft_of(api: Api) -> ApiDraft:
    """A stored API as a draft that would change nothing."""
    policy = {name: getattr(api.policy, name) for name in _POLICY}
    introspectors, accepts = tuple(sorted(api.introspectors)), tuple(sorted(api.policy.accepts))
    return ApiDraft(api.identifier, api.name, api.state, introspectors, accepts, **policy)


def draft_of_scope(scope: Scope) -> ScopeDraft:
    """A stored scope as a draft that would change nothing."""
    same = {name: getattr(scope, name) for name in ("value", "text", "detail", "legs", "risk", "locale")}
    return ScopeDraft(**same, retired=scope.retired_at is not None, translations=scope.translations)


def _judge_api(tx: Tx, draft: ApiDraft, mounts: Container[str]) -> Findings:
    findings = Findings()
    findings.add("name", fields.name_problem(draft.name))
    findings.add("state", fields.one_of(draft.state, ("enabled", "disabled")))
    is_uri = problem_of(draft.identifier, is_native=False) is None
    findings.add("identifier", None if is_uri else errors.FIELD_URL)
    listed = [str(identifier) for identifier in draft.introspectors]
    findings.check_each("introspectors", listed, lambda _: None)
    for index, identifier in enumerate(draft.introspectors[: fields.LONGEST_LIST]):
        if tx.gate.application(identifier) is None:
            findings.add(f"introspectors[{index}]", fields.no_such("an application by its id"))
    no_mount = fields.no_such("a mount of this server")
    findings.check_each("accepts", draft.accepts, lambda name: None if name in mounts else no_mount)
    if draft.query_token is not None and _PARAMETER.fullmatch(draft.query_token) is None:
        findings.add("query_token", errors.FIELD_CHARACTERS)
    return findings


def _judge_scope(draft: ScopeDraft) -> Findings:
    findings = Findings()
    findings.add("value", _scope_value_problem(draft.value))
    _judge_wording(findings, "", Wording(draft.locale, draft.text, draft.detail))
    findings.check_each("translations", [one.locale for one in draft.translations], lambda _: None)
    for index, one in enumerate(draft.translations[: fields.LONGEST_LIST]):
        place = f"translations[{index}]."
        _judge_wording(findings, place, one)
        if one.locale == draft.locale:
            findings.add(f"{place}locale", errors.FIELD_TAKEN)
    findings.add("legs", fields.one_of(draft.legs, LEGS))
    findings.add("risk", fields.one_of(draft.risk, RISKS))
    return findings


def _judge_wording(findings: Findings, place: str, wording: Wording) -> None:
    is_locale = _LOCALE.fullmatch(wording.locale) is not None
    findings.add(f"{place}locale", None if is_locale else errors.FIELD_CHARACTERS)
    findings.add(f"{place}text", fields.line_problem(wording.text) if wording.text else errors.FIELD_REQUIRED)
    findings.add(f"{place}detail", fields.text_problem(wording.detail, longest=LONGEST_DETAIL))


def _scope_value_problem(value: str) -> Reason | None:
    if not value:
        return errors.FIELD_REQUIRED
    if len(value) > LONGEST_SCOPE:
        return fields.too_long(LONGEST_SCOPE)
    if _SCOPE.fullmatch(value) is None:
        return errors.FIELD_SCOPE_VALUE
    # A scope that is called like a claim could be taken for one (V097).
    return errors.FIELD_RESERVED if value.casefold() in fields.RESERVED else None
