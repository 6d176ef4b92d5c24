"""The pages as they stand: every block of them is run, in order, against a server made for the page.

What a block is stands behind its fence, and the test of its page has what runs it. Commands are typed into one shell for
each page; an answer is compared, member by member, with what the command before it got; a configuration is given to what
reads it, and where that program is not on this machine every name, address and bound in it is compared with ours, and what
it would ask is asked. What stands between the lines is looked up in tests/architecture/test_guides.py.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from grantway.app import placed_mounts
from grantway.settings import load
from tests.clients.test_quickstarts import PROGRAMS, SHELL
from tests.flows import proxies
from tests.kit.databases import Databases
from tests.kit.guides import (
    DATABASE_OF_GUIDES,
    ISSUER_OF_GUIDES,
    ROOT,
    Block,
    Shell,
    Typed,
    blocks_of,
    follow,
    only,
    places_of_a_run,
    real_clock,
    shape,
)
from tests.kit.server import free_port
from tests.kit.world import World, settings_of

RUN_HERE = {
    "README.md",
    "CONTRIBUTING.md",
    "docs/map.md",
    "docs/operating.md",
    "docs/integrating.md",
    "docs/settings.md",
}
RUN_ELSEWHERE = {"docs/quickstarts.md", "docs/dialects/nitro.md", "docs/dialects/nexusguard.md"}
"""By tests/clients/test_quickstarts.py and tests/dialects/test_pages_run.py."""


def pages_with_blocks() -> set[str]:
    places = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "packaging").rglob("*.md")]
    pages = {str(place.relative_to(ROOT)) for place in places}
    return {page for page in pages if blocks_of(page)}


def test_every_page_with_blocks_is_run() -> None:
    assert pages_with_blocks() == RUN_HERE | RUN_ELSEWHERE


def test_a_block_that_nobody_runs_is_named_with_its_line() -> None:
    text = "# Page\n\nWords.\n\n```sh\ntrue\n```\n\n```\ngrantway frobnicate\n```\n"
    with pytest.raises(AssertionError, match=r"page\.md, line 9: nobody runs"):
        follow(blocks_of("page.md", text), {"sh": lambda _: None})


def test_the_quick_starts_have_no_block_that_their_tests_do_not_read() -> None:
    for block in blocks_of("docs/quickstarts.md"):
        assert block.text in (SHELL if block.info == "sh" else [PROGRAMS.get(block.info)]), block.place


def test_the_readme_leads_to_a_running_server(databases: Databases, tmp_path: Path) -> None:
    port = free_port()
    places = places_of_a_run(f"sqlite:///{tmp_path}/new.db", port)
    with Shell(tmp_path, places, GRANTWAY_PORT=str(port)) as shell:
        typed = Typed(shell)
        follow(blocks_of("README.md"), {"sh": typed.commands})
        assert re.search(rf"http://localhost:{port}/setup\?token=\S+", shell.log_of_server()), (
            "the set-up link"
        )


def test_the_commands_of_contributors_are_there(tmp_path: Path) -> None:
    with Shell(tmp_path, {}) as shell:
        typed = Typed(shell)
        follow(blocks_of("CONTRIBUTING.md"), {"sh": typed.commands})
        assert "pytest" in typed.answer


def test_the_map_shows_what_there_is() -> None:
    names = {path.name for folder in ("src", "tests") for path in (ROOT / folder).rglob("*.py")}

    def rings(block: Block) -> None:
        for folder in re.findall(r"\b[a-z]+/(?= )", block.text):
            assert (ROOT / "src" / "grantway" / folder).is_dir(), f"{block.place}: {folder}"

    def tree(block: Block) -> None:
        above: list[tuple[int, Path]] = [(-1, ROOT)]
        for line in block.text.splitlines():
            # What a line goes on with stands further to the right than any name.
            begins = re.match(r"( {0,19})((?:[\w/]+(?:/|\.py)(?: |$))+)", line)
            if begins is None:
                continue
            while above[-1][0] >= len(begins[1]):
                above.pop()
            for one in begins[2].split():
                assert (above[-1][1] / one).exists(), f"{block.place}: {one}"
            above.append((len(begins[1]), above[-1][1] / begins[2].split()[0]))
        told = set(re.findall(r"\b\w+\.py\b", block.text))
        assert told - names == set(), block.place

    follow(blocks_of("docs/map.md"), {"text": rings, "text tree": tree})


def test_the_settings_of_the_page_are_read(tmp_path: Path) -> None:
    def read(block: Block) -> None:
        place = tmp_path / "grantway.toml"
        place.write_text(block.text, encoding="utf-8")
        keys = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
        read = load({"GRANTWAY_CONFIG_FILE": str(place), "GRANTWAY_ROOT_KEYS": keys})
        assert (read.issuer, read.database_url) == (ISSUER_OF_GUIDES, DATABASE_OF_GUIDES)
        assert [str(one) for one in read.trusted_proxies] == ["10.0.0.0/8"]

    follow(blocks_of("docs/settings.md"), {"toml": read})


def mounted(block: Block) -> None:
    """The mounts of a file of settings are served without anything in their way."""
    read = tomllib.loads(block.text)
    settings = settings_of("sqlite:////tmp/unused.db", issuer=read["issuer"], mounts=",".join(read["mounts"]))
    assert [one.mount.base_url for one in placed_mounts(settings)] == [
        "https://id.example.com",
        "https://nexus.example.org",
        "https://api.nexus211.example",
        "https://id.example.com/d/lab",
    ], block.place


class Operator:
    """What somebody brings along who runs the server that the page has begun."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self._world: World | None = None

    @property
    def world(self) -> World:
        """The records of the server that the page's commands started."""
        if self._world is None:
            wanted = ("ISSUER", "DATABASE_URL", "ROOT_KEYS")
            settings = {one.lower(): self.shell.value(f"GRANTWAY_{one}") for one in wanted}
            url = settings.pop("database_url")
            self._world = World(settings_of(url, **settings, mounts=""), clock=real_clock())
        return self._world

    def token(self, *scopes: str) -> str:
        """A token of a program of the platform."""
        program = self.world.make.application(self.world.make.platform, "backend", scopes=scopes)
        return self.world.machine_token(program, self.world.make.secret(program))

    def found_secrets(self) -> None:
        make = self.world.make
        program = make.application(make.organization(), "backend", scopes=())
        self.shell.written("found.txt", make.secret(program))
        report = {"secret": make.secret(program), "found_at": "a chat"}
        self.shell.written("report.json", json.dumps(report))
        self.shell.set(TOKEN=self.token("secrets:write", "platform"))

    def reader_of_the_log(self) -> None:
        self.shell.set(TOKEN=self.token("audit:read", "platform"))

    def waiting(self, block: str) -> None:
        """Applications whose changes wait, in the versions that the page has read."""
        make = self.world.make
        for client_id, version in dict(re.findall(r"(\w{25}) --version (\d+)", block)).items():
            approved: dict[str, Any] = dict.fromkeys(
                ("audience_requested", "audience_effective"), "any_organization"
            )
            application = make.application(
                make.organization(),
                client_id=client_id,
                version=int(version),
                scopes=("openid",),
                publication="approved",
                **approved,
            )
            make.pending(application, scopes=("email", "openid"))

    def close(self) -> None:
        if self._world is not None:
            self._world.close()


