"""Refusals as values: what can go wrong, under which id, in which public sentence.

    OAuthError     raised; the transaction rolls back
      NotYet       with the time to wait
      ScopeRefused with the scopes that could be asked for
      Expecting    with what would have been taken instead
    Refused        returned; the transaction commits, because the refusal must leave a mark
    PageError      raised before a redirect is verified; shown as a page, never redirected
    DomainError    raised in the registry and accounts
      NotFound       also for what belongs to somebody else
      Forbidden
      Conflict
      Invalid        with a reason per field

A public sentence is a constant: input never enters it. `detail` goes to the log only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from grantway.core.concerns import UNKNOWN, Concern, Difference


@dataclass(frozen=True, slots=True)
class Reason:
    """One refusal: a stable id, the protocol's error code, and what to tell the caller.

    `hint` says what would be taken here: allowed values, a range, a name. It is made of ours, never of input.
    """

    id: str
    code: str
    text: str
    hint: str = field(default="", compare=False)

    @property
    def sentence(self) -> str:
        """All that the caller is told."""
        return f"{self.text} {self.hint}" if self.hint else self.text

    def saying(self, hint: str) -> Reason:
        """The same refusal, with what would be taken here."""
        return replace(self, hint=hint)


class OAuthError(Exception):
    """A protocol request is refused, and nothing of it stays."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.id, detail)
        self.reason = reason
        self.detail = detail
        self.concern = UNKNOWN


class NotYet(OAuthError):
    """The same, and the same request will be granted in so many seconds."""

    def __init__(self, reason: Reason, detail: str = "", *, seconds: int) -> None:
        super().__init__(reason, detail)
        self.seconds = seconds


class ScopeRefused(OAuthError):
    """The same for a scope. `could` are those that could be asked for there: public, and never the input.

    `lacking` are those of the request that there are in the catalogue, and that it cannot have.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str = "",
        *,
        could: frozenset[str],
        lacking: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(reason, detail)
        self.could = could
        concerning(self, named=lacking)


class Expecting(OAuthError):
    """The same, and what would have been taken instead, in words of HTTP: a media type, a limit."""

    def __init__(self, reason: Reason, detail: str = "", *, expected: str) -> None:
        super().__init__(reason, detail)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Refused:
    """A protocol request is refused, and what was recorded about it stays."""

    reason: Reason
    detail: str = ""
    concern: Concern = UNKNOWN

    def about(self, concern: Concern) -> Refused:
        """The same where more is known of what it is about."""
        return replace(self, concern=concern.beside(self.concern))


class PageError(Exception):
    """A browser request is refused before its redirect is verified: a page is shown (RFC 6749 §4.1.2.1)."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.id, detail)
        self.reason = reason
        self.detail = detail
        self.concern = UNKNOWN


MOST_NAMED_BY_CONCERN = 5


def concerning(
    refusal: OAuthError | PageError,
    *,
    client_id: str = "",
    organization_id: int = 0,
    named: Iterable[str] = (),
    difference: Difference | None = None,
) -> None:
    """Add what is known by now of what a refusal is about. What was known before stays."""
    told = tuple(sorted(named)[:MOST_NAMED_BY_CONCERN])
    refusal.concern = refusal.concern.beside(Concern(client_id, organization_id, told, difference))


class DomainError(Exception):
    """A registry or account operation is refused."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.id, detail)
        self.reason = reason
        self.detail = detail


class NotFound(DomainError):
    """The record does not exist, or the caller may not know that it does."""


class Forbidden(DomainError):
    """The caller is known and may not do this."""


class ScopeMissing(Forbidden):
    """The caller's token lacks a scope: this one."""

    def __init__(self, scope: str) -> None:
        super().__init__(TOKEN_SCOPE, scope)
        self.scope = scope


class Conflict(DomainError):
    """The record is not in the state that the caller assumed."""


class PreconditionFailed(Conflict):
    """The record was changed since the caller read it (`If-Match`)."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a submitted record. `field` is its dotted path."""

    field: str
    reason: Reason


class Invalid(DomainError):
    """A submitted record breaks rules; each is named with its field."""

    def __init__(self, errors: tuple[FieldError, ...], detail: str = "") -> None:
        super().__init__(INVALID_RECORD, detail)
        self.errors = errors


# --- Client authentication -------------------------------------------------------------------------
CLIENT_UNKNOWN = Reason(
    "E-CLIENT-01", "invalid_client", "Client authentication failed. Check the client id and the secret."
)
CLIENT_MISSING = Reason(
    "E-CLIENT-02",
    "invalid_client",
    "The request names no client. Send client_id, or HTTP Basic with the secret.",
)
CLIENT_TWO_METHODS = Reason(
    "E-CLIENT-03", "invalid_request", "The client authenticates in more than one way. Use exactly one."
)
CLIENT_BASIC_MALFORMED = Reason(
    "E-CLIENT-04", "invalid_client", "The Authorization header is not well-formed HTTP Basic."
)
CLIENT_UNAUTHORIZED_GRANT = Reason(
    "E-CLIENT-05",
    "unauthorized_client",
    "This application may not use this grant type. Its settings list those it may use.",
)
SETTINGS_UNSERVED = Reason(
    "E-MOUNT-01",
    "unauthorized_client",
    "The settings of this application cannot be served at this address. Its developers choose another "
    "token format or algorithm in them.",
)
CLIENT_DIALECT = Reason(
    "E-CLIENT-06",
    "invalid_client",
    "Client authentication failed. This application is not served at this address.",
)
CLIENT_SECRET_IN_URI = Reason(
    "E-CLIENT-07",
    "invalid_request",
    "A secret was sent in the address. Send it in the body or by HTTP Basic, and rotate it.",
)
CLIENT_DISABLED = Reason(
    "E-CLIENT-08",
    "invalid_client",
    "Client authentication failed. The application or its organization is not active.",
)
CLIENT_THROTTLED = Reason(
    "E-CLIENT-09",
    "invalid_client",
    "Too many failed attempts from this address. Wait a few minutes, then use the right secret.",
)
CLIENT_SECRET_WRONG = Reason(
    "E-CLIENT-10", "invalid_client", "Client authentication failed. Check the client id and the secret."
)

