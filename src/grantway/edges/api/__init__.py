"""The management API: records of the registry and of accounts, as JSON over HTTP.

Here belong the operations, their request and answer forms, the steps every call takes, and the
description of it all that is computed from the table. What may be done to a record, and by whom, is
decided in `features`; nothing here can reach a record without passing there.
"""

from __future__ import annotations

from grantway.edges.api.dialect_calls import DialectCalls
from grantway.edges.api.mounting import Reference, described, mount_api
from grantway.edges.api.openapi import Endpoints
from grantway.edges.api.services import ApiFeatures, api_features
from grantway.edges.api.tours import Clients, Guide, add_tries

__all__ = [
    "ApiFeatures",
    "Clients",
    "DialectCalls",
    "Endpoints",
    "Guide",
    "Reference",
    "add_tries",
    "api_features",
    "described",
    "mount_api",
]
