"""The wire forms: one folder each, with its routes, codec and errors, and one line in `ALL`.

What belongs in a folder here is how requests and answers of one system look. Nothing in it decides
who may get what: that is policy, which the dialect's preset gives to its applications. The folders
do not know each other. A system whose wire is not spoken yet has its preset here all the same, so that
its applications can be registered under its rules: `PRESETS` has those of all.
"""

from __future__ import annotations

from grantway.core.policy import Preset
from grantway.edges.dialects.cxone import DIALECT as CXONE
from grantway.edges.dialects.cxone import moving as cxone_files
from grantway.edges.dialects.deeplynx import DIALECT as DEEPLYNX
from grantway.edges.dialects.deeplynx import moving as deeplynx_files
from grantway.edges.dialects.deeplynx1 import DIALECT as DEEPLYNX1
from grantway.edges.dialects.nexus211 import DIALECT as NEXUS211
from grantway.edges.dialects.nexus211 import moving as nexus211_files
from grantway.edges.dialects.nexusguard import DIALECT as NEXUSGUARD
from grantway.edges.dialects.nexusguard import moving as nexusguard_files
from grantway.edges.dialects.nitro import DIALECT as NITRO
from grantway.edges.dialects.nitro import moving as nitro_files
from grantway.edges.dialects.standard import DIALECT as STANDARD
from grantway.edges.moving.reading import Format
from grantway.edges.web.dialect import Dialect

ALL: tuple[Dialect, ...] = (STANDARD, NEXUS211, DEEPLYNX, DEEPLYNX1, CXONE, NITRO, NEXUSGUARD)

PRESETS: tuple[Preset, ...] = tuple(dialect.preset for dialect in ALL)

FORMATS: tuple[Format, ...] = (
    nexus211_files.FORMAT,
    deeplynx_files.FORMAT,
    cxone_files.FORMAT,
    nitro_files.FORMAT,
    nexusguard_files.FORMAT,
)
"""The files of these systems, from which applications move in."""

__all__ = [
    "ALL",
    "CXONE",
    "DEEPLYNX",
    "DEEPLYNX1",
    "FORMATS",
    "NEXUS211",
    "NEXUSGUARD",
    "NITRO",
    "PRESETS",
    "STANDARD",
]
