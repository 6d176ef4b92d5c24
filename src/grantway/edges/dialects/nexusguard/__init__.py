"""The policy of Nexusguard's apps. Its wire is not spoken yet.

What belongs here is what distinguishes this system's apps and, with it, its wire (facts G1 to G50,
docs/dialects/nexusguard.md). Until then an application of this preset speaks `standard`.
"""

from __future__ import annotations

from grantway.edges.dialects.nexusguard.preset import PRESET

__all__ = ["PRESET"]
