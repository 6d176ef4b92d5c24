"""Keeps the catalogues in step with the templates: `python -m tools.catalogue [--check]`.

Without an option it extracts every sentence into locale/grantway.pot and carries new ones into each language;
what is new there is left empty, to be translated by a person. With --check it changes nothing and fails when
a language lacks a sentence or keeps one that no page shows.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "grantway"
LOCALE = PACKAGE / "locale"
# A refusal that a page may show is a Reason, whose third part is its sentence.
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "Reason": (3,)}


def extracted(*, templates_only: bool = False) -> Catalog:
    """Every sentence of the templates, and of the refusals that a page may show."""
    with (ROOT / "tools" / "babel.cfg").open(encoding="utf-8") as lines:
        methods, options = parse_mapping_cfg(lines)  # type: ignore[no-untyped-call]
    if templates_only:
        methods = [(pattern, method) for pattern, method in methods if method == "jinja2"]
    catalogue = Catalog(project="Grantway", charset="utf-8")
    found = extract_from_dir(PACKAGE, methods, options, keywords=KEYWORDS, strip_comment_tags=True)
    for file, _line, message, comments, context in found:
        catalogue.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    return catalogue


def translations() -> Iterator[tuple[Path, Catalog]]:
    """Every language that is not the source."""
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/grantway.po")):
        with path.open("rb") as source:
            yield path, read_po(source, locale=path.parent.parent.name)


def shortcomings(source: Catalog, language: Catalog) -> list[str]:
    """What a language lacks, keeps in vain, or has with the wrong placeholders."""
    known = {message.id: message for message in language if message.id}
    wanted = {message.id for message in source if message.id}
    missing = [
        f"not translated: {one!r}" for one in wanted if one not in known or not _is_whole(known[one].string)
    ]
    idle = [f"no page shows it: {one!r}" for one in known if one not in wanted]
    wrong = [
        f"{one.id!r}: {error}"
        for one, errors in language.check()
        if _is_whole(one.string)
        for error in errors
    ]
    return sorted(missing + idle + wrong)


def _is_whole(translated: object) -> bool:
    return all(translated) if isinstance(translated, tuple | list) else bool(translated)


def _write(path: Path, catalogue: Catalog, *, headed: bool) -> None:
    with path.open("wb") as target:
        write_po(target, catalogue, width=110, sort_output=True, omit_header=not headed, no_location=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    source = extracted()
    found = []
    for path, language in translations():
        if not check:
            written = language.creation_date
            language.update(source, no_fuzzy_matching=True)
            language.obsolete.clear()
            # Otherwise every run would change the file.
            language.creation_date = written
            _write(path, language, headed=True)
        found += [f"{path.parent.parent.name}: {one}" for one in shortcomings(source, language)]
    if not check:
        _write(LOCALE / "grantway.pot", source, headed=False)
    sys.stdout.write(("\n".join(found) or f"{len(source)} sentences, every language whole") + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
