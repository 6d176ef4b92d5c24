"""The standard claims about a person (OpenID Connect Core §5.1), which scope gives which, and who asks.

A claim is never given on its own: each belongs to one scope, which somebody assigned to the application and
the person, or a voucher, allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from msgspec import Struct, structs

from grantway.core.errors import CLAIMS_MALFORMED, OAuthError

if TYPE_CHECKING:
    from grantway.core.model import User

LONGEST_REQUEST = 4_000
"""Characters of a `claims` parameter."""
MOST_SUBJECTS = 10

OF_SCOPES: dict[str, tuple[str, ...]] = {
    "openid": ("sub", "org"),
    "profile": (
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
}
"""What each scope gives (§5.4); the metadata names these."""
SCOPE_OF: dict[str, str] = {
    claim: scope for scope, claims in OF_SCOPES.items() if scope != "openid" for claim in claims
}
"""The scope that gives a claim about a person."""

OF_SIGN_INS: tuple[str, ...] = ("acr", "amr", "auth_time")
"""What ID tokens tell of how and when somebody signed in."""


class Address(Struct, frozen=True, omit_defaults=True):
    """A postal address (§5.1.1). How it is written as a whole follows from its parts."""

    street_address: str | None = None
    """Street and number, of up to several lines."""
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class StandardClaims(Struct, frozen=True, omit_defaults=True):
    """What is told of a person beside names, address and language. None: nothing is."""

    middle_name: str | None = None
    nickname: str | None = None
    preferred_username: str | None = None
    """Given by operators, to one person for ever: others go by it, whatever they were told."""
    profile: str | None = None
    picture: str | None = None
    website: str | None = None
    gender: str | None = None
    birthdate: str | None = None
    """`YYYY-MM-DD`, a year alone, or the year 0000 where that is not told (§5.1)."""
    zoneinfo: str | None = None
    phone_number: str | None = None
    """As E.164 writes it, with an extension as in RFC 3966."""
    address: Address | None = None


NOTHING_TOLD = StandardClaims()
OF_PROFILES: tuple[str, ...] = tuple(StandardClaims.__struct_fields__)
"""The names of what `StandardClaims` hold."""


def about(user: User) -> dict[str, Any]:
    """Every claim about a person that there is something to say about."""
    told = user.claims
    every: dict[str, Any] = {
        "name": user.name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "locale": user.locale,
        "updated_at": user.updated_at // 1_000_000,
        "email": user.email,
        "email_verified": user.email_verified_at is not None,
    }
    if told != NOTHING_TOLD:
        every |= {name: getattr(told, name) for name in OF_PROFILES}
        every["address"] = _written(told.address)
        # Nothing verifies numbers.
        every["phone_number_verified"] = False if told.phone_number else None
    return {name: value for name, value in every.items() if value not in (None, "")}


def _written(address: Address | None) -> dict[str, str] | None:
    """The parts with the whole, as a letter would carry it: one part to a line, the country last."""
    if address is None:
        return None
    parts = {name: value for name, value in structs.asdict(address).items() if value}
    place = " ".join(parts[name] for name in ("postal_code", "locality") if name in parts)
    lines = (parts.get("street_address"), place, parts.get("region"), parts.get("country"))
    return {"formatted": "\n".join(line for line in lines if line), **parts} if parts else None


class AskedClaims(Struct, frozen=True, omit_defaults=True):
    """What a request asks for by name (§5.5), as far as it is ours to give."""

    userinfo: tuple[str, ...] = ()
    id_token: tuple[str, ...] = ()
    subjects: tuple[str, ...] | None = None
    """Whom it must be about, one of these. None: anybody."""
    acr: tuple[str, ...] = ()
    """How the person must have signed in, in one of these ways. None of them: in any."""

    @property
    def names(self) -> frozenset[str]:
        """The claims that are asked for, wherever they are to be told."""
        return frozenset(self.userinfo) | frozenset(self.id_token)

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes that give them."""
        return frozenset(SCOPE_OF[name] for name in self.names)


