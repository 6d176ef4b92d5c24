"""A session against the class of sign-in that a request makes essential (OpenID Connect Core §5.5.1.1)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from grantway.core import assurance
from grantway.core.claims import AskedClaims
from grantway.features.authorize import steps
from grantway.features.authorize.steps import Ask, Go
from tests.features.authorize.cases import NOW, Case, pending, session


@pytest.mark.parametrize(("methods", "step"), [(("pwd",), Go), (("otp",), Ask), (("otp", "pwd"), Go)])
def test_a_session_that_does_not_reach_an_essential_class_is_not_enough(
    methods: tuple[str, ...], step: type[object]
) -> None:
    case = Case(session="new")
    here = session(case)
    assert here is not None
    wished = structs.replace(pending(case), claims=AskedClaims(acr=(assurance.PASSWORD.name,)))
    assert isinstance(steps.after_session(wished, replace(here, methods=methods), NOW), step)