# --- Requests in general ---------------------------------------------------------------------------
REQUEST_DUPLICATE = Reason(
    "E-REQUEST-01", "invalid_request", "A parameter is given more than once. Send each parameter once."
)
REQUEST_MALFORMED = Reason(
    "E-REQUEST-02", "invalid_request", "The request cannot be read. Send well-formed UTF-8 form parameters."
)
REQUEST_CONTENT_TYPE = Reason(
    "E-REQUEST-03", "invalid_request", "The body has the wrong content type for this endpoint."
)
REQUEST_PARAMETER_MISSING = Reason(
    "E-REQUEST-04",
    "invalid_request",
    "A required parameter is missing. The documentation of the endpoint lists them.",
)
REQUEST_PARAMETER_TOO_LONG = Reason(
    "E-REQUEST-05", "invalid_request", "A parameter is longer than this server accepts."
)
REQUEST_UNSUPPORTED_OBJECT = Reason(
    "E-REQUEST-06",
    "request_not_supported",
    "Request objects are not supported. Send the parameters themselves.",
)
REQUEST_URI_UNSUPPORTED = Reason(
    "E-REQUEST-07",
    "request_uri_not_supported",
    "request_uri is not supported. Send the parameters themselves.",
)
REQUEST_TOO_LARGE = Reason(
    "E-REQUEST-08", "invalid_request", "The request is larger than this server accepts."
)
REQUEST_METHOD = Reason("E-REQUEST-09", "invalid_request", "This endpoint does not answer this method.")
REQUEST_UNKNOWN_ADDRESS = Reason("E-REQUEST-10", "not_found", "There is nothing at this address.")

# --- HTTP, before any endpoint looked at the request ------------------------------------------------
HTTP_MALFORMED = Reason(
    "E-HTTP-01",
    "invalid_request",
    "The framing or a header of the request can be read in two ways. Send each once.",
)
HTTP_HOST = Reason(
    "E-HTTP-02", "invalid_request", "The request must name one valid host, the same everywhere."
)
HTTP_TOO_LARGE = Reason("E-HTTP-03", "invalid_request", "The body is larger than this server accepts.")
HTTP_TOO_SLOW = Reason(
    "E-HTTP-04", "invalid_request", "The body did not arrive in time. Send the request again."
)
HTTP_BUSY = Reason("E-HTTP-05", "temporarily_unavailable", "The server is full. Try again in a moment.")
HTTP_HEADERS = Reason(
    "E-HTTP-06", "invalid_request", "The headers are too many or too large. Send fewer cookies."
)
HTTP_BROKEN = Reason("E-HTTP-07", "invalid_request", "The body ended early. Send the request again.")
HTTP_UNEXPECTED = Reason(
    "E-HTTP-08",
    "server_error",
    "Something failed here and was logged. Try again; if it stays, tell the operator.",
)
HTTP_TARGET = Reason(
    "E-HTTP-09",
    "invalid_request",
    "The address is longer than this server accepts. Send long values in the body.",
)
HTTP_METHOD = Reason(
    "E-HTTP-10", "invalid_request", "This server does not know the method. Use one of RFC 9110 or PATCH."
)
HTTP_CODING = Reason("E-HTTP-11", "invalid_request", "The body has a coding. Send it without compression.")
HOST_CAPITALS = Reason("E-HTTP-12", "host_capitals", "Write the host in small letters, as browsers send it.")
HOST_DOT = Reason(
    "E-HTTP-13",
    "host_dot",
    "Write the host without a dot at its end, as browsers and certificates have it.",
)
HOST_ADDRESS = Reason(
    "E-HTTP-14",
    "host_address",
    "Write the address as browsers do: four decimal numbers, or the shortest IPv6 form in brackets.",
)
HOST_PORT = Reason("E-HTTP-15", "host_port", "Leave the default port out: browsers never send it.")

# --- Scripts of other origins, which browsers keep from reading -------------------------------------
ORIGIN_UNREGISTERED = Reason(
    "E-CORS-01",
    "origin_unregistered",
    "The page's origin is none of this application, so the browser kept the answer from its script.",
)

# --- Token endpoint --------------------------------------------------------------------------------
GRANT_TYPE_MISSING = Reason("E-GRANT-01", "invalid_request", "grant_type is missing.")
GRANT_TYPE_UNSUPPORTED = Reason(
    "E-GRANT-02",
    "unsupported_grant_type",
    "This grant type is not supported. The metadata document lists those that are.",
)
CODE_INVALID = Reason(
    "E-GRANT-03",
    "invalid_grant",
    "The code is not valid: unknown, expired, already used, or made for another client.",
)
CODE_REPLAYED = Reason(
    "E-GRANT-04", "invalid_grant", "The code was used before. Everything issued from it has been revoked."
)
CODE_REDIRECT_MISMATCH = Reason(
    "E-GRANT-05", "invalid_grant", "redirect_uri differs from the one of the authorization request."
)
CODE_VERIFIER_MISSING = Reason(
    "E-GRANT-06",
    "invalid_grant",
    "code_verifier is missing, though the authorization request had a code_challenge.",
)
CODE_VERIFIER_WRONG = Reason("E-GRANT-07", "invalid_grant", "code_verifier does not fit the code_challenge.")
CODE_VERIFIER_UNEXPECTED = Reason(
    "E-GRANT-08",
    "invalid_grant",
    "code_verifier was sent, though the authorization request had no code_challenge.",
)
CODE_STATE_MISMATCH = Reason(
    "E-GRANT-09", "invalid_grant", "state differs from the one of the authorization request."
)
REFRESH_INVALID = Reason(
    "E-GRANT-10",
    "invalid_grant",
    "The refresh token is not valid: unknown, expired, revoked, or made for another client.",
)
REFRESH_REPLAYED = Reason(
    "E-GRANT-11",
    "invalid_grant",
    "The refresh token was used before. All tokens of this sign-in have been revoked.",
)
CREDENTIAL_FOREIGN = Reason(
    "E-GRANT-12", "invalid_grant", "The secret belongs to another organization than the grant."
)
SUBJECT_INACTIVE = Reason(
    "E-GRANT-13", "invalid_grant", "The user, the membership or the organization is no longer active."
)
INSTALLATION_INACTIVE = Reason(
    "E-GRANT-14",
    "invalid_grant",
    "The application is not installed in this organization, or the installation is not active.",
)
LIFETIME_INVALID = Reason(
    "E-GRANT-15",
    "invalid_request",
    "The asked lifetime is not a positive whole number, or this application may not ask for one.",
)
CODE_EXPIRED = Reason(
    "E-GRANT-16",
    "invalid_grant",
    "The code is not valid any more: its time is over. Start the sign-in again.",
)

