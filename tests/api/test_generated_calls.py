"""Thousands of calls made up from the description: the server keeps what it says, and never fails.

Half of the calls fit the description and half do not. Ids in paths are real ones or made up.
"""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks
from schemathesis.specs.openapi.schemas import OpenApiSchema

from grantway.core.identifiers import to_text
from grantway.edges.api.operations import ALL
from tests.api.cast import Cast
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
    {"checks": {"negative_data_rejection": {"expected-statuses": [400, 404, 409, 412, 413, 415, 422, 428]}}}
)
EXAMPLES = max(1, count(300, 20_000) // (2 * len(ALL)))


def test_made_up_calls_are_answered_as_described(cast: Cast) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", cast.world.app, config=CONFIG)
    token = cast.caller("operator").token
    done = 0
    for wanted in ALL:
        records = cast.records(cast.own).ids
        takes_input = bool(schema[wanted.path][wanted.method].definition.raw["parameters"])
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            if mode is GenerationMode.NEGATIVE and not takes_input:
                continue
            done += call_at_random(schema, wanted.method, wanted.path, mode, records, str(token))
    assert done >= 2 * (len(ALL) - 1)
    assert cast.as_operator("GET", "/me").status_code == 200
    assert cast.as_operator("GET", f"/organizations/{to_text(cast.other.id)}").status_code == 200


def fits(case: Any, place: ParameterLocation) -> bool:
    """Whether this part of a call fits the description."""
    made = case.meta.components.get(place)
    return made is not None and made.mode is GenerationMode.POSITIVE


def call_at_random(
    schema: OpenApiSchema, method: str, path: str, mode: GenerationMode, records: dict[str, str], token: str
) -> int:
    operation = schema[path][method]
    done = 0

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def run(case: Any, data: st.DataObject) -> None:
        nonlocal done
        done += 1
        # What was made to break the rules stays as it is; the rest leads to real records.
        if fits(case, ParameterLocation.PATH):
            for name in case.path_parameters or {}:
                if data.draw(st.sampled_from([True, True, True, False])):
                    case.path_parameters[name] = records[name]
        if fits(case, ParameterLocation.HEADER) and "If-Match" in (case.headers or {}):
            case.headers["If-Match"] = f'"{data.draw(st.integers(1, 3))}"'
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(
            response, checks=[*CHECKS, *([] if "" in (case.query or {}).values() else STRICT)]
        )

    try:
        run()
    except Exception as failure:
        failure.add_note(f"{method} {path} ({mode.value})")
        raise
    return done
