"""The composition root: from settings and ports to a running product. It decides nothing.

Here belongs which object is built with which, and what runs beside the requests. How a request looks
is in `edges`, what may happen in `features`; commands that people type are in `cli`.
"""

from __future__ import annotations

from grantway.app.mounting import MountingError, Placed, placed_mounts
from grantway.app.product import Ports, Product, build
from grantway.app.running import open_ports, worker

__all__ = ["MountingError", "Placed", "Ports", "Product", "build", "open_ports", "placed_mounts", "worker"]