# --- Device grant ----------------------------------------------------------------------------------
DEVICE_PENDING = Reason(
    "E-DEVICE-01", "authorization_pending", "Nobody has decided yet. Ask again when the interval is over."
)
DEVICE_SLOW = Reason(
    "E-DEVICE-02",
    "slow_down",
    "Nobody has decided yet, and this came too soon. Wait five seconds longer, now and from now on.",
)
DEVICE_DENIED = Reason("E-DEVICE-03", "access_denied", "The user or the organization did not allow it.")
DEVICE_EXPIRED = Reason(
    "E-DEVICE-04", "expired_token", "The time of this device_code is over. Begin again with a new one."
)
DEVICE_INVALID = Reason(
    "E-DEVICE-05",
    "invalid_grant",
    "The device_code is not valid: unknown, revoked, or made for another client or another address.",
)
DEVICE_REPLAYED = Reason(
    "E-DEVICE-06",
    "invalid_grant",
    "The device_code was used before. Everything issued from it has been revoked.",
)
DEVICE_NETWORK = Reason(
    "E-DEVICE-07",
    "temporarily_unavailable",
    "Many devices in your network have begun to sign in. Try again in a quarter of an hour.",
)
DEVICE_APPLICATION = Reason(
    "E-DEVICE-08",
    "temporarily_unavailable",
    "Many devices have begun to sign in to this application. Try again in a few minutes.",
)
DEVICE_EVERYWHERE = Reason(
    "E-DEVICE-09",
    "temporarily_unavailable",
    "More devices wait here than this server takes at once. Try again in a few minutes.",
)
DEVICE_CODE_UNKNOWN = Reason(
    "E-DEVICE-10",
    "invalid_request",
    "This code is not known, was used before, or its time is over. Compare it with your device.",
)
DEVICE_GUESSES = Reason(
    "E-DEVICE-11",
    "temporarily_unavailable",
    "Too many codes that are not known. Wait a quarter of an hour, then type the one on your device.",
)
DEVICE_DECIDED = Reason(
    "E-DEVICE-12",
    "invalid_request",
    "Meanwhile this was decided elsewhere, or it took too long. Begin again on your device.",
)

DEVICE_OWN_ACT = Reason(
    "E-DEVICE-13",
    "access_denied",
    "No program allows a device. Send the person to the verification page: they allow it there.",
)

# --- Scopes and resources --------------------------------------------------------------------------
SCOPE_INVALID = Reason(
    "E-SCOPE-01",
    "invalid_scope",
    "A scope is unknown, not allowed for this application, or not fit for this grant.",
)
SCOPE_NONE = Reason(
    "E-SCOPE-02",
    "invalid_scope",
    "No scope is left that this application may use here. Give it scopes in its settings.",
)
SCOPE_SEVERAL_APIS = Reason(
    "E-SCOPE-03",
    "invalid_scope",
    "The scopes belong to several APIs. Ask for one API at a time, or name it with resource.",
)
SCOPE_LEGS = Reason(
    "E-SCOPE-04", "invalid_scope", "A scope needs a signed-in user, or may not be used with one."
)
RESOURCE_INVALID = Reason(
    "E-SCOPE-05",
    "invalid_target",
    "The resource is unknown, malformed, or none of the granted scopes belongs to it.",
)

