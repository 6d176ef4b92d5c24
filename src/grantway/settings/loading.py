"""From texts to settings: the environment over the file, with every problem told at once."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grantway.settings.options import BY_NAME, OPTIONS, PREFIX, LogSettings, Settings
from grantway.settings.values import Wrong

CONFIG_FILE = "GRANTWAY_CONFIG_FILE"
ALIASES = {"SUPERUSER_EMAIL": "superuser_email"}


class SettingsError(Exception):
    """The settings cannot be used. `problems` names each reason; no value is repeated in them.

    `log` is how to say so: what of the log's settings is in order counts.
    """

    def __init__(self, problems: tuple[str, ...], log: LogSettings | None = None) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
        self.log = log or LogSettings()


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsError."""
    return load(os.environ)  # noqa: TID251 - the one place that reads the environment


def data_home() -> Path:
    """Where programs keep data of this person (XDG Base Directory)."""
    chosen = os.environ.get("XDG_DATA_HOME", "")  # noqa: TID251 - the one place that reads the environment
    return Path(chosen) if chosen.startswith("/") else Path.home() / ".local" / "share"


def file_of_process() -> Path | None:
    """The file of settings that the environment of this process names."""
    place = os.environ.get(CONFIG_FILE)  # noqa: TID251 - the one place that reads the environment
    return Path(place) if place else None


def load(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ` and in the file it names; the environment wins. Raises SettingsError."""
    problems: list[str] = []
    texts = _file_texts(environ, problems) | _environment_texts(environ, problems)
    values: dict[str, Any] = {}
    for option in OPTIONS:
        text = texts.get(option.name, option.default)
        if text is None or (not text.strip() and option.default is None):
            if option.required:
                problems.append(f"{option.variable} is missing: {option.required}.")
            continue
        try:
            values[option.name] = option.read(text.strip())
        except Wrong as wrong:
            problems.append(f"{option.variable} {wrong}")
    problems.extend(_problems_together(values))
    if problems:
        log = {name: values[f"log_{name}"] for name in ("level", "format", "file") if f"log_{name}" in values}
        raise SettingsError(tuple(problems), LogSettings(**log))
    return Settings(**values)


def _environment_texts(environ: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    texts = {ALIASES[name]: text for name, text in environ.items() if name in ALIASES}
    for name, text in environ.items():
        if not name.startswith(PREFIX) or name == CONFIG_FILE:
            continue
        known = name.removeprefix(PREFIX).lower()
        if known in BY_NAME and name == BY_NAME[known].variable:
            texts[known] = text
        else:
            problems.append(_unknown(name, [option.variable for option in OPTIONS]))
    return texts


def _file_texts(environ: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    place = environ.get(CONFIG_FILE)
    if not place:
        return {}
    try:
        entries = tomllib.loads(Path(place).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        problems.append(f"{CONFIG_FILE} names a file that cannot be read.")
        return {}
    except tomllib.TOMLDecodeError:
        problems.append(f"{CONFIG_FILE} names a file that is not TOML.")
        return {}
    texts: dict[str, str] = {}
    for name, value in entries.items():
        if name not in BY_NAME:
            problems.append(f"In the file of {CONFIG_FILE}, {_unknown(name, list(BY_NAME))}")
        elif isinstance(value, list):
            texts[name] = ",".join(map(str, value))
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            texts[name] = str(value)
        else:
            problems.append(f"In the file of {CONFIG_FILE}, {name} must be a text, a number or a list.")
    return texts


def _unknown(name: str, known: list[str]) -> str:
    nearest = difflib.get_close_matches(name, known, n=1)
    suggestion = f" Did you mean {nearest[0]}?" if nearest else ""
    return f"{name} is not a setting.{suggestion}"


def _problems_together(values: Mapping[str, Any]) -> list[str]:
    """What is wrong between settings that are each in order."""
    problems = []
    if ("tls_certificate" in values) != ("tls_key" in values):
        problems.append("GRANTWAY_TLS_CERTIFICATE and GRANTWAY_TLS_KEY are given together or not at all.")
    if ("smtp_url" in values) != ("mail_from" in values):
        problems.append("GRANTWAY_SMTP_URL and GRANTWAY_MAIL_FROM are given together or not at all.")
    return problems
