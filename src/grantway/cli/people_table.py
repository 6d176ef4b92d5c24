"""The commands about organizations and who belongs to them: which operation each does."""

from __future__ import annotations

from grantway.cli.deriving import Derived

_ORG = ("slug", "name", "state", "suspended_at", "gate", "time_zone", "id")
_PERSON = ("email", "name", "state", "id")
_MEMBER = ("email", "name", "role", "state", "user_id")
_INVITATION = ("id", "email", "role", "state", "expires_at")
_SERVICE = ("id", "name", "role", "state", "applications")
_KEY = ("id", "label", "state", "user_id", "service_account_id", "expires_at", "last_used_at")
_HOOK = ("id", "url", "events", "state", "label")
_DELIVERY = ("id", "event", "state", "attempts", "last_status", "last_problem", "next_attempt_at")
_HERE = ("organization_id",)


def _state(operation: str, state: str, sentence: str, columns: tuple[str, ...], *, asks: str = "") -> Derived:
    return Derived(
        operation=operation,
        fixed={"state": state},
        arguments=_HERE if operation in {"updateOrganization", "updateMember"} else (),
        columns=columns,
        help=sentence,
        asks=asks,
    )


ORGS = {
    "list": Derived(operation="listOrganizations", columns=_ORG, help="List organizations."),
    "show": Derived(operation="readOrganization", arguments=_HERE, help="Show one organization as JSON."),
    "create": Derived(
        operation="createOrganization",
        columns=("id", "slug"),
        help="Make an organization. It has no members yet: invite its first owner.",
    ),
    "change": Derived(operation="updateOrganization", arguments=_HERE, columns=_ORG),
    "enable": _state("updateOrganization", "enabled", "Let an organization work again.", ("slug", "state")),
    "disable": _state(
        "updateOrganization", "disabled", "Stop an organization until it is enabled.", ("slug", "state")
    ),
    "suspend": Derived(
        operation="suspendOrganization",
        arguments=_HERE,
        columns=("id", "slug", "state"),
        help="Stop an organization at once, with its applications and whoever acts for it.",
        says="It is suspended, whatever its state is. `lift` ends that.",
    ),
    "lift": Derived(
        operation="liftOrganization",
        arguments=_HERE,
        columns=("id", "slug", "state"),
        help="Lift the suspension of an organization. It is as it was.",
    ),
    "activity": Derived(
        operation="listOrganizationActivity",
        arguments=_HERE,
        columns=("day", "error_id", "application_id", "metric", "count"),
        help="List tokens, sign-ins and refusals of all applications in an organization by day.",
    ),
    "delete": Derived(
        operation="deleteOrganization",
        arguments=_HERE,
        columns=("slug",),
        asks="It is gone for good. Delete it?",
    ),
}

MEMBERS = {
    "show": Derived(operation="readMember", arguments=_HERE),
    "change": Derived(operation="updateMember", arguments=_HERE, columns=_MEMBER),
    "enable": _state("updateMember", "enabled", "Let a member act there again.", _MEMBER),
    "disable": _state("updateMember", "disabled", "Stop a member there until enabled again.", _MEMBER),
    "remove": Derived(
        operation="removeMember",
        arguments=_HERE,
        columns=("email",),
        asks="What the person got there ends at once. Remove the member?",
    ),
    "invite": Derived(
        operation="inviteMember",
        arguments=_HERE,
        columns=("id",),
        help="Invite somebody, by letter where this server sends mail, for 14 days.\n\n"
        "Somebody with an account can answer on the page of that account in any case.",
    ),
    "invitations": Derived(operation="listInvitations", arguments=_HERE, columns=_INVITATION),
    "invitation": Derived(operation="readInvitation", arguments=_HERE),
    "resend": Derived(operation="resendInvitation", arguments=_HERE, columns=("id", "email", "expires_at")),
    "revoke": Derived(
        operation="revokeInvitation",
        arguments=_HERE,
        columns=("id", "email"),
        help="Take an invitation back, by its id.",
    ),
    "left-behind": Derived(
        operation="listLeftBehind", arguments=_HERE, columns=("email", "name", "is_gone", "user_id")
    ),
    "leaving": Derived(operation="readLeftBehind", arguments=_HERE),
    "hand-over": Derived(operation="handOver", arguments=_HERE, columns=("user_id", "to")),
}

SERVICE_ACCOUNTS = {
    "list": Derived(
        operation="listServiceAccounts", columns=_SERVICE, everywhere=True, help="List service accounts."
    ),
    "show": Derived(operation="readServiceAccount"),
    "create": Derived(operation="createServiceAccount", columns=("id",), help="Make a service account."),
    "change": Derived(operation="updateServiceAccount", columns=_SERVICE),
    "enable": _state("updateServiceAccount", "enabled", "Let a service account act again.", ("id", "state")),
    "disable": _state("updateServiceAccount", "disabled", "Stop a service account.", ("id", "state")),
    "delete": Derived(
        operation="deleteServiceAccount", columns=("id", "name"), asks="Its tokens end for good. Delete it?"
    ),
}