NO_CLAIMS = AskedClaims()
Held: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""Scopes that are held for single claims only, and these claims."""


class GrantedClaims(Struct, frozen=True, omit_defaults=True):
    """What of it a grant carries on. A scope that is held for single claims gives no others."""

    narrowed: tuple[str, ...] = ()
    """The scopes that were not asked for themselves."""
    userinfo: tuple[str, ...] = ()
    id_token: tuple[str, ...] = ()

    @property
    def singly(self) -> tuple[str, ...]:
        """The claims that are given without the rest of their scopes."""
        names = {*self.userinfo, *self.id_token}
        return tuple(name for name in SCOPE_OF if name in names and SCOPE_OF[name] in self.narrowed)

    @property
    def at_userinfo(self) -> Held | None:
        """What userinfo has to know of it."""
        return (self.narrowed, self.userinfo) if self.narrowed else None


def granted(asked: AskedClaims, *, scopes: frozenset[str], named: frozenset[str] | None) -> GrantedClaims:
    """What a grant of `scopes` carries on. `named` are those that the request itself named; None: all."""
    narrowed = () if named is None else tuple(sorted((scopes & asked.scopes) - named))
    return GrantedClaims(narrowed, _within(asked.userinfo, scopes), _within(asked.id_token, scopes))


def _within(names: tuple[str, ...], scopes: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in names if SCOPE_OF[name] in scopes)


def opened(scopes: Iterable[str], held: Held | None) -> frozenset[str]:
    """The claims that scopes give, where some are held for single claims only."""
    narrowed, singly = held or ((), ())
    whole = {name for scope in scopes if scope not in narrowed for name in OF_SCOPES.get(scope, ())}
    return frozenset(
        whole.union(name for name in singly if SCOPE_OF[name] in narrowed and SCOPE_OF[name] in scopes)
    )


class _Wish(Struct):
    essential: bool = False
    value: Any = None
    values: list[Any] | None = None

    def texts(self) -> tuple[str, ...] | None:
        """The values that would do; None: any."""
        wanted = list(self.values or ()) if self.value is None else [self.value, *(self.values or ())]
        if not all(isinstance(one, str) for one in wanted):
            raise OAuthError(CLAIMS_MALFORMED, "a value of another type")
        return tuple(wanted) or None


class _Request(Struct):
    userinfo: dict[str, _Wish | None] | None = None
    id_token: dict[str, _Wish | None] | None = None


_decode = msgspec.json.Decoder(_Request).decode


def parse(text: str | None) -> AskedClaims:
    """The claims that a parameter asks for. What is not ours is left out. Raises `invalid_request`.

    A value that is asked of another claim than `sub` and `acr` is not compared: what is given is true.
    """
    if text is None:
        return NO_CLAIMS
    if len(text) > LONGEST_REQUEST:
        raise OAuthError(CLAIMS_MALFORMED, "too long")
    try:
        request = _decode(text)
    except (msgspec.MsgspecError, RecursionError, ValueError) as failure:
        raise OAuthError(CLAIMS_MALFORMED) from failure
    members = (request.userinfo or {}, request.id_token or {})
    at_userinfo, in_id_token = (tuple(sorted(SCOPE_OF.keys() & member.keys())) for member in members)
    acr = members[1].get("acr")
    essential = acr.texts() if acr is not None and acr.essential else None
    return AskedClaims(at_userinfo, in_id_token, subjects=_subjects(members), acr=essential or ())


def _subjects(members: tuple[dict[str, _Wish | None], ...]) -> tuple[str, ...] | None:
    """Whom every member that says so agrees on."""
    said = [wish.texts() for member in members if (wish := member.get("sub")) is not None]
    named = [set(texts) for texts in said if texts is not None]
    if not named:
        return None
    common = tuple(sorted(set.intersection(*named)))
    if not common or len(common) > MOST_SUBJECTS:
        raise OAuthError(CLAIMS_MALFORMED, "nobody or too many are named")
    return common