# --- Authorization endpoint ------------------------------------------------------------------------
AUTHORIZE_CLIENT_MISSING = Reason(
    "E-AUTHORIZE-01",
    "invalid_request",
    "The link that brought you here names no application. Go back and try again, or tell its makers.",
)
AUTHORIZE_CLIENT_UNKNOWN = Reason(
    "E-AUTHORIZE-02",
    "invalid_client",
    "The application that sent you here is not known or not active. Tell its makers.",
)
AUTHORIZE_REDIRECT_MISSING = Reason(
    "E-AUTHORIZE-03",
    "invalid_request",
    "The link names no address to return to. Tell the makers of the application.",
)
AUTHORIZE_REDIRECT_UNKNOWN = Reason(
    "E-AUTHORIZE-04",
    "invalid_request",
    "The address to return to is not registered for this application. You were not sent there.",
)
AUTHORIZE_RESPONSE_TYPE = Reason("E-AUTHORIZE-05", "unsupported_response_type", "response_type must be code.")
AUTHORIZE_RESPONSE_TYPE_MISSING = Reason("E-AUTHORIZE-06", "invalid_request", "response_type is missing.")
AUTHORIZE_RESPONSE_MODE = Reason(
    "E-AUTHORIZE-07", "invalid_request", "response_mode must be query or form_post."
)
AUTHORIZE_CHALLENGE_MISSING = Reason(
    "E-AUTHORIZE-08",
    "invalid_request",
    "code_challenge is missing. This application must use PKCE with S256.",
)
AUTHORIZE_CHALLENGE_METHOD = Reason(
    "E-AUTHORIZE-09", "invalid_request", "code_challenge_method must be S256."
)
AUTHORIZE_CHALLENGE_MALFORMED = Reason(
    "E-AUTHORIZE-10", "invalid_request", "code_challenge must be 43 characters of base64url."
)
AUTHORIZE_PROMPT = Reason(
    "E-AUTHORIZE-11",
    "invalid_request",
    "prompt is not understood: use none alone, or login, consent, select_account.",
)
AUTHORIZE_MAX_AGE = Reason("E-AUTHORIZE-12", "invalid_request", "max_age must be a whole number of seconds.")
AUTHORIZE_LOGIN_REQUIRED = Reason(
    "E-AUTHORIZE-13", "login_required", "The user must sign in, and prompt=none forbids asking."
)
AUTHORIZE_CONSENT_REQUIRED = Reason(
    "E-AUTHORIZE-14", "consent_required", "The user must consent, and prompt=none forbids asking."
)
AUTHORIZE_SELECTION_REQUIRED = Reason(
    "E-AUTHORIZE-15",
    "account_selection_required",
    "The user must choose an organization, and prompt=none forbids asking.",
)
AUTHORIZE_DENIED = Reason("E-AUTHORIZE-16", "access_denied", "The user or the organization did not allow it.")
AUTHORIZE_NO_ORGANIZATION = Reason(
    "E-AUTHORIZE-17", "access_denied", "None of the user's organizations lets this application in."
)
AUTHORIZE_STATE_MISSING = Reason(
    "E-AUTHORIZE-18", "invalid_request", "state is missing. This application must send it."
)
AUTHORIZE_UNAUTHORIZED = Reason(
    "E-AUTHORIZE-19",
    "unauthorized_client",
    "This application may not sign users in. Its type and grant types say what it may do.",
)
AUTHORIZE_HINT = Reason(
    "E-AUTHORIZE-20", "invalid_request", "id_token_hint is not an ID token of this server for this client."
)
AUTHORIZE_REGISTRATION = Reason(
    "E-AUTHORIZE-21",
    "registration_not_supported",
    "registration is not supported. The application is registered here already.",
)

# --- Steps of the browser --------------------------------------------------------------------------
STEP_UNKNOWN = Reason(
    "E-STEP-01",
    "invalid_request",
    "This page is out of date or belongs to another browser. Go back to the application and start again.",
)
STEP_FORGED = Reason(
    "E-STEP-02",
    "invalid_request",
    "The form did not come from this page. Go back to the application and start again.",
)
LOGIN_FAILED = Reason(
    "E-STEP-03", "access_denied", "The e-mail address and the password do not fit together."
)
LOGIN_THROTTLED = Reason(
    "E-STEP-04",
    "access_denied",
    "Too many attempts. Wait a few minutes, or use a browser in which you have signed in before.",
)
LINK_INVALID = Reason(
    "E-STEP-05", "invalid_request", "This link was used before, or its time is over. Ask for a new one."
)
SIGN_IN_REQUIRED = Reason("E-STEP-06", "login_required", "Sign in to see this page.")
WAITING_NETWORK = Reason(
    "E-STEP-07",
    "temporarily_unavailable",
    "Many sign-ins were begun from your network or account and not finished. Finish one that is open, "
    "or try again in a quarter of an hour.",
)
WAITING_EVERYWHERE = Reason(
    "E-STEP-08",
    "temporarily_unavailable",
    "More sign-ins wait here than this server takes at once. Go back and try again in a few minutes.",
)

# --- Bearer tokens ---------------------------------------------------------------------------------
TOKEN_MISSING = Reason(
    "E-TOKEN-01", "invalid_request", "The request carries no access token. Send Authorization: Bearer."
)
TOKEN_INVALID = Reason(
    "E-TOKEN-02", "invalid_token", "The access token is unknown, expired or revoked. Get a new one."
)
TOKEN_SCOPE = Reason(
    "E-TOKEN-03", "insufficient_scope", "The access token lacks the scope this endpoint needs."
)
TOKEN_SEVERAL = Reason(
    "E-TOKEN-04", "invalid_request", "The access token was sent in more than one way. Use one."
)
TOKEN_AUDIENCE = Reason("E-TOKEN-05", "invalid_token", "The access token was made for another API.")
TOKEN_EXPIRED = Reason("E-TOKEN-07", "invalid_token", "The access token has expired. Get a new one.")
TOKEN_NO_USER = Reason(
    "E-TOKEN-06", "insufficient_scope", "The access token stands for no user, and this endpoint needs one."
)
TOKEN_NO_SIBLING = Reason(
    "E-TOKEN-08",
    "access_denied",
    "Only applications that this organization owns or installed, and those of the platform, read this.",
)

