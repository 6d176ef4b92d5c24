"""One token of each kind, as the server writes it, and everything that reads one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from grantway.core.identifiers import to_text
from grantway.core.messages import Authorization, Origin, Subject
from grantway.core.model import DAY, SECOND, Algorithm, Party, SignInFacts
from grantway.core.secrets import CLIENT_SECRET_PREFIX, CODE_PREFIX, decode, encode
from grantway.features.memory.keyring import RefreshFacts
from grantway.features.services import Services
from grantway.features.tokens import formats
from grantway.features.tokens.facts import Facts
from grantway.features.tokens.format import Format, MineButBad, Minting
from grantway.features.tokens.id_token import IdTokens
from tests.core import records
from tests.core.records import APPLICATION, HOME, PERSON
from tests.features.authorize.remembered import ENTROPY, ISSUER, NOW, services

STANDARD, OTHER, SHARED = "standard", "other", "shared"
"""The mounts: the common ring, one with a ring of its own, one that signs with a shared secret."""
APP = records.application()


def facts(mount: str = STANDARD, **changes: Any) -> Facts:
    """What a token of a signed-in person says, unless changed."""
    plain: dict[str, Any] = {
        "token_id": 2**53 - 1,
        "mount": mount,
        "application": APPLICATION,
        "application_epoch": 1,
        "organization": HOME,
        "organization_epoch": 2,
        "installation_epoch": 0,
        "subject_kind": "user",
        "subject": PERSON,
        "subject_reference": None,
        "user_epoch": 3,
        "membership_epoch": 4,
        "grant": 501,
        "credential": None,
        "scopes": "openid orders.read",
        "audience": ("https://orders.example.test",),
        "issued_at": NOW // SECOND,
        "expires_at": NOW // SECOND + 900,
        "auth_time": NOW // SECOND - 60,
        "session": 601,
    }
    return Facts(**(plain | changes))


def minting(said: Facts, algorithm: Algorithm = "ES256") -> Minting:
    """What a format is given to write."""
    return Minting(
        facts=said,
        issuer=ISSUER,
        client_id=APP.client_id,
        subject=to_text(PERSON),
        organization=to_text(HOME),
        algorithm=algorithm,
        email="Ada@Example.test",
    )


@dataclass(frozen=True)
class Formats:
    """The formats over one keyring."""

    world: Services

    @property
    def all(self) -> dict[str, Format]:
        keyring = self.world.keyring
        return {one.name: one(keyring) for one in formats.ALL}


MOUNT_OF = {"opaque": STANDARD, "opaque_hex": STANDARD, "jwt": STANDARD, "bare_jwt": SHARED}


def world() -> Services:
    """A server at rest, with one application."""
    return services(APP)


def token(world_: Services, name: str, *, algorithm: Algorithm = "ES256", **changes: Any) -> str:
    """A token of a format, where that format is used."""
    mount = changes.pop("mount", MOUNT_OF[name])
    return Formats(world_).all[name].mint(minting(facts(mount, **changes), algorithm))


def read(form: Format, text: str, mount: str) -> Facts | None:
    """The facts, or None where the text is not believed, whether it is foreign or bad."""
    try:
        return form.read(text, mount)
    except MineButBad:
        return None


def id_token(world_: Services, algorithm: Algorithm = "ES256") -> str:
    """An ID token of the same person for the same application."""
    authorization = Authorization(
        organization_id=HOME,
        organization_source="grant",
        party=Party(records.organization()),
        subject=Subject("user", PERSON),
        sign_in=SignInFacts(NOW - DAY),
    )
    app = replace(APP, settings=records.settings(id_token_algorithm=algorithm))
    origin = Origin(STANDARD, "standard", "")
    return IdTokens(world_).mint(
        app, authorization, origin, access_token="an-access-token", scopes=frozenset()
    )


def every_kind(world_: Services) -> dict[str, str]:
    """One text of each kind that the server hands out."""
    keyring = world_.keyring
    jwt = token(world_, "jwt")
    refresh = keyring.refresh_text(keyring.current_refresh_key(), RefreshFacts(501, 1, APPLICATION))
    return {
        "opaque": token(world_, "opaque"),
        "opaque_hex": token(world_, "opaque_hex"),
        "jwt": jwt,
        "bare_jwt": token(world_, "bare_jwt"),
        "id_token": id_token(world_),
        "refresh": refresh,
        "code": CODE_PREFIX + encode(ENTROPY.token_bytes(32)),
        "client secret": CLIENT_SECRET_PREFIX + encode(ENTROPY.token_bytes(32)),
        "envelope of a jwt": claims_of(jwt)["jti"],
    }


def every_reader(world_: Services) -> dict[str, Callable[[str], bool]]:
    """Everything that takes a text from outside and believes it or not, by the kind it is for."""
    forms = Formats(world_).all
    hints = IdTokens(world_)
    return {
        "opaque": lambda text: read(forms["opaque"], text, STANDARD) is not None,
        "opaque_hex": lambda text: read(forms["opaque_hex"], text, STANDARD) is not None,
        "jwt": lambda text: read(forms["jwt"], text, STANDARD) is not None,
        "bare_jwt": lambda text: read(forms["bare_jwt"], text, SHARED) is not None,
        "id_token": lambda text: hints.read_hint(text, APP, STANDARD) is not None,
        "refresh": lambda text: world_.keyring.read_refresh(text) is not None,
    }


def claims_of(text: str) -> dict[str, Any]:
    """The claims that a JWT shows."""
    return msgspec.json.decode(decode(text.split(".")[1]), type=dict[str, Any])


def header_of(text: str) -> dict[str, Any]:
    """The header that a JWT shows."""
    return msgspec.json.decode(decode(text.split(".", maxsplit=1)[0]), type=dict[str, Any])
