"""The one mint: every token of every grant is made here, from what was decided before.

The order is fixed: who, on whose side, which scopes, for which API, how long, then the text. No
grant type signs or seals anything itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, structs

from grantway.core import errors, scopes
from grantway.core.errors import OAuthError, concerning
from grantway.core.identifiers import to_text
from grantway.core.messages import AuthenticatedClient, Authorization, Issued, TokenRequest
from grantway.core.model import SECOND, Application, Catalogue, Instant, Party
from grantway.core.mount_settings import MountSettings
from grantway.core.policy import LONGEST_ACCESS_TOKEN
from grantway.core.ports import Tx
from grantway.core.scopes import OPENID, ScopeSet, of_identity
from grantway.core.sessions import mark_of
from grantway.features.letting_in import Doorway
from grantway.features.memory.keyring import SigningKeyMissing
from grantway.features.services import Services
from grantway.features.standing import check_party, epochs_of
from grantway.features.tokens.asserted import assertable, named_by, voucher_to_assert
from grantway.features.tokens.budgets import Budgets
from grantway.features.tokens.facts import Facts
from grantway.features.tokens.format import Format, Minting
from grantway.features.tokens.id_token import IdTokens
from grantway.features.tokens.scope_memory import Asked, Kept, ScopeMemory


class Decided(Struct, frozen=True, gc=False):
    """What a token will be, before it is written."""

    client: AuthenticatedClient
    request: TokenRequest
    authorization: Authorization
    scopes: ScopeSet
    audience: tuple[str, ...]
    lifetime: int
    now: Instant


class Issuer:
    """Mints access tokens and ID tokens."""

    def __init__(self, services: Services, formats: Mapping[str, Mapping[str, Format]]) -> None:
        """`formats` are those that each mount reads: a token that nobody could check there is not made."""
        self._services = services
        self._formats = formats
        self._id_tokens = IdTokens(services)
        self._budgets = Budgets(services)
        self._scopes = ScopeMemory()
        self._doorway = Doorway(services)

    def issue(
        self, tx: Tx, client: AuthenticatedClient, request: TokenRequest, authorization: Authorization
    ) -> Issued:
        """The token answer. Raises OAuthError where a switch is off, or no scope or minute is left.

        So it does where the settings ask for what cannot be served at this mount. In `tx` the minutes of a
        person are reserved, where the application limits them.
        """
        try:
            decided = self._decide(tx, client, request, authorization)
        except OAuthError as refusal:
            concerning(refusal, organization_id=authorization.organization_id)
            raise
        try:
            access_token = self._access_token(decided)
            id_token = self._id_token(decided, access_token)
        except SigningKeyMissing as missing:
            raise OAuthError(errors.SETTINGS_UNSERVED, str(missing)) from missing
        self._note_use(decided)
        return Issued(
            access_token=access_token,
            token_type="Bearer",
            expires_in=decided.lifetime,
            scope=decided.scopes,
            refresh_token=authorization.refresh_token,
            id_token=id_token,
            echo=authorization.echo,
        )

    def _decide(
        self, tx: Tx, client: AuthenticatedClient, request: TokenRequest, authorization: Authorization
    ) -> Decided:
        application, party = client.application, authorization.party
        in_force = application.settings.at(request.origin.dialect)
        catalogue = self._services.directory.catalogue()
        if request.asserted_subject is not None or authorization.subject.kind == "external":
            authorization = self._asserted(application, authorization, request, catalogue)
        asked = Asked(
            application.id,
            party.organization.id,
            authorization.subject.kind != "none",
            request.scope,
            request.resources or authorization.resources,
            authorization.ceiling,
            self._services.issuer_of(request.origin.mount),
            in_force.several_audiences,
        )
        is_person = authorization.subject.kind == "user"
        given = self._given(asked, application, party, mount=request.origin.mount if is_person else None)
        now = self._services.clock.now()
        lifetime = lifetime_of(in_force, request.lifetime)
        if authorization.ends_at is not None:
            lifetime = min(lifetime, max(1, authorization.ends_at // SECOND - now // SECOND))
        lifetime = self._budgets.allotted(tx, application, authorization, lifetime=lifetime, now=now)
        return Decided(client, request, authorization, given.scopes, given.audience, lifetime, now)

    def _asserted(
        self,
        application: Application,
        authorization: Authorization,
        request: TokenRequest,
        catalogue: Catalogue,
    ) -> Authorization:
        """The user whom the request names, on the voucher that lets it and within what that reaches."""
        subject = named_by(request, authorization.subject)
        organization_id = authorization.party.organization.id
        voucher = voucher_to_assert(
            application,
            self._services.directory.vouchers(application.id, organization_id),
            organization_id=organization_id,
            dialect=request.origin.dialect,
        )
        ceiling = voucher.scopes & assertable(catalogue)
        if authorization.ceiling is not None:
            ceiling &= authorization.ceiling
        return structs.replace(authorization, subject=subject, ceiling=ceiling, voucher_id=voucher.id)

    def _given(self, asked: Asked, application: Application, party: Party, *, mount: str | None) -> Kept:
        """Scopes and audience, for a party that may have them. `mount` is where a person comes in.

        Whatever is wrong with the scopes, who is switched off reads that and nothing else.
        """
        try:
            given = self._scopes.given(asked, application, party, self._services.directory.catalogue())
        except OAuthError:
            check_party(application, party, self._doorway.entry(mount, frozenset()) if mount else None)
            raise
        check_party(application, party, self._doorway.entry(mount, given.scopes) if mount else None)
        return given

    def _access_token(self, decided: Decided) -> str:
        application, authorization = decided.client.application, decided.authorization
        origin = decided.request.origin
        mount, in_force = origin.mount, application.settings.at(origin.dialect)
        form = self._formats[mount].get(in_force.token_format)
        if form is None:
            raise OAuthError(errors.SETTINGS_UNSERVED, "a format that this mount does not read")
        party, subject = authorization.party, authorization.subject
        minting = Minting(
            facts=self._facts(decided),
            issuer=self._services.issuer_of(mount),
            client_id=application.client_id,
            subject=to_text(subject.id) if subject.id is not None else application.client_id,
            organization=to_text(authorization.organization_id),
            algorithm=in_force.access_token_algorithm,
            email=party.user.email if party.user is not None else None,
            party=party,
        )
        return form.mint(minting)

    def _id_token(self, decided: Decided, access_token: str) -> str | None:
        authorization = decided.authorization
        if not (authorization.wants_id_token and OPENID in decided.scopes) or authorization.sign_in is None:
            return None
        application, origin = decided.client.application, decided.request.origin
        given = of_identity(decided.scopes, self._services.directory.catalogue())
        return self._id_tokens.mint(
            application, authorization, origin, access_token=access_token, scopes=given
        )

    def _note_use(self, decided: Decided) -> None:
        """What an organization granted is of use when a token carries it, for all that we can see."""
        authorization, application = decided.authorization, decided.client.application
        organization_id, subject = authorization.organization_id, authorization.subject
        self._services.activity.token(application.client_id, organization_id, at=decided.now)
        if (
            subject.kind == "user"
            and subject.id is not None
            and organization_id != application.organization_id
        ):
            self._services.uses.consent(subject.id, application.id, organization_id, at=decided.now)
        installation = authorization.party.installation
        if installation is not None:
            self._services.uses.scopes(installation.id, scopes.plain(decided.scopes), at=decided.now)

    def _facts(self, decided: Decided) -> Facts:
        authorization, client = decided.authorization, decided.client
        mount, is_person = decided.request.origin.mount, authorization.subject.kind == "user"
        entry = self._doorway.entry(mount, decided.scopes) if is_person else None
        epochs = epochs_of(client.application, authorization.party, entry)
        issued_at = decided.now // SECOND
        sign_in, key = authorization.sign_in, authorization.access_key
        return Facts(
            token_id=self._services.entropy.new_id(),
            mount=mount,
            application=client.application.id,
            application_epoch=epochs.application,
            organization=authorization.organization_id,
            organization_epoch=epochs.organization,
            installation_epoch=epochs.installation,
            subject_kind=authorization.subject.kind,
            subject=authorization.subject.id,
            subject_reference=authorization.subject.reference,
            user_epoch=epochs.user,
            membership_epoch=epochs.membership,
            grant=authorization.grant_id,
            credential=credential_of(client, authorization),
            scopes=scopes.join(decided.scopes),
            audience=decided.audience,
            issued_at=issued_at,
            expires_at=issued_at + decided.lifetime,
            auth_time=sign_in.auth_time // SECOND if sign_in is not None else None,
            proof_key=authorization.proof_key,
            details=authorization.details,
            session=_session_mark(authorization),
            consent_epoch=epochs.consent,
            voucher=authorization.voucher_id,
            methods=sign_in.methods if sign_in is not None else (),
            claims=authorization.claims.at_userinfo if authorization.claims is not None else None,
            access_key=key.id if key is not None else None,
            access_key_epoch=key.epoch if key is not None else 0,
            behind=authorization.behind,
        )


def _session_mark(authorization: Authorization) -> int | None:
    """What ends the token with its session. What the family was given counts, not what is asked this time."""
    sign_in = authorization.sign_in
    if sign_in is None or sign_in.session_id is None:
        return None
    return mark_of(sign_in.session_id, authorization.ceiling or frozenset())


def credential_of(client: AuthenticatedClient, authorization: Authorization) -> int | None:
    """The credential a token dies with: users' grants outlive the secret they were redeemed with."""
    if authorization.organization_source != "credential" or client.credential is None:
        return None
    return client.credential.id


def lifetime_of(in_force: MountSettings, asked: int | None) -> int:
    """Seconds a token lives: the policy's, or what the client asked for under the policy's cap."""
    lifetime = in_force.access_token_lifetime
    if asked is not None:
        if asked <= 0 or not in_force.client_may_choose_lifetime:
            raise OAuthError(errors.LIFETIME_INVALID)
        lifetime = min(asked, in_force.chosen_lifetime_cap)
    return min(lifetime, LONGEST_ACCESS_TOKEN)
