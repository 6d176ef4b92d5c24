"""The audit log in words: what each act was, what it was done to, and what changed by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from grantway.edges.console.forms import asked_of
from grantway.edges.console.here import Record
from grantway.edges.web.records import operations
from grantway.edges.web.words import Text, Words, _

ACTS: Mapping[str, str] = {
    "access_key.create": _("Access key made"),
    "access_key.delete": _("Access key deleted"),
    "access_key.update": _("Access key changed"),
    "address.ask": _("Address asked for its consent to letters"),
    "address.confirm": _("Address agreed to letters"),
    "address.refuse": _("Address refused letters"),
    "address.remove": _("Address forgotten"),
    "api.create": _("API added"),
    "api.delete": _("API deleted"),
    "api.update": _("API changed"),
    "application.approve": _("Publication approved"),
    "application.approve_pending": _("Change approved"),
    "application.archive": _("Application archived"),
    "application.create": _("Application created"),
    "application.create_default": _("Standard application created"),
    "application.delete": _("Application scheduled for deletion"),
    "application.disable": _("Application disabled"),
    "application.enable": _("Application enabled"),
    "application.keep": _("Application kept up to date by the server"),
    "application.lift": _("Suspension of an application ended"),
    "application.purge": _("Application deleted for good"),
    "application.read_keys": _("Keys of the application read"),
    "application.reject": _("Publication rejected"),
    "application.reject_pending": _("Change rejected"),
    "application.submit": _("Publication asked for"),
    "application.suspend": _("Application suspended by operators"),
    "application.unarchive": _("Application taken out of the archive"),
    "application.update": _("Application changed"),
    "application.wait": _("Change waits for review"),
    "application.withdraw": _("Publication ended"),
    "application.withdraw_pending": _("Change taken back"),
    "consent.give": _("Consent given to an application"),
    "consent.withdraw": _("Consent withdrawn"),
    "installation.ask": _("Installed application asks for more scopes"),
    "installation.end": _("Installation revoked, or request declined"),
    "installation.ended": _("An organization revoked its installation"),
    "installation.grant": _("Application installed"),
    "installation.granted": _("An organization installed the application"),
    "installation.request": _("Application asked for"),
    "installation.update": _("Installation changed"),
    "invitation.create": _("Somebody invited"),
    "invitation.decline": _("Invitation declined"),
    "invitation.resend": _("Somebody invited again"),
    "invitation.revoke": _("Invitation revoked"),
    "key.create": _("Signing key made"),
    "key.rotate": _("Signing key replaced"),
    "key.withdraw": _("Signing key withdrawn"),
    "launch.create": _("Application opened from a portal"),
    "member.hand_over": _("Handed over what somebody left"),
    "member.join": _("Became a member"),
    "member.remove": _("Member removed"),
    "member.update": _("Member changed"),
    "operator.create": _("Operator made"),
    "organization.create": _("Organization created"),
    "organization.delete": _("Organization deleted"),
    "organization.keep_gate": _("What members may let in kept as it was"),
    "organization.lift": _("Suspension of the organization ended"),
    "organization.suspend": _("Organization suspended by operators"),
    "organization.update": _("Organization changed"),
    "policy.keep_gates": _("What members may let in kept as it was"),
    "policy.update": _("Policy of the platform changed"),
    "request_limit.create": _("Request limit added"),
    "request_limit.delete": _("Request limit deleted"),
    "request_limit.update": _("Request limit changed"),
    "route.create": _("Route added"),
    "route.delete": _("Route deleted"),
    "route.update": _("Route changed"),
    "scope.create": _("Scope added"),
    "scope.delete": _("Scope deleted"),
    "scope.update": _("Scope changed"),
    "secret.create": _("Client secret made"),
    "secret.expire_soon": _("Client secret expires soon"),
    "secret.import": _("Client secret brought in"),
    "secret.leaked": _("Client secret leaked"),
    "secret.reveal": _("Client secret shown"),
    "secret.revoke": _("Client secret revoked"),
    "server.restore": _("Server restored from a copy"),
    "service_account.create": _("Service account made"),
    "service_account.delete": _("Service account deleted"),
    "service_account.update": _("Service account changed"),
    "session.end": _("Session ended"),
    "sign_in.fail": _("Sign-in failed"),
    "sign_in.succeed": _("Signed in to an application"),
    "user.activate": _("Account activated"),
    "user.change_password": _("Password changed"),
    "user.change_profile": _("Profile changed"),
    "user.create": _("Account made"),
    "user.delete": _("Account deleted"),
    "user.end_sessions": _("Signed out everywhere by an operator"),
    "user.invite": _("Invited to the server"),
    "user.update": _("Account changed"),
    "voucher.give": _("Voucher given"),
    "voucher.revoke": _("Voucher revoked"),
    "webhook.create": _("Webhook added"),
    "webhook.delete": _("Webhook deleted"),
    "webhook.give_up": _("Webhook disabled, because it did not answer"),
    "webhook.replay": _("Delivery to a webhook repeated"),
    "webhook.rotate": _("New secret for a webhook"),
    "webhook.test": _("Webhook tested"),
    "webhook.update": _("Webhook changed"),
}
"""What was done, by the actions of the log."""
KINDS: dict[str, str] = {
    "access_key.": _("Access keys"),
    "address.": _("Notification addresses"),
    "api.": _("APIs"),
    "application.": _("Applications"),
    "consent.": _("Consents"),
    "installation.": _("Installations"),
    "invitation.": _("Invitations"),
    "launch.": _("Launches"),
    "member.": _("Members"),
    "organization.": _("Organization"),
    "secret.": _("Client secrets"),
    "service_account.": _("Service accounts"),
    "sign_in.": _("Sign-ins"),
    "voucher.": _("Vouchers"),
    "webhook.": _("Webhooks"),
}
"""Kinds of records that an organization's log tells of, as its filter takes them."""
_NAMES = ("name", "label", "application_name", "email", "address", "value", "url", "client_id", "hint")
"""Members that tell which record it is, the best first."""
_UNSAID = frozenset({"version", "updated_at", "created_at", "id", "organization_id"})
"""What says nothing that the line does not."""


def said_of(action: str) -> Text:
    """What was done, in words. An act that has none yet is told by its name."""
    return Words(ACTS[action]) if action in ACTS else action


def name_in(line: Record) -> str | None:
    """What the record was called when the act was done, where the line tells it."""
    for members in (line["after"], line["before"]):
        told = members or {}
        inner = told.get("application")
        for one in (told, inner if isinstance(inner, dict) else {}):
            found = next((one[name] for name in _NAMES if isinstance(one.get(name), str) and one[name]), None)
            if found is not None:
                return str(found)
    return None


def changes_in(line: Record) -> Iterator[tuple[str, Text, Any, Any]]:
    """What was changed: the member, what it is called, what it was, and what it is now."""
    before, after = line["before"] or {}, line["after"] or {}
    if not before or not after:
        return
    labels = _labels(line["action"])
    for name in after:
        if name not in _UNSAID and before.get(name) != after[name]:
            label = labels.get(name)
            called: Text = Words(label) if label else name.replace("_", " ")
            yield name, called, before.get(name), after[name]


@cache
def _labels(action: str) -> Mapping[str, str]:
    """What the members are called in the form that changes them."""
    requests = {
        one.request for one in operations.ALL if one.audit and one.audit.action == action and one.request
    }
    return {name: one.label for request in requests for name, one in asked_of(request).items()}
