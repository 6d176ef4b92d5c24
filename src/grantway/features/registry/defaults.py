"""Default applications: one of each in an organization, made when it is first needed or asked for.

Of several callers at once one makes it and all get the same: a unique index decides, not a look before.
It is an application like any other afterwards, which the organization can change, disable and delete.
"""

from __future__ import annotations

from collections.abc import Iterable

from grantway.core import errors
from grantway.core.defaults import Offered, Taken
from grantway.core.errors import PRESET_SCOPE_MISSING, Conflict, FieldError, Invalid, Reason
from grantway.core.model import Application, Id
from grantway.core.policy import Preset
from grantway.core.ports import OrganizationDoor, Tx
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import APPLICATIONS_READ, APPLICATIONS_WRITE
from grantway.features.fields import unknown_value
from grantway.features.registry.applications import Applications
from grantway.features.registry.drafts import ApplicationDraft


class DefaultApplications:
    """What presets offer to every organization, and what an organization has of it."""

    def __init__(self, applications: Applications, presets: Iterable[Preset]) -> None:
        self._applications = applications
        self._presets = tuple(presets)

    def offered(self, tx: Tx, caller: Caller, organization_id: Id) -> tuple[Offered, ...]:
        """Everything that is offered, in the order of the presets."""
        door = enter(tx, caller, APPLICATIONS_READ, organization_id)
        made = {(one.preset, one.default_name): one for one in door.default_applications()}
        return tuple(
            Offered(preset, default, made.get((preset.name, default.name)))
            for preset in self._presets
            for default in preset.default_applications
        )

    def take(self, tx: Tx, caller: Caller, organization_id: Id, *, preset: str, name: str) -> Taken:
        """The organization's own, made now if there is none, by the rules that all applications keep.

        Raises Invalid for what no preset offers, and Conflict where its scope does not exist yet.
        """
        door = enter(tx, caller, APPLICATIONS_WRITE, organization_id)
        offering = next((one for one in self._presets if one.name == preset), None)
        if offering is None:
            raise Invalid((FieldError("preset", unknown_value(one.name for one in self._presets)),))
        default = next((one for one in offering.default_applications if one.name == name), None)
        if default is None:
            raise Invalid((FieldError("name", _none_of(offering)),))
        found = _found(door, preset, name)
        if found is not None:
            return Taken(found, created=False)
        draft = ApplicationDraft(default.type, default.name, preset, scopes=default.scopes)
        scopes = tx.gate.catalogue().scopes
        if any(value not in scopes or scopes[value].retired_at is not None for value in default.scopes):
            raise Conflict(PRESET_SCOPE_MISSING)
        try:
            made = self._applications.create(tx, caller, organization_id, draft, default_name=default.name)
        except Conflict:
            found = _found(door, preset, name)
            if found is None:
                raise
            return Taken(found, created=False)
        return Taken(made, created=True)


def _none_of(preset: Preset) -> Reason:
    offered = [one.name for one in preset.default_applications]
    return (
        unknown_value(offered) if offered else errors.FIELD_UNKNOWN_VALUE.saying("This preset offers none.")
    )


def _found(door: OrganizationDoor, preset: str, name: str) -> Application | None:
    made = door.default_applications()
    return next((one for one in made if (one.preset, one.default_name) == (preset, name)), None)
