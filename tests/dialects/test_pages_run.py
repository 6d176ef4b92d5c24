"""The shell scripts of the dialects' pages as they stand: curl, over a socket, against a real server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from tests.dialects.nexusguard import guide as nexusguard
from tests.dialects.nitro import guide as nitro
from tests.kit.guides import Shell, blocks_of
from tests.kit.world import World


class Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing."""


class Threading(ThreadingMixIn, WSGIServer):
    """A browser opens connections that it does not use; none of them may hold up the others."""

    daemon_threads = True
    block_on_close = False


@contextmanager
def served(app: Any) -> Iterator[str]:
    """A WSGI application on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, Threading, Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def of_nitro(world: World) -> tuple[dict[str, str], str]:
    """B18 to B20, B30, B31, B35, B43."""
    guide = nitro.a_guide(world)
    given = {"CLIENT_ID": guide.application.client_id, "CLIENT_SECRET": guide.secret}
    user = '{"userId":"%s","site":"Northwind","scopes":["gamification_user"]}'
    site = '{"groups":[{"name":"all","site":"Northwind"}]}'
    return given, site + user % "joe" + user % "ann"


def of_nexusguard(world: World) -> tuple[dict[str, str], str]:
    """G15, G18, G19, G21, G22, G27, G33, G34."""
    guide = nexusguard.a_guide(world)
    given = {
        "APP_ID": guide.app.client_id,
        "APP_SECRET": guide.secret,
        "REDIRECT": "https://attacks.example.test/back",
        "XSPE": guide.xspe(),
        "CUSTOMER_ID": guide.customer_id,
    }
    success = '{"code":0,"msg":"success","result":%s}'
    who = f'"user":{{"name":"Mara Lindqvist","email":"{guide.person.email}"}}'
    named = f'"customer_id":"{guide.customer_id}","name":"Northwind"'
    one = success % f"{{{named},{who}}}"
    return given, one + one + success % f"[{{{named}}}]"


@pytest.mark.parametrize("of", [of_nitro, of_nexusguard], ids=lambda one: one.__name__[3:])
def test_the_script_of_a_page_runs_as_it_stands(
    world: World, tmp_path: Path, of: Callable[[World], tuple[dict[str, str], str]]
) -> None:
    name = of.__name__[3:]
    given, wanted = of(world)
    (block,) = blocks_of(f"docs/dialects/{name}.md")
    with served(world.app) as address, Shell(tmp_path, {}) as shell:
        shell.set(BASE=f"{address}/d/{name}", **given)
        assert shell.run(block.text, block.place) == wanted
