"""What may be said about everybody's gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grantway.core import errors
from grantway.core.errors import Reason
from grantway.core.gates import GATES, GatePolicy
from grantway.core.policy import STANDARD
from grantway.features import fields
from grantway.features.fields import Findings

MEMBERS = {"least_gate": "least", "default_gate": "default", "open_mounts": "open_mounts"}
"""What the policy record calls the parts of it."""


def with_gates(before: GatePolicy, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of a policy record, with those of gates brought together."""
    others = {name: value for name, value in changes.items() if name not in MEMBERS}
    named = {MEMBERS[name]: value for name, value in changes.items() if name in MEMBERS}
    if "open_mounts" in named:
        named["open_mounts"] = frozenset(named["open_mounts"])
    return {**others, "gates": replace(before, **named)}


def judge_gates(
    findings: Findings, gates: GatePolicy, changes: Mapping[str, Any], dialects: Mapping[str, str]
) -> None:
    """Add what is wrong with the platform's word on gates. `dialects` has the dialect of each mount.

    The root of the issuer is never among the open mounts: every application can speak there, so that
    would be no gate at all, which is said by `default_gate` and shows in each organization.
    """
    for name, gate in (("least_gate", gates.least), ("default_gate", gates.default)):
        findings.add(name, fields.one_of(gate, GATES))
    if gates.least in GATES and gates.default in GATES and gates.default not in gates.allowed:
        findings.add("default_gate", gate_problem(gates.default, gates))

    def problem(mount: str) -> Reason | None:
        is_open = dialects.get(mount, STANDARD.name) != STANDARD.name
        return None if is_open else errors.FIELD_GATE_MOUNT

    findings.check_each("open_mounts", changes.get("open_mounts", ()), problem)


def gate_problem(gate: str | None, policy: GatePolicy) -> Reason | None:
    """What is wrong with a gate. The platform's bound holds for operators as well: they can move it."""
    if gate in policy.allowed:
        return None
    if gate not in GATES:
        return fields.unknown_value(GATES)
    return errors.FIELD_GATE_REVIEWED if policy.least == "reviewed" else errors.FIELD_GATE_INSTALLED
