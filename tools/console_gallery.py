"""Pictures of every page of the console: `python -m tools.console_gallery OUT [--only WORD]`.

A server is made for it, with one of everything in it, and each page of the table is taken at desktop and
phone width, in light and dark, in English and German. OUT must lie outside the repository.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

from grantway.edges.console.table import Form, Place
from grantway.storage import migrate
from tests.console.quarter import Quarter, opened
from tests.console.test_pages import DRAWN, who_sees
from tests.console.visitors import address_of
from tests.kit import machine
from tests.kit.chromium import FLAGS
from tests.kit.databases import Databases

LOOKS: tuple[tuple[str, int, Any, str], ...] = (
    ("desktop-light-en", 1280, "light", "en-US"),
    ("desktop-dark-de", 1280, "dark", "de-DE"),
    ("phone-light-de", 375, "light", "de-DE"),
    ("phone-dark-en", 375, "dark", "en-US"),
)


def _name(place: Place, form: Form | None) -> str:
    path = "" if form is None else "-" + form.path.replace("/", "-").replace("{", "").replace("}", "")
    return place.id + path


def _take(quarter: Quarter, out: Path, word: str) -> int:
    taken = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.chromium(), args=list(FLAGS))
        for look, width, scheme, locale in LOOKS:
            for who in ("owner", "operator"):
                context = browser.new_context(
                    viewport={"width": width, "height": 800}, color_scheme=scheme, locale=locale
                )
                page = context.new_page()
                quarter.sign_in(page, getattr(quarter, who))
                slug = quarter.cast.world.make.platform.slug if who == "operator" else quarter.cast.own.slug
                ids = (quarter.of_platform if who == "operator" else quarter.records).ids
                for place, form in DRAWN:
                    if who_sees(place) != who or word not in _name(place, form):
                        continue
                    page.goto(quarter.origin + address_of(place, slug, ids, form))
                    page.screenshot(path=out / f"{_name(place, form)}.{look}.png", full_page=True)
                    taken += 1
                context.close()
        browser.close()
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", metavar="WORD", help="a part of the names of pages")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, opened(Databases(migrate, Path(folder))) as quarter:
        sys.stdout.write(f"{_take(quarter, asked.out, asked.only)} pictures in {asked.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
