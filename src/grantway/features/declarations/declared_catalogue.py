"""The APIs and scopes of a declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grantway.core import errors
from grantway.core.identifiers import to_text
from grantway.core.model import Api, Id, Scope
from grantway.features.declarations.declared import Declaration, Declared
from grantway.features.declarations.planning import Work, differing, every
from grantway.features.fields import Findings
from grantway.features.registry.apis import ApiDraft, Apis, ScopeDraft, draft_of, draft_of_scope


class DeclaredCatalogue:
    """APIs with their scopes."""

    def __init__(self, work: Work, apis: Apis) -> None:
        self._work = work
        self._apis = apis
        self._at = (work.tx, work.caller, work.organization.id)
        door = work.tx.organization(work.organization.id)
        self._known = {api.identifier: api for api in every(door.apis) if api.builtin is None}

    def scopes_and_apis(self, declaration: Declaration) -> None:
        """Make and change them, and remove what is to be absent. Introspectors come later."""
        for one in declaration.apis:
            with self._work.at(one.path):
                self._api(one)
        named = {one.name for one in declaration.apis}
        self._work.plan.unmanaged += [("api", name) for name in self._known if name not in named]

    def api(self, one: Declared) -> Api | None:
        """The API of a declaration, as it is by now."""
        return None if one.is_absent else self._known.get(one.name)

    def introspectors(self, declaration: Declaration) -> None:
        """Those who may ask about tokens: by now the applications of the same file exist, too."""
        for one in declaration.apis:
            if "introspectors" not in one.values or one.is_absent or one.name not in self._known:
                continue
            with self._work.at(one.path):
                api = self._known[one.name]
                wanted = tuple(sorted(self._introspectors(one)))
                if wanted != tuple(sorted(api.introspectors)):
                    self._change(api, {"introspectors": wanted})

    def _api(self, one: Declared) -> None:
        api = self._known.get(one.name)
        if one.is_absent:
            self._remove(api, one)
            return
        values = {name: value for name, value in one.values.items() if name != "introspectors"}
        if api is None:
            api = self._apis.create(*self._at, draft=ApiDraft(**{"name": one.name, **values}))
            self._known[one.name] = api
            self._work.created("api", one.name, api.id, values)
        else:
            changes = differing(draft_of(api), values)
            if changes:
                self._change(api, changes)
            else:
                self._work.plan.unchanged += 1
        known = {scope.value: scope for scope in self._apis.scopes(*self._at, api_id=api.id)}
        for scope in one.scopes:
            with self._work.at(scope.path):
                self._scope(api, known.get(scope.name), scope)
        named = {scope.name for scope in one.scopes}
        self._work.plan.unmanaged += [("scope", value) for value in known if value not in named]

    def _change(self, api: Api, changes: Mapping[str, Any]) -> None:
        written = self._apis.update(*self._at, api_id=api.id, changes=changes, version=api.version)
        self._known[api.identifier] = written
        before, after = _told(api, changes), _told(written, changes)
        pairs = {name: (before[name], after[name]) for name in changes}
        self._work.changed("api", api.identifier, api.id, pairs)

    def _remove(self, api: Api | None, one: Declared) -> None:
        if api is None:
            self._work.plan.unchanged += 1
            return
        for scope in self._apis.scopes(*self._at, api_id=api.id):
            if scope.value in {listed.name for listed in one.scopes if listed.is_absent}:
                self._apis.delete_scope(*self._at, key=(api.id, scope.id))
                self._work.removed("scope", scope.value, scope.id)
        self._apis.delete(*self._at, api_id=api.id, version=api.version)
        del self._known[api.identifier]
        self._work.removed("api", api.identifier, api.id)

    def _scope(self, api: Api, scope: Scope | None, one: Declared) -> None:
        if one.is_absent:
            if scope is None:
                self._work.plan.unchanged += 1
                return
            self._apis.delete_scope(*self._at, key=(api.id, scope.id))
            self._work.removed("scope", one.name, scope.id)
            return
        if scope is None:
            draft = ScopeDraft(**{"text": "", **one.values})
            made = self._apis.create_scope(*self._at, api_id=api.id, draft=draft)
            self._work.created("scope", one.name, made.id, one.values)
            return
        former = draft_of_scope(scope)
        changes = differing(former, one.values)
        if not changes:
            self._work.plan.unchanged += 1
            return
        self._apis.update_scope(*self._at, key=(api.id, scope.id), changes=changes, version=scope.version)
        pairs = {name: (getattr(former, name), value) for name, value in changes.items()}
        self._work.changed("scope", one.name, scope.id, pairs)

    def _introspectors(self, one: Declared) -> list[Id]:
        """The applications of client ids, or of names within the organization."""
        findings, found = Findings(), []
        for index, text in enumerate(one.values["introspectors"]):
            application = self._work.application_of(text)
            if application is None:
                findings.add(f"introspectors[{index}]", errors.FIELD_UNKNOWN_VALUE)
            else:
                found.append(application.id)
        findings.raise_if_any()
        return found


def _told(api: Api, names: Mapping[str, Any]) -> dict[str, Any]:
    draft = draft_of(api)
    values = {"introspectors": [to_text(one) for one in draft.introspectors]}
    return {name: values.get(name, getattr(draft, name)) for name in names}
