"""How the settings of a dialect's own mount look in requests and answers."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.model import ApplicationSettings
from grantway.edges.web.records.values import about
from grantway.features.registry.drafts import dialect_values
from grantway.features.registry.mount_rules import EDITED_AT_DIALECTS

_Seconds = Annotated[int | None, about("Seconds; null: as at `standard`.", 3_600)]
_Flag = Annotated[bool | None, about("Null: as at `standard`.", False)]


class DialectSettingsForm(msgspec.Struct, forbid_unknown_fields=True):
    """What a dialect's own mount has in another way. Left out: as it was; null: as at `standard`."""

    token_format: Annotated[str | None, about("How access tokens look.", "opaque")] | UnsetType = UNSET
    access_token_algorithm: (
        Annotated[str | None, about("How access tokens are signed.", "ES256")] | UnsetType
    ) = UNSET
    id_token_algorithm: Annotated[str | None, about("How ID tokens are signed.", "RS256")] | UnsetType = UNSET
    access_token_lifetime: _Seconds | UnsetType = UNSET
    refresh_token_lifetime: _Seconds | UnsetType = UNSET
    refresh_token_idle_lifetime: _Seconds | UnsetType = UNSET
    refresh_policy: (
        Annotated[str | None, about("What a use does to a refresh token.", "rotate")] | UnsetType
    ) = UNSET
    code_lifetime: _Seconds | UnsetType = UNSET
    client_may_choose_lifetime: _Flag | UnsetType = UNSET
    chosen_lifetime_cap: _Seconds | UnsetType = UNSET
    pkce: (
        Annotated[str | None, about("Whether a sign-in must carry a code challenge.", "required")] | UnsetType
    ) = UNSET
    several_audiences: _Flag | UnsetType = UNSET


def forms_of(settings: ApplicationSettings) -> dict[str, DialectSettingsForm]:
    """What the settings say for dialects' own mounts, as it is answered."""
    return {
        dialect: DialectSettingsForm(**{name: values[name] for name in EDITED_AT_DIALECTS if name in values})
        for dialect, values in dialect_values(settings).items()
    }
