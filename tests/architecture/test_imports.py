"""Who may import whom: the contracts in pyproject.toml hold."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


# What an author in a hurry might write in a new module, and the contract that must refuse it.
OFFENCES = {
    "core/hasty.py": ("import grantway.features", "rings"),
    "storage/hasty.py": ("import grantway.features", "outer-ring-knows-core-only"),
    "storage/hastier.py": ("import grantway.storage.hasty", "stores"),
    "edges/web/hasty.py": ("import grantway.edges.api", "faces"),
    "edges/dialects/hasty.py": ("import grantway.edges.dialects.standard", "dialects"),
    "features/grant_types/hasty.py": ("import grantway.features.grant_types.hastier", "grant-types"),
    "features/grant_types/hastier.py": ("", "grant-types"),
    "features/tokens/formats/hasty.py": ("import grantway.features.tokens.formats.hastier", "token-formats"),
    "features/tokens/formats/hastier.py": ("import falcon", "no-framework-inside"),
    "features/hasty.py": ("import grantway.features.hastier", "slices"),
    "features/hastier.py": ("import grantway.features.hasty", "slices"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    # The copy of the sources in the folder stands before the installed ones.
    environment = {"PYTHONPATH": str(folder / "src"), "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def contract_names() -> dict[str, str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract["name"] for contract in contracts}


def test_every_import_goes_in_a_direction_the_architecture_allows() -> None:
    done = lint_imports(ROOT)
    if done.returncode != 0:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


def test_an_import_in_a_wrong_direction_is_refused(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name, (offence, _) in OFFENCES.items():
        (tmp_path / "src" / "grantway" / name).write_text(f"{offence}\n")
    done = lint_imports(tmp_path)
    names = contract_names()
    kept = {
        names[identifier]
        for _, identifier in OFFENCES.values()
        if f"{names[identifier]} BROKEN" not in done.stdout
    }
    assert kept == set(), done.stdout + done.stderr
