"""Rules about the files themselves; CONTRIBUTING.md says why each is there."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.architecture import tree

LINE_LIMIT = 300
SIZE_LIMIT = 300_000

# Longer than the limit, and better so. The reason stands beside the name; a file that shrinks leaves the list.
LONG_FILES: dict[str, str] = {
    "src/grantway/core/errors.py": "The list of every refusal: one entry each, nothing to split.",
    "src/grantway/core/model.py": "Every record of the registry: read together, and each one short.",
    "src/grantway/core/ports.py": "The whole contract of the store: a backend is written against this one page.",
    "src/grantway/core/notices.py": "Which act is told to whom: one line each, beside the records that tell it.",
    "src/grantway/edges/web/records/apis.py": "One resource: its forms, one member each, and the table of its operations.",
    "src/grantway/edges/web/records/application_forms.py": "Every member of an application, in each of its three forms.",
    "src/grantway/features/registry/apis.py": "One service for an API and its scopes, judged by the same rules.",
    "src/grantway/features/memory/directory.py": "Every look-up that a process remembers: one short method each.",
    "src/grantway/edges/web/static/playground.js": "One page's seven steps, told in the order they run.",
    "src/grantway/features/tokens/verify.py": "The one check of whether a token is live: every condition, side by side.",
    "src/grantway/storage/sql/rows.py": "How a row becomes a record, for every table: one short reader each.",
    "tests/api/cast.py": "Everybody whom the matrices ask as, and everything that they ask about.",
    "tests/core/test_scopes.py": "Tables of one small module: what is asked, held, given and published.",
    "tests/flows/test_switch_matrix.py": "One table of switches and uses, and how each is thrown and tried.",
    "tests/kit/factories.py": "Every record that a test may want, by one name each.",
    "bench/pairs.py": "One table: a call of a dialect, its standard twin, and what both need.",
    "tests/storage/test_isolation.py": "One table: every method of a door, and what it answers a stranger.",
    "tests/web/test_mounts.py": "What a mount does for every dialect, with a request of each.",
    "tools/gallery_samples.py": "One sample for each page: a list that grows with the pages.",
    "tests/web/test_bridge.py": "One table of requests, hostile and plain, against one bridge.",
    "tests/web/test_pages.py": "One check per template, and every template needs one.",
}

# One letter of each stands in brackets, so that this file does not break the rule itself.
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X]|for no[w])\b")
MACHINES = re.compile(r"(?<![\w.~-])/(?:wor[k]|roo[t]|home/\w+|Users/\w+)/\w")
INDEXES = re.compile(r"pyp[i]\.org|pythonhoste[d]\.|npmj[s]\.|deb\.debia[n]\.|crate[s]\.io|proxy\.golan[g]\.")
HOMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
LOCKED = {"requirements/runtime.txt", "requirements/develop.txt", "tests/kit/npm/package-lock.json"}


def offences(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{tree.name(path)}:{number}: {line.strip()[:100]}"
        for path in tree.files()
        if tree.name(path) != "LICENSE"
        for number, line in enumerate(tree.lines(path), start=1)
        if pattern.search(line)
    ]


def test_nothing_is_left_unfinished() -> None:
    assert offences(UNFINISHED) == []


def test_no_file_names_a_place_on_one_machine_or_a_package_index() -> None:
    assert offences(MACHINES) + offences(INDEXES) == []


@pytest.mark.parametrize("name", sorted(LOCKED))
def test_the_pins_say_what_and_not_where_from(name: str) -> None:
    text = (tree.ROOT / name).read_text()
    without_funding = re.sub(r'"(funding|deprecated)": (\{[^}]*\}|\[[^\]]*\]|"[^"]*")', "", text)
    assert "://" not in without_funding
    assert "index" not in re.sub(r"^\S+==.*$|--hash=\S+", "", without_funding, flags=re.MULTILINE)


def pins(level: str) -> dict[str, str]:
    text = (tree.ROOT / "requirements" / f"{level}.txt").read_text()
    return dict(re.findall(r"^(\w\S*)==(\S+)", text, flags=re.MULTILINE))


def dependencies() -> list[Requirement]:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["project"]
    return [Requirement(one) for one in project["dependencies"]]


@pytest.mark.parametrize(("level", "named"), [("runtime", "build"), ("develop", "develop")])
def test_every_requirement_is_pinned(level: str, named: str) -> None:
    wanted = [
        Requirement(line).name
        for line in tree.lines(tree.ROOT / "requirements" / f"{named}.in")
        if not line.startswith("-")
    ]
    assert wanted == sorted(wanted)
    assert set(wanted) - pins(level).keys() == set()
    for one in dependencies():
        assert one.specifier.contains(pins(level)[one.name]), one


def test_what_the_code_imports_is_what_it_depends_on() -> None:
    """An installed package has nothing else; and who installs it carries nothing that it does not use."""
    roots = {
        found.split(".")[0]
        for path in tree.files()
        if tree.name(path).startswith("src/") and path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text()))
        for found in _imported(node)
    }
    foreign = roots - sys.stdlib_module_names - {"grantway"}
    given = packages_distributions()
    # Of the extra for traces, which is loaded where a collector is named.
    told = {name.lower().replace("_", "-") for root in foreign - {"opentelemetry"} for name in given[root]}
    # Data, an extra's own module and what a driver loads by itself are imported by nobody.
    unseen = {"tzdata"}
    assert {one.name for one in dependencies()} - unseen <= told
    assert told - {one.name for one in dependencies()} <= {
        "psycopg-pool",
        "psycopg-binary",
        "markupsafe",
        "uvloop",
    }


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def test_both_sets_of_pins_agree() -> None:
    assert pins("runtime").items() - pins("develop").items() == set()


def test_no_file_is_too_big() -> None:
    sizes = {tree.name(path): path.stat().st_size for path in tree.files()}
    assert {name: size for name, size in sizes.items() if size > SIZE_LIMIT} == {}


def test_no_file_of_code_is_too_long_without_a_reason() -> None:
    lengths = {tree.name(path): len(tree.lines(path)) for path in tree.files() if path.suffix in tree.CODE}
    too_long = {name for name, length in lengths.items() if length > LINE_LIMIT}
    assert {name: lengths[name] for name in too_long - LONG_FILES.keys()} == {}
    assert LONG_FILES.keys() - too_long == set(), "These are short enough: take them off the list."


def test_every_module_has_a_name_that_says_what_it_is() -> None:
    parts = {
        part
        for path in tree.files()
        if path.suffix == ".py"
        for part in Path(tree.name(path)).with_suffix("").parts
    }
    assert parts & HOMELESS == set()


def test_every_package_opens_with_what_belongs_in_it() -> None:
    """Asks for one paragraph: what belongs here, and what does not."""
    packages = [
        path for path in tree.files() if path.name == "__init__.py" and tree.name(path).startswith("src/")
    ]
    docstrings = {tree.name(path): ast.get_docstring(ast.parse(path.read_text())) or "" for path in packages}
    assert [name for name, docstring in docstrings.items() if len(docstring.split()) < 12] == []


def test_every_folder_of_code_is_a_package() -> None:
    source = tree.ROOT / "src" / "grantway"
    folders = {path.parent for path in tree.files() if path.suffix == ".py" and source in path.parents}
    scripts = {folder for folder in folders if "migrations" in folder.relative_to(source).parts}
    assert [tree.name(folder) for folder in folders - scripts if not (folder / "__init__.py").exists()] == []
