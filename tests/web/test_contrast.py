"""Every pair of colours that meets on a page can be told apart, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from grantway.edges.web.pages import load_static

STYLESHEETS = {name: file.body.decode() for name, file in load_static().items() if name.endswith(".css")}
TOKENS = STYLESHEETS["grantway.css"]
BLOCK = re.compile(r":root\s*\{(.*?)\}", re.DOTALL)
COLOUR = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6})\s*;")
LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")

TEXT = [
    *[("ink", ground) for ground in ("paper", "ground", "line", "accent-soft", "danger-soft", "warn-soft")],
    *[("muted", ground) for ground in ("paper", "ground", "line", "accent-soft", "danger-soft")],
    *[(accent, ground) for accent in ("accent", "accent-strong") for ground in ("paper", "ground")],
    *[("on-accent", ground) for ground in ("accent", "accent-strong")],
    *[
        (state, ground)
        for state in ("ok", "warn", "danger")
        for ground in ("paper", "ground", f"{state}-soft")
    ],
    *[(code, ground) for code in ("code-name", "code-text", "code-value") for ground in ("paper", "ground")],
    ("paper", "ink"),
]
SHAPES = [
    *[("edge", ground) for ground in ("paper", "ground")],
    *[("accent", ground) for ground in ("paper", "ground", "accent-soft")],
    *[
        (state, ground)
        for state in ("ok", "warn", "danger")
        for ground in ("paper", "ground", f"{state}-soft")
    ],
]


def tables() -> Mapping[str, Mapping[str, str]]:
    light, dark = (dict(COLOUR.findall(block)) for block in BLOCK.findall(TOKENS)[:2])
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_the_measure() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_both_schemes_name_the_same_colours() -> None:
    schemes = tables()
    assert schemes["light"].keys() == schemes["dark"].keys()
    assert len(schemes["light"]) >= 15


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_is_readable(scheme: str, text: str, ground: str) -> None:
    table = tables()[scheme]
    assert contrast(table[text], table[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_told_from_their_ground(scheme: str, shape: str, ground: str) -> None:
    table = tables()[scheme]
    assert contrast(table[shape], table[ground]) >= 3


@pytest.mark.parametrize("name", sorted(STYLESHEETS))
def test_no_colour_stands_outside_the_table(name: str) -> None:
    rules = BLOCK.sub("", STYLESHEETS[name])
    assert LITERAL.findall(rules) == []


@pytest.mark.parametrize("name", sorted(STYLESHEETS))
def test_every_colour_used_is_in_the_table(name: str) -> None:
    declared = set(re.findall(r"--([a-z-]+):", TOKENS))
    assert set(re.findall(r"var\(--([a-z-]+)\)", STYLESHEETS[name])) <= declared
