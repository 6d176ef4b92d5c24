"""A dialect is known by name in its own folder and where it is mounted, and nowhere else decides by it."""

from __future__ import annotations

import ast

from grantway.edges.dialects import ALL, PRESETS
from tests.architecture import tree

SOURCE = tree.ROOT / "src" / "grantway"
MOUNTS_THEM = {
    "src/grantway/edges/dialects/__init__.py",
    "src/grantway/settings/values.py",
    "src/grantway/demo/cast.py",
    "src/grantway/demo/serving.py",
    "src/grantway/storage/sql/migrations/versions/0021_dialect_settings.py",
}
"""The list of all, the form of the setting that mounts them, the demonstration's own mounts, and what moved
settings to the mounts that they are for."""


def test_no_code_outside_its_folder_names_a_dialect() -> None:
    names = {one.name for one in ALL} | {one.name for one in PRESETS}
    names -= {"standard"}
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        name = tree.name(path)
        if name in MOUNTS_THEM or any(f"edges/dialects/{one}/" in name for one in names):
            continue
        parsed = ast.parse(path.read_text())
        docstrings = {
            node.value
            for node in ast.walk(parsed)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        found += [
            (name, node.lineno)
            for node in ast.walk(parsed)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node not in docstrings
            and any(one in node.value for one in names)
        ]
    assert found == []
