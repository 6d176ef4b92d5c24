"""What a stranger can make the server do: processor time and size of each address that answers GET."""

from __future__ import annotations

import time
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from bench import databases
from bench.stage import prepared
from grantway.app import Product, build, log, open_ports
from tests.abuse.census import Declared, declared_by

MOST_MILLISECONDS = 20.0
MOST_BYTES = 100_000
"""What one anonymous request may cost, once the process is warm."""
_FILE = "grantway.css"


@dataclass(frozen=True, slots=True)
class Cost:
    """One address: its first answer, the later ones, and how much of it goes over the wire."""

    path: str
    status: int
    first: float
    """Milliseconds of the processor for the first request of the process."""
    later: float
    wire: int
    """Bytes of the body for a reader who takes gzip."""

    @property
    def is_kept(self) -> bool:
        """Whether it is within the bounds."""
        return self.later <= MOST_MILLISECONDS and self.wire <= MOST_BYTES

    def row(self) -> str:
        """The line of the table."""
        size = self.wire / 1000
        return f"| `{self.path}` | {self.status} | {self.first:.1f} | {self.later:.2f} | {size:.1f} |"


def main(requests: int) -> bool:
    """Measure every address that answers GET to anybody, and say whether each is within the bounds."""
    with databases.ALL["sqlite"]() as url:
        stage = prepared(url, 8400)
        log.configure(stage.settings.log)
        product = build(stage.settings, open_ports(stage.settings))
        product.prepare()
        product.poll()
        costs = [_cost(product, one, requests) for one in _addresses(product)]
        product.close()
    print("| address | status | first, ms | later, ms | kB on the wire |")
    print("| --- | --- | --- | --- | --- |")
    for cost in sorted(costs, key=lambda one: -one.later):
        print(cost.row())
    return all(cost.is_kept for cost in costs)


def _addresses(product: Product) -> list[Declared]:
    return [one for one in declared_by(product) if one.method == "GET"]


def _cost(product: Product, one: Declared, requests: int) -> Cost:
    path = one.address({"name": _FILE})
    first, status, size = _asked(product, path)
    later = min(_asked(product, path)[0] for _ in range(requests))
    return Cost(one.path, status, first, later, size)


def _asked(product: Product, path: str) -> tuple[float, int, int]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8400",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost:8400",
        "HTTP_ACCEPT": "text/html",
        "HTTP_ACCEPT_ENCODING": "gzip",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": None,
    }
    statuses: list[int] = []
    begin = time.process_time()
    body = b"".join(product.app(environ, lambda status, *_: statuses.append(int(status[:3]))))  # type: ignore[arg-type]
    return (time.process_time() - begin) * 1000, statuses[0], len(body)
