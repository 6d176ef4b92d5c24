"""Draws every page with sample values: `python -m tools.gallery OUT [--only NAME]` writes screenshots to OUT.

Pages are served from this process under the policy they have in the product, so whatever that policy
blocks is reported here as an error. OUT must lie outside the repository or be ignored by git.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from grantway.edges.web.headers import content_security_policy
from grantway.edges.web.pages import Pages
from tools.gallery_playground import METADATA
from tools.gallery_samples import HERE, SAMPLES, Sample

NONCE = "gallery"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
CHROMIUM = "/usr/bin/chromium"


def _handler(pages: Pages, samples: Mapping[str, Sample]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path.startswith("/static/"):
                file = pages.static[parts.path.removeprefix("/static/")]
                self._answer(file.content_type, file.body)
                return
            if parts.path == "/.well-known/openid-configuration":
                self._answer("application/json", json.dumps(METADATA).encode())
                return
            _, locale, name = parts.path.split("/", 2)
            if name in samples:
                sample = samples[name]
                here = f"http://{self.headers['Host']}"
                values: dict[str, Any] = {
                    key: here if value is HERE else value for key, value in sample.values.items()
                }
                self._answer(
                    "text/html; charset=utf-8",
                    pages.render(sample.template, locale, NONCE, **values).encode(),
                )
                return
            self.send_error(404)

        def _answer(self, content_type: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Security-Policy", content_security_policy(NONCE))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@dataclass(frozen=True)
class Job:
    """One picture: a sample in a language, at a width, in a scheme."""

    name: str
    locale: str
    width: str
    scheme: Literal["light", "dark"]

    @property
    def label(self) -> str:
        return f"{self.name}-{self.locale}-{self.width}-{self.scheme}"


@contextmanager
def served(pages: Pages, samples: Mapping[str, Sample]) -> Iterator[str]:
    """Serve the samples on a free port of this machine and give the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages, samples))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def faults_of(page: Page) -> list[str]:
    """What is measurably wrong with the layout of a page that has been drawn."""
    found: list[str] = []
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, input:not([type=hidden], .spoken)')].filter(e => {
            const box = e.getBoundingClientRect();
            const inline = getComputedStyle(e).display === 'inline';
            return box.width && !inline && !e.closest('.skip') && !e.closest('label') && box.height < 24;
        }).map((e) => e.outerHTML.slice(0, 80))"""
    )
    found += [f"target below 24 px: {one}" for one in small]
    return found


def draw(browser: Browser, address: str, out: Path, job: Job) -> list[str]:
    """Take one picture and return what went wrong on the page."""
    sample = SAMPLES[job.name]
    width, height = WIDTHS[job.width]
    faults: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=job.scheme,
        java_script_enabled=sample.scripted,
    )
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}/{job.locale}/{job.name}")
    if sample.script:
        page.evaluate(sample.script)
        page.reload()
    page.wait_for_load_state("networkidle")
    if sample.scripted:
        faults += faults_of(page)
    page.screenshot(path=out / f"{job.label}.png", full_page=sample.whole)
    context.close()
    return [f"{job.label}: {fault}" for fault in faults]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", action="append", default=[], help="a sample's name; may be repeated")
    parser.add_argument("--locale", action="append", default=[])
    parser.add_argument("--width", action="append", default=[], choices=list(WIDTHS))
    parser.add_argument("--scheme", action="append", default=[], choices=["light", "dark"])
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    pages = Pages()
    jobs = [
        Job(name, locale, width, scheme)
        for name in SAMPLES
        if not chosen.only or name in chosen.only
        for locale in (chosen.locale or pages.locales)
        for width in (chosen.width or WIDTHS)
        for scheme in (chosen.scheme or ["light", "dark"])
    ]
    with served(pages, SAMPLES) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        faults = [fault for job in jobs for fault in draw(browser, address, chosen.out, job)]
        browser.close()
    sys.stdout.write(json.dumps({"pictures": len(jobs), "faults": faults}, indent=2) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
