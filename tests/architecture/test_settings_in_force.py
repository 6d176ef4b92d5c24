"""What may differ by mount is read in one way: of the dialect that is spoken."""

from __future__ import annotations

import ast

from grantway.core.model import ApplicationSettings
from grantway.core.mount_settings import OF_MOUNTS, DialectSettings, MountSettings
from tests.architecture import tree

SOURCE = tree.ROOT / "src" / "grantway"
READ_THEM_APART = {
    "src/grantway/core/model.py",
    "src/grantway/features/registry/drafts.py",
    "src/grantway/features/registry/mount_rules.py",
}
"""Where the record itself is made, edited and judged."""


def test_nobody_reads_the_settings_of_the_standard_mount_as_if_they_were_those_of_every_mount() -> None:
    found = [
        (tree.name(path), node.lineno)
        for path in sorted(SOURCE.rglob("*.py"))
        if tree.name(path) not in READ_THEM_APART
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "standard"
    ]
    assert found == [], "ask settings.at(dialect)"


def test_there_is_no_other_way_to_them() -> None:
    settings = ApplicationSettings()
    assert [name for name in OF_MOUNTS if hasattr(settings, name)] == []


def test_what_is_in_force_is_computed_when_the_record_is_made_and_not_again() -> None:
    settings = ApplicationSettings(dialects={"other": DialectSettings(pkce="none")})
    assert settings.at("other") is settings.at("other")
    assert settings.at("standard") is settings.at("a dialect without settings of its own")
    assert settings.at("other") == MountSettings(pkce="none")
