"""The two phases of checking an authorization request (RFC 6749 §4.1.2.1, RFC 9700 §4.11).

Phase one ends in a `VerifiedRedirect` or raises `PageError`: before that nothing is redirected, and
the types say so. Phase two finds what is wrong with the rest; that is told to the application.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from grantway.core import assurance, claims, errors, pkce, redirects, scopes
from grantway.core.asker import ASKER
from grantway.core.concerns import nearest
from grantway.core.errors import OAuthError, PageError, concerning
from grantway.core.identifiers import from_text
from grantway.core.messages import AuthorizeRequest, AuthorizeRules, ResponseMode
from grantway.core.model import Application, Id, Instant
from grantway.core.redirects import VerifiedRedirect
from grantway.features.authorize.pending import Pending
from grantway.features.authorize.wanted import check_wish, wish_of
from grantway.features.services import Services
from grantway.features.tokens.id_token import Hint, IdTokens

_PROMPTS = frozenset({"none", "login", "consent", "select_account"})
_LONGEST_HINT = 320
_LONGEST_REPEATED = 2_000
"""Characters of a state that comes again at the token endpoint, in the address beside everything else."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A request whose application and redirect stand."""

    application: Application
    redirect: VerifiedRedirect
    was_sent: bool


class Beginning:
    """Checks a request and makes the pending one."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._id_tokens = IdTokens(services)

    def verify(self, request: AuthorizeRequest, rules: AuthorizeRules) -> Verified:
        """Phase one. Raises PageError."""
        if not request.client_id:
            raise PageError(errors.AUTHORIZE_CLIENT_MISSING)
        application = self._services.directory.application_by_client_id(request.client_id)
        if application is None:
            raise PageError(errors.AUTHORIZE_CLIENT_UNKNOWN, "unknown")
        try:
            self._check_standing(application, request.origin.dialect)
            ASKER.client = application.client_id
            return self._verify_redirect(
                application, request.claimed_redirect, by_host=rules.redirect_by_host
            )
        except PageError as refusal:
            concerning(refusal, client_id=application.client_id)
            raise

    def _check_standing(self, application: Application, dialect: str) -> None:
        if not application.is_usable:
            raise PageError(errors.AUTHORIZE_CLIENT_UNKNOWN, "not usable")
        if dialect not in application.dialects:
            raise PageError(errors.AUTHORIZE_CLIENT_UNKNOWN, "another dialect")
        owner = self._services.directory.organization(application.organization_id)
        if owner is None or not owner.is_active:
            raise PageError(errors.AUTHORIZE_CLIENT_UNKNOWN, "owner not enabled")

    def _verify_redirect(self, application: Application, claimed: str | None, *, by_host: bool) -> Verified:
        is_native = application.platform == "native"
        if claimed is None:
            if len(application.redirects) != 1:
                raise PageError(errors.AUTHORIZE_REDIRECT_MISSING)
            only = redirects.match(application.redirects[0].uri, application.redirects, is_native=is_native)
            if only is None:
                raise PageError(errors.AUTHORIZE_REDIRECT_MISSING)
            return Verified(application, only, was_sent=False)
        redirect = redirects.match(claimed, application.redirects, is_native=is_native, by_host=by_host)
        if redirect is None:
            raise _unregistered(claimed, application)
        return Verified(application, redirect, was_sent=True)

    def check(
        self, request: AuthorizeRequest, rules: AuthorizeRules, verified: Verified, now: Instant
    ) -> Pending:
        """Phase two: the pending request, with the id of the first refusal in `error` if there is one."""
        pending = self._skeleton(request, rules, verified, now)
        try:
            return self._complete(request, rules, verified, pending)
        except OAuthError as refusal:
            return structs.replace(pending, error=refusal.reason.id, lacking=list(refusal.concern.named))

    def _skeleton(
        self, request: AuthorizeRequest, rules: AuthorizeRules, verified: Verified, now: Instant
    ) -> Pending:
        mode: ResponseMode = "form_post" if request.response_mode == "form_post" else "query"
        prompts = scopes.words(request.prompt or "")
        return Pending(
            application_id=verified.application.id,
            client_id=verified.application.client_id,
            mount=request.origin.mount,
            dialect=request.origin.dialect,
            redirect_uri=verified.redirect.uri,
            redirect_repeated=verified.was_sent and rules.redirect_repeated,
            mode=mode,
            names_issuer=rules.names_issuer,
            code_name=rules.code_name,
            created_at=now,
            state=request.state,
            state_repeated=rules.state_repeated,
            prompts=["none"] if prompts == ["none"] else [],
            ui_locales=(request.ui_locales or "")[:_LONGEST_HINT] or None,
        )

    def _complete(
        self, request: AuthorizeRequest, rules: AuthorizeRules, verified: Verified, pending: Pending
    ) -> Pending:
        application = verified.application
        _check_form(request, rules)
        if application.type == "backend" or "authorization_code" not in application.settings.grant_types:
            raise OAuthError(errors.AUTHORIZE_UNAUTHORIZED)
        challenge = _challenge(request, application)
        asked = None if rules.scope_all else scopes.parse(request.scope)
        check_wish(
            self._services,
            application,
            wish_of(application, asked, request.resources),
            dialect=request.origin.dialect,
        )
        hint = self._hint(request, application)
        wished = claims.parse(request.claims)
        if not assurance.can_meet(wished.acr):
            raise OAuthError(errors.CLAIMS_ACR)
        return structs.replace(
            pending,
            scopes=sorted(asked) if asked is not None else None,
            nonce=request.nonce,
            code_challenge=challenge,
            resources=list(request.resources),
            prompts=_prompts(request.prompt),
            max_age=_max_age(request.max_age),
            login_hint=(request.login_hint or "")[:_LONGEST_HINT] or None,
            hinted_user=hint.user_id if hint is not None else None,
            hinted_organization=_organization(request.organization, hint),
            claims=wished,
        )

    def _hint(self, request: AuthorizeRequest, application: Application) -> Hint | None:
        if request.id_token_hint is None:
            return None
        hint = self._id_tokens.read_hint(request.id_token_hint, application, request.origin.mount)
        if hint is None:
            raise OAuthError(errors.AUTHORIZE_HINT)
        return hint


def _unregistered(claimed: str, application: Application) -> PageError:
    """The refusal of an address, with the one it may have been meant to be."""
    refusal = PageError(errors.AUTHORIZE_REDIRECT_UNKNOWN)
    found = nearest(claimed, (one.uri for one in application.redirects))
    if found is not None:
        concerning(refusal, named=found[:1], difference=found[1])
    return refusal


def _organization(named: str | None, hint: Hint | None) -> Id | None:
    """The one that a request is for. What names none of ours is none of the person's either."""
    if named is not None:
        return from_text(named) or 0
    return hint.organization_id if hint is not None else None


