"""Vouchers: for which applications people are not asked, and who answers for that."""

from __future__ import annotations

from grantway.core.errors import RECORD_TOO_MANY, VOUCHER_MEMBERS, VOUCHER_OUTDATED
from grantway.core.model import Voucher
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import FLAG, flag_of, id_of
from grantway.edges.web.records.voucher_forms import (
    PlatformVoucherCreate,
    UnvouchedAnswer,
    VoucherAnswer,
    VoucherCreate,
    answer_of,
    answer_of_unvouched,
    draft_of,
)
from grantway.features.access.permissions import PLATFORM, VOUCHERS_READ, VOUCHERS_WRITE
from grantway.features.registry.vouching import Which

TAG = "Vouchers"
VOUCHERS = "/organizations/{organization_id}/vouchers"
PLATFORM_VOUCHERS = "/vouchers"
_ONE = "/{voucher_id}"
_QUERIES = (
    Query("application_id", "Only those of this application.", "7tKdZ2wQx1"),
    Query("revoked", "`true`: also those that were taken back.", "true", values=FLAG),
)
_WHOLE = (
    "It is for the application exactly as it is at the version that is named, or for the part of it that "
    "is "
    "asked for. Whatever the application becomes later is not covered, and people are asked. It takes the "
    "place of the one that was given before. The application's `consent` says which vouchers are looked "
    "for."
)


def list_vouchers(features: RecordFeatures, call: Call) -> Listing:
    """The vouchers of an organization."""
    found = features.vouching.listed(
        call.tx, call.caller, call.organization_id, page=call.page, which=_which(call)
    )
    return _listing(features, found)


def read_voucher(features: RecordFeatures, call: Call) -> Reply:
    """One of them."""
    found = features.vouching.read(
        call.tx, call.caller, call.organization_id, voucher_id=call.ids["voucher_id"]
    )
    return _reply(features, found)


def create_voucher(features: RecordFeatures, call: Call) -> Reply:
    """Answer for an application before the members."""
    given = features.vouching.give(call.tx, call.caller, call.organization_id, draft_of(call.body))
    return _reply(features, given)


def revoke_voucher(features: RecordFeatures, call: Call) -> Reply:
    """Take a voucher back."""
    features.vouching.revoke(call.tx, call.caller, call.organization_id, voucher_id=call.ids["voucher_id"])
    return Reply()


def list_platform_vouchers(features: RecordFeatures, call: Call) -> Listing:
    """The vouchers of the platform."""
    found = features.vouching.listed_of_platform(call.tx, call.caller, page=call.page, which=_which(call))
    return _listing(features, found)


def read_platform_voucher(features: RecordFeatures, call: Call) -> Reply:
    """One of them."""
    found = features.vouching.read_of_platform(
        call.tx, call.caller, voucher_id=call.ids["platform_voucher_id"]
    )
    return _reply(features, found)


def create_platform_voucher(features: RecordFeatures, call: Call) -> Reply:
    """Answer for an application before its audience."""
    return _reply(features, features.vouching.give_for_platform(call.tx, call.caller, draft_of(call.body)))


def revoke_platform_voucher(features: RecordFeatures, call: Call) -> Reply:
    """Take a voucher of the platform back."""
    features.vouching.revoke_of_platform(call.tx, call.caller, voucher_id=call.ids["platform_voucher_id"])
    return Reply()


def list_unvouched(features: RecordFeatures, call: Call) -> Listing:
    """Applications that look for a voucher in vain."""
    found = features.vouching.unvouched(call.tx, call.caller, page=call.page)
    return Listing(tuple(map(answer_of_unvouched, found)), tuple(one.application.id for one in found))


def _which(call: Call) -> Which:
    application = call.query.get("application_id")
    return Which(
        application_id=id_of(application) if application is not None else None,
        only_live=flag_of(call.query.get("revoked")) is not True,
    )


def _listing(features: RecordFeatures, found: tuple[Voucher, ...]) -> Listing:
    return Listing(
        tuple(answer_of(one, features.services.directory.application(one.application_id)) for one in found),
        tuple(one.id for one in found),
    )


def _reply(features: RecordFeatures, one: Voucher) -> Reply:
    return Reply(answer_of(one, features.services.directory.application(one.application_id)))