ACCESS_KEYS = {
    "list": Derived(operation="listAccessKeys", columns=_KEY, everywhere=True, help="List access keys."),
    "show": Derived(operation="readAccessKey"),
    "create": Derived(
        operation="createAccessKey",
        columns=("id", "secret"),
        help="Make an access key for a service account. Its secret is shown this once.",
    ),
    "change": Derived(operation="updateAccessKey", columns=_KEY),
    "enable": _state(
        "updateAccessKey", "enabled", "Let an access key of a service account work again.", _KEY
    ),
    "disable": _state("updateAccessKey", "disabled", "Switch an access key off, with its tokens.", _KEY),
    "delete": Derived(
        operation="deleteAccessKey",
        columns=("id", "label"),
        asks="It and its tokens stop working. Delete it?",
    ),
}

USERS = {
    "list": Derived(operation="listUsers", columns=_PERSON, help="List everybody on the platform."),
    "show": Derived(operation="readUser"),
    "create": Derived(
        operation="createUser",
        columns=("email", "id"),
        help="Make a person. The link to choose a password is for that person alone, once, for a day.",
    ),
    "change": Derived(operation="updateUser", columns=_PERSON),
    "enable": _state("updateUser", "enabled", "Let a person sign in again.", ("email", "state")),
    "disable": _state(
        "updateUser",
        "disabled",
        "Stop a person everywhere. What they hold ends for good.",
        ("email", "state"),
        asks="All that the person holds ends for good. Disable?",
    ),
    "delete": Derived(
        operation="deleteUser", columns=("email",), asks="The account is gone for good. Delete it?"
    ),
    "link": Derived(operation="createActivationLink", columns=("email",)),
    "end-sessions": Derived(
        operation="endSessions",
        columns=("ended",),
        asks="The person is signed out in every browser. End the sessions?",
        help="Sign a person out everywhere, with what was begun in these sessions.",
    ),
}

CONSENTS = {
    "list": Derived(
        operation="listConsents",
        columns=(
            "id",
            "user.email",
            "application.name",
            "application.organization_name",
            "scopes",
            "last_used_at",
        ),
        everywhere=True,
        help="List what people of an organization allowed to applications of others.",
    ),
    "show": Derived(operation="readConsent"),
    "withdraw": Derived(
        operation="withdrawConsent",
        columns=("id", "user.email", "application.name"),
        asks="The application has to ask this person again. Withdraw it?",
        help="Withdraw a consent by its id. The application is cut off from that person there at once.",
    ),
}

WEBHOOKS = {
    "list": Derived(operation="listWebhooks", columns=_HOOK, everywhere=True, help="List webhooks."),
    "show": Derived(operation="readWebhook"),
    "create": Derived(operation="createWebhook", columns=("id", "url")),
    "change": Derived(operation="updateWebhook", columns=_HOOK),
    "enable": _state("updateWebhook", "enabled", "Let a webhook be called again.", ("id", "state")),
    "disable": _state("updateWebhook", "disabled", "Call a webhook no more until enabled.", ("id", "state")),
    "delete": Derived(
        operation="deleteWebhook", columns=("id", "url"), asks="It is called no more. Delete it?"
    ),
    "rotate": Derived(
        operation="rotateWebhookSecret", columns=("id",), asks="Its receiver needs the new secret. Go on?"
    ),
    "test": Derived(operation="testWebhook", columns=_DELIVERY),
    "deliveries": Derived(operation="listDeliveries", columns=_DELIVERY),
    "replay": Derived(operation="replayDelivery", columns=_DELIVERY),
}

ADDRESSES = {
    "list": Derived(
        operation="listNotificationAddresses",
        columns=("id", "email", "state", "asked_at"),
        everywhere=True,
        help="List the notification addresses that were asked whether letters may come.",
    ),
    "show": Derived(operation="readNotificationAddress"),
    "ask": Derived(operation="askNotificationAddress", columns=("id", "email", "asked_at")),
    "remove": Derived(
        operation="removeNotificationAddress",
        columns=("id", "email"),
        asks="No letters go there until it agrees again. Forget it?",
    ),
}

POLICY = {
    "show": Derived(operation="readPolicy", help="Print the platform's policy as JSON."),
    "change": Derived(
        operation="updatePolicy",
        is_document=True,
        help="Change what is named, and print the policy as JSON. Gates act at once, on all that is in use.",
    ),
}

AUDIT = {
    "list": Derived(
        operation="listAudit",
        platform="listWholeAudit",
        columns=("at", "action", "target_id", "actor_kind", "user_id", "application_id", "address"),
        without=frozenset({"format"}),
        most=100,
        help="List what was done, the newest first.",
    ),
}
