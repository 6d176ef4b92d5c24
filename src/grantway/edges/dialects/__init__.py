"""The wire forms: one folder each, with its routes, codec and errors, and one line in `ALL`.

What belongs in a folder here is how requests and answers of one system look. Nothing in it decides
who may get what: that is policy, which the dialect's preset gives to its applications. The folders
do not know each other.
"""

from __future__ import annotations

from grantway.edges.dialects.deeplynx import DIALECT as DEEPLYNX
from grantway.edges.dialects.nexus211 import DIALECT as NEXUS211
from grantway.edges.dialects.standard import DIALECT as STANDARD
from grantway.edges.web.dialect import Dialect

ALL: tuple[Dialect, ...] = (STANDARD, NEXUS211, DEEPLYNX)

__all__ = ["ALL", "DEEPLYNX", "NEXUS211", "STANDARD"]
