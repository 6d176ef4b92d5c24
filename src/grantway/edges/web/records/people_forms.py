"""How people look in requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.claims import OF_PROFILES, Address
from grantway.core.identifiers import to_text
from grantway.core.model import User
from grantway.edges.web.records.values import (
    CreatedAt,
    Email,
    IdText,
    Name,
    State,
    Version,
    about,
    time_if,
    time_of,
)
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.accounts import claim_rules

PartOfName: TypeAlias = Annotated[
    str | None, about(_("A part of the name."), "Mara", maxLength=fields.LONGEST_NAME)
]
Locale: TypeAlias = Annotated[
    str | None,
    about(
        _("The language in which pages and letters are written to them, such as `en` or `de`."),
        "en",
        maxLength=35,
        title=_("Language"),
    ),
]
Nickname: TypeAlias = Annotated[
    str | None, about("What friends call them.", "Mari", maxLength=fields.LONGEST_NAME)
]
Username: TypeAlias = Annotated[
    str | None,
    about(
        _(
            "A name that other programs show and may go by: small letters, digits, `.`, `_` and `-`. It is "
            "one person's alone, and never given to another afterwards."
        ),
        "mara.lindt",
        maxLength=claim_rules.LONGEST_USERNAME,
        title=_("User name"),
    ),
]
Link: TypeAlias = Annotated[
    str | None, about("An https address.", "https://mara.example/", maxLength=claim_rules.LONGEST_URL)
]
Gender: TypeAlias = Annotated[
    str | None, about("In the person's own words.", "female", maxLength=claim_rules.LONGEST_GENDER)
]
Birthdate: TypeAlias = Annotated[
    str | None, about("`YYYY-MM-DD`, a year alone, or the year 0000 where it is not told.", "1985-07-21")
]
Zone: TypeAlias = Annotated[
    str | None,
    about(
        _("An IANA time zone, in which they read times."),
        "Europe/Berlin",
        maxLength=fields.LONGEST_NAME,
        title=_("Time zone"),
    ),
]
Phone: TypeAlias = Annotated[
    str | None,
    about(
        "With the country, and `;ext=` before an extension. Nothing verifies it.",
        "+49891234567",
        maxLength=claim_rules.LONGEST_PHONE,
    ),
]
Part: TypeAlias = Annotated[str | None, about("A line of it.", "Munich", maxLength=fields.LONGEST_NAME)]


class PostalAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A postal address. What is not named is empty: it is replaced as a whole."""

    street_address: Annotated[
        str | None,
        about("Street and number; several lines.", "Isarweg 7", maxLength=claim_rules.LONGEST_STREET),
    ] = None
    locality: Part = None
    region: Part = None
    postal_code: Annotated[
        str | None, about("The code of the place.", "80331", maxLength=claim_rules.LONGEST_CODE)
    ] = None
    country: Part = None


PostalAddressIf: TypeAlias = Annotated[PostalAddress | None, about("A postal address.", None)]


class UserAnswer(msgspec.Struct, frozen=True):
    """A person."""

    id: IdText
    name: Name
    given_name: PartOfName
    family_name: PartOfName
    email: Email
    email_verified_at: Annotated[
        datetime | None, about("Since when the address is known to be theirs.", "2026-11-21T09:30:00Z")
    ]
    locale: Locale
    middle_name: PartOfName
    nickname: Nickname
    preferred_username: Username
    profile: Link
    picture: Link
    website: Link
    gender: Gender
    birthdate: Birthdate
    zoneinfo: Zone
    phone_number: Phone
    address: PostalAddressIf
    state: State
    created_at: CreatedAt
    updated_at: Annotated[datetime, about("When it was last changed.", "2026-11-21T09:30:00Z")]
    version: Version


class UserInvited(UserAnswer, frozen=True):
    """A person, with the link that lets them choose a password, where it is not sent."""

    activation_link: Annotated[
        str | None,
        about(
            "To hand over: good once, for a day. Earlier links end. Null where the server sends mail: then "
            "the link goes to the address, and nobody else is shown it.",
            "https://id.example/activate?token=3q2-7wYd0mJ1kR5vXb8nTzLh4sPcEaGu6oViQf9WyKM",
        ),
    ] = None


class UserCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new person."""

    email: Email
    name: Name
    given_name: PartOfName = None
    family_name: PartOfName = None
    locale: Locale = None
    middle_name: PartOfName = None
    nickname: Nickname = None
    preferred_username: Username = None
    profile: Link = None
    picture: Link = None
    website: Link = None
    gender: Gender = None
    birthdate: Birthdate = None
    zoneinfo: Zone = None
    phone_number: Phone = None
    address: PostalAddressIf = None


class UserPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a person."""

    name: Name | UnsetType = UNSET
    given_name: PartOfName | UnsetType = UNSET
    family_name: PartOfName | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    middle_name: PartOfName | UnsetType = UNSET
    nickname: Nickname | UnsetType = UNSET
    preferred_username: Username | UnsetType = UNSET
    profile: Link | UnsetType = UNSET
    picture: Link | UnsetType = UNSET
    website: Link | UnsetType = UNSET
    gender: Gender | UnsetType = UNSET
    birthdate: Birthdate | UnsetType = UNSET
    zoneinfo: Zone | UnsetType = UNSET
    phone_number: Phone | UnsetType = UNSET
    address: PostalAddressIf | UnsetType = UNSET
    state: State | UnsetType = UNSET


def members_of(user: User) -> dict[str, Any]:
    """A person as every answer tells them."""
    return {
        "id": to_text(user.id),
        "name": user.name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "email": user.email,
        "email_verified_at": time_if(user.email_verified_at),
        "locale": user.locale,
        **{name: getattr(user.claims, name) for name in OF_PROFILES},
        "address": _form_of(user.claims.address),
        "state": user.state,
        "created_at": time_of(user.created_at),
        "updated_at": time_of(user.updated_at),
        "version": user.version,
    }


def _form_of(address: Address | None) -> PostalAddress | None:
    return None if address is None else PostalAddress(**msgspec.structs.asdict(address))


def said_of(values: dict[str, Any]) -> dict[str, Any]:
    """The members of a request as drafts have them."""
    address = values.get("address")
    return values if address is None else {**values, "address": Address(**msgspec.structs.asdict(address))}
