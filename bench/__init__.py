"""The project's own benchmark: the cost of a request, as a ratio to the cheapest answer of the same server.

Belongs here: starting servers, putting load on them with wrk, and reporting. Does not belong here: tests
(speed is measured, never asserted) and anything the product imports.
"""

from __future__ import annotations
