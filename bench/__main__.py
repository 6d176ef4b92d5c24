"""`python -m bench`: measures the server against the constant, and prints the figures."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bench import anonymous, console, databases, heads, instructions, listings, moving, pairs, profile, report
from bench.load import Scenario, check, measure, warm_up
from bench.report import Row, Start
from bench.scenarios import bare_scenario, machine_token, product_scenarios
from bench.servers import Server, free_port, running, serving
from bench.signing import signature_microseconds
from bench.stage import prepared

BARE = {
    "bridge, constant, inline": "bench.bare:make_constant_inline",
    "bridge, bare callable, inline": "bench.bare:make_callable_inline",
    "bridge, Falcon, inline": "bench.bare:make_falcon_inline",
    "bridge, Falcon, in the pool": "bench.bare:make_falcon_pooled",
}


def main() -> None:
    options = _options()
    kept = _of_another_kind(options)
    if kept is None:
        served(options)
    elif not kept:
        sys.exit(1)


def _of_another_kind(options: argparse.Namespace) -> bool | None:
    """Measure what is asked for instead of served requests: whether it keeps its goal. None: nothing is."""
    if options.heads:
        return heads.main(options.heads)
    if options.instructions:
        return instructions.main(options.only)
    if options.anonymous:
        return anonymous.main(20 * options.rounds)
    if options.console:
        return console.main(20 * options.rounds)
    if options.moving:
        return moving.main()
    if options.pairs:
        return pairs.main(10 * options.rounds, options.only)
    if options.listings:
        return listings.main([name for name in options.on if name != "bare"], 40 * options.rounds)
    return None


def served(options: argparse.Namespace) -> None:
    """Measure served requests in turn with the constant, and print the figures."""
    signing = signature_microseconds()
    rows: list[Row] = []
    starts: list[Start] = []
    with serving("bench.constant:make") as constant:
        run = Run(constant, options, signing)
        if "bare" in options.on:
            rows += measured_bare(run)
        for name in [name for name in options.on if name != "bare"]:
            more, start = measured_product(run, name)
            rows += more
            starts.append(start)
    print(report.table(rows, starts, signing))
    if options.json is not None:
        options.json.write_text(report.as_json(rows, starts, signing))
    if options.profile:
        print(profile.of_served_requests(options.only))


class Run:
    """One run: the constant's server, and how long and with how many connections everything is measured."""

    def __init__(self, constant: Server, options: argparse.Namespace, signing: dict[str, float]) -> None:
        self._constant = constant
        self._options = options
        self._signing = signing

    def rows(self, server: Server, scenario: Scenario, *, where: str) -> list[Row]:
        """Measure one scenario and, in turn with it, the constant with the same request."""
        if not scenario.is_wanted(self._options.only):
            return []
        said = f"{where}: {scenario.name}"
        check(server, scenario)
        same = scenario.as_constant()
        signing = sum(self._signing[algorithm] for algorithm in scenario.signatures)
        rows = []
        for connections in self._options.connections:
            print(f"measuring {said} at {connections} connections", file=sys.stderr)
            warm_up(server, scenario, connections=connections)
            pairs = [
                (
                    measure(self._constant, same, connections=connections, seconds=self._options.seconds),
                    measure(server, scenario, connections=connections, seconds=self._options.seconds),
                )
                for _ in range(self._options.rounds)
            ]
            rows.append(Row.of(where, scenario, connections, signing, pairs))
        return rows


def measured_bare(run: Run) -> list[Row]:
    """What the bridge and the web toolkit cost alone."""
    rows = []
    for name, factory in BARE.items():
        with serving(factory) as server:
            scenario = bare_scenario()
            rows += run.rows(server, scenario.named(name), where="bare")
    return rows


def measured_product(run: Run, database: str) -> tuple[list[Row], Start]:
    """All scenarios on one database."""
    rows: list[Row] = []
    port = free_port()
    with databases.ALL[database]() as url:
        stage = prepared(url, port)
        command = [sys.executable, "-m", "grantway", "serve"]
        with running(command, port=port, environment=stage.environment) as server:
            begin = time.monotonic()
            machine_token(stage, stage.opaque)
            first_token = server.start_seconds + time.monotonic() - begin
            idle = server.memory_megabytes()
            for scenario in product_scenarios(stage):
                rows += run.rows(server, scenario, where=database)
            start = Start(database, first_token, idle, server.memory_megabytes())
    return rows, start


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    places = ("bare", *databases.ALL)
    parser.add_argument("--on", nargs="+", choices=places, default=places, help="what to measure on")
    parser.add_argument(
        "--only", nargs="+", default=(), help="measure only scenarios whose names contain one of these texts"
    )
    parser.add_argument("--connections", nargs="+", type=int, default=(64, 16))
    parser.add_argument("--seconds", type=int, default=3, help="length of one measurement")
    parser.add_argument(
        "--rounds", type=int, default=1, help="measurements of each, in turn with the constant"
    )
    parser.add_argument(
        "--profile", action="store_true", help="say at the end where the time of a served request goes"
    )
    parser.add_argument(
        "--listings", action="store_true", help="measure pages of long lists against short ones instead"
    )
    parser.add_argument(
        "--console", action="store_true", help="measure pages of the console against the page of consent"
    )
    parser.add_argument(
        "--moving", action="store_true", help="measure how long 10,000 applications take to move in instead"
    )
    parser.add_argument(
        "--anonymous",
        action="store_true",
        help="measure what strangers can ask for instead",
    )
    parser.add_argument(
        "--pairs",
        action="store_true",
        help="measure calls of the dialects against their standard twins instead",
    )
    parser.add_argument(
        "--heads", type=int, default=0, help="measure the memory of so many unfinished heads instead"
    )
    parser.add_argument(
        "--instructions",
        action="store_true",
        help="count the instructions of hot requests instead, with their line in the log and without",
    )
    parser.add_argument("--json", type=Path, help="also write everything to this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
