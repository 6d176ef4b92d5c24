"""The commands about applications and what they are for: which operation each does."""

from __future__ import annotations

from grantway.cli.app_steps import KEEP_SIGN_INS, NATIVE, decided, registered, revoked, secret_made
from grantway.cli.deriving import Derived

_APP = ("client_id", "name", "type", "state", "publication", "suspended_at", "organization_id")
_STEP = ("client_id", "state", "suspension_reason")
_API = ("identifier", "name", "state", "builtin", "id", "organization_id")
_SCOPE = ("value", "text", "legs", "risk", "retired")
_ROUTE = ("id", "method", "pattern", "scopes")
_LIMIT = ("id", "per_minute", "application_id", "organization_id")
_USE = ("api_name", "organization_id", "per_minute", "this_minute", "last_minute")
_REFUSED = ("last_at", "kind", "error_id", "cause", "remedy", "nearest", "scopes", "count", "code")
_COUNTED = ("day", "error_id", "organization_id", "application_id", "metric", "count")
_IN_API = ("api_id",)
_DELETED = "It is gone."


def _step(verb: str, sentence: str, *, asks: str = "", says: str = "") -> Derived:
    return Derived(operation=f"{verb}Application", columns=_STEP, help=sentence, asks=asks, says=says)


def _api_state(state: str, sentence: str) -> Derived:
    return Derived(
        operation="updateApi",
        arguments=_IN_API,
        fixed={"state": state},
        columns=("identifier", "state"),
        help=sentence,
    )


APPS = {
    "list": Derived(
        operation="listApplications",
        platform="listAllApplications",
        columns=_APP,
        help="List applications.",
    ),
    "show": Derived(operation="readApplication", help="Show one application, without its secrets, as JSON."),
    "create": Derived(
        operation="createApplication",
        columns=("client_id",),
        extra=(NATIVE,),
        help="Register an application. A secret is printed this once and never again.",
        instead=registered,
    ),
    "change": Derived(
        operation="updateApplication",
        columns=_STEP,
        help="Change an application. What reaches further waits for a review where it was approved.",
    ),
    "enable": _step("enable", "Let it work again, with its tokens; this undoes a scheduled deletion, too."),
    "disable": _step("disable", "Stop it at once, with its tokens. Enabling revives them."),
    "archive": _step("archive", "Stop it and put it out of sight."),
    "unarchive": _step("unarchive", "Take it out of the archive, as it was before."),
    "delete": _step(
        "delete",
        "Stop and lock it now, and remove it for good after 30 days.",
        says="It is removed for good in 30 days. Until then `apps enable` undoes it.",
    ),
    "suspend": _step(
        "suspend",
        "Stop an application at once. Nobody but operators lifts that.",
        says="It is suspended, whatever its state is. `lift` ends that.",
    ),
    "lift": _step("lift", "Lift the suspension of an application. It is as its owners left it."),
    "secret": Derived(
        operation="createSecret",
        help="Make another client secret. It is printed this once.",
        instead=secret_made,
    ),
    "usage": Derived(
        operation="listUsage", columns=("day", "organization_id", "subject_kind", "subject", "minutes")
    ),
    "refusals": Derived(
        operation="listRefusals",
        columns=_REFUSED,
        help="List why requests of an application were refused, and what to do about it.",
    ),
    "all-refusals": Derived(
        operation="listAllRefusals",
        columns=("client_id", *_REFUSED),
        help="List refused requests of all applications. `--code` finds the one of an error page.",
    ),
    "activity": Derived(
        operation="listActivity",
        columns=_COUNTED,
        help="List tokens, sign-ins and refusals of an application by day.",
    ),
    "limits": Derived(operation="listApplicationLimits", columns=_USE),
    "installations": Derived(
        operation="listApplicationInstallations",
        columns=("organization_name", "organization_id", "state", "scopes", "last_used_at"),
    ),
    "history": Derived(
        operation="listPublicationSteps", columns=("at", "decision", "user_id", "reasons", "text")
    ),
    "terms": Derived(operation="readTerms"),
    "submit": Derived(operation="submitApplication", columns=("client_id", "publication")),
    "withdraw": Derived(operation="withdrawApplication", columns=("client_id", "publication")),
    "submissions": Derived(
        operation="listSubmissions",
        columns=("client_id", "name", "publication", "version"),
        help="List applications by what operators decided, or have to decide, about them.",
    ),
    "approve": Derived(
        operation="approveApplication",
        columns=("client_id", "publication"),
        wants_version=True,
        help="Approve what waits: a submission, or a change of what was approved.\n\n"
        "It is refused where it is not the version that you read with `apps pending`.",
        instead=decided,
    ),
    "reject": Derived(
        operation="rejectApplication",
        columns=("client_id", "publication"),
        wants_version=True,
        help="Reject what waits, with reasons. Of a change, what was approved goes on working.",
        instead=decided,
    ),
    "withdraw-pending": Derived(
        operation="withdrawPendingVersion",
        columns=("client_id", "publication"),
        help="Take back a change that waits. What was approved stays as it is.",
    ),
    "defaults": Derived(
        operation="listDefaultApplications", columns=("preset", "name", "type", "making", "client_id")
    ),
    "take-default": Derived(operation="takeDefaultApplication", columns=("client_id", "name")),
}