_OF_APPLICATION = {"client_id": "application.client_id", "application_version": "application.version"}


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listVouchers",
        method="GET",
        path=VOUCHERS,
        tag=TAG,
        summary="List the vouchers",
        description="For which applications the members are not asked, as what, and who answers for that.",
        permission=VOUCHERS_READ,
        tenant=Tenant.PATH,
        answer=VoucherAnswer,
        is_list=True,
        queries=_QUERIES,
        handler=list_vouchers,
    ),
    Operation(
        id="readVoucher",
        method="GET",
        path=VOUCHERS + _ONE,
        tag=TAG,
        summary="Read a voucher",
        description="Also one that was taken back, as long as it is kept.",
        permission=VOUCHERS_READ,
        tenant=Tenant.PATH,
        answer=VoucherAnswer,
        handler=read_voucher,
    ),
    Operation(
        id="createVoucher",
        method="POST",
        path=VOUCHERS,
        tag=TAG,
        summary="Answer for an application",
        description=(
            "The members of the organization are not asked whether this application may act for them. It "
            "is "
            "one of your own, or an installed one whose installation has `members` set to `allow`. " + _WHOLE
        ),
        permission=VOUCHERS_WRITE,
        tenant=Tenant.PATH,
        request=VoucherCreate,
        named=_OF_APPLICATION,
        answer=VoucherAnswer,
        status=201,
        errors=(VOUCHER_OUTDATED, VOUCHER_MEMBERS, RECORD_TOO_MANY),
        audit=Audited(action="voucher.give", target="id", record=VoucherAnswer),
        handler=create_voucher,
    ),
    Operation(
        id="revokeVoucher",
        method="DELETE",
        path=VOUCHERS + _ONE,
        tag=TAG,
        summary="Take a voucher back",
        description=(
            "People are asked again. What applications got on the strength of it, codes, grants and "
            "tokens, "
            "works no longer; what people agreed to themselves does."
        ),
        permission=VOUCHERS_WRITE,
        tenant=Tenant.PATH,
        status=204,
        audit=Audited(
            action="voucher.revoke", target="voucher_id", record=VoucherAnswer, before=read_voucher
        ),
        handler=revoke_voucher,
    ),
    Operation(
        id="listPlatformVouchers",
        method="GET",
        path=PLATFORM_VOUCHERS,
        tag=TAG,
        summary="List the vouchers of the platform",
        description="For operators: for which applications nobody of their audience is asked.",
        permission=PLATFORM,
        tenant=Tenant.PLATFORM,
        answer=VoucherAnswer,
        is_list=True,
        queries=_QUERIES,
        handler=list_platform_vouchers,
    ),
    Operation(
        id="readPlatformVoucher",
        method="GET",
        path=PLATFORM_VOUCHERS + "/{platform_voucher_id}",
        tag=TAG,
        summary="Read a voucher of the platform",
        description="For operators. Also one that was taken back, as long as it is kept.",
        permission=PLATFORM,
        tenant=Tenant.PLATFORM,
        answer=VoucherAnswer,
        handler=read_platform_voucher,
    ),
    Operation(
        id="createPlatformVoucher",
        method="POST",
        path=PLATFORM_VOUCHERS,
        tag=TAG,
        summary="Answer for an application on the platform",
        description=(
            "For operators: nobody of the application's audience is asked whether it may act for them. "
            + _WHOLE
        ),
        permission=PLATFORM,
        tenant=Tenant.PLATFORM,
        request=PlatformVoucherCreate,
        named=_OF_APPLICATION,
        answer=VoucherAnswer,
        status=201,
        errors=(VOUCHER_OUTDATED,),
        audit=Audited(action="voucher.give", target="id", record=VoucherAnswer),
        handler=create_platform_voucher,
    ),
    Operation(
        id="revokePlatformVoucher",
        method="DELETE",
        path=PLATFORM_VOUCHERS + "/{platform_voucher_id}",
        tag=TAG,
        summary="Take a voucher of the platform back",
        description="For operators. What stands on it works no longer, and people are asked again.",
        permission=PLATFORM,
        tenant=Tenant.PLATFORM,
        status=204,
        audit=Audited(
            action="voucher.revoke",
            target="platform_voucher_id",
            record=VoucherAnswer,
            before=read_platform_voucher,
        ),
        handler=revoke_platform_voucher,
    ),
    Operation(
        id="listUnvouched",
        method="GET",
        path="/unvouched-applications",
        tag=TAG,
        summary="List applications that nobody answers for",
        description=(
            "For operators: applications of all organizations whose `consent` looks for vouchers that "
            "nobody "
            "gave, or that do not answer for what the application is now. People are asked there."
        ),
        permission=PLATFORM,
        tenant=Tenant.PLATFORM,
        answer=UnvouchedAnswer,
        is_list=True,
        handler=list_unvouched,
    ),
)
