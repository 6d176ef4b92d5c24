"""What was decided before about the scopes of a token, for as long as the records it was decided from stand.

A decision is kept with the records it came from: application, installation and catalogue. It counts only
while the directory still gives these very objects. The change feed drops a record that changed, so the next
look-up gives another object and the decision is made anew; nothing here can outlive the feed. What else a
token stands on (states, epochs, revocations, budgets) is never remembered here.
"""

from __future__ import annotations

from msgspec import Struct

from grantway.core import scopes
from grantway.core.model import Application, Catalogue, Installation, Party
from grantway.core.scopes import ScopeSet, Wish
from grantway.features.memory.bounded import Bounded
from grantway.features.standing import ceiling_of
from grantway.features.tokens.audience import audience_of

_DECISIONS = 10_000


class Asked(Struct, frozen=True, gc=False):
    """What a decision depends on beside the records: the question as it was put."""

    application_id: int
    organization_id: int
    has_user: bool
    scope: ScopeSet | None
    """None: whatever fits."""
    resources: tuple[str, ...] = ()
    granted: ScopeSet | None = None
    """The scopes of the grant behind it, where there is one."""
    issuer: str = ""
    several_allowed: bool = False
    """Whether a token may be for several APIs, where it is asked for."""


class Kept(Struct, frozen=True):
    """Scopes and audience of a token, with the records that they were decided from."""

    application: Application
    installation: Installation | None
    catalogue: Catalogue
    scopes: ScopeSet
    audience: tuple[str, ...] = ()
    is_void: bool = False
    """Whether a live token is for what is not given any more."""

    def stands(self, application: Application, party: Party, catalogue: Catalogue) -> bool:
        """Whether these are still the very records."""
        return (
            self.application is application
            and self.installation is party.installation
            and self.catalogue is catalogue
        )


class ScopeMemory:
    """Decides about scopes once per question and state of the records."""

    def __init__(self) -> None:
        self._given: Bounded[Asked, Kept] = Bounded(_DECISIONS)
        self._left: Bounded[Asked, Kept] = Bounded(_DECISIONS)

    def given(self, asked: Asked, application: Application, party: Party, catalogue: Catalogue) -> Kept:
        """Scopes and audience of a new token. Raises OAuthError; what is refused is not remembered."""
        kept = self._given.get(asked)
        if kept is not None and kept.stands(application, party, catalogue):
            return kept
        ceiling = ceiling_of(application, party, asked.granted, catalogue)
        wish = Wish(asked.scope, asked.has_user, asked.resources)
        given = scopes.granted(wish, ceiling, catalogue)
        apis = scopes.one_audience(scopes.apis_of(given, catalogue), several_allowed=asked.several_allowed)
        audience = audience_of(apis, asked.issuer)
        kept = Kept(application, party.installation, catalogue, given, audience)
        self._given.put(asked, kept)
        return kept

    def left(
        self, asked: Asked, application: Application, party: Party, catalogue: Catalogue
    ) -> ScopeSet | None:
        """What is left now of the scopes that a live token for these `resources` was given.

        None where it is for an API of which it has no scope, and such tokens are not given any more.
        """
        kept = self._left.get(asked)
        if kept is not None and kept.stands(application, party, catalogue):
            return None if kept.is_void else kept.scopes
        had, ceiling = asked.scope or frozenset(), ceiling_of(application, party, None, catalogue)
        left = scopes.still_effective(had, ceiling, catalogue, has_user=asked.has_user)
        bare = scopes.lacking(had, asked.resources, catalogue)
        is_void = not bare <= ceiling
        kept = Kept(application, party.installation, catalogue, left | bare, is_void=is_void)
        self._left.put(asked, kept)
        return None if is_void else kept.scopes
