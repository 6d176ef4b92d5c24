"""What is told of a record that cannot come in as it is: what to register instead, and what to declare."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from grantway.core import errors
from grantway.core.errors import FieldError
from grantway.core.model import Catalogue
from grantway.core.moving import Incoming, Refusal
from grantway.core.redirects import problem_of

_SIGN_IN = ("/callback", "/")
_SIGN_OUT = ("/",)


def refusal_of(one: Incoming, error: FieldError) -> Refusal:
    """What is wrong with a member, by the file's own name and line, and what to register instead."""
    member, bracket, rest = error.field.partition("[")
    name, line = one.names.get(member.partition(".")[0], (member, one.line))
    reason, hints = error.reason, hints_for(one, error)
    if hints:
        reason = reason.saying(f"Register instead, for example: {', '.join(hints)}.")
    return Refusal(f"{name}{bracket}{rest}", line, reason)


def hints_for(one: Incoming, error: FieldError) -> tuple[str, ...]:
    """Exact addresses in the place of a pattern, out of what the record says of the application."""
    if error.reason.id != errors.FIELD_REDIRECT_WILDCARD.id:
        return ()
    member, _, rest = error.field.partition("[")
    values = one.values.get(member, ())
    index = int(rest.rstrip("]")) if rest.rstrip("]").isdigit() else -1
    pattern = values[index] if 0 <= index < len(values) else ""
    head, _, tail = pattern.partition("*")
    hints = [head + tail.lstrip("*/")] if tail.strip("*/") and not _is_in_host(head) else []
    for site in (head.rstrip("/"), *(site.rstrip("/") for site in one.sites)):
        if not _is_in_host(site + "/"):
            hints += [site + path for path in (_SIGN_IN if member == "redirect_uris" else _SIGN_OUT)]
    is_native = one.values.get("platform") == "native"
    return tuple(dict.fromkeys(uri for uri in hints if problem_of(uri, is_native=is_native) is None))


def _is_in_host(head: str) -> bool:
    """Whether a text ends before the host of an address does."""
    try:
        parts = urlsplit(head)
    except ValueError:
        return True
    return not parts.hostname or not parts.path


def notes_on_scopes(catalogue: Catalogue, scopes: Iterable[str], notes: list[str]) -> tuple[str, ...]:
    """The scopes that can be given here. The others are noted, with what to declare first.

    Those of this server's own management API are power over it, whatever the word meant elsewhere.
    """
    given, missing, own = [], [], []
    for value in dict.fromkeys(scopes):
        scope = catalogue.scopes.get(value)
        if scope is None or scope.retired_at is not None:
            missing.append(value)
        elif catalogue.apis[scope.api_id].builtin == "management":
            own.append(value)
        else:
            given.append(value)
    if missing:
        declared = "; ".join(f"{{value: {value}, text: ...}}" for value in missing)
        notes.append(
            f"No such scope here: {' '.join(missing)}. Declare it under `scopes` of an API ({declared}), "
            "apply that, and import again."
        )
    if own:
        notes.append(
            f"Of this server's management API, and so not given by an import: {' '.join(own)}. "
            "Whoever means it gives it by hand."
        )
    return tuple(given)