SECRETS = {
    "list": Derived(
        operation="listSecrets",
        columns=("id", "label", "hint", "organization_id", "expires_at", "revoked_at", "last_used_at"),
    ),
    "revoke": Derived(
        operation="revokeSecret",
        columns=("id", "label"),
        asks="Whoever uses it is cut off at once. Revoke it?",
    ),
}

INSTALLATIONS = {
    "offered": Derived(
        operation="listDirectory",
        columns=("client_id", "name", "owner", "reviewed_at", "installation_state"),
    ),
    "offer": Derived(operation="readOffer"),
    "list": Derived(
        operation="listInstallations",
        columns=(
            "id",
            "application.client_id",
            "application.name",
            "application.owner",
            "state",
            "scopes",
            "unused_scopes",
            "last_used_at",
        ),
        help="List the applications of others that act for an organization.",
        everywhere=True,
    ),
    "show": Derived(operation="readInstallation"),
    "grant": Derived(operation="createInstallation", columns=("id", "state")),
    "request": Derived(operation="requestInstallation", columns=("id", "state")),
    "change": Derived(operation="updateInstallation", columns=("id", "state")),
    "revoke": Derived(
        operation="deleteInstallation",
        columns=("id", "state"),
        asks="Its secrets and tokens here end for good. Revoke it?",
        extra=(KEEP_SIGN_INS,),
        without=frozenset({"sign_ins"}),
        instead=revoked,
        help="Revoke an installation, or decline a request, by its id.\n\n"
        "The secrets and tokens of that application for this organization are dead at once, and for good.",
    ),
    "limits": Derived(operation="listInstallationLimits", columns=_USE),
}

_VOUCHER = ("id", "client_id", "application_name", "scopes", "audience", "created_at", "revoked_at")
VOUCH = {
    "list": Derived(
        operation="listVouchers",
        platform="listPlatformVouchers",
        columns=_VOUCHER,
        help="List vouchers: those of an organization, or of the platform.",
    ),
    "show": Derived(
        operation="readVoucher", platform="readPlatformVoucher", help="Print one voucher, by its id, as JSON."
    ),
    "revoke": Derived(
        operation="revokeVoucher",
        platform="revokePlatformVoucher",
        asks="Sign-ins that stand on it end, and people are asked. Take it back?",
        says="It is taken back.",
        help="Take a voucher back, by its id. What stands on it works no longer.",
    ),
    "pending": Derived(
        operation="listUnvouched",
        columns=("client_id", "name", "consent", "organization_id"),
        help="List applications that look for a voucher in vain, so that people are asked.",
    ),
}

APIS = {
    "list": Derived(operation="listApis", platform="listAllApis", columns=_API, help="List APIs."),
    "show": Derived(operation="readApi", arguments=_IN_API),
    "create": Derived(operation="createApi", columns=("identifier", "id")),
    "change": Derived(operation="updateApi", arguments=_IN_API, columns=_API),
    "enable": _api_state("enabled", "Let an API take tokens again."),
    "disable": _api_state("disabled", "Stop an API: no tokens are for it until it is enabled."),
    "delete": Derived(
        operation="deleteApi",
        arguments=_IN_API,
        columns=("identifier",),
        asks="Nobody gets tokens for it any more. Delete it?",
        says=_DELETED,
    ),
}

SCOPES = {
    "list": Derived(operation="listScopes", columns=_SCOPE),
    "catalogue": Derived(
        operation="listCatalogue", columns=("value", "api", "text", "legs", "risk", "retired")
    ),
    "create": Derived(operation="createScope", columns=("value", "id")),
    "change": Derived(operation="updateScope", columns=_SCOPE),
    "delete": Derived(
        operation="deleteScope",
        columns=("value",),
        asks="Nobody can ask for it any more. Delete it?",
        says=_DELETED,
    ),
}

ROUTES = {
    "list": Derived(operation="listRoutes", columns=_ROUTE),
    "create": Derived(operation="createRoute", columns=_ROUTE),
    "change": Derived(operation="updateRoute", columns=_ROUTE),
    "delete": Derived(
        operation="deleteRoute",
        columns=_ROUTE,
        asks="What it took is denied from then on. Delete it?",
        says=_DELETED,
    ),
}

LIMITS = {
    "list": Derived(operation="listLimits", columns=_LIMIT),
    "create": Derived(operation="createLimit", columns=_LIMIT),
    "change": Derived(operation="updateLimit", columns=_LIMIT),
    "delete": Derived(
        operation="deleteLimit",
        columns=_LIMIT,
        asks="The next less specific limit counts then. Delete it?",
        says=_DELETED,
    ),
}

PRESETS = {"list": Derived(operation="listPresets", columns=("name", "summary", "is_spoken"))}
