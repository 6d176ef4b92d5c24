"""The management API: records of the registry and of accounts, as JSON over HTTP.

Here belong the steps that every call takes over HTTP, and the description of it all that is computed from the
table of operations. The operations themselves, their forms and answers, are in `edges.web.records`: the
console does them, too.
"""

from __future__ import annotations

from grantway.edges.api.dialect_calls import DialectCalls
from grantway.edges.api.mounting import Reference, described, mount_api
from grantway.edges.api.openapi import Endpoints
from grantway.edges.api.tours import Clients, Guide, add_tries

__all__ = [
    "Clients",
    "DialectCalls",
    "Endpoints",
    "Guide",
    "Reference",
    "add_tries",
    "described",
    "mount_api",
]
