"""The gate of an organization: what its members may let in that the organization itself did not install.

    any         whatever the audience of an application takes in
    reviewed    what was approved for publication, what the platform vouches for, and harmless scopes
    installed   nothing else than what the organization installed

The platform says how loose a gate can be at all, and which one new organizations get.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

OrganizationGate: TypeAlias = Literal["any", "reviewed", "installed"]

GATES: tuple[OrganizationGate, ...] = ("any", "reviewed", "installed")
"""From the loosest to the strictest."""


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """What the platform says about everybody's gate."""

    least: OrganizationGate = "any"
    """The loosest that counts: whatever an organization chose, it is at least as strict as this."""
    default: OrganizationGate = "reviewed"
    """What a new organization gets."""
    open_mounts: frozenset[str] = frozenset()
    """The mounts whose sign-in needs no review (N13). What only lets in installed ones stays as it is."""

    @property
    def allowed(self) -> tuple[OrganizationGate, ...]:
        """What an organization may choose."""
        return GATES[GATES.index(self.least) :]

    def effective(self, chosen: OrganizationGate) -> OrganizationGate:
        """The gate that counts: the stricter of what was chosen and of what the platform allows."""
        return chosen if chosen in self.allowed else self.least


NO_POLICY = GatePolicy()
