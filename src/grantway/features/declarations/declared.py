"""What a file declares of the registry, read strictly: every key is known, every value has its type.

The keys are those of the drafts that the management API fills, so none of them is listed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

import msgspec

from grantway.core import errors
from grantway.core.mount_settings import MountSettings
from grantway.core.policy import STANDARD
from grantway.features.accounts.organizations import OrganizationDraft
from grantway.features.fields import Findings, expected_type, unknown_member, unknown_value, wrong_type
from grantway.features.registry.apis import ApiDraft, ScopeDraft
from grantway.features.registry.drafts import SETTINGS_FIELDS, ApplicationDraft, edited_settings
from grantway.features.registry.mount_rules import EDITED_AT_DIALECTS
from grantway.features.registry.routes import RouteDraft

ABSENT = "absent"
"""The state of what is to be gone. Nothing else removes anything."""
_GROUPS = frozenset({"organization", "apis", "applications"})
_IN_A_VALUE = re.compile(r"at `\$([^`]*)`$")
_TEXTS = {"introspectors": tuple[str, ...], "audience_organizations": tuple[str, ...]}
"""Members that name other records: client ids, and organizations by their short names."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One record as a file wants it: the members that it names, under the names of the draft."""

    path: str
    name: str
    """What the record is known by: an identifier, a scope's value, a client id or an application's name."""
    values: Mapping[str, Any]
    is_absent: bool = False
    client_id: str | None = None
    scopes: tuple[Declared, ...] = ()
    routes: tuple[Declared, ...] = ()
    limits: tuple[Declared, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a file wants of one organization, which it names by a short name or an id.

    `itself` is what the organization is to be, where the file says that.
    """

    organization: str
    apis: tuple[Declared, ...] = ()
    applications: tuple[Declared, ...] = ()
    itself: Declared | None = None


@dataclass(frozen=True, slots=True)
class LimitDraft:
    """A limit by the names of whom it is for: a client id or a name, and a short name or an id."""

    per_minute: int
    application: str | None = None
    organization: str | None = None


def read(document: object, findings: Findings) -> Declaration:
    """The declaration of a document. Everything that is wrong with it is noted."""
    if not isinstance(document, dict):
        findings.add("", expected_type("an object"))
        return Declaration("")
    for key in document.keys() - _GROUPS:
        findings.add(key, unknown_member(key, _GROUPS))
    organization, itself = _organization(document.get("organization"), findings)
    apis = tuple(_api(path, one, findings) for path, one in _items("apis", document, findings))
    applications = tuple(
        _application(path, one, findings) for path, one in _items("applications", document, findings)
    )
    parts = [part for api in apis for part in (api.scopes, api.routes, api.limits)]
    for group in (apis, applications, *parts):
        _judge_names(group, findings)
    return Declaration(organization, apis, applications, itself)


def _organization(given: object, findings: Findings) -> tuple[str, Declared | None]:
    """The name of an organization that is there, or what an organization is to be."""
    if not isinstance(given, dict):
        if not isinstance(given, str) or not given:
            findings.add("organization", errors.FIELD_REQUIRED)
            return "", None
        return given, None
    values = _members("organization", given, OrganizationDraft, findings, beside=("id",))
    identifier = given.get("id")
    if identifier is not None and not isinstance(identifier, str):
        findings.add("organization.id", errors.FIELD_TYPE)
        identifier = None
    name = identifier or _required("organization", "slug", values, findings)
    return name, Declared("organization", name, values, is_absent=given.get("state") == ABSENT)


def _items(path: str, holder: Mapping[str, Any], findings: Findings) -> list[tuple[str, dict[str, Any]]]:
    """The records of a list, with their paths. `path` ends in the member's name."""
    value = holder.get(path.rpartition(".")[2])
    if value is None:
        return []
    if not isinstance(value, list):
        findings.add(path, expected_type("a list"))
        return []
    found = []
    for index, one in enumerate(value):
        if isinstance(one, dict):
            found.append((f"{path}[{index}]", one))
        else:
            findings.add(f"{path}[{index}]", expected_type("an object"))
    return found


def _api(path: str, given: dict[str, Any], findings: Findings) -> Declared:
    values = _members(path, given, ApiDraft, findings, beside=("scopes", "routes", "limits"))
    parts = {
        part: tuple(read(place, one, findings) for place, one in _items(f"{path}.{part}", given, findings))
        for part, read in (("scopes", _scope), ("routes", _route), ("limits", _limit))
    }
    name = _required(path, "identifier", values, findings)
    return Declared(
        path,
        name,
        values,
        is_absent=given.get("state") == ABSENT,
        scopes=parts["scopes"],
        routes=parts["routes"],
        limits=parts["limits"],
    )


def _scope(path: str, given: dict[str, Any], findings: Findings) -> Declared:
    values, is_absent = _part(path, given, ScopeDraft, findings)
    return Declared(path, _required(path, "value", values, findings), values, is_absent=is_absent)


def _route(path: str, given: dict[str, Any], findings: Findings) -> Declared:
    values, is_absent = _part(path, given, RouteDraft, findings)
    name = " ".join(_required(path, key, values, findings) for key in ("method", "pattern"))
    return Declared(path, name, values, is_absent=is_absent)


def _limit(path: str, given: dict[str, Any], findings: Findings) -> Declared:
    values, is_absent = _part(path, given, LimitDraft, findings)
    if not is_absent:
        _required(path, "per_minute", values, findings)
    return Declared(path, limit_name(values), values, is_absent=is_absent)


def limit_name(values: Mapping[str, Any]) -> str:
    """What a limit is known by: whom it is for."""
    application = values.get("application") or "every application"
    return f"{application} for {values.get('organization') or 'every organization'}"


def _part(path: str, given: dict[str, Any], draft: type, findings: Findings) -> tuple[dict[str, Any], bool]:
    """The members of a part of an API, which has no state but being there."""
    if given.get("state") not in {None, ABSENT}:
        findings.add(f"{path}.state", unknown_value((ABSENT,)))
    return _members(path, given, draft, findings, beside=("state",)), given.get("state") == ABSENT


def _application(path: str, given: dict[str, Any], findings: Findings) -> Declared:
    settings = given.get("settings") or {}
    outside = {key: value for key, value in given.items() if key != "settings"}
    # What `export` wrote may have secrets: they are for `import`, and declared by nobody.
    values = _members(path, outside, ApplicationDraft, findings, beside=("client_id", "secrets"))
    if isinstance(settings, dict):
        values |= _of_settings(f"{path}.settings", settings, findings)
    else:
        findings.add(f"{path}.settings", expected_type("an object"))
    client_id = given.get("client_id")
    if client_id is not None and not isinstance(client_id, str):
        findings.add(f"{path}.client_id", expected_type("a text"))
        client_id = None
    name = client_id or _required(path, "name", values, findings)
    return Declared(path, name, values, is_absent=given.get("state") == ABSENT, client_id=client_id)


def _of_settings(path: str, settings: dict[str, Any], findings: Findings) -> dict[str, Any]:
    dialects = settings.get("dialects")
    names = {*SETTINGS_FIELDS, "dialects"}
    for key in settings.keys() - names:
        findings.add(f"{path}.{key}", unknown_member(key, names))
    # Null is a value where it means that there is no limit; elsewhere it says nothing.
    known = {
        key: value
        for key, value in settings.items()
        if key in SETTINGS_FIELDS and (value is not None or edited_settings(STANDARD.settings)[key] is None)
    }
    values = _converted(path, known, ApplicationDraft, findings)
    if dialects is not None:
        values["dialect_settings"] = _of_dialects(f"{path}.dialects", dialects, findings)
    return values


def _of_dialects(path: str, dialects: object, findings: Findings) -> dict[str, dict[str, Any]]:
    """What a file says of dialects' own mounts. Null is said there: as at the standard one."""
    try:
        given = msgspec.convert(dialects, dict[str, dict[str, Any]])
    except msgspec.ValidationError as misfit:
        findings.add(path, wrong_type(misfit))
        return {}
    types = get_type_hints(MountSettings) | get_type_hints(ApplicationDraft)
    found: dict[str, dict[str, Any]] = {dialect: {} for dialect in given}
    for dialect, values in given.items():
        for key, value in values.items():
            if key not in EDITED_AT_DIALECTS:
                findings.add(f"{path}.{dialect}.{key}", unknown_member(key, EDITED_AT_DIALECTS))
                continue
            try:
                found[dialect][key] = msgspec.convert(value, types[key] | None)
            except msgspec.ValidationError as misfit:
                findings.add(f"{path}.{dialect}.{key}", wrong_type(misfit))
    return found


def _members(
    path: str, given: dict[str, Any], draft: type, findings: Findings, *, beside: tuple[str, ...]
) -> dict[str, Any]:
    """The members of a draft that are given. `beside` are keys that are read elsewhere."""
    names = {field.name for field in fields(draft)} - {*SETTINGS_FIELDS, "dialect_settings"}
    known = names | set(beside)
    for key in given.keys() - known:
        findings.add(f"{path}.{key}", unknown_member(key, known))
    taken = {
        key: value
        for key, value in given.items()
        if key in names and not (key == "state" and value == ABSENT)
    }
    return _converted(path, taken, draft, findings)


def _converted(path: str, given: dict[str, Any], draft: type, findings: Findings) -> dict[str, Any]:
    hints = get_type_hints(draft) | _TEXTS
    values = {}
    for key, value in given.items():
        try:
            values[key] = msgspec.convert(value, hints[key])
        except msgspec.ValidationError as misfit:
            place = _IN_A_VALUE.search(str(misfit))
            findings.add(f"{path}.{key}{place[1] if place else ''}", wrong_type(misfit))
    return values


def _required(path: str, name: str, values: Mapping[str, Any], findings: Findings) -> str:
    value = values.get(name)
    if not value:
        findings.add(f"{path}.{name}", errors.FIELD_REQUIRED)
    return str(value or "")


def _judge_names(group: tuple[Declared, ...], findings: Findings) -> None:
    seen: set[str] = set()
    for one in group:
        if one.name.strip() and one.name in seen:
            findings.add(one.path, errors.FIELD_DUPLICATE)
        seen.add(one.name)
