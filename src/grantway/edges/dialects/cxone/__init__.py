"""The policy of CXone's applications. Its wire is not spoken yet.

What belongs here is what distinguishes this system's applications and, with it, its wire (facts C1 to
C88, docs/dialects/cxone.md). Until then an application of this preset speaks `standard`.
"""

from __future__ import annotations

from grantway.edges.dialects.cxone.preset import PRESET

__all__ = ["PRESET"]