# --- Registry and accounts -------------------------------------------------------------------------
INVALID_RECORD = Reason(
    "E-RECORD-01", "invalid", "Some fields need your attention. Each is listed with what to do."
)
RECORD_NOT_FOUND = Reason("E-RECORD-02", "not_found", "There is no such record here, or you may not see it.")
RECORD_CHANGED = Reason(
    "E-RECORD-03",
    "precondition_failed",
    "The record was changed since you read it. Read it again, then repeat your change.",
)
RECORD_FORBIDDEN = Reason("E-RECORD-04", "forbidden", "Your role or your token's scopes do not allow this.")
RECORD_LOCKED = Reason(
    "E-RECORD-05", "locked", "The application is scheduled for deletion and locked. Enable it to edit it."
)
RECORD_LAST_OWNER = Reason(
    "E-RECORD-06", "conflict", "An organization needs at least one owner. Make somebody else owner first."
)
RECORD_EXISTS = Reason("E-RECORD-07", "conflict", "A record with this name or identifier exists already.")
RECORD_UNREADABLE = Reason("E-RECORD-08", "invalid", "The body is not the JSON this operation takes.")
RECORD_IF_MATCH = Reason(
    "E-RECORD-09", "precondition_required", "Send If-Match with the entity tag you read."
)
RECORD_CURSOR = Reason(
    "E-RECORD-10", "invalid", "The cursor is not one that this server gave you for this list."
)
IDEMPOTENCY_REUSED = Reason(
    "E-RECORD-11", "conflict", "This Idempotency-Key was used for another request. Use a new key."
)
IDEMPOTENCY_SPENT = Reason(
    "E-RECORD-12",
    "conflict",
    "This Idempotency-Key was used more than ten minutes ago. Read the list, then use a new key.",
)
RECORD_IN_USE = Reason("E-RECORD-13", "conflict", "The record is in use and cannot be removed.")
RECORD_NO_SECRETS = Reason(
    "E-RECORD-14", "conflict", "A public application has no secrets: it proves itself by PKCE."
)
RECORD_TOO_MANY = Reason("E-RECORD-15", "conflict", "The limit of such records is reached. Remove one first.")
RECORD_PLATFORM = Reason(
    "E-RECORD-16", "conflict", "The server itself depends on this record. It cannot be disabled or removed."
)
RECORD_PUBLICATION = Reason(
    "E-RECORD-17",
    "conflict",
    "The application is not in a state of publication from which this can be done. Read it again.",
)
RECORD_SUSPENDED = Reason(
    "E-RECORD-18",
    "locked",
    "Operators suspended the application: only they change it or end that. `suspension_reason` says why; "
    "ask them.",
)
RECORD_RANK = Reason(
    "E-RECORD-19",
    "forbidden",
    "Somebody of a higher rank stopped this. Ask them, or somebody who ranks as high, to undo it.",
)

RECORD_BUILT_IN = Reason(
    "E-RECORD-20",
    "conflict",
    "This application is part of the server. Operators disable, enable and suspend it; nothing else of it "
    "can be changed, and it cannot be removed.",
)

# --- Reviews of what was approved ---------------------------------------------------------------------
REVIEW_NOTHING_WAITS = Reason(
    "E-REVIEW-01", "conflict", "Nothing of this application waits for a review. Read it again."
)
FIELD_UNREVIEWED = Reason(
    "E-REVIEW-02",
    "unreviewed",
    "What is new here waits for a review, and nothing would be left until then. Keep one that was reviewed; "
    "to stop the application at once, disable it.",
)

# --- Installations and secrets of pairs --------------------------------------------------------------
INSTALL_OWN = Reason(
    "E-INSTALL-01",
    "conflict",
    "An organization cannot install its own application. Its own secret acts for it already.",
)
INSTALL_EXISTS = Reason(
    "E-INSTALL-02", "conflict", "The application is installed here already. Change that installation."
)
INSTALL_STATE = Reason(
    "E-INSTALL-03",
    "conflict",
    "The installation is not in a state for this. Grant or decline a request; grant anew what was revoked.",
)
INSTALL_SCOPE = Reason("E-INSTALL-04", "scope_not_asked", "The application does not ask for this scope.")
SECRET_NOT_KEPT = Reason(
    "E-INSTALL-05", "conflict", "No copy of this secret is kept that could be shown. Make a new one."
)
KEYS_POLICY = Reason(
    "E-INSTALL-06", "unauthorized_client", "The policy of this application keeps no secrets to be read."
)
KEYS_HOME_ONLY = Reason(
    "E-INSTALL-07",
    "invalid_client",
    "This takes the application's own secret, not that of an organization which installed it.",
)

# --- Minutes of people -------------------------------------------------------------------------------
BUDGET_DAY = Reason(
    "E-BUDGET-01",
    "access_denied",
    "This person's minutes of today are used up. Ask again when the next day of the application begins.",
)
BUDGET_SESSION = Reason(
    "E-BUDGET-02", "invalid_grant", "The time of this sign-in is over. Start the sign-in again."
)

FIELD_DAY = Reason("E-BUDGET-03", "day", "Enter a day, such as 2026-11-21.")

# --- Address ranges ----------------------------------------------------------------------------------
NETWORK_OUTSIDE = Reason(
    "E-NETWORK-01",
    "access_denied",
    "The application may not be used from this address. Its settings list the ranges it may be used from.",
)
FIELD_NETWORK = Reason(
    "E-NETWORK-02",
    "network",
    "Enter an address or a range, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.",
)
FIELD_NETWORK_HOST_BITS = Reason(
    "E-NETWORK-03",
    "network_host_bits",
    "A range starts with its first address: set what is behind the prefix to zero.",
)
FIELD_NETWORK_ALL = Reason(
    "E-NETWORK-04", "network_all", "This range has every address. To allow all, leave the list empty."
)
FIELD_HOST_UNICODE = Reason(
    "E-NETWORK-05",
    "host_unicode",
    "Write the name of the host in its ASCII form, which begins with xn--, so that look-alike letters show.",
)

# --- The organization's gate -------------------------------------------------------------------------
GATE_CLOSED = Reason(
    "E-GATE-01",
    "invalid_grant",
    "The organization lets in what was reviewed or what it installed. Its administrators can install it.",
)
AUTHORIZE_GATE = Reason(
    "E-GATE-02",
    "access_denied",
    "The user's organizations let in only what was reviewed or what they installed. Their administrators can "
    "install it.",
)
FIELD_GATE_REVIEWED = Reason(
    "E-GATE-03", "gate_bound", "The platform wants a stricter gate than this. Choose reviewed or installed."
)
FIELD_GATE_INSTALLED = Reason(
    "E-GATE-04", "gate_bound", "The platform wants a stricter gate than this. It takes installed only."
)
FIELD_GATE_MOUNT = Reason(
    "E-GATE-05",
    "gate_mount",
    "This is not a mount of this server whose sign-in can go without a review. A mount of a dialect can.",
)

