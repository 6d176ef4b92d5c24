"""The steps of every call: who asks, may they, what do they say, do it, answer.

The order is fixed, so that an answer never tells more than the caller may know: the token first, then
scope, organization and role, and only then is the body looked at. An id that is none takes the way of
one that names no record.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeAlias

import msgspec

from grantway.core import errors
from grantway.core.errors import DomainError, Expecting, FieldError, Forbidden, Invalid, PreconditionFailed
from grantway.core.identifiers import to_text
from grantway.core.model import Id
from grantway.core.ports import Page, Tx
from grantway.edges.api.problems import problem_answer
from grantway.edges.web import failures
from grantway.edges.web.conditional import is_named, tags_of
from grantway.edges.web.forms_of_clients import in_header
from grantway.edges.web.headers import NO_STORE, Headers
from grantway.edges.web.negotiation import JSON, wants
from grantway.edges.web.operations import Call, Listing, Operation, Reply
from grantway.edges.web.records import bodies, cursors
from grantway.edges.web.records.admission import admitted, filters_of
from grantway.edges.web.records.recording import Recorder
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.transactions import Transactions
from grantway.edges.web.records.values import id_of
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features import fields
from grantway.features.access.callers import Caller, is_operator
from grantway.features.audit import actor_of
from grantway.features.idempotency import Attempted
from grantway.features.registry.builtin import MANAGEMENT_PATH
from grantway.features.tokens.verify import VerifiedToken

_VERSION = re.compile(r"[1-9]\d{0,15}", re.ASCII)
_MOST_VERSIONS = 8
"""How many tags one `If-Match` may name: each is an attempt of its own."""
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_LIMIT = re.compile(r"[1-9]\d{0,2}")
DEFAULT_LIMIT = 50
LONGEST_PAGE = 100
LONGEST_EXPORT = 5_000
"""Lines in one answer of an export; the header `next-cursor` then leads to the others."""
LINES = "application/x-ndjson"


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """An answer as it is kept for a repetition of the request."""

    body: bytes
    headers: Headers


_Work: TypeAlias = Callable[[Tx], _Kept]


class Pipeline:
    """Answers the calls of all operations."""

    def __init__(self, features: RecordFeatures) -> None:
        self._features = features
        self._recorder = Recorder(features)
        self._transactions = Transactions(features)
        self._audience = features.services.issuer + MANAGEMENT_PATH

    def answer(self, operation: Operation, request: HttpRequest, path: Mapping[str, str]) -> HttpAnswer:
        """The answer to one request. Nothing is raised."""
        try:
            return self._answer(operation, request, path)
        except Exception as error:  # noqa: BLE001 - the edge of the program: every fault becomes an answer
            return problem_answer(failures.report(error, request), request)

    def _answer(self, operation: Operation, request: HttpRequest, path: Mapping[str, str]) -> HttpAnswer:
        bearer = in_header(request)
        token = self._features.verifier.bearer(bearer, audience=self._audience)
        caller = caller_of(token)
        ids = {name: id_of(text) for name, text in path.items()}
        organization_id = admitted(operation, caller, ids)
        body = _body_of(operation, request)
        query = filters_of(operation, request.query().get)
        listing = _listing_of(operation, request, caller, query)
        is_export = operation.is_exportable and _wants_lines(request, query)
        default = LONGEST_EXPORT if is_export else DEFAULT_LIMIT
        page = self._page_of(request, listing, default) if operation.is_list else Page()
        actor = actor_of(caller, address=request.address or None, request_id=request.request_id)

        def run(tx: Tx, version: int) -> _Kept:
            call = Call(
                tx=tx,
                token=token,
                caller=caller,
                organization_id=organization_id,
                ids=ids,
                body=body,
                version=version,
                # One more than is shown tells whether there is a next page.
                page=Page(page.limit + 1, page.after),
                query=query,
                is_export=is_export,
            )
            outcome = self._recorder.perform(operation, call, actor)
            if isinstance(outcome, Listing):
                return self._page(outcome, page, listing, is_export=is_export)
            return self._record(outcome)

        versions = _versions_of(request) if operation.is_conditional else (0,)
        kept = self._run_as_one_of(versions, operation, request, caller, ids, run)
        content_type = LINES if is_export else "application/json"
        return HttpAnswer(operation.status, kept.body, content_type, (*NO_STORE, *kept.headers))

    def _run_as_one_of(
        self,
        versions: tuple[int, ...],
        operation: Operation,
        request: HttpRequest,
        caller: Caller,
        ids: Mapping[str, Id],
        run: Callable[[Tx, int], _Kept],
    ) -> _Kept:
        """Do it for whichever version is the record's: of several at most one is."""

        def attempt(version: int) -> _Kept:
            return self._run(operation, request, caller, ids, run=lambda tx: run(tx, version))

        for version in versions[:-1]:
            with suppress(PreconditionFailed):
                return attempt(version)
        return attempt(versions[-1])

    def _run(
        self,
        operation: Operation,
        request: HttpRequest,
        caller: Caller,
        ids: Mapping[str, Id],
        *,
        run: _Work,
    ) -> _Kept:
        if operation.method == "GET" and not operation.leaves_mark:
            return self._transactions.reading(run)
        named = {name: to_text(one) for name, one in ids.items()}
        return self._transactions.writing(
            caller,
            run,
            kept_as=_Kept,
            attempted=_attempted(operation, request),
            told={"operation": operation.id, **named, "request_id": request.request_id},
        )

    def _page_of(self, request: HttpRequest, listing: str, default: int) -> Page:
        query = request.query()
        limit, cursor = query.get("limit"), query.get("cursor")
        if limit is not None and (_LIMIT.fullmatch(limit) is None or int(limit) > LONGEST_PAGE):
            raise Invalid((FieldError("limit", fields.out_of_range(1, LONGEST_PAGE)),))
        key = self._features.services.keyring.link_key()
        after = 0 if cursor is None else cursors.read(key, listing, cursor)
        return Page(int(limit) if limit else default, after)

    def _page(self, found: Listing, page: Page, listing: str, *, is_export: bool) -> _Kept:
        items = found.items[: page.limit]
        following = None
        if len(found.items) > page.limit:
            key = self._features.services.keyring.link_key()
            following = cursors.write(key, listing, found.keys[page.limit - 1])
        if is_export:
            lines = b"".join(msgspec.json.encode(item) + b"\n" for item in items)
            return _Kept(lines, () if following is None else (("next-cursor", following),))
        return _Kept(msgspec.json.encode({"items": items, "next_cursor": following}), ())

    def _record(self, reply: Reply) -> _Kept:
        headers: Headers = ()
        if reply.version is not None:
            headers = (("etag", f'"{reply.version}"'),)
        if reply.location is not None:
            headers = (*headers, ("location", self._audience + reply.location))
        return _Kept(b"" if reply.body is None else msgspec.json.encode(reply.body), headers)


