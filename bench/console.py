"""`python -m bench --console`: what pages of the console cost against the page of consent.

In process, through the whole application, by processor time: the rest of the machine does not show in it.
Pages are asked for in turn with the consent page, so that whatever slows the one slows the other.
"""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

import falcon.testing

from bench.listings import LARGE, SMALL, Filled, filled
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Redirect
from grantway.core.ports import Tx

GOAL = 5.0
"""A page costs at most so many times what the page of consent costs."""
GOAL_OF_SIZE = 1.5
"""And among 10,000 applications at most so many times what it costs among 100, in the 95th of 100 cases."""
GOAL_OF_BYTES = 60_000
"""Of a first page, with its styles and scripts, compressed."""
_CLIENT, _CALLBACK = "consents", "https://app.example.test/callback"


def main(rounds: int) -> bool:
    """Print the table; true if every figure keeps its goal."""
    is_kept = True
    with filled("sqlite", SMALL) as small, filled("sqlite", LARGE) as large:
        both = (_Reader(small), _Reader(large))
        print(
            f"Processor time of pages in process, SQLite, {rounds} rounds; {SMALL} and {LARGE:,} applications"
        )
        print(f"{'page':34}{'of consent':>12}{'p95 of size':>12}{'first load':>12}")
        for name in both[0].pages:
            taken = _times(both, name, rounds)
            ratio = statistics.median(taken[1]) / statistics.median(taken[2])
            growth = _p95(taken[1]) / _p95(taken[0])
            size = both[1].first_load(name)
            is_kept &= ratio <= GOAL and growth <= GOAL_OF_SIZE and size <= GOAL_OF_BYTES
            print(f"{name:34}{ratio:12.2f}{growth:12.2f}{size / 1000:9.1f} kB", flush=True)
    return is_kept


class _Reader:
    """Somebody signed in who reads pages, and who is asked by an application."""

    def __init__(self, filled: Filled) -> None:
        product = filled.product
        self._client = falcon.testing.TestClient(product.app)
        now = product.ports.clock.now()
        with product.services.store.begin() as tx:
            user = tx.gate.user(1)
            if user is None:
                raise RuntimeError("nobody there")
            tx.organization(filled.organization_id).insert_application(_asking(filled, tx, now))
            started = product.features.sign_in.sessions.start(tx, user, ("pwd",), replaces=None)
        cookies = product.server.cookies
        text = started.text.reveal()
        self._cookie = f"{cookies.name('browser')}={'b' * 43}; {cookies.name('session')}={text}"
        self.consent = self._ask()
        base, one = "/o/tenant-1", f"/o/tenant-1/applications/{to_text(2)}"
        self.pages: Mapping[str, str] = {
            "overview": base,
            "applications": f"{base}/applications",
            "applications, by name": f"{base}/applications?name=application",
            "create an application": f"{base}/applications/new/web",
            "settings of an application": one,
            "credentials": f"{one}/credentials",
            "tokens and limits": f"{one}/tokens",
            "search": f"{base}/search?q=application",
        }

    def get(self, address: str) -> bytes:
        """The page at an address. Raises RuntimeError where there is none."""
        answer = self._client.simulate_get(
            address.partition("?")[0],
            query_string=address.partition("?")[2],
            headers={"Cookie": self._cookie, "Accept": "text/html", "Host": "id.example"},
        )
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        return answer.content

    def first_load(self, name: str) -> int:
        """Bytes of a page with its styles and scripts, compressed."""
        page = self.get(self.pages[name])
        parts = {part.split(b'"')[0].decode() for part in page.split(b'="/static/')[1:]}
        files = [self.get(f"/static/{part}") for part in sorted(parts)]
        return sum(len(gzip.compress(one)) for one in (page, *files))

    def _ask(self) -> str:
        query = {
            "response_type": "code",
            "client_id": _CLIENT,
            "redirect_uri": _CALLBACK,
            "scope": "openid profile email",
            "state": "s",
            "code_challenge": "a" * 43,
            "code_challenge_method": "S256",
        }
        answer = self._client.simulate_get(
            "/oauth/authorize",
            query_string=urlencode(query),
            headers={"Cookie": self._cookie, "Host": "id.example"},
        )
        return answer.headers["location"].removeprefix("https://id.example")


def _asking(filled: Filled, tx: Tx, now: int) -> Application:
    """An application that has to ask."""
    found = tx.organization(filled.organization_id).application(2)
    if found is None:
        raise RuntimeError("no application to go by")
    return replace(
        found,
        id=10_000_000,
        client_id=_CLIENT,
        type="confidential",
        name="Asks",
        scopes=frozenset({"openid", "profile", "email"}),
        redirects=(Redirect(_CALLBACK),),
        created_at=now,
    )


def _times(both: tuple[_Reader, _Reader], name: str, rounds: int) -> list[list[float]]:
    """Seconds of processor time: of the page among few, among many, and of consent among many."""
    few, many = both
    taken: list[list[float]] = [[], [], []]
    for _ in range(rounds):
        for times, reader, address in (
            (taken[0], few, few.pages[name]),
            (taken[1], many, many.pages[name]),
            (taken[2], many, many.consent),
        ):
            started = time.process_time()
            reader.get(address)
            times.append(time.process_time() - started)
    return taken


def _p95(times: list[float]) -> float:
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]
