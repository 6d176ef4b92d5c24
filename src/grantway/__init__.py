"""Grantway: an application registry and OAuth 2.0 / OpenID Connect server for multi-tenant platforms.

Read `docs/map.md` first: it says where every line lives. This package holds nothing itself; its
parts are `core` (words), `features` (decisions), `edges` (HTTP), `storage` (memory of facts) and the
composition modules beside them.
"""

from __future__ import annotations

__version__ = "0.1.0"
