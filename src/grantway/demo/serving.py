"""From a data folder to a running demonstration."""

from __future__ import annotations

from functools import partial
from typing import Any

from grantway.app import Ports, Product, build, worker
from grantway.demo.answering import answer_for
from grantway.demo.filling import Facts, Filling, move_playground
from grantway.demo.folder import DemoFolder
from grantway.demo.needs import Needs
from grantway.demo.playground import offer
from grantway.demo.portal import Portal
from grantway.edges.dialects import ALL
from grantway.edges.dialects.standard import paths
from grantway.settings import Settings, load
from grantway.system import SystemEntropy
from grantway.system.board import Board

MOUNTS = tuple(dialect.name for dialect in ALL if dialect.tour)
"""The dialects that have a guide to run."""


def demo_settings(folder: DemoFolder, *, port: int, workers: int) -> Settings:
    """The settings of a demonstration. The environment has no part in them."""
    return load(
        {
            "GRANTWAY_ISSUER": f"http://localhost:{port}",
            "GRANTWAY_DATABASE_URL": folder.database_url,
            "GRANTWAY_ROOT_KEYS": folder.root_key(SystemEntropy()),
            "GRANTWAY_MOUNTS": ",".join(f"{name}={name}@/d/{name}" for name in MOUNTS),
            "GRANTWAY_PORT": str(port),
            "GRANTWAY_WORKERS": str(workers),
            "GRANTWAY_SMTP_URL": f"file:{folder.mail}",
            "GRANTWAY_MAIL_FROM": "Grantway <noreply@grantway.example>",
            # Receivers of webhooks on this very machine are what somebody tries first.
            "GRANTWAY_OUTBOUND_NETWORKS": "127.0.0.0/8,::1",
            "GRANTWAY_LOG_FILE": str(folder.log),
        }
    )


def prepare(product: Product, folder: DemoFolder) -> Facts:
    """Fill the server at its first start; what may be told about it, at this start's address."""
    product.prepare()
    product.poll()
    facts = folder.facts()
    if facts is None:
        facts = Filling(product).run()
    else:
        # Of demonstrations from before the application of the reference page was part of the server.
        facts.pop("reference", None)
        move_playground(product, facts)
        Filling(product).complete(facts)
    answer_for(product, facts)
    Needs(product).complete(facts)
    folder.keep(facts)
    return _told(product, facts)


def demo_worker(settings: Settings, folder: DemoFolder, board: Board) -> Any:
    """The application of one worker process, with the playground in it."""
    return worker(settings, board, partial(_build, folder=folder))


def _build(settings: Settings, ports: Ports, *, folder: DemoFolder) -> Product:
    product = build(settings, ports)
    offer(product, folder.facts() or {"applications": []})
    return product


def _told(product: Product, facts: Facts) -> Facts:
    issuer = product.settings.issuer
    dialects = [{"name": one.dialect.name, "base_url": one.mount.base_url} for one in product.placed]
    management = {**facts["management"], "token_endpoint": issuer + paths.TOKEN}
    mail = product.settings.smtp_url
    folder = {"mail": str(mail.folder)} if mail is not None else {}
    portal = Portal(product, facts)
    applications = [{**told, **portal.passed(told)} for told in facts["applications"]]
    facts = {**facts, "applications": applications}
    return {"issuer": issuer, **facts, "dialects": dialects, "management": management, **folder}