def _check_form(request: AuthorizeRequest, rules: AuthorizeRules) -> None:
    if request.request is not None:
        raise OAuthError(errors.REQUEST_UNSUPPORTED_OBJECT)
    if request.request_uri is not None:
        raise OAuthError(errors.REQUEST_URI_UNSUPPORTED)
    if request.registration is not None:
        raise OAuthError(errors.AUTHORIZE_REGISTRATION)
    if not rules.response_type_implied:
        if request.response_type is None:
            raise OAuthError(errors.AUTHORIZE_RESPONSE_TYPE_MISSING)
        if request.response_type != "code":
            raise OAuthError(errors.AUTHORIZE_RESPONSE_TYPE)
    if request.response_mode not in (None, "query", "form_post"):
        raise OAuthError(errors.AUTHORIZE_RESPONSE_MODE)
    if rules.state_required and not request.state:
        raise OAuthError(errors.AUTHORIZE_STATE_MISSING)
    if rules.state_repeated and len(request.state or "") > _LONGEST_REPEATED:
        raise OAuthError(errors.REQUEST_PARAMETER_TOO_LONG)


def _challenge(request: AuthorizeRequest, application: Application) -> str | None:
    """The challenge a code will be bound to. `plain` and a missing method are refused (C073, V055)."""
    if request.code_challenge is None:
        pkce_rule = application.settings.at(request.origin.dialect).pkce
        if application.type == "public" or pkce_rule == "required":
            raise OAuthError(errors.AUTHORIZE_CHALLENGE_MISSING)
        if request.code_challenge_method is not None:
            raise OAuthError(errors.AUTHORIZE_CHALLENGE_MISSING, "method without challenge")
        return None
    if request.code_challenge_method != "S256":
        raise OAuthError(errors.AUTHORIZE_CHALLENGE_METHOD)
    if not pkce.is_challenge(request.code_challenge):
        raise OAuthError(errors.AUTHORIZE_CHALLENGE_MALFORMED)
    return request.code_challenge


def _prompts(text: str | None) -> list[str]:
    if not text:
        return []
    prompts = scopes.words(text)
    if not set(prompts) <= _PROMPTS or (len(prompts) > 1 and "none" in prompts):
        raise OAuthError(errors.AUTHORIZE_PROMPT)
    return sorted(set(prompts))


def _max_age(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise OAuthError(errors.AUTHORIZE_MAX_AGE)
    return int(text)
