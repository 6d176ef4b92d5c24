"""Renders the pages a person sees: one folder of templates, one catalogue per shipped language."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from pathlib import PurePosixPath
from types import CodeType, MappingProxyType

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket

from grantway.edges.web.filters import filters_in

PACKAGE = "grantway.edges.web"
SOURCE_LOCALE = "en"
STATIC_PREFIX = "/static/"

_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
# A browser sends a handful of languages; more than this is not a reader's preference.
_LONGEST_PREFERENCE = 512
_LANGUAGE = re.compile(r"^([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*$")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the pages: its type, its bytes, and the part of its address that changes with them."""

    content_type: str
    body: bytes
    version: str


def load_static() -> Mapping[str, StaticFile]:
    """Read every static file once, so that a request never touches the disk."""
    loaded: dict[str, StaticFile] = {}
    for entry in files(PACKAGE).joinpath("static").iterdir():
        content_type = _CONTENT_TYPES.get(PurePosixPath(entry.name).suffix)
        if content_type is None or not entry.is_file():
            continue
        body = entry.read_bytes()
        digest = hashlib.sha256(body).hexdigest()[:16]
        loaded[entry.name] = StaticFile(content_type, body, digest)
    return loaded


@cache
def load_catalogues() -> Mapping[str, NullTranslations]:
    """Parse the catalogue of every shipped language, once for pages and letters; the source needs none."""
    catalogues: dict[str, NullTranslations] = {SOURCE_LOCALE: NullTranslations()}
    for folder in files("grantway").joinpath("locale").iterdir():
        source = folder.joinpath("LC_MESSAGES", "grantway.po")
        if folder.is_dir() and source.is_file():
            catalogues[folder.name] = _compile(source.read_bytes(), folder.name)
    return MappingProxyType(catalogues)


def _compile(source: bytes, locale: str) -> GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=locale, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


class _Compiled(BytecodeCache):
    """Templates compiled once in a process: the languages of a page differ in words and not in code."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of a template, if the same text was compiled before."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class Pages:
    """Every template in every shipped language, compiled on first use and kept."""

    def __init__(self, static: Mapping[str, StaticFile] | None = None) -> None:
        self.static = load_static() if static is None else static
        self._environments = {
            locale: self._environment(locale, catalogue) for locale, catalogue in load_catalogues().items()
        }
        self.locales: tuple[str, ...] = tuple(sorted(self._environments))

    def render(self, template: str, locale: str, nonce: str | None = None, **values: object) -> str:
        """Fill a template in one of the shipped languages; an unknown one reads as English."""
        environment = self._environments.get(locale) or self._environments[SOURCE_LOCALE]
        return environment.get_template(template).render(nonce=nonce, **values)

    def translate(self, text: str, locale: str) -> str:
        """A sentence in one of the shipped languages."""
        found = load_catalogues().get(locale)
        return found.gettext(text) if found is not None else text

    def negotiate(self, accept_language: str | None, ui_locales: tuple[str, ...] = ()) -> str:
        """Choose a shipped language: what the application asked for first, then what the browser prefers."""
        for wanted in (*ui_locales[:8], *_preferences(accept_language or "")):
            match = _LANGUAGE.match(wanted)
            if match and match[1].lower() in self._environments:
                return match[1].lower()
        return SOURCE_LOCALE

    def static_url(self, name: str) -> str:
        """The address of a static file, which changes with its content."""
        return f"{STATIC_PREFIX}{name}?v={self.static[name].version}"

    def _environment(self, locale: str, catalogue: NullTranslations) -> Environment:
        environment = Environment(
            loader=PackageLoader(PACKAGE, "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=_COMPILED,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
        environment.globals.update(static_url=self.static_url, locale=locale)
        environment.filters.update(filters_in(locale, catalogue))
        return environment


def _preferences(accept_language: str) -> list[str]:
    weighted: list[tuple[float, str]] = []
    for part in accept_language[:_LONGEST_PREFERENCE].split(","):
        language, _, parameter = part.strip().partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            weight = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        if weight > 0:
            weighted.append((weight, language.strip()))
    weighted.sort(key=lambda pair: -pair[0])
    return [language for _, language in weighted]
