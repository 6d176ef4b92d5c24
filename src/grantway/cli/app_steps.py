"""What commands about applications do beside one operation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from grantway.core.identifiers import from_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grantway.cli.deriving import Doing
    from grantway.edges.web.records.acting import Acting

NATIVE = click.Option(
    ["--native"], is_flag=True, help="An app on a device: any loopback port, private-use schemes."
)
KEEP_SIGN_INS = click.Option(["--keep-sign-ins"], is_flag=True, help="Leave the sign-ins of members alone.")
_PENDING = {
    "approveApplication": "approvePendingVersion",
    "rejectApplication": "rejectPendingVersion",
}


def registered(acting: Acting, doing: Doing, given: Mapping[str, Any]) -> Any:
    """An application, with a first secret where its type has one."""
    body = {**doing.body, "platform": "native"} if given["native"] else doing.body
    made = acting.do(doing.operation, doing.ids, body)
    ids = {**doing.ids, "application_id": from_text(made["id"]) or 0}
    secret = None
    if made["type"] != "public":
        secret = acting.do("createSecret", ids, {"label": "command line"})["secret"]
    return {**made, "client_secret": secret}


def secret_made(acting: Acting, doing: Doing, given: Mapping[str, Any]) -> Any:
    """A secret, under the name that an application's registration gives it."""
    del given
    made = acting.do(doing.operation, doing.ids, {"label": "command line", **doing.body})
    application = acting.tx.gate.application(doing.ids["application_id"])
    named = {"client_id": application.client_id if application is not None else None}
    return {**named, "client_secret": made.pop("secret"), **made}


def decided(acting: Acting, doing: Doing, given: Mapping[str, Any]) -> Any:
    """The decision about what waits: the submission, or the change of what was approved."""
    del given
    application = acting.tx.gate.application(doing.ids["application_id"])
    is_submitted = application is not None and application.publication == "submitted"
    return (doing if is_submitted else replace(doing, operation=_PENDING[doing.operation])).do(acting)


def revoked(acting: Acting, doing: Doing, given: Mapping[str, Any]) -> Any:
    """An installation that ends, with the sign-ins of members or without."""
    return replace(doing, query={"sign_ins": "keep"} if given["keep_sign_ins"] else {}).do(acting)
