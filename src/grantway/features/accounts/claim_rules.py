"""What people and operators may say in the standard claims about a person (OpenID Connect Core §5.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from msgspec import structs

from grantway.core import errors
from grantway.core.claims import OF_PROFILES, Address, StandardClaims
from grantway.core.errors import Reason
from grantway.features import fields
from grantway.features.fields import Findings

LONGEST_URL = 500
LONGEST_GENDER = 50
LONGEST_PHONE = 40
LONGEST_USERNAME = 64
LONGEST_STREET = 200
LONGEST_CODE = 20

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{0,62}[a-z0-9]")
_BIRTHDATE = re.compile(r"(\d{4})(?:-(\d{2})-(\d{2}))?", re.ASCII)
_PHONE = re.compile(r"\+[1-9]\d{4,14}(;ext=\d{1,10})?", re.ASCII)
_SEPARATORS = str.maketrans("", "", " -./")
_LEAP = 2000

_line = partial(fields.line_problem, longest=fields.LONGEST_NAME)


def settled(claims: StandardClaims) -> StandardClaims:
    """The same with nothing for what is empty, and the number without what only helps to read it."""
    told = {name: value for name, value in structs.asdict(claims).items() if value}
    if "phone_number" in told:
        told["phone_number"] = told["phone_number"].translate(_SEPARATORS)
    if claims.address is not None:
        parts = {name: value for name, value in structs.asdict(claims.address).items() if value}
        told["address"] = Address(**parts) if parts else None
    return StandardClaims(**told)


def judge(claims: StandardClaims, findings: Findings) -> None:
    """Note every problem of settled claims."""
    for name, rule in _RULES.items():
        value = getattr(claims, name)
        findings.add(name, None if value is None else rule(value))
    if claims.address is not None:
        for name, rule in _OF_ADDRESSES.items():
            value = getattr(claims.address, name)
            findings.add(f"address.{name}", None if value is None else rule(value))


def _username_problem(text: str) -> Reason | None:
    """No letter that looks like another, no capital, no at sign: never like somebody else's address."""
    if _USERNAME.fullmatch(text) is None:
        return errors.PROFILE_USERNAME
    return errors.FIELD_RESERVED if text in fields.RESERVED else None


def _url_problem(text: str) -> Reason | None:
    """What others link to or show: https alone, so that no page of theirs is mixed."""
    if len(text) > LONGEST_URL:
        return errors.FIELD_TOO_LONG
    is_safe = text.startswith("https://") and text.isascii() and fields.url_problem(text) is None
    return None if is_safe else errors.PROFILE_URL


def _birthdate_problem(text: str) -> Reason | None:
    """A day of the calendar. The year 0000 says nothing, and a year may stand alone."""
    found = _BIRTHDATE.fullmatch(text)
    if found is None or text == "0000":
        return errors.PROFILE_BIRTHDATE
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        date(year or _LEAP, month, day)
    except ValueError:
        return errors.PROFILE_BIRTHDATE
    return None


def _phone_problem(text: str) -> Reason | None:
    return None if _PHONE.fullmatch(text) else errors.PROFILE_PHONE


_RULES: Mapping[str, Callable[[str], Reason | None]] = {
    "middle_name": _line,
    "nickname": _line,
    "preferred_username": _username_problem,
    "profile": _url_problem,
    "picture": _url_problem,
    "website": _url_problem,
    "gender": partial(fields.line_problem, longest=LONGEST_GENDER),
    "birthdate": _birthdate_problem,
    "zoneinfo": fields.time_zone_problem,
    "phone_number": _phone_problem,
}
_OF_ADDRESSES: Mapping[str, Callable[[str], Reason | None]] = {
    "street_address": partial(fields.text_problem, longest=LONGEST_STREET),
    "locality": _line,
    "region": _line,
    "postal_code": partial(fields.line_problem, longest=LONGEST_CODE),
    "country": _line,
}
if {*_RULES, "address"} != set(OF_PROFILES):
    raise TypeError("every claim of a profile has a rule")
