"""One authorization request after the other, in letters: who is signed in, what is asked, what is remembered.

The person is a member of organizations by these letters: `h` owns the application, `i` installed it for its
members (`b`: but blocks them, `s`: is suspended, `k`: asks them), `a` is in its audience, `x` is neither.
"""

from __future__ import annotations

from itertools import islice, product
from typing import Any, NamedTuple

from grantway.core.messages import Session
from grantway.core.model import MINUTE, SECOND, Application, Place, Redirect, UserConsent, Voucher
from grantway.core.vouching import snapshot
from grantway.features.authorize import steps
from grantway.features.authorize.pending import Pending
from grantway.features.authorize.steps import Ask, Go, Next
from grantway.features.letting_in import Entry
from tests.core import records
from tests.core.records import CALLBACK, PERSON, STRANGER
from tests.kit.counts import count

NOW = 1_800_000_000 * SECOND
STARTED = NOW - 5 * MINUTE
"""When the authorization request came."""
HOME, INSTALLED, BLOCKED, SUSPENDED, ASKING, AUDIENCE, FOREIGN = records.HOME, 110, 111, 112, 113, 114, 115
WANTED = frozenset({"openid", "orders.read"})
LOOPBACK, PRIVATE = "http://127.0.0.1:53124/cb", "com.example.app:/cb"

SESSIONS: dict[str, int | None] = {
    "none": None,
    "new": NOW - MINUTE,
    "elsewhere": NOW - MINUTE,
    "old": NOW - 20 * MINUTE,
}
"""When the person signed in: not at all, by the form of this request, since it began but in another tab, or
before it."""
SESSION = 1

APPLICATIONS: dict[str, tuple[dict[str, Any], str]] = {
    "confidential": ({"type": "confidential"}, CALLBACK),
    "public": ({"type": "public"}, CALLBACK),
    "native": ({"type": "public", "platform": "native"}, LOOPBACK),
    "scheme": ({"type": "public", "platform": "native"}, PRIVATE),
    "claimed": ({"type": "public", "platform": "native"}, CALLBACK),
    "local": ({"type": "public", "platform": "web"}, LOOPBACK),
}


def entry(_: Place) -> Entry:
    """What these requests come in with. The gates of these organizations let in anything."""
    return Entry("standard", "standard", WANTED, records.catalogue(), lambda *_: ())


class Case(NamedTuple):
    """One combination. `places`: the letters above; `chosen`: the one that was picked on the page."""

    session: str = "new"
    prompt: str = ""
    max_age: int | None = None
    hint: str = ""
    hinted: str = ""
    """The organization that the hint names."""
    recalled: str = ""
    """The one that was chosen for the application before in the session."""
    places: str = "h"
    chosen: str = ""
    policy: str = "ask"
    application: str = "confidential"
    consent: str = "whole"
    """Remembered consent: none, part, whole, withdrawn; or `now`, given in this very request."""
    vouched: str = ""
    """Who answers for the application as it is: the letters of organizations, and `p` for the platform."""


def place(letter: str) -> Place:
    installation = records.installation
    if letter == "h":
        return records.place(HOME)
    if letter == "i":
        return records.place(INSTALLED, installation(INSTALLED, members="allow"))
    if letter == "b":
        return records.place(BLOCKED, installation(BLOCKED, members="block"))
    if letter == "s":
        return records.place(SUSPENDED, installation(SUSPENDED, state="suspended", members="allow"))
    if letter == "k":
        return records.place(ASKING, installation(ASKING, members="ask"))
    return records.place({"a": AUDIENCE, "x": FOREIGN}[letter])


def application(case: Case) -> Application:
    changes, uri = APPLICATIONS[case.application]
    return records.application(
        settings=records.settings(consent=case.policy),
        redirects=(Redirect(uri),),
        audience_effective="listed_organizations",
        audience_organizations=frozenset({AUDIENCE}),
        **changes,
    )


def pending(case: Case) -> Pending:
    prompts = case.prompt.split()
    chosen = place(case.chosen).organization.id if case.chosen else None
    agreed = case.chosen or case.places[:1]
    return Pending(
        application_id=records.APPLICATION,
        client_id="orders-app",
        mount="standard",
        dialect="standard",
        redirect_uri=APPLICATIONS[case.application][1],
        redirect_repeated=True,
        mode="query",
        names_issuer=True,
        created_at=STARTED,
        prompts=prompts,
        max_age=case.max_age,
        signed_in=SESSION if case.session == "new" else None,
        hinted_user={"": None, "same": PERSON, "other": STRANGER}[case.hint],
        organization_id=chosen,
        hinted_organization=place(case.hinted).organization.id if case.hinted else None,
        consented_for=(PERSON, place(agreed).organization.id) if case.consent == "now" and agreed else None,
    )


def session(case: Case) -> Session | None:
    auth_time = SESSIONS[case.session]
    if auth_time is None:
        return None
    return Session(SESSION, PERSON, auth_time, ("pwd",), auth_time, NOW + MINUTE, 1)


def remembered(case: Case, organization_id: int) -> UserConsent | None:
    if case.consent == "none":
        return None
    scopes = frozenset({"openid"}) if case.consent == "part" else WANTED | {"profile"}
    withdrawn = NOW - MINUTE if case.consent == "withdrawn" else None
    return UserConsent(PERSON, records.APPLICATION, organization_id, scopes, NOW - MINUTE, withdrawn)


def walk(case: Case) -> tuple[Next, Place | None]:
    """The steps in their order, until one of them stops."""
    waiting, app = pending(case), application(case)
    signed_in = steps.after_session(waiting, session(case), NOW)
    if not isinstance(signed_in, Go):
        return signed_in, None
    places = steps.eligible(app, tuple(place(letter) for letter in case.places), entry)
    recalled = place(case.recalled).organization.id if case.recalled else None
    placed = steps.after_places(waiting, places, recalled)
    if not isinstance(placed, Go):
        return placed, None
    found = steps.chosen(waiting, places, recalled)
    consent = remembered(case, found.organization.id)
    there = vouchers(case, app, found.organization.id)
    answered = steps.after_consent(waiting, app, found, wanted=WANTED, consent=consent, vouchers=there)
    return answered, found


def vouchers(case: Case, app: Application, organization_id: int) -> tuple[Voucher, ...]:
    """Those that the directory would find for an organization: its own and the platform's."""
    givers = {letter: None if letter == "p" else place(letter).organization.id for letter in case.vouched}
    return tuple(
        snapshot(app, voucher_id=ord(letter), organization_id=giver)
        for letter, giver in givers.items()
        if giver in {None, organization_id}
    )


def outcome(case: Case) -> str:
    """The page that is shown, the error code that is told, or `code`."""
    found, _ = walk(case)
    if isinstance(found, Ask):
        return found.step
    return "code" if isinstance(found, Go) else found.reason.code


def every_case() -> list[Case]:
    prompts = (
        "",
        "none",
        "login",
        "consent",
        "select_account",
        "consent login",
        "consent login select_account",
    )
    whole: Any = product(
        SESSIONS,
        prompts,
        (None, 0, 1_199, 1_200),
        ("", "same", "other"),
        ("", "i", "b"),
        ("", "i", "a"),
        ("", "h", "i", "a", "x", "bs", "hi", "khi", "sa"),
        ("", "h", "i", "b"),
        ("ask", "installed", "platform"),
        APPLICATIONS,
        ("none", "part", "whole", "withdrawn", "now"),
        ("", "p", "h", "pi"),
    )
    step = count(bounded=7_603, full=113)
    return [Case(*values) for values in islice(whole, 0, None, step)]
