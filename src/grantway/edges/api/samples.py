"""The body that a reader of the reference sends first: the fewest members, as they are taken.

A member that names a record has a sample that is of no use anywhere. The operation says which record is
meant, as `application.client_id`, so that whoever made one before can put it in: the page does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grantway.edges.api.openapi_parts import Node, example_of, schemas
from grantway.edges.web.operations import Operation


def sample_of(operation: Operation) -> Node:
    """The members that are required; of a change, where none is, the first."""
    if operation.request is None:
        return {}
    if operation.sample is not None:
        return dict(operation.sample)
    components = schemas()
    form = components[operation.request.__name__]
    names = form.get("required") or list(form["properties"])[:1]
    return {name: example_of(form["properties"][name], components) for name in names}


def filled(operation: Operation, known: Mapping[str, Any]) -> Node:
    """The sample with the records that are known, as the page sends it. `known`: by kind and member."""
    sample = sample_of(operation)
    for member, meant in operation.named.items():
        if meant in known:
            sample[member] = [known[meant]] if isinstance(sample[member], list | tuple) else known[meant]
    return sample
