"""What must happen next with an authorization request: one table, and rules over every combination."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grantway.features.authorize import steps
from grantway.features.authorize.steps import Ask, Go
from tests.core import records
from tests.core.records import STRANGER
from tests.features.authorize.cases import (
    ASKING,
    AUDIENCE,
    HOME,
    INSTALLED,
    NOW,
    WANTED,
    Case,
    application,
    entry,
    every_case,
    outcome,
    pending,
    place,
    remembered,
    walk,
)

TABLE: list[tuple[str, Case, str]] = [
    # The session.
    ("nobody is signed in", Case(session="none"), "sign_in"),
    ("signed in for this request", Case(session="new"), "code"),
    ("signed in before, and nothing asks for more", Case(session="old"), "code"),
    ("silent without a session", Case(session="none", prompt="none"), "login_required"),
    ("silent with a session", Case(session="old", prompt="none"), "code"),
    ("signed in elsewhere meanwhile, and nothing asks for more", Case(session="elsewhere"), "code"),
    # prompt=login, which only a sign-in by the form of the request satisfies.
    ("login asked, session from before", Case(session="old", prompt="login"), "sign_in"),
    ("login asked, signed in since", Case(session="new", prompt="login"), "code"),
    ("login asked, signed in elsewhere since", Case(session="elsewhere", prompt="login"), "sign_in"),
    ("login asked, nobody signed in", Case(session="none", prompt="login"), "sign_in"),
    # max_age in seconds; the old session is 1,200 seconds old.
    ("younger than max_age", Case(session="old", max_age=1_201), "code"),
    ("exactly max_age", Case(session="old", max_age=1_200), "code"),
    ("older than max_age", Case(session="old", max_age=1_199), "sign_in"),
    ("max_age 0 with a session from before", Case(session="old", max_age=0), "sign_in"),
    ("max_age 0 is satisfied by signing in", Case(session="new", max_age=0), "code"),
    ("max_age 0 and signed in elsewhere since", Case(session="elsewhere", max_age=0), "sign_in"),
    ("signed in elsewhere since, exactly max_age", Case(session="elsewhere", max_age=60), "code"),
    ("signed in elsewhere since, older", Case(session="elsewhere", max_age=59), "sign_in"),
    ("a sign-in for this request is never too old", Case(session="new", max_age=1), "code"),
    ("silent and too old", Case(session="old", prompt="none", max_age=60), "login_required"),
    ("silent and young enough", Case(session="old", prompt="none", max_age=3_600), "code"),
    # id_token_hint.
    ("the hinted person", Case(hint="same"), "code"),
    ("another person than the hinted one", Case(hint="other"), "sign_in"),
    ("another person, silent", Case(hint="other", prompt="none"), "login_required"),
    ("another person, though signed in since", Case(hint="other", prompt="login"), "sign_in"),
    ("hinted and too old", Case(hint="same", session="old", max_age=60), "sign_in"),
    # Where the application is let in.
    ("no organization at all", Case(places=""), "ask"),
    ("neither installed nor in the audience", Case(places="x"), "ask"),
    ("installed, but members are blocked", Case(places="b"), "ask"),
    ("the installation is suspended", Case(places="s"), "ask"),
    ("all of these together", Case(places="xbs"), "ask"),
    ("no place, silent", Case(places="x", prompt="none"), "access_denied"),
    ("in the audience", Case(places="a"), "code"),
    ("installed", Case(places="i"), "code"),
    ("only one of several lets it in", Case(places="xbsa"), "code"),
    # Which organization.
    ("several", Case(places="hi"), "choose"),
    ("several, silent", Case(places="hi", prompt="none"), "account_selection_required"),
    ("several, one chosen", Case(places="hi", chosen="i"), "code"),
    ("several, one chosen that does not let it in", Case(places="hib", chosen="b"), "choose"),
    ("several, one chosen that is not the person's", Case(places="hi", chosen="a"), "choose"),
    ("one, and the person wants to choose", Case(places="h", prompt="select_account"), "choose"),
    ("one, wanted to choose and did", Case(places="h", prompt="select_account", chosen="h"), "code"),
    ("one, and another one chosen", Case(places="h", chosen="i"), "choose"),
    # Which organization, named without a page: by the hint, or by a choice of the same session in silence.
    ("several, the hint names one", Case(places="hi", hint="same", hinted="i"), "code"),
    (
        "several, silent, the hint names one",
        Case(places="hi", prompt="none", hint="same", hinted="i"),
        "code",
    ),
    ("the hint names one that does not let it in", Case(places="hib", hint="same", hinted="b"), "choose"),
    ("the same, and there is but one other", Case(places="h", hint="same", hinted="i"), "choose"),
    ("silent", Case(places="h", prompt="none", hint="same", hinted="i"), "account_selection_required"),
    (
        "the hint, but the person wants to choose",
        Case(places="hi", prompt="select_account", hinted="i"),
        "choose",
    ),
    ("silent, one chosen before", Case(places="hi", prompt="none", recalled="i"), "code"),
    (
        "silent, it is no longer allowed",
        Case(places="hib", prompt="none", recalled="b"),
        "account_selection_required",
    ),
    (
        "silent, and there is but one other",
        Case(places="h", prompt="none", recalled="i"),
        "account_selection_required",
    ),
    ("not silent, one chosen before", Case(places="hi", recalled="i"), "choose"),
    (
        "the hint counts more than the memory",
        Case(places="hi", prompt="none", hinted="b", recalled="i"),
        "account_selection_required",
    ),
    ("silent, several, none chosen before", Case(places="hi", prompt="none"), "account_selection_required"),
    ("choice comes after sign-in", Case(session="none", places="hi"), "sign_in"),
    ("choice comes before consent", Case(places="hi", consent="none"), "choose"),
    # Consent, asked by policy.
    ("never asked before", Case(consent="none"), "consent"),
    ("silent and never asked before", Case(consent="none", prompt="none"), "consent_required"),
    ("less was allowed", Case(consent="part"), "consent"),
    ("less was allowed, silent", Case(consent="part", prompt="none"), "consent_required"),
    ("withdrawn", Case(consent="withdrawn"), "consent"),
    ("allowed just now", Case(consent="now"), "code"),
    ("asked again by prompt", Case(prompt="consent"), "consent"),
    ("asked again by prompt, and allowed", Case(prompt="consent", consent="now"), "code"),
    ("sign-in comes before consent", Case(session="none", consent="none"), "sign_in"),
    ("two prompts: first the sign-in", Case(session="old", prompt="login consent"), "sign_in"),
    ("two prompts: then the consent", Case(session="new", prompt="login consent"), "consent"),
    ("three prompts", Case(prompt="login select_account consent"), "choose"),
    # Consent, where somebody else gave it.
    ("the platform answers for it", Case(policy="platform", consent="none", vouched="p"), "code"),
    (
        "the platform, at a member of its audience",
        Case(policy="platform", consent="none", places="a", vouched="p"),
        "code",
    ),
    (
        "the platform, away from its audience",
        Case(policy="platform", consent="none", places="i", vouched="p"),
        "consent",
    ),
    ("the platform, but prompt asks", Case(policy="platform", prompt="consent", vouched="p"), "consent"),
    (
        "the organization in the platform's place",
        Case(policy="platform", consent="none", vouched="h"),
        "code",
    ),
    ("its own organization answers", Case(policy="installed", consent="none", vouched="h"), "code"),
    ("installed for the members", Case(policy="installed", consent="none", places="i", vouched="i"), "code"),
    (
        "another organization answers",
        Case(policy="installed", consent="none", places="i", vouched="h"),
        "consent",
    ),
    ("only the platform answers", Case(policy="installed", consent="none", vouched="p"), "consent"),
    (
        "in the audience, not vouched",
        Case(policy="installed", consent="none", places="a", vouched="ip"),
        "consent",
    ),
    ("vouched, but policy asks", Case(policy="ask", consent="none", vouched="ph"), "consent"),
    (
        "vouched, silent",
        Case(policy="installed", consent="none", places="i", prompt="none", vouched="i"),
        "code",
    ),
    # A setting, or a rule for members, is nobody's act.
    ("the platform, without a voucher", Case(policy="platform", consent="none"), "consent"),
    (
        "the platform, without one and silent",
        Case(policy="platform", consent="none", prompt="none"),
        "consent_required",
    ),
    ("at home, without a voucher", Case(policy="installed", consent="none"), "consent"),
    ("installed for members, without one", Case(policy="installed", consent="none", places="i"), "consent"),
    # Who the application is (RFC 8252 section 8.6): any program can listen on loopback or take a scheme.
    ("public with https", Case(application="public"), "code"),
    ("native with a claimed https address", Case(application="claimed"), "code"),
    ("native on loopback is asked every time", Case(application="native"), "consent"),
    ("native with a scheme is asked every time", Case(application="scheme"), "consent"),
    ("native on loopback, allowed just now", Case(application="native", consent="now"), "code"),
    ("native on loopback, silent", Case(application="native", prompt="none"), "consent_required"),
    ("native on loopback, vouched", Case(application="native", policy="platform", vouched="p"), "code"),
    (
        "native on loopback, installed",
        Case(application="native", policy="installed", places="i", vouched="i"),
        "code",
    ),
    ("native on loopback, audience", Case(application="native", policy="installed", places="a"), "consent"),
    ("a web application on a developer's machine", Case(application="local"), "code"),
]


@pytest.mark.parametrize(("case", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_next_step(case: Case, expected: str) -> None:
    assert outcome(case) == expected


EVERY_CASE = every_case()


def test_a_silent_request_shows_no_page_and_any_other_is_told_denials_only() -> None:
    """Core section 3.1.2.1: `none` turns each question into its error, and nothing else does."""
    pages = {"sign_in", "choose", "consent"}
    questions = {"login_required", "account_selection_required", "consent_required"}
    for case in EVERY_CASE:
        assert outcome(case) not in (pages if case.prompt == "none" else questions), case


def test_silence_only_names_the_question() -> None:
    named = {
        "sign_in": "login_required",
        "ask": "access_denied",
        "choose": "account_selection_required",
        "consent": "consent_required",
    }
    for case in EVERY_CASE:
        # What was chosen before is for silence alone: who can be asked is asked.
        if not case.prompt and not case.recalled:
            loud = outcome(case)
            assert outcome(case._replace(prompt="none")) == named.get(loud, loud), case


def test_no_code_without_a_person_who_signed_in_as_the_request_demands() -> None:
    for case in EVERY_CASE:
        fails = (
            case.session == "none"
            or case.hint == "other"
            or (case.session != "new" and ("login" in case.prompt or case.max_age == 0))
            or (case.session == "old" and case.max_age is not None and case.max_age < 1_200)
        )
        assert (outcome(case) in {"sign_in", "login_required"}) is fails, case


def test_a_code_is_for_an_organization_that_lets_the_application_in() -> None:
    for case in EVERY_CASE:
        found, where = walk(case)
        if where is None:
            assert not isinstance(found, Go)
            continue
        assert where.organization.id in {HOME, INSTALLED, ASKING, AUDIENCE}
        assert where in [place(letter) for letter in case.places]
        if case.chosen and case.chosen in case.places:
            assert where == place(case.chosen)


def test_a_code_stands_on_consent_or_on_a_voucher() -> None:
    """Without remembered consent, without consent just now, and without a voucher there is no code."""
    for case in EVERY_CASE:
        found, where = walk(case)
        if case.consent in {"none", "part", "withdrawn"} and (case.policy == "ask" or not case.vouched):
            assert not isinstance(found, Go), case
        if isinstance(found, Go) and found.voucher_id is not None:
            looked_for = {"platform": case.vouched, "installed": case.vouched.replace("p", "")}
            assert chr(found.voucher_id) in looked_for[case.policy], case
            assert where is not None
        if "consent" in case.prompt and case.consent != "now":
            assert outcome(case) != "code", case


def test_consent_is_for_the_person_and_the_organization_it_was_given_for() -> None:
    """Whoever signs in next, or chooses another organization afterwards, is asked again."""
    case = Case(prompt="consent", places="hi", chosen="h", consent="now")
    assert outcome(case) == "code"
    waiting, app = pending(case), application(case)
    whole = remembered(case, INSTALLED)
    elsewhere = steps.after_consent(waiting, app, place("i"), wanted=WANTED, consent=whole)
    assert elsewhere == Ask("consent")
    stranger = records.place(HOME, user_id=STRANGER)
    assert steps.after_consent(waiting, app, stranger, wanted=WANTED, consent=whole) == Ask("consent")
    more = steps.after_consent(waiting, app, place("h"), wanted=WANTED | {"orders.write"}, consent=whole)
    assert more == Ask("consent")
    withdrawn = replace(whole, revoked_at=NOW) if whole is not None else None
    assert steps.after_consent(waiting, app, place("h"), wanted=WANTED, consent=withdrawn) == Ask("consent")


def test_a_suspended_installation_speaks_for_no_member() -> None:
    """In the audience anyway, the person may use the application, and is asked."""
    app = replace(application(Case(policy="installed")), audience_effective="any_organization")
    suspended = place("s")
    waiting = pending(Case(places="s"))
    assert steps.eligible(app, (suspended,), entry) == (suspended,)
    assert steps.after_consent(waiting, app, suspended, wanted=WANTED, consent=None) == Ask("consent")
    assert steps.eligible(app, (place("b"),), entry) == ()


@pytest.mark.parametrize(
    ("audience", "letters"),
    [("own_organization", "hik"), ("listed_organizations", "hika"), ("any_organization", "hiskax")],
)
def test_the_chooser_offers_where_the_application_is_let_in(audience: Any, letters: str) -> None:
    app = replace(application(Case()), audience_effective=audience)
    everywhere = tuple(place(letter) for letter in "hibskax")
    offered = steps.eligible(app, everywhere, entry)
    assert offered == tuple(place(letter) for letter in letters)
