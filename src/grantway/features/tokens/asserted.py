"""Users whom an application names itself: the power to, and how far it goes.

No grant type names a user: a request does, and the one mint and the one check ask here. It rests on
a voucher that says so, an act of an administrator or operator, and reaches only APIs that take it.
"""

from __future__ import annotations

from collections.abc import Iterable

from grantway.core import errors
from grantway.core.errors import OAuthError
from grantway.core.messages import Subject, TokenRequest
from grantway.core.model import Application, Catalogue, Id, Voucher
from grantway.core.scopes import ScopeSet
from grantway.core.vouching import spares

LONGEST_REFERENCE = 255
"""Characters of an id by which a client knows its user."""


def named_by(request: TokenRequest, decided: Subject) -> Subject:
    """The user whom a request names, for a grant that speaks for nobody by itself. Raises OAuthError."""
    reference = request.asserted_subject
    if reference is None:
        return decided
    if decided.kind != "none":
        raise OAuthError(errors.SUBJECT_UNNAMED, "the grant speaks for somebody")
    if not 0 < len(reference) <= LONGEST_REFERENCE or not reference.isprintable():
        raise OAuthError(errors.SUBJECT_REFERENCE)
    if reference.strip() != reference:
        raise OAuthError(errors.SUBJECT_REFERENCE, "spaces around it")
    return Subject("external", None, reference)


def assertable(catalogue: Catalogue) -> ScopeSet:
    """The scopes of APIs that take subjects which are known to the client alone."""
    takers = {api.id for api in catalogue.apis.values() if api.policy.asserted_subjects}
    return frozenset(value for value, scope in catalogue.scopes.items() if scope.api_id in takers)


def voucher_to_assert(
    application: Application, vouchers: Iterable[Voucher], *, organization_id: Id, dialect: str
) -> Voucher:
    """The live voucher by which the application names users there. Raises OAuthError where there is none.

    What the application's `consent` looks for does not matter: nobody is asked in either case.
    """
    for one in sorted(vouchers, key=lambda one: one.organization_id is None):
        if one.asserted_subject and dialect in one.dialects and spares(one, application, organization_id):
            return one
    raise OAuthError(errors.SUBJECT_ASSERTED)
