"""What connections cost that send a head and never end it: the most that strangers can make a worker hold.

python -m bench --heads 2000
"""

from __future__ import annotations

import contextlib
import resource
import socket
import time

from bench.servers import Server, serving
from grantway.edges.web.limits import MAXIMUM_HEADER_BYTES

_SETTLING_SECONDS = 2


def main(connections: int) -> bool:
    """Open so many connections with a head almost as long as one may be, and print what that took."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * connections + 100)), hard))
    head = b"GET / HTTP/1.1\r\nHost: a\r\nCookie: theirs=" + b"a" * (MAXIMUM_HEADER_BYTES - 1_024)
    with serving("bench.constant:make") as server, contextlib.ExitStack() as stack:
        before = _worker(server)
        for _ in range(connections):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            one.sendall(head)
        time.sleep(_SETTLING_SECONDS)
        grown = _worker(server) - before
        print(
            f"{connections} connections with {len(head) / 1024:.0f} kB of head each: "
            f"{grown:.0f} MB more in the worker, {grown * 1024 / connections:.0f} kB a connection"
        )
    return True


def _worker(server: Server) -> float:
    return sum(server.memory_megabytes())
