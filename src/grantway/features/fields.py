"""Rules about single fields of records that people and programs submit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid, Reason
from grantway.core.redirects import problem_of

LONGEST_NAME = 100
LONGEST_TEXT = 2_000
LONGEST_EMAIL = 254
LONGEST_LIST = 50
LONGEST_REASON = 300
"""What operators say about a suspension."""

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")

_UNCLEAN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})

RESERVED = frozenset(
    [
        "acr",
        "admin",
        "administrator",
        "amr",
        "api",
        "at_hash",
        "aud",
        "auth",
        "auth_time",
        "authorize",
        "azp",
        "c_hash",
        "client_id",
        "cnf",
        "console",
        "constructor",
        "email",
        "exp",
        "grantway",
        "hasownproperty",
        "iat",
        "id",
        "iss",
        "jti",
        "kid",
        "login",
        "logout",
        "me",
        "nbf",
        "nonce",
        "null",
        "none",
        "oauth",
        "operator",
        "platform",
        "prototype",
        "root",
        "scope",
        "self",
        "sid",
        "sub",
        "support",
        "system",
        "token",
        "tostring",
        "undefined",
        "user",
        "userinfo",
        "valueof",
        "well-known",
        "www",
        "__proto__",
    ]
)
"""Names that mean something to the server, to a token or to a browser; records may not bear them."""


class Findings:
    """Collects what is wrong with a record, so that all of it is said at once."""

    def __init__(self) -> None:
        self._errors: list[FieldError] = []

    def add(self, field: str, reason: Reason | None) -> None:
        """Note a problem of a field; None is no problem."""
        if reason is not None:
            self._errors.append(FieldError(field, reason))

    def check_each(self, field: str, values: Sequence[str], rule: Callable[[str], Reason | None]) -> None:
        """Apply a rule to each item of a list that has a sane length and no duplicates."""
        if len(values) > LONGEST_LIST:
            self.add(field, too_many(LONGEST_LIST))
            return
        seen: set[str] = set()
        for index, value in enumerate(values):
            self.add(f"{field}[{index}]", errors.FIELD_DUPLICATE if value in seen else rule(value))
            seen.add(value)

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """Everything that was noted."""
        return tuple(self._errors)

    @property
    def members(self) -> frozenset[str]:
        """The members that something was noted of."""
        return frozenset(error.field.partition("[")[0].partition(".")[0] for error in self._errors)

    def raise_if_any(self) -> None:
        """Raise Invalid with everything that was noted."""
        if self._errors:
            raise Invalid(tuple(self._errors))


def name_problem(text: str) -> Reason | None:
    """A name on one line, of visible characters, not one of the reserved ones (V097)."""
    if not text:
        return errors.FIELD_REQUIRED
    if len(text) > LONGEST_NAME:
        return too_long(LONGEST_NAME)
    if text != text.strip() or not _is_clean(text, allowed=""):
        return errors.FIELD_CHARACTERS
    return errors.FIELD_RESERVED if text.casefold() in RESERVED else None


def line_problem(text: str, *, longest: int = LONGEST_NAME) -> Reason | None:
    """A text on one line, possibly empty."""
    if len(text) > longest:
        return too_long(longest)
    return None if _is_clean(text, allowed="") else errors.FIELD_CHARACTERS


def text_problem(text: str, *, longest: int = LONGEST_TEXT) -> Reason | None:
    """A text of several lines, possibly empty."""
    if len(text) > longest:
        return too_long(longest)
    return None if _is_clean(text, allowed="\n\t") else errors.FIELD_CHARACTERS


def email_problem(text: str) -> Reason | None:
    """An address as mail servers take it (RFC 5321 dot-string and domain)."""
    if not text:
        return errors.FIELD_REQUIRED
    if len(text) > LONGEST_EMAIL:
        return too_long(LONGEST_EMAIL)
    local, _, _ = text.rpartition("@")
    return None if len(local) <= 64 and _EMAIL.fullmatch(text) else errors.FIELD_EMAIL


def url_problem(text: str) -> Reason | None:
    """An address of a page or picture: https, or http on this very machine."""
    return None if problem_of(text, is_native=False) is None else errors.FIELD_URL


def slug_problem(text: str) -> Reason | None:
    """The name of an organization in addresses."""
    if not text:
        return errors.FIELD_REQUIRED
    if len(text) > 63:
        return too_long(63)
    if _SLUG.fullmatch(text) is None:
        return errors.FIELD_CHARACTERS
    return errors.FIELD_RESERVED if text in RESERVED else None


def locale_problem(text: str) -> Reason | None:
    """A language tag such as `en` or `pt-BR`."""
    return None if _LOCALE.fullmatch(text) else errors.FIELD_UNKNOWN_VALUE.saying("Such as en or pt-BR.")


def time_zone_problem(text: str) -> Reason | None:
    """A zone of the IANA database."""
    return None if text in _time_zones() else errors.FIELD_TIME_ZONE


def one_of(value: str, allowed: Iterable[str]) -> Reason | None:
    """One of a closed set of values."""
    known = tuple(allowed)
    return (
        None
        if value in known
        else unknown_value(sorted(known) if isinstance(allowed, AbstractSet) else known)
    )


def within(value: int, lowest: int, highest: int) -> Reason | None:
    """A number in a range, both ends included."""
    return None if lowest <= value <= highest else out_of_range(lowest, highest)


# --- Refusals that say what would be taken. Nothing of them is input. ------------------------------
LISTED_ONLY = errors.FIELD_FORBIDDEN.saying("Only with the audience listed_organizations.")
"""Organizations are listed for another audience."""


def unknown_value(allowed: Iterable[str]) -> Reason:
    """None of these."""
    return errors.FIELD_UNKNOWN_VALUE.saying(f"Allowed: {', '.join(allowed)}.")


def no_such(what: str) -> Reason:
    """The id of a record that there is not, or that the caller may not name here."""
    return errors.FIELD_UNKNOWN_VALUE.saying(f"Name {what}.")


def out_of_range(lowest: int, highest: int) -> Reason:
    """Not between these two, both included."""
    return errors.FIELD_RANGE.saying(f"From {lowest} to {highest}.")


def too_long(longest: int) -> Reason:
    """More characters than these."""
    return errors.FIELD_TOO_LONG.saying(f"At most {longest} characters.")


def too_many(most: int) -> Reason:
    """More entries than these."""
    return errors.FIELD_TOO_MANY.saying(f"At most {most} entries.")


def unknown_member(name: str, known: Iterable[str]) -> Reason:
    """A member that is none of these: the one that was meant, or else all. The name itself is input."""
    names = sorted(known)
    near = nearest(name, names)
    hint = f"Did you mean {near}?" if near is not None else f"There are: {', '.join(names)}."
    return errors.FIELD_UNKNOWN_MEMBER.saying(hint)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one, if any is: for a slip, not for a guess."""
    return next(iter(get_close_matches(name[:_LONGEST_COMPARED], known, 1, _ALIKE)), None)


def expected_type(expected: str) -> Reason:
    """Not of this type, in words."""
    return errors.FIELD_TYPE.saying(f"Expected: {expected}.")


def wrong_type(misfit: Exception) -> Reason:
    """Not of the type that the decoder expected, which it says."""
    said = str(misfit)
    expected = _EXPECTED.match(said)
    if expected is None:
        return errors.FIELD_TYPE.saying(errors.FIELD_TIME.text) if "RFC3339" in said else errors.FIELD_TYPE
    words = [_TYPES[one] for one in expected[1].split(" | ") if one in _TYPES]
    return expected_type(" or ".join(words)) if words else errors.FIELD_TYPE


_TYPES = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "datetime": "a time such as 2026-11-21T09:30:00Z",
}
_EXPECTED = re.compile(r"Expected `([^`]+)`")
_LONGEST_COMPARED = 60
_ALIKE = 0.7


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if name not in {"localtime", "Factory"})


def _is_clean(text: str, *, allowed: str) -> bool:
    """No control characters, no marks that reverse or hide text, no halves of characters.

    Joiners stay: names in several scripts are written with them.
    """
    return all(
        sign in allowed or sign in "\u200c\u200d" or unicodedata.category(sign) not in _UNCLEAN
        for sign in text
    )
