"""One path, one route: what Falcon reads as the same is told apart."""

from __future__ import annotations

from typing import Any

from falcon.inspect import inspect_compiled_router, register_router
from falcon.routing import CompiledRouter


class OneSlash(CompiledRouter):
    """Finds nothing for a path that begins with two slashes.

    Falcon drops every leading slash, so `//token` would be `/token` under a name that neither the rules
    of a proxy nor the tables of this server know.
    """

    def find(self, uri: str, req: Any = None) -> Any:
        """The route of a path, or None."""
        return None if uri.startswith("//") else super().find(uri, req)


# It lists its routes as the router does that it is made from.
register_router(OneSlash)(inspect_compiled_router)
