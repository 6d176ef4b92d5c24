"""The fixtures that every folder of tests may ask for, and the run-wide settings behind them.

Loaded by the options in pyproject.toml. What the fixtures are made of is in the other modules of this package.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit import machine
from tests.kit.databases import Databases, RunFolder
from tests.kit.lending import Lending

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.kit.chromium import Chromium, NewPage

# What is compiled once is kept. A run starts hundreds of processes, and images of containers often forbid this: then
# each of them compiles all that it imports, and each start of pytest rewrites the assertions of every module anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

RUN_FOLDER = pytest.StashKey[Path]()
OWNED_RUN_FOLDER = pytest.StashKey[RunFolder]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of the run; a worker process gets the one of the process that started it."""
    # The settings of a person's own psql would lead the tests' connections elsewhere.
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]
    worker_input: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[RUN_FOLDER] = Path(worker_input["grantway_run_folder"])
    else:
        try:
            machine.postgresql()
        except machine.MissingError as missing:
            raise pytest.UsageError(str(missing)) from missing
        folder = RunFolder()
        config.stash[OWNED_RUN_FOLDER] = folder
        config.stash[RUN_FOLDER] = folder.path
    if worker_input is not None or not config.getoption("numprocesses", None):
        _configure_hypothesis()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what the run started."""
    folder = config.stash.get(OWNED_RUN_FOLDER, None)
    if folder is not None:
        folder.close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker process where the folder of the run is."""
    node.workerinput["grantway_run_folder"] = str(node.config.stash[RUN_FOLDER])


def pytest_collection_finish() -> None:
    """Let the collector of garbage come seldom, and never look at what all tests share.

    A server in a test is thousands of objects in cycles. With the usual thresholds, half of the time of making one
    went into looking through all of them, and through the modules of everything, again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 10)


def _configure_hypothesis() -> None:
    from hypothesis import HealthCheck, settings

    from tests.kit.counts import count

    settings.register_profile(
        "grantway",
        max_examples=count(bounded=100, full=20_000),
        # The machine is shared, so the time of a single example says nothing.
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        # The same examples in every run at bounded counts: a change is judged by what it changed.
        derandomize=count(bounded=1, full=0) == 1,
        database=None,
        print_blob=True,
    )
    settings.load_profile("grantway")


@pytest.fixture(scope="session")
def run_folder(pytestconfig: pytest.Config) -> Path:
    """The folder of this run of the tests, shared by all its processes."""
    return pytestconfig.stash[RUN_FOLDER]


@pytest.fixture(scope="session")
def databases(run_folder: Path) -> Databases:
    """Migrated databases of both kinds."""
    from grantway.storage import migrate

    return Databases(migrate, run_folder)


@pytest.fixture(scope="session")
def lending(databases: Databases) -> Iterator[Lending]:
    """Databases of PostgreSQL that are emptied and used again."""
    lending = Lending(databases)
    yield lending
    lending.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """The address of an empty, migrated database: the test runs once on each kind."""
    if request.param == "sqlite":
        url = databases.sqlite()
        yield url
        databases.drop(url)
    else:
        lending: Lending = request.getfixturevalue("lending")
        url = lending.borrow()
        yield url
        lending.give_back(url)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A running headless Chromium; tests ask for `new_page` instead."""
    from tests.kit.chromium import Chromium

    with Chromium() as browser:
        yield browser


@pytest.fixture
def new_page(chromium: Chromium) -> Iterator[NewPage]:
    """A maker of pages, each in a browser profile of its own: `new_page(width=390, color_scheme="dark")`."""
    with chromium.pages() as new:
        yield new


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page of desktop size."""
    return new_page()