# --- Declarations ----------------------------------------------------------------------------------
PLAN_AMBIGUOUS = Reason(
    "E-PLAN-01", "ambiguous", "Several applications have this name. Say by client_id which one is meant."
)
PLAN_UNREADABLE = Reason(
    "E-PLAN-02", "unreadable", "The file is no YAML that can be taken. Check the line that is named."
)
PLAN_OUTDATED = Reason(
    "E-PLAN-03",
    "outdated",
    "This is not what was planned: the file or the registry has changed since. Plan again.",
)

# --- Moving in ---------------------------------------------------------------------------------------
MOVING_UNREADABLE = Reason(
    "E-MOVING-01", "unreadable", "The file is not of the named format. Check the line that is named."
)
MOVING_MEMBER = Reason("E-MOVING-02", "invalid", "This member of the record cannot be taken over as it is.")
MOVING_CLIENT_ID = Reason("E-MOVING-03", "invalid", "This client id cannot be taken over.")
MOVING_TAKEN = Reason(
    "E-MOVING-04",
    "taken",
    "This client id is in use. Whoever has it gives it up, or take another one.",
)
MOVING_HASHES = Reason(
    "E-MOVING-05",
    "too_many",
    "There are too many hashed secrets of one application. Leave out those that nobody uses any more.",
)

# --- Service accounts ------------------------------------------------------------------------------
SERVICE_ACCOUNT_UNUSABLE = Reason(
    "E-SERVICE-01",
    "invalid_grant",
    "This application cannot act as this service account. An administrator enables it and lists the "
    "application.",
)

# --- Access keys -----------------------------------------------------------------------------------
ACCESS_KEY_INVALID = Reason(
    "E-KEY-01", "invalid_grant", "The access key is not valid: unknown, wrong, switched off, or over."
)
ACCESS_KEY_THROTTLED = Reason(
    "E-KEY-02",
    "invalid_grant",
    "Too many wrong access keys from this network. Wait a minute, then use the right secret.",
)
ACCESS_KEY_FOREIGN = Reason(
    "E-KEY-03",
    "invalid_grant",
    "This application cannot use this access key. Its owner makes one that names the application.",
)
ACCESS_KEY_ALONE = Reason(
    "E-KEY-04",
    "unauthorized_client",
    "Access keys are not used without an application in this organization. A developer there makes the "
    "default application for them.",
)
ACCESS_KEY_POLICY = Reason(
    "E-KEY-05",
    "access_keys_off",
    "This application takes no access keys. Its developers allow the grant type for them first.",
)

# --- Token exchange --------------------------------------------------------------------------------
EXCHANGE_SUBJECT = Reason(
    "E-EXCHANGE-01",
    "invalid_request",
    "This subject_token cannot be exchanged. Present a live one of an application of the same makers.",
)
EXCHANGE_TYPE = Reason(
    "E-EXCHANGE-02",
    "invalid_request",
    "Access tokens alone are exchanged, for access tokens. Leave requested_token_type out.",
)
EXCHANGE_ACTOR = Reason(
    "E-EXCHANGE-03",
    "invalid_request",
    "Nobody is delegated to here. Leave actor_token and actor_token_type out.",
)

# --- Leaked secrets --------------------------------------------------------------------------------
LEAK_INSIDE = Reason(
    "E-LEAK-01", "secret_inside", "This has a secret in it. Say where it was found without repeating it."
)

# --- Webhooks ----------------------------------------------------------------------------------------
WEBHOOK_URL = Reason(
    "E-WEBHOOK-01",
    "webhook_url",
    "Enter a full https address, without a name, a password or anything behind a number sign.",
)
WEBHOOK_EVENT = Reason("E-WEBHOOK-02", "webhook_event", "This is not one of the events that are told.")
WEBHOOK_DISABLED = Reason(
    "E-WEBHOOK-03", "conflict", "The webhook is disabled, so nothing is sent to it. Enable it first."
)

