"""Webhooks, and the log of what was sent to them."""

from __future__ import annotations

import msgspec

from grantway.core.errors import RECORD_RANK, RECORD_TOO_MANY, WEBHOOK_DISABLED
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import changes_of, id_of
from grantway.edges.web.records.webhook_forms import (
    DeliveryAnswer,
    WebhookAnswer,
    WebhookCreate,
    WebhookMade,
    WebhookPatch,
    answer_of,
    delivery_of,
    members_of,
)
from grantway.features.access.permissions import APPLICATIONS_READ, APPLICATIONS_WRITE
from grantway.features.notices import webhooks as rules

TAG = "Webhooks"
WEBHOOKS = "/organizations/{organization_id}/webhooks"
WEBHOOK = WEBHOOKS + "/{webhook_id}"


def list_webhooks(features: RecordFeatures, call: Call) -> Listing:
    """The webhooks of an organization."""
    found = features.webhooks.listed(call.tx, call.caller, call.organization_id)
    return Listing.of_all(((answer_of(one), one.id) for one in found), call.page)


def create_webhook(features: RecordFeatures, call: Call) -> Reply:
    """Register one."""
    body: WebhookCreate = call.body
    draft = rules.WebhookDraft(
        url=body.url,
        events=body.events,
        label=body.label,
        state=body.state,
        application_id=id_of(body.application_id) if body.application_id is not None else None,
    )
    return _made(features.webhooks.create(call.tx, call.caller, call.organization_id, draft))


def read_webhook(features: RecordFeatures, call: Call) -> Reply:
    """One of them."""
    found = features.webhooks.read(
        call.tx, call.caller, call.organization_id, webhook_id=call.ids["webhook_id"]
    )
    return Reply(answer_of(found), found.version)


def update_webhook(features: RecordFeatures, call: Call) -> Reply:
    """Change one."""
    written = features.webhooks.update(
        call.tx,
        call.caller,
        call.organization_id,
        webhook_id=call.ids["webhook_id"],
        changes=changes_of(call.body),
        version=call.version,
    )
    return Reply(answer_of(written), written.version)


def delete_webhook(features: RecordFeatures, call: Call) -> Reply:
    """Remove one."""
    features.webhooks.remove(
        call.tx,
        call.caller,
        call.organization_id,
        webhook_id=call.ids["webhook_id"],
        version=call.version,
    )
    return Reply()


def rotate_webhook_secret(features: RecordFeatures, call: Call) -> Reply:
    """Make a new secret for one."""
    return _made(
        features.webhooks.rotate(
            call.tx, call.caller, call.organization_id, webhook_id=call.ids["webhook_id"]
        )
    )


def test_webhook(features: RecordFeatures, call: Call) -> Reply:
    """Have a test event sent to one."""
    delivery = features.webhooks.test(
        call.tx, call.caller, call.organization_id, webhook_id=call.ids["webhook_id"]
    )
    return Reply(delivery_of(delivery))


def list_deliveries(features: RecordFeatures, call: Call) -> Listing:
    """What was sent to one, or will be."""
    found = features.webhooks.deliveries(
        call.tx, call.caller, call.organization_id, webhook_id=call.ids["webhook_id"], page=call.page
    )
    return Listing(tuple(map(delivery_of, found)), tuple(one.id for one in found))


def replay_delivery(features: RecordFeatures, call: Call) -> Reply:
    """Have something sent once more."""
    replayed = features.webhooks.replay(
        call.tx,
        call.caller,
        call.organization_id,
        webhook_id=call.ids["webhook_id"],
        delivery_id=call.ids["delivery_id"],
    )
    return Reply(delivery_of(replayed))


