"""The policy of Nitro's clients. Its wire is not spoken yet.

What belongs here is what distinguishes this system's clients and, with it, its wire (facts B1 to B55,
docs/dialects/nitro.md). Until then an application of this preset speaks `standard`.
"""

from __future__ import annotations

from grantway.edges.dialects.nitro.preset import PRESET

__all__ = ["PRESET"]