# --- Fields ----------------------------------------------------------------------------------------
FIELD_REQUIRED = Reason("E-FIELD-01", "required", "Fill this in.")
FIELD_TOO_LONG = Reason("E-FIELD-02", "too_long", "This is longer than the field takes.")
FIELD_FORBIDDEN = Reason("E-FIELD-03", "forbidden", "An application of this type does not have this.")
FIELD_UNKNOWN_VALUE = Reason("E-FIELD-04", "unknown_value", "This is not one of the values the field takes.")
FIELD_CHARACTERS = Reason(
    "E-FIELD-05", "characters", "This contains characters that the field does not take."
)
FIELD_IMMUTABLE = Reason("E-FIELD-06", "immutable", "This is fixed at creation and cannot be changed.")
FIELD_EMAIL = Reason("E-FIELD-07", "email", "Enter an e-mail address, such as name@example.com.")
FIELD_URL = Reason("E-FIELD-08", "url", "Enter a full https address.")
FIELD_REDIRECT_SCHEME = Reason(
    "E-FIELD-09",
    "redirect_scheme",
    "Use https. http is for loopback addresses; a scheme of your own is for native applications.",
)
FIELD_REDIRECT_FRAGMENT = Reason("E-FIELD-10", "redirect_fragment", "Remove the part after the number sign.")
FIELD_REDIRECT_USERINFO = Reason(
    "E-FIELD-11", "redirect_userinfo", "Remove the name or password before the host."
)
FIELD_REDIRECT_WILDCARD = Reason(
    "E-FIELD-12", "redirect_wildcard", "Wildcards are not taken. Register each address."
)
FIELD_REDIRECT_MALFORMED = Reason("E-FIELD-13", "redirect_malformed", "This is not a complete address.")
FIELD_REDIRECT_PRIVATE = Reason(
    "E-FIELD-14",
    "redirect_private_scheme",
    "A private scheme is a domain name of yours in reverse, such as com.example.app.",
)
FIELD_ORIGIN = Reason("E-FIELD-15", "origin", "Enter an origin: scheme, host and port, nothing after.")
FIELD_DUPLICATE = Reason("E-FIELD-16", "duplicate", "This is listed twice.")
FIELD_TOO_MANY = Reason("E-FIELD-17", "too_many", "This list is longer than the field takes.")
FIELD_PASSWORD_SHORT = Reason(
    "E-FIELD-18", "password_short", "Use at least 12 characters. A few words are good."
)
FIELD_PASSWORD_COMMON = Reason(
    "E-FIELD-19", "password_common", "This password is among the first that attackers try. Choose another."
)
FIELD_PASSWORD_DIFFERENT = Reason("E-FIELD-20", "password_different", "The two passwords differ.")
FIELD_TIME_ZONE = Reason("E-FIELD-21", "time_zone", "Enter the name of a time zone, such as Europe/Berlin.")
FIELD_SCOPE_VALUE = Reason(
    "E-FIELD-22", "scope_value", "A scope is made of letters, digits and . _ : / - signs."
)
FIELD_SCOPE_UNKNOWN = Reason("E-FIELD-23", "scope_unknown", "No API declares this scope.")
FIELD_RANGE = Reason("E-FIELD-24", "range", "This is outside the allowed range.")
FIELD_UNKNOWN_MEMBER = Reason("E-FIELD-25", "unknown_member", "This operation does not know this member.")
FIELD_TAKEN = Reason("E-FIELD-26", "taken", "This is in use already. Choose another.")
FIELD_RESERVED = Reason("E-FIELD-27", "reserved", "This name is reserved. Choose another.")
FIELD_TYPE = Reason("E-FIELD-28", "type", "This has the wrong JSON type.")
FIELD_PASSWORD_KNOWN = Reason(
    "E-FIELD-29",
    "password_known",
    "Little is left of this password without names that others know. Choose another.",
)
FIELD_PASSWORD_WRONG = Reason("E-FIELD-30", "password_wrong", "This is not your present password.")
FIELD_OPERATOR = Reason("E-FIELD-31", "operator", "Only an operator can set this.")
FIELD_SCOPE_BEYOND = Reason(
    "E-FIELD-32",
    "scope_beyond",
    "You cannot give an application more of this server than you may do yourself.",
)
FIELD_SCOPE_PLATFORM = Reason(
    "E-FIELD-35",
    "scope_platform",
    "This scope is for operators: only applications of the organization that runs the server carry it. "
    "Leave it out.",
)
FIELD_NOT_TYPED = Reason("E-FIELD-36", "not_typed", "This is not the name as it is written.")
FIELD_TIME = Reason("E-FIELD-34", "time", "Enter a time with its zone, such as 2026-11-21T09:30:00Z.")

# --- Decisions for APIs ----------------------------------------------------------------------------
DECISION_GATEWAY = Reason(
    "E-DECISION-01",
    "unauthorized_client",
    "This application may not ask for decisions about this API. Its introspectors may.",
)
DECISION_API = Reason(
    "E-DECISION-02",
    "invalid_request",
    "This application guards several APIs. Name one with the parameter api.",
)
DECISION_REQUEST = Reason(
    "E-DECISION-03",
    "invalid_request",
    "Say what arrived: method and path, each once, in the headers of one kind of gateway.",
)
DECISION_API_DISABLED = Reason("E-DECISION-04", "access_denied", "This API is switched off.")
DECISION_PATH = Reason(
    "E-DECISION-05",
    "access_denied",
    "The address can be read in two ways. Send it without dot segments, needless escapes and semicolons.",
)
DECISION_ROUTE = Reason("E-DECISION-06", "access_denied", "The API declares no such route.")
DECISION_PATTERN = Reason(
    "E-DECISION-07",
    "pattern",
    "Enter a path of plain segments and of names in curly brackets; it may end in a segment of one star.",
)
DECISION_PATTERN_CASE = Reason(
    "E-DECISION-08", "pattern_case", "Another route has this path in other letter case. Use the same."
)
DECISION_FULL = Reason("E-DECISION-09", "conflict", "This API has as many of these as it can have.")
LIMIT_REACHED = Reason(
    "E-LIMIT-01",
    "rate_limited",
    "This application has used up its requests of this minute. Wait, then go on.",
)

LIMIT_WRITES = Reason(
    "E-LIMIT-02",
    "rate_limited",
    "Your organization has made as many changes as it may in an hour. Wait, then go on.",
)
LIMIT_APPLICATIONS = Reason(
    "E-LIMIT-03",
    "conflict",
    "Your organization has as many applications as it may. Delete some, or ask an operator.",
)

# --- Addresses that letters go to ------------------------------------------------------------------
NOTICE_AGREED = Reason(
    "E-NOTICE-01", "conflict", "Letters go to this address already. There is nothing to ask its owner."
)
NOTICE_REFUSED = Reason(
    "E-NOTICE-02",
    "conflict",
    "Whoever has this address does not want your letters, and is not asked again. Name another address.",
)
NOTICE_RECENT = Reason(
    "E-NOTICE-03",
    "rate_limited",
    "This address was asked within a day. Wait a day from then on, or for an answer.",
)

# --- The server itself -----------------------------------------------------------------------------
SERVER_FAILURE = Reason(
    "E-SERVER-01",
    "server_error",
    "Something failed here. Try again; if it stays, quote the request id to the operator.",
)
SERVER_UNAVAILABLE = Reason(
    "E-SERVER-02",
    "temporarily_unavailable",
    "The server cannot reach its database or is full. Try again in a moment.",
)

