"""Whether a token is live: the one check behind userinfo, introspection, our APIs and decisions.

Live = unexpired; application usable and of the same epoch; organization likewise; installation
active and of the same epoch; user and membership likewise; access key likewise; credential not revoked;
neither the grant nor the token revoked (data model §6). Everything comes from memory while the feed is fresh.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from grantway.core import errors, scopes
from grantway.core.asker import ASKER
from grantway.core.claims import Held
from grantway.core.concerns import UNKNOWN, Concern
from grantway.core.errors import OAuthError
from grantway.core.exchange import Behind
from grantway.core.messages import NOBODY, BearerRequest, Origin, PresentedClient, Subject
from grantway.core.model import SECOND, Application, Id, Instant, Party
from grantway.core.scopes import ScopeSet
from grantway.features.client_auth import ClientAuthentication
from grantway.features.letting_in import Doorway, Entry
from grantway.features.services import Services
from grantway.features.standing import ceiling_of, check_address, check_party, is_current
from grantway.features.tokens.asserted import assertable
from grantway.features.tokens.audience import audience_of
from grantway.features.tokens.facts import Facts
from grantway.features.tokens.format import Format, MineButBad
from grantway.features.tokens.scope_memory import Asked, ScopeMemory


class VerifiedToken(Struct, frozen=True, gc=False):
    """A live token: who acts, for which organization, with which scopes, where."""

    token_id: int
    application: Application
    party: Party
    subject: Subject
    scopes: ScopeSet
    audience: tuple[str, ...]
    issued_at: Instant
    expires_at: Instant
    grant_id: Id | None
    credential_id: Id | None = None
    auth_time: int | None = None
    proof_key: str | None = None
    methods: tuple[str, ...] = ()
    claims: Held | None = None
    session: int | None = None
    """The mark of the session that it was made in: see `core.sessions.mark_of`."""

    @property
    def organization_id(self) -> Id:
        """The organization acted for."""
        return self.party.organization.id

    @property
    def concern(self) -> Concern:
        """Whom it is about where its use is refused."""
        return Concern(self.application.client_id, self.organization_id)


class Verifier:
    """Reads tokens of the formats that a mount speaks, and checks that they are live."""

    def __init__(
        self,
        services: Services,
        authentication: ClientAuthentication,
        formats: Mapping[str, tuple[Format, ...]],
    ) -> None:
        self._services = services
        self._authentication = authentication
        self._formats = formats
        self._scopes = ScopeMemory()
        self._doorway = Doorway(services)

    def bearer(self, request: BearerRequest, *, audience: str | None) -> VerifiedToken:
        """The live token of a request to an endpoint of ours.

        `audience` is who must be named in it; None leaves that to the caller (userinfo takes any
        token with `openid`). Raises OAuthError.
        """
        if not request.token:
            raise OAuthError(errors.TOKEN_MISSING)
        token = self.find(request.token, request.origin.mount)
        if token is None or token.proof_key is not None:
            raise self.refused(request.token, request.origin.mount)
        ASKER.client = token.application.client_id
        try:
            _check_use(token, request, audience)
        except OAuthError as refusal:
            refusal.concern = token.concern
            raise
        return token

    def basic(self, presented: PresentedClient | None, origin: Origin) -> VerifiedToken:
        """A call that authenticates with the client's own pair, as some dialects' APIs take it (N27).

        It stands for what client credentials would give: the secret's organization, all scopes that
        fit without a user. Raises OAuthError.
        """
        client = self._authentication.authenticate(presented, origin)
        if client.credential is None:
            raise OAuthError(errors.CLIENT_UNKNOWN, "a public application has no pair")
        application, services = client.application, self._services
        party = services.directory.party(application, client.organization_id, None)
        if party is None:
            raise OAuthError(errors.CLIENT_DISABLED)
        check_party(application, party, None)
        catalogue = services.directory.catalogue()
        held = scopes.still_effective(
            application.scopes, ceiling_of(application, party, None, catalogue), catalogue, has_user=False
        )
        now = services.clock.now()
        return VerifiedToken(
            token_id=0,
            application=application,
            party=party,
            subject=NOBODY,
            scopes=held,
            audience=audience_of(scopes.apis_of(held, catalogue), services.issuer_of(origin.mount)),
            issued_at=now,
            expires_at=now,
            grant_id=None,
            credential_id=client.credential.id,
        )

    def find(self, text: str, mount: str) -> VerifiedToken | None:
        """The live token of a text, or None for every other text."""
        facts = self.read(text, mount)
        return self._live(facts) if facts is not None else None

    def read(self, text: str, mount: str) -> Facts | None:
        """The facts of a genuine token, live or not."""
        for form in self._formats.get(mount, ()):
            try:
                facts = form.read(text, mount)
            except MineButBad:
                return None
            if facts is not None:
                return facts if facts.mount == mount else None
        return None

    def refused(self, text: str, *mounts: str) -> OAuthError:
        """Why a text is no live token at any of these mounts, and whom that is about.

        Whoever holds a genuine one may know that its time is over (B55).
        """
        reason, concern, now = errors.TOKEN_INVALID, UNKNOWN, self._services.clock.now() // SECOND
        for mount in mounts:
            facts = self.read(text, mount)
            if facts is None:
                continue
            reason = errors.TOKEN_EXPIRED if now >= facts.expires_at else reason
            application = self._services.directory.application(facts.application)
            if application is not None:
                concern = concern.beside(Concern(application.client_id, facts.organization))
        refusal = OAuthError(reason)
        refusal.concern = concern
        return refusal

    def read_anywhere(self, text: str) -> Facts | None:
        """The facts of a genuine token of whichever mount: for one that was found, not presented."""
        for mount in self._formats:
            facts = self.read(text, mount)
            if facts is not None:
                return facts
        return None

    def presented(self, text: str, mount: str) -> tuple[VerifiedToken, Facts] | None:
        """The same with its facts, for who makes another token of it."""
        facts = self.read(text, mount)
        token = self._live(facts) if facts is not None else None
        return None if facts is None or token is None else (token, facts)

    def is_live(self, facts: Facts) -> bool:
        """Whether a genuine token works now."""
        return self._live(facts) is not None

    def _live(self, facts: Facts) -> VerifiedToken | None:
        services = self._services
        directory = services.directory
        if services.clock.now() // SECOND >= facts.expires_at:
            return None
        application = directory.application(facts.application)
        if application is None or not application.is_usable:
            return None
        if facts.organization != application.organization_id and not self._owner_is_live(application):
            return None
        party = self._party(facts, application)
        if party is None or not is_current(facts.epochs, application, party):
            return None
        if not self._is_unrevoked(facts, application):
            return None
        held = self._held(facts, application, party)
        if held is None:
            return None
        try:
            check_party(application, party, self._entry(facts, held))
        except OAuthError:
            return None
        return _verified(facts, application, party, held)

    def _held(self, facts: Facts, application: Application, party: Party) -> ScopeSet | None:
        """What is left of the scopes that the token was given. The gate judges it as a whole.

        None where it is for an API without a scope of it, and that is not given any more.
        """
        has_subject = facts.subject_kind != "none"
        asked = Asked(
            facts.application,
            facts.organization,
            has_subject,
            scopes.parse(facts.scopes),
            resources=facts.audience,
        )
        catalogue = self._services.directory.catalogue()
        left = self._scopes.left(asked, application, party, catalogue)
        if left is None:
            return None
        return left & assertable(catalogue) if facts.subject_kind == "external" else left

    def _entry(self, facts: Facts, held: ScopeSet) -> Entry | None:
        return self._doorway.entry(facts.mount, held) if facts.is_users else None

    def _party(self, facts: Facts, application: Application) -> Party | None:
        directory = self._services.directory
        if facts.subject_kind == "service_account" and facts.subject is not None:
            return directory.party_of_account(application, facts.organization, facts.subject)
        return directory.party(application, facts.organization, facts.subject if facts.is_users else None)

    def _owner_is_live(self, application: Application) -> bool:
        owner = self._services.directory.organization(application.organization_id)
        return owner is not None and owner.is_active

    def _is_unrevoked(self, facts: Facts, application: Application) -> bool:
        directory = self._services.directory
        if directory.is_dead(facts.grant, facts.token_id, facts.session):
            return False
        if (facts.voucher is not None or facts.subject_kind == "external") and not self._is_vouched(facts):
            return False
        if facts.access_key is not None and not self._is_key_live(facts):
            return False
        if facts.behind is not None and not self._stands_behind(facts.behind, facts.organization):
            return False
        return self._is_secret_live(application.id, facts.credential)

    def _is_secret_live(self, application_id: Id, credential_id: Id | None) -> bool:
        """Whether the secret that it was made with, where it dies with one, was not revoked."""
        if credential_id is None:
            return True
        credential = self._services.directory.credential_by_id(application_id, credential_id)
        return credential is not None and credential.revoked_at is None

    def _stands_behind(self, behind: Behind, organization_id: Id) -> bool:
        """Whether the token that this one was exchanged for was not ended, as far as it was another's."""
        directory = self._services.directory
        former = directory.application(behind.application)
        is_usable = former is not None and former.is_usable and former.epoch == behind.application_epoch
        if not is_usable or directory.is_dead(None, behind.token_id, behind.session):
            return False
        if behind.voucher is not None:
            vouchers = directory.vouchers(behind.application, organization_id)
            if all(one.id != behind.voucher for one in vouchers):
                return False
        return self._is_secret_live(behind.application, behind.credential)

    def _is_key_live(self, facts: Facts) -> bool:
        """Whether the access key that it was made with is there, and was not switched off since."""
        key = self._services.directory.access_key(facts.access_key) if facts.access_key else None
        return key is not None and key.stands(facts.access_key_epoch, self._services.clock.now())

    def _is_vouched(self, facts: Facts) -> bool:
        """Whether the voucher that it stands on is live; without one nobody names a user of their own."""
        vouchers = self._services.directory.vouchers(facts.application, facts.organization)
        return any(
            one.id == facts.voucher and (one.asserted_subject or facts.subject_kind != "external")
            for one in vouchers
        )


def _check_use(token: VerifiedToken, request: BearerRequest, audience: str | None) -> None:
    if audience is not None and audience not in token.audience:
        raise OAuthError(errors.TOKEN_AUDIENCE)
    check_address(token.application, request.origin.address)


def _verified(facts: Facts, application: Application, party: Party, held: ScopeSet) -> VerifiedToken:
    return VerifiedToken(
        token_id=facts.token_id,
        application=application,
        party=party,
        subject=Subject(facts.subject_kind, facts.subject, facts.subject_reference),
        scopes=held,
        audience=facts.audience,
        issued_at=facts.issued_at * SECOND,
        expires_at=facts.expires_at * SECOND,
        grant_id=facts.grant,
        credential_id=facts.credential,
        auth_time=facts.auth_time,
        proof_key=facts.proof_key,
        methods=facts.methods,
        claims=facts.claims,
        session=facts.session,
    )