def _made(made: rules.NewSigning) -> Reply:
    values = {**members_of(made.webhook), "secret": made.secret.reveal()}
    return Reply(msgspec.convert(values, WebhookMade), made.webhook.version)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listWebhooks",
        method="GET",
        path=WEBHOOKS,
        tag=TAG,
        summary="List the webhooks",
        description="All of them, those of single applications too. No answer repeats a secret.",
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=WebhookAnswer,
        is_list=True,
        handler=list_webhooks,
    ),
    Operation(
        id="createWebhook",
        method="POST",
        path=WEBHOOKS,
        tag=TAG,
        summary="Register a webhook",
        description=(
            "It is posted to for each event that concerns the organization, or one application of it. "
            "Requests are signed with the secret of this answer, as Standard Webhooks says, and repeated "
            "for three days until one is answered with a status of 2xx."
        ),
        permission=APPLICATIONS_WRITE,
        tenant=Tenant.PATH,
        request=WebhookCreate,
        answer=WebhookMade,
        status=201,
        errors=(RECORD_TOO_MANY,),
        audit=Audited(action="webhook.create", target="id", record=WebhookAnswer),
        handler=create_webhook,
    ),
    Operation(
        id="readWebhook",
        method="GET",
        path=WEBHOOK,
        tag=TAG,
        summary="Read a webhook",
        description="Where it leads, what it is told, and how it is doing.",
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=WebhookAnswer,
        handler=read_webhook,
    ),
    Operation(
        id="updateWebhook",
        method="PATCH",
        path=WEBHOOK,
        tag=TAG,
        summary="Change a webhook",
        description="Name what is to change. What waits for a disabled webhook is sent when it is enabled.",
        permission=APPLICATIONS_WRITE,
        tenant=Tenant.PATH,
        request=WebhookPatch,
        answer=WebhookAnswer,
        is_conditional=True,
        errors=(RECORD_RANK,),
        audit=Audited(
            action="webhook.update", target="webhook_id", record=WebhookAnswer, before=read_webhook
        ),
        handler=update_webhook,
    ),
    Operation(
        id="deleteWebhook",
        method="DELETE",
        path=WEBHOOK,
        tag=TAG,
        summary="Remove a webhook",
        description="With its log, and with what was still to be sent to it.",
        permission=APPLICATIONS_WRITE,
        tenant=Tenant.PATH,
        status=204,
        is_conditional=True,
        audit=Audited(
            action="webhook.delete", target="webhook_id", record=WebhookAnswer, before=read_webhook
        ),
        handler=delete_webhook,
    ),
    Operation(
        id="rotateWebhookSecret",
        method="POST",
        path=WEBHOOK + "/rotate",
        tag=TAG,
        summary="Make a new secret for a webhook",
        description="For 24 hours requests are signed with the new secret and with the one before.",
        permission=APPLICATIONS_WRITE,
        tenant=Tenant.PATH,
        answer=WebhookMade,
        audit=Audited(action="webhook.rotate", target="webhook_id", record=WebhookAnswer),
        handler=rotate_webhook_secret,
    ),
    Operation(
        id="testWebhook",
        method="POST",
        path=WEBHOOK + "/test",
        tag=TAG,
        summary="Send a test event",
        description="The event `webhook.test` goes to this webhook alone; the log of deliveries tells how.",
        permission=APPLICATIONS_WRITE,
        tenant=Tenant.PATH,
        answer=DeliveryAnswer,
        errors=(WEBHOOK_DISABLED,),
        audit=Audited(action="webhook.test", target="webhook_id"),
        handler=test_webhook,
    ),
    Operation(
        id="listDeliveries",
        method="GET",
        path=WEBHOOK + "/deliveries",
        tag=TAG,
        summary="Read what was sent to a webhook",
        description="The newest first, for 30 days: how often it was tried, and how the last attempt ended.",
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=DeliveryAnswer,
        is_list=True,
        handler=list_deliveries,
    ),
    Operation(
        id="replayDelivery",
        method="POST",
        path=WEBHOOK + "/deliveries/{delivery_id}/replay",
        tag=TAG,
        summary="Send something once more",
        description="With the same `webhook-id` and body, whether or not it was received before.",
        permission=APPLICATIONS_WRITE,
        tenant=Tenant.PATH,
        answer=DeliveryAnswer,
        errors=(WEBHOOK_DISABLED,),
        audit=Audited(action="webhook.replay", target="webhook_id"),
        handler=replay_delivery,
    ),
)
