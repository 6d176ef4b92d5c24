"""Fixtures of the tests of the standard dialect."""

from __future__ import annotations

import pytest

from grantway.edges.dialects.standard import DIALECT
from tests.dialects.wire import Wired


@pytest.fixture
def wired() -> Wired:
    """The dialect at the issuer's root, over features that say what they are told to."""
    return Wired(DIALECT)