# --- Vouchers --------------------------------------------------------------------------------------
VOUCHER_BEYOND = Reason(
    "E-VOUCH-01", "voucher_beyond", "The application has nothing of this, so nobody can answer for it."
)
VOUCHER_OUTDATED = Reason(
    "E-VOUCH-02", "conflict", "The application has changed since you saw it. Read it again, then decide."
)
VOUCHER_MEMBERS = Reason(
    "E-VOUCH-03",
    "conflict",
    "Others make this application. Set members of its installation to allow: that answers for it.",
)
SUBJECT_ASSERTED = Reason(
    "E-VOUCH-04",
    "unauthorized_client",
    "Nobody answers for it that this application names its users. An administrator can, by a voucher.",
)
SUBJECT_REFERENCE = Reason(
    "E-VOUCH-05",
    "invalid_request",
    "A user's id has 1 to 255 characters that can be seen, with spaces inside it at most.",
)
SUBJECT_UNNAMED = Reason(
    "E-VOUCH-06",
    "invalid_request",
    "This grant says by itself whom the token speaks for. Leave the user's id out.",
)

# --- Launches --------------------------------------------------------------------------------------
LAUNCH_INVALID = Reason(
    "E-LAUNCH-01",
    "access_denied",
    "This launch is unknown, used, over, or another application's. Open it from the portal again.",
)
LAUNCH_PERSON = Reason(
    "E-LAUNCH-02",
    "forbidden",
    "Only a person launches an application, with a token of a sign-in that is not over. Sign in again.",
)
LAUNCH_NONE = Reason(
    "E-LAUNCH-03",
    "not_launched",
    "No application with this client id can be launched here. It is installed first, and speaks such a wire.",
)
LAUNCH_OFTEN = Reason(
    "E-LAUNCH-04", "rate_limited", "Too many applications were launched within minutes. Wait, then go on."
)
LAUNCH_UNVOUCHED = Reason(
    "E-LAUNCH-05",
    "access_denied",
    "Nobody in the organization answers for this application. Its administrators let their members use it.",
)

# --- Presets ---------------------------------------------------------------------------------------
PRESET_REDIRECT_HOST = Reason(
    "E-PRESET-01",
    "redirect_host",
    "Under this preset a redirect URI lies on the scheme, host and port of the base URL.",
)
PRESET_SCOPE_MISSING = Reason(
    "E-PRESET-02",
    "scope_missing",
    "The scope that this application needs does not exist yet. An operator declares it; then ask again.",
)


# --- Invitations -----------------------------------------------------------------------------------
INVITATION_MEMBER = Reason("E-INVITE-01", "conflict", "Somebody with this address is a member already.")
INVITATION_WAITING = Reason(
    "E-INVITE-02",
    "conflict",
    "This address is invited already. Send that invitation again, or revoke it first.",
)
INVITATION_FULL = Reason(
    "E-INVITE-03",
    "conflict",
    "As many invitations wait as one organization may have. Revoke some, or wait for answers.",
)
INVITATION_OFTEN = Reason(
    "E-INVITE-04", "rate_limited", "Too many invitations were sent within an hour. Wait, then go on."
)
INVITATION_GONE = Reason(
    "E-INVITE-05",
    "invalid_request",
    "This invitation was answered or withdrawn. Ask the organization to invite you again.",
)
INVITATION_EXPIRED = Reason(
    "E-INVITE-06",
    "invalid_request",
    "The time of this invitation is over. Ask the organization to send it again.",
)
INVITATION_FOREIGN = Reason(
    "E-INVITE-07",
    "access_denied",
    "This invitation is for another address than yours. Sign out, then open the link again.",
)

# --- Claims about people ---------------------------------------------------------------------------
CLAIMS_MALFORMED = Reason(
    "E-CLAIMS-01",
    "invalid_request",
    "The claims parameter is not a JSON object as OpenID Connect Core 5.5 has it, or is too long.",
)
CLAIMS_ACR = Reason(
    "E-CLAIMS-02",
    "unmet_authentication_requirements",
    "Nobody signs in here in the way that is required. Ask for one of acr_values_supported.",
)
FIELD_CLAIM_UNKNOWN = Reason("E-CLAIMS-03", "claim_unknown", "No scope gives a claim of this name.")
FIELD_CLAIM_SCOPE = Reason(
    "E-CLAIMS-04", "claim_scope", "Assign the scope that gives this claim to the application, too."
)


# --- Profiles --------------------------------------------------------------------------------------
PROFILE_BIRTHDATE = Reason("E-PROFILE-01", "birthdate", "Enter a day, such as 1985-07-21, or a year alone.")
PROFILE_PHONE = Reason(
    "E-PROFILE-02", "phone_number", "Enter the number with its country, such as +49 89 1234567."
)
PROFILE_USERNAME = Reason(
    "E-PROFILE-03",
    "preferred_username",
    "Use 2 to 64 small letters, digits, dots, hyphens and underscores, beginning with a letter.",
)
PROFILE_USERNAME_TAKEN = Reason(
    "E-PROFILE-04", "username_taken", "This name is or was somebody else's. Choose another."
)
PROFILE_URL = Reason("E-PROFILE-05", "https_url", "Enter a full address that begins with https://.")
PROFILE_TOO_OFTEN = Reason(
    "E-PROFILE-06", "rate_limited", "The profile was changed too often. Try again in an hour."
)
PROFILE_CHANGED = Reason(
    "E-PROFILE-07", "conflict", "Somebody else changed the profile meanwhile. Check it and save again."
)
FIELD_PASSWORD_CHARACTERS = Reason(
    "E-PROFILE-08", "password_characters", "Use characters that can be typed: no tabs or line breaks."
)


def all_reasons() -> tuple[Reason, ...]:
    """Every refusal declared in this module, in order. `docs/errors.md` is kept complete from it."""
    return tuple(value for value in globals().values() if isinstance(value, Reason))


@cache
def reason_of(reason_id: str) -> Reason:
    """The refusal with an id, for what was stored by it. Raises KeyError."""
    return {reason.id: reason for reason in all_reasons()}[reason_id]