def test_operators_follow_their_guide(databases: Databases, tmp_path: Path) -> None:
    """From the demonstration to the log, on a server that begins with the page."""
    page, port = blocks_of("docs/operating.md"), free_port()
    places = places_of_a_run(f"sqlite:///{tmp_path}/new.db", port)
    with Shell(tmp_path, places, GRANTWAY_PORT=str(port), DEMO_PORT=str(free_port())) as shell:
        operator, typed = Operator(shell), Typed(shell)

        def declared(block: Block) -> None:
            shell.written("registry.yaml", block.text)
            shell.run("code=0; grantway apply --plan registry.yaml || code=$?; [ $code -eq 3 ]", block.place)
            # Once it is done, a second plan has nothing to do and ends with 0.
            commands = "grantway apply --apply registry.yaml\ngrantway apply --plan registry.yaml"
            shell.run(commands, block.place)

        def line_of_the_log(block: Block) -> None:
            shown = shape(json.loads(block.text))
            shell.run(
                "curl -d grant_type=none http://localhost:$GRANTWAY_PORT/oauth/token || true\n", block.place
            )
            lines = [json.loads(line) for line in shell.log_of_server().splitlines()]
            requests = [line for line in lines if line["event"] == "request"]
            assert any(shape(line) == shown for line in requests), (block.place, requests[-1])

        (waiting,) = (one.text for one in page if one.section == "Publication")
        follow(
            page,
            {
                "sh": typed.commands,
                "nginx": lambda block: only(page, block),
                "nginx mounts": lambda block: only(page, block),
                "toml mounts": mounted,
                "caddyfile": proxies.check_caddy,
                "yaml traefik": proxies.check_traefik_in_front,
                "yaml apply": declared,
                "json log": line_of_the_log,
            },
            {
                "When a secret is found": operator.found_secrets,
                "The audit log": operator.reader_of_the_log,
                "Publication": lambda: operator.waiting(waiting),
            },
        )
        operator.close()
