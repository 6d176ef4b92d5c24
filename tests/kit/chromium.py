"""Headless Chromium for the tests that look at pages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from types import TracebackType
from typing import Literal, Protocol, Self

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.kit import machine

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    # A page that reaches for another machine finds nobody, so that a test cannot come to depend on one.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
    "--no-first-run",
    # The sandbox does not work as root, and the pages are our own.
    "--no-sandbox",
)


class NewPage(Protocol):
    """Opens a page in a browser profile of its own, so that two pages never share a cookie."""

    def __call__(
        self,
        *,
        width: int = 1280,
        height: int = 800,
        color_scheme: Literal["light", "dark"] = "light",
        locale: str = "en-US",
        javascript: bool = True,
    ) -> Page: ...


class Chromium:
    """One running browser."""

    def __enter__(self) -> Self:
        path = machine.chromium()
        self._playwright: Playwright = sync_playwright().start()
        self.browser: Browser = self._playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        self._loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)  # noqa: SLF001 -- there is no public way
        return self

    @contextlib.contextmanager
    def _in_loop(self) -> Iterator[None]:
        """Mark the browser's event loop as the running one, only for as long as the browser is used.

        Playwright leaves it marked after every call, and no later test in the same process could run a loop.
        """
        asyncio._set_running_loop(self._loop)  # noqa: SLF001 -- there is no public way
        try:
            yield
        finally:
            asyncio._set_running_loop(None)  # noqa: SLF001

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._in_loop():
            self.browser.close()
            self._playwright.stop()

    @contextlib.contextmanager
    def pages(self) -> Iterator[NewPage]:
        """Offer a maker of pages; every page it made is closed afterwards."""
        profiles: list[BrowserContext] = []

        def new_page(
            *,
            width: int = 1280,
            height: int = 800,
            color_scheme: Literal["light", "dark"] = "light",
            locale: str = "en-US",
            javascript: bool = True,
        ) -> Page:
            profile = self.browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=color_scheme,
                locale=locale,
                java_script_enabled=javascript,
                reduced_motion="reduce",
            )
            # A page that is not what the test expects is reported soon, also on a busy machine.
            profile.set_default_timeout(30_000)
            expect.set_options(timeout=20_000)
            profiles.append(profile)
            return profile.new_page()

        with self._in_loop():
            try:
                yield new_page
            finally:
                for profile in profiles:
                    profile.close()
