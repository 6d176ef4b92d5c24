"""Mail for people: one template of plain text in every shipped language.

The first line that is not blank is the subject. Here belongs how a notice reads; who gets one is decided
by the features, and how it is sent is the business of the system.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from gettext import NullTranslations
from typing import Any
from urllib.parse import urlsplit

from jinja2 import ChainableUndefined, Environment, PackageLoader

from grantway.edges.web.letters.notices import NOTICES
from grantway.edges.web.pages import PACKAGE, SOURCE_LOCALE, load_catalogues

LONGEST_SUBJECT = 200
_LONGEST_NAME = 100
_NOTICE = "notice.txt"
_OF_THEIR_OWN = {
    "invitation.sent": "invitation.txt",
    "account.activation": "activation.txt",
    "address.confirm": "confirmation.txt",
}
"""Letters to one person, with a link."""
_LEADS_AWAY = re.compile(r"[./:@]\S|//|www", re.IGNORECASE)
"""What mail programs may turn into a link, or people type as an address."""
_BLANK_LINES = re.compile(r"\n{3,}")


class Letters:
    """Implements `core.outgoing.Writer`."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._environments = {
            locale: _environment(catalogue) for locale, catalogue in load_catalogues().items()
        }

    def write(self, name: str, data: Mapping[str, Any], *, locale: str | None) -> tuple[str, str]:
        """The subject, on one line, and the text; in English where the language is none of ours."""
        language = (locale or SOURCE_LOCALE).partition("-")[0].lower()
        environment = self._environments.get(language) or self._environments[SOURCE_LOCALE]
        notice = NOTICES.get(name)
        written = environment.get_template(_OF_THEIR_OWN.get(name, _NOTICE)).render(
            name=name,
            data=data,
            notice=notice,
            place=f"{self._issuer}/reference#{notice.operation.lower()}" if notice else None,
            issuer=self._issuer,
            host=urlsplit(self._issuer).netloc,
        )
        subject, _, text = written.strip().partition("\n")
        # No name may put a line of its own into a header.
        subject = " ".join(subject.split())[:LONGEST_SUBJECT]
        return subject, _BLANK_LINES.sub("\n\n", text.strip()) + "\n"


def _quoted(name: str) -> str:
    """A text that somebody chose, as such: no longer than a name, and within quotation marks."""
    return f"\u201c{name[:_LONGEST_NAME]}\u201d"


def _is_plain(name: str | None) -> bool:
    """Whether a name that a stranger chose can stand in a letter to somebody who does not know them.

    One that reads like an address would lead people there from a letter of this server.
    """
    return bool(name) and _LEADS_AWAY.search(str(name)) is None


def _environment(catalogue: NullTranslations) -> Environment:
    environment = Environment(
        loader=PackageLoader(PACKAGE, "letters"),
        # Plain text: there is nothing to escape for.
        autoescape=False,  # noqa: S701
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters["is_plain"] = _is_plain
    environment.filters["quoted"] = _quoted
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    return environment
