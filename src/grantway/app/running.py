"""What a serving process is made of: real ports, the product, the threads beside it, and the bridge."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from grantway.app.figures import INTERVAL as FIGURES_INTERVAL
from grantway.app.figures import Figures
from grantway.app.log import Log, configure
from grantway.app.product import Ports, Product, build
from grantway.app.tracing import Tracing
from grantway.core.outgoing import Outside
from grantway.core.ports import Places, Unavailable
from grantway.edges.web.bridge import Bridge, Limits
from grantway.edges.web.observing import Observed, Observer, Requests
from grantway.edges.web.requests import request_id_of
from grantway.features.memory.following import POLL_INTERVAL
from grantway.features.memory.last_uses import FLUSH_INTERVAL
from grantway.features.memory.request_counts import SHARE_INTERVAL
from grantway.features.notices.lanes import Lane
from grantway.features.notices.outbox import INTERVAL
from grantway.features.notices.sending import Claim
from grantway.settings import Settings
from grantway.storage import open_store
from grantway.system import Argon2Passwords, SystemClock, SystemEntropy
from grantway.system.board import Board, Part
from grantway.system.calling import NetworkCaller
from grantway.system.foreign_hashes import SystemForeignHashes
from grantway.system.mailing import ConsoleMailer, FolderMailer, MailServer, SmtpMailer

_SWEEP_SECONDS = 60.0
_log = structlog.get_logger("grantway.running")


def open_ports(settings: Settings, board: Board | None = None, tracing: Tracing | None = None) -> Ports:
    """The real outside of a process; `board` is where it shares figures with the others of its server."""
    store = open_store(
        settings.database_url,
        pool_size=settings.pool_size,
        statement_timeout=settings.statement_timeout,
        pool_timeout=settings.pool_timeout,
        around=None if tracing is None else tracing.statements,
    )
    passwords = Argon2Passwords(
        memory=settings.password_memory,
        iterations=settings.password_time,
        workers=settings.password_parallelism,
    )
    outside = Outside(NetworkCaller(settings.outbound_networks), mailer_of(settings))
    foreign = SystemForeignHashes(passwords.pool)
    ports = Ports(store, SystemClock(), SystemEntropy(), passwords, outside, foreign)
    if tracing is not None:
        ports = replace(ports, traced=tracing.features)
    return ports if board is None else replace(ports, board=lambda: board)


def mailer_of(settings: Settings) -> SmtpMailer | FolderMailer | ConsoleMailer | None:
    """How mail leaves, as the settings say; None where it does not."""
    mail, sender = settings.smtp_url, settings.mail_from
    if mail is None or sender is None:
        return None
    if mail.folder is not None:
        return FolderMailer(mail.folder, sender)
    if mail.kind == "console":
        return ConsoleMailer(sender)
    security = {"smtp": "none", "smtps": "tls"}.get(mail.kind, mail.kind)
    return SmtpMailer(MailServer(mail.host, mail.port, security, mail.user, mail.password), sender)


def worker(settings: Settings, board: Board, finish: Callable[[Settings, Ports], Product] = build) -> Any:
    """The application of one worker process: RSGI behind the bridge, or plain WSGI.

    The database was prepared before; here nothing is written until a request comes. `board` was made before
    the processes were, and is where they share their figures.
    """
    part = board.take()
    to = configure(settings.log, worker=part.number + 1)
    tracing = None if settings.traces_url is None else Tracing(settings)
    product = finish(settings, open_ports(settings, board, tracing))
    observer = _observer(product, part, to)
    if settings.interface == "wsgi":
        beside = Beside(product, Figures(product, part, queues=dict, lost=to.lost))
        beside.start()
        return Observed(product.app if tracing is None else tracing.pooled(product.app), observer)
    return _Served(
        product, observer, lambda queues: Figures(product, part, queues=queues, lost=to.lost), tracing
    )


def _observer(product: Product, part: Part, to: Log) -> Observer:
    """What counts and logs each answer of this process."""
    settings = product.settings
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    requests = Requests(to.write, settings.log_format, level, part.number + 1)
    return Observer(
        part,
        requests if settings.log_requests == "on" else None,
        now=product.ports.clock.now,
        request_id=lambda environ: request_id_of(environ, product.server),
        new_id=product.server.request_ids.new,
        ids=product.server.request_ids.ahead,
    )


class Beside:
    """The threads of a process: they follow the feed, keep house, write uses, tell people and figures."""

    def __init__(self, product: Product, figures: Figures) -> None:
        self._product = product
        self._figures = figures
        self._stopped = threading.Event()
        self._has_feed = True

    def start(self) -> None:
        """Read the feed once, then begin. A database that is away is asked again and again."""
        self._poll()
        self._figures.tell()
        beside = (
            (self._poll, POLL_INTERVAL),
            (self._sweep, _SWEEP_SECONDS),
            (self._remember, FLUSH_INTERVAL),
            (self._share, SHARE_INTERVAL),
            (self._expand, INTERVAL),
            *((partial(self._send, lane), INTERVAL) for lane in self._product.outbox.lanes),
            (self._figures.tell, FIGURES_INTERVAL),
        )
        for work, seconds in beside:
            threading.Thread(target=self._repeat, args=(work, seconds), daemon=True).start()

    def stop(self) -> None:
        """End the threads, which end by themselves when they wake up, and write what they would have."""
        self._stopped.set()
        self._product.outbox.stop()
        self._remember()
        self._share()

    def _repeat(self, work: Callable[[], None], seconds: float) -> None:
        while not self._stopped.wait(seconds):
            try:
                work()
            except Exception:  # noqa: BLE001 - a fault in one round must not end the rounds
                if not self._stopped.is_set():
                    _log.exception("background_failed", work=getattr(work, "__name__", "notices"))

    def _poll(self) -> None:
        try:
            self._product.poll()
        except Unavailable:
            if self._has_feed:
                _log.warning("feed_lost")
            self._has_feed = False
            return
        if not self._has_feed:
            _log.info("feed_found")
        self._has_feed = True

    def _remember(self) -> None:
        try:
            self._product.remember_uses()
        except Unavailable:
            _log.info("last_uses_postponed")

    def _share(self) -> None:
        try:
            self._product.share_counts()
        except Unavailable:
            _log.info("request_counts_postponed")

    def _expand(self) -> None:
        try:
            while not self._stopped.is_set() and self._product.outbox.expand():
                pass
        except Unavailable:
            _log.info("notices_postponed")

    def _send(self, lane: Lane[Claim]) -> None:
        try:
            while not self._stopped.is_set() and (lane.step() or lane.wait(INTERVAL)):
                pass
        except Unavailable:
            _log.info("notices_postponed")

    def _sweep(self) -> None:
        try:
            while self._product.housekeeping.step().is_more and not self._stopped.is_set():
                pass
        except Unavailable:
            _log.info("housekeeping_postponed")


class _Served(Bridge):
    """The bridge over a product, with the threads beside it living as long as the worker does."""

    def __init__(
        self,
        product: Product,
        observer: Observer,
        figures: Callable[[Callable[[], Mapping[str, Places]]], Figures],
        tracing: Tracing | None,
    ) -> None:
        super().__init__(
            product.app if tracing is None else tracing.pooled(product.app),
            product.inline if tracing is None else tracing.inline(product.inline),
            limits=_limits(product.settings),
            is_reserved=product.is_reserved,
            left=observer.left,
        )
        self._product = product
        self._beside = Beside(product, figures(self.places))
        self._tracing = tracing

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__rsgi_init__(loop)
        self._beside.start()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._beside.stop()
        super().__rsgi_del__(loop)
        self._product.close()
        if self._tracing is not None:
            self._tracing.close()


def _limits(settings: Settings) -> Limits:
    return Limits(
        body_bytes=settings.body_limit,
        body_seconds=settings.body_timeout,
        threads=settings.threads,
        queue=settings.queue_length,
        queue_seconds=settings.queue_timeout,
    )
