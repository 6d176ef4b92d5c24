"""What stood on a page that asks a person to decide: an answer counts only while it is still true.

A page is bound to its showing: who was signed in, for which organization, which scopes, from which
version of the application, and where it leads. The pending request remembers the showing, the form
carries its mark, and both are compared with what would be shown now. Whatever changed meanwhile (in
another tab, by the application's makers, by an administrator), the person reads the page again.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from grantway.core.messages import Session
from grantway.core.secrets import digest, encode, same
from grantway.features.authorize.pending import Pending, Shown
from grantway.features.authorize.views import AskStep, ChooseStep, ConsentStep

Deciding: TypeAlias = AskStep | ChooseStep | ConsentStep
"""A page on which a person decides something."""

_canonical = msgspec.json.Encoder(order="deterministic").encode


def shown_of(step: Deciding, session: Session) -> Shown:
    """The showing of a step, with a mark that is another one as soon as anything of it is."""
    plain = Shown(
        step=_NAMES[type(step)],
        session_id=session.id,
        user_id=step.user.id,
        application_version=step.application.version,
        redirect_uri=step.redirect.uri if step.redirect is not None else "",
        organization_id=step.organization.id if isinstance(step, ConsentStep) else None,
        scopes=_scopes_of(step),
    )
    return msgspec.structs.replace(plain, mark=encode(digest(_canonical([plain, _words_of(step)]).decode())))


def still_stands(pending: Pending, step: object, session: Session | None, presented: str) -> bool:
    """Whether a form answers what was shown last, and the same would be shown now.

    A choice may also be made again from a page further back: it is the page after it that is shown anew.
    """
    if session is None or not isinstance(step, (AskStep, ChooseStep, ConsentStep)):
        return False
    now = shown_of(step, session)
    return same(presented, now.mark) and (isinstance(step, ChooseStep) or pending.shown == now)


def is_repeated(pending: Pending, presented: str) -> bool:
    """Whether a form was answered before: the second click of two, which changes nothing."""
    return pending.answered is not None and same(presented, pending.answered)


_NAMES: dict[type, str] = {AskStep: "ask", ChooseStep: "choose", ConsentStep: "consent"}


def _scopes_of(step: Deciding) -> list[str]:
    if not isinstance(step, ConsentStep):
        return []
    return sorted(scope.value for _, group in step.groups for scope in group)


def _words_of(step: Deciding) -> list[object]:
    """What a person reads of it: names and sentences, which their makers can change too."""
    application, owner, user = step.application, step.owner, step.user
    words: list[object] = [application.name, application.publication, owner.name, user.name, user.email]
    if isinstance(step, ConsentStep):
        groups = [
            [api.id, api.name, [[one.value, one.wordings, one.risk] for one in group]]
            for api, group in step.groups
        ]
        return [*words, step.organization.name, groups, *step.claims]
    # What can be done in an organization is judged when it is asked to: a colleague may have asked it too.
    offered = step.places if isinstance(step, ChooseStep) else step.doors
    return [*words, [[one.organization.id, one.organization.name] for one in offered]]