def caller_of(token: VerifiedToken) -> Caller:
    """On whose behalf a token acts here. Subjects of others have no power over records."""
    party, account = token.party, token.party.service_account
    if account is not None:
        return Caller(
            application_id=token.application.id,
            organization_id=party.organization.id,
            scopes=token.scopes,
            role=account.role,
            service_account_id=account.id,
        )
    if token.subject.kind not in {"none", "user"}:
        raise Forbidden(errors.RECORD_FORBIDDEN, "the subject is nobody of ours")
    user_id = party.user.id if party.user is not None else None
    return Caller(
        application_id=token.application.id,
        organization_id=party.organization.id,
        scopes=token.scopes,
        user_id=user_id,
        role=party.role,
        is_platform=is_operator(party.organization, token.scopes, user_id=user_id, role=party.role),
    )


def _body_of(operation: Operation, request: HttpRequest) -> msgspec.Struct | None:
    data = request.body()
    if operation.request is None:
        return None
    if not request.is_json:
        raise Expecting(errors.REQUEST_CONTENT_TYPE, expected=JSON)
    return bodies.read(data, operation.request, operation.answer)


def _listing_of(operation: Operation, request: HttpRequest, caller: Caller, query: Mapping[str, str]) -> str:
    """What a cursor is good for: this list, with these filters, read for this organization."""
    path = request.environ.get("PATH_INFO")
    return msgspec.json.encode((operation.id, path, sorted(query.items()), caller.organization_id)).decode()


def _wants_lines(request: HttpRequest, query: Mapping[str, str]) -> bool:
    """Whether a list is asked for as lines, by name or by media type."""
    return query.get("format") == "ndjson" or wants(request.header("accept"), LINES)


def _versions_of(request: HttpRequest) -> tuple[int, ...]:
    """The versions of `If-Match`. A tag that we never wrote matches nothing (RFC 9110 §13.1.1).

    `*` would overwrite what nobody has read, so it is no condition here.
    """
    header, unless = request.header("if-match"), request.header("if-none-match")
    if not header or header.strip(" ") == "*":
        raise DomainError(errors.RECORD_IF_MATCH)
    tags = [tag for tag in dict.fromkeys(tags_of(header)) if _VERSION.fullmatch(tag)]
    if len(tags) > _MOST_VERSIONS:
        raise DomainError(errors.RECORD_IF_MATCH, "too many tags")
    versions = tuple(int(tag) for tag in tags if unless is None or not is_named(f'"{tag}"', unless))
    if not versions:
        raise PreconditionFailed(errors.RECORD_CHANGED, "If-Match is not one of our tags")
    return versions


def _attempted(operation: Operation, request: HttpRequest) -> Attempted | None:
    return attempted(request, operation.id) if operation.is_create else None


def attempted(request: HttpRequest, name: str) -> Attempted | None:
    """The request as its sender numbered it, where it did; `name` says what is asked for. Raises Invalid."""
    key = request.header("idempotency-key")
    if key is None:
        return None
    if _KEY.fullmatch(key) is None:
        raise Invalid((FieldError("Idempotency-Key", errors.FIELD_CHARACTERS),))
    asked = f"{name}|{request.environ.get('PATH_INFO')}|".encode() + request.body()
    return Attempted(key, hashlib.sha256(asked).digest())
