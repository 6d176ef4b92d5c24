"""Thousands of calls made up from the description: the server keeps what it says, and never fails.

Half of the calls fit the description and half do not. An operator, an owner and a program make them, mostly
about records that are there, with the tags that these have: else nearly all would end at the first question.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks
from schemathesis.specs.openapi.schemas import OpenApiSchema

from grantway.edges.web.operations import Operation, Tenant
from grantway.edges.web.records.operations import ALL
from tests.api.cast import Cast
from tests.api.made_up import NAMES, Memory, blended
from tests.kit.counts import count

CHECKS = (
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)
STRICT = (checks.negative_data_rejection,)
"""Not for empty parameters, which are as good as absent ones."""
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "negative_data_rejection": {"expected-statuses": [400, 403, 404, 409, 412, 413, 415, 422, 428]}
        }
    }
)
WANTED = count(1_000, 20_000)
"""Calls on each kind of database."""
PER_TURN = count(2, 20)
SHALLOW = 1
"""Calls of those whom an operation refuses whatever they say."""
OF_CIRCUMSTANCE = {"revealSecret", "listKeys", "handOver", "reportLeakedSecret"}
"""Refused to most callers here by the policy of the records; their own tests reach them."""


def test_made_up_calls_are_answered_as_described(
    cast: Cast, record_property: Callable[[str, object], None]
) -> None:
    described = Described(cast)
    cast.world.make.api(None, "global")
    memories = [Memory(cast, cast.caller(name)) for name in NAMES]
    while sum(memory.done for memory in memories) < WANTED:
        for operation in ALL:
            for memory in memories:
                for mode in described.modes(operation):
                    memory.renew(operation)
                    described.call_at_random(operation, memory, mode)
    total = sum(memory.done for memory in memories)
    record_property("calls", total)
    reached = set[str]().union(*(memory.reached for memory in memories))
    assert {one.id for one in ALL} - reached <= OF_CIRCUMSTANCE
    for memory in memories:
        assert cast.call(memory.caller, "GET", "/me").status_code == 200


class Described:
    """The description, as calls are made up from it and answers are held against it."""

    def __init__(self, cast: Cast) -> None:
        self._schema: OpenApiSchema = schemathesis.openapi.from_wsgi(
            "/api/v1/openapi.json", cast.world.app, config=CONFIG
        )
        self._strategy = cache(self._make_strategy)

    def modes(self, operation: Operation) -> tuple[GenerationMode, ...]:
        """Whether calls can break the description: not where there is nothing to say."""
        raw = self._raw(operation)
        can_be_wrong = "requestBody" in raw or any(map(_bounds, raw["parameters"]))
        return (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)[: 1 + can_be_wrong]

    def call_at_random(self, operation: Operation, memory: Memory, mode: GenerationMode) -> None:
        """One caller's turn at one operation."""
        is_shallow = operation.tenant is Tenant.PLATFORM and not memory.caller.is_operator

        @settings(
            max_examples=SHALLOW if is_shallow else PER_TURN,
            suppress_health_check=list(HealthCheck),
            deadline=None,
            database=None,
        )
        @given(case=self._strategy(operation.id, mode), data=st.data())
        def run(case: Any, data: st.DataObject) -> None:
            memory.done += 1
            self._aim(operation, memory, case, data.draw)
            self._judge(operation, memory, case)

        try:
            run()
        except BaseException as failure:
            failure.add_note(f"{operation.id} by {memory.caller.name} ({mode.value})")
            raise

    def _aim(self, operation: Operation, memory: Memory, case: Any, draw: Any) -> None:
        """Lead a call to real records. What was made to break the description stays as it is."""
        if _fits(case, ParameterLocation.PATH) and case.path_parameters:
            case.path_parameters = memory.path(draw, case.path_parameters)
        if _fits(case, ParameterLocation.HEADER) and "If-Match" in (case.headers or {}):
            case.headers["If-Match"] = memory.tag(draw, operation, case.path_parameters or {})
        if _fits(case, ParameterLocation.BODY) and isinstance(case.body, dict):
            content = self._raw(operation)["requestBody"]["content"]
            case.body = blended(draw, memory.body, case.body, content["application/json"]["example"])

    def _judge(self, operation: Operation, memory: Memory, case: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {memory.caller.token}"})
        # What is written without a value is not there for us (RFC 6749 §3.1), so it breaks nothing.
        has_empty = any(value in ("", {}, [], None) for value in (case.query or {}).values())
        strict = () if has_empty else STRICT
        case.validate_response(response, checks=[*CHECKS, *strict])
        if response.status_code < 300:
            headers = {name.lower(): values[0] for name, values in response.headers.items()}
            memory.learn(operation, dict(case.path_parameters or {}), headers)
            return
        # Every refusal is one of those that the description lists for the operation and the status.
        refused = self._raw(operation)["responses"][str(response.status_code)]
        refused = self._schema.raw_schema["components"]["responses"][refused["$ref"].rpartition("/")[2]]
        assert response.json()["error_id"] in refused["x-error-ids"], response.json()

    def _raw(self, operation: Operation) -> dict[str, Any]:
        raw: dict[str, Any] = self._schema.raw_schema["paths"][operation.path][operation.method.lower()]
        return raw

    def _make_strategy(self, operation_id: str, mode: GenerationMode) -> Any:
        operation = next(one for one in ALL if one.id == operation_id)
        return self._schema[operation.path][operation.method].as_strategy(generation_mode=mode)


def _bounds(parameter: dict[str, Any]) -> bool:
    """Whether a parameter has values that it does not take: not one that is any text or none at all."""
    return bool(parameter["required"]) or parameter["schema"] != {"type": "string"}


def _fits(case: Any, place: ParameterLocation) -> bool:
    """Whether this part of a call fits the description."""
    made = case.meta.components.get(place)
    return made is not None and made.mode is GenerationMode.POSITIVE
