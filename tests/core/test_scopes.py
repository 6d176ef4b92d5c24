"""Scopes: what a request may ask for, what it gets, and what is left of it later."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantway.core import errors, scopes
from grantway.core.errors import OAuthError, Reason, ScopeRefused
from grantway.core.model import ApiPolicy
from grantway.core.scopes import ScopeSet
from tests.core.records import HOME, ORDERS, STOCK, api, catalogue, scope

CATALOGUE = catalogue()
EVERY = frozenset(CATALOGUE.scopes)
ALLOWED = frozenset({"openid", "orders.read", "orders.sync", "orders.mine", "orders.old"})

SUBSETS = st.frozensets(st.sampled_from(sorted(EVERY | {"gone", "orders.READ", "other-organization.read"})))


def refusal(asked: ScopeSet | None, ceiling: ScopeSet, *, has_user: bool) -> Reason | None:
    try:
        scopes.effective(asked, ceiling, CATALOGUE, has_user=has_user)
    except OAuthError as error:
        return error.reason
    return None


@pytest.mark.parametrize("text", [None, "", " ", "   "])
def test_no_scope_parameter_asks_for_nothing_in_particular(text: str | None) -> None:
    assert scopes.parse(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("openid", {"openid"}),
        ("openid profile", {"openid", "profile"}),
        ("b a b", {"a", "b"}),
        (
            "https://api.example.test/read!#$%&'()*+,-./:;<=>?@[]^_`{|}~",
            {"https://api.example.test/read!#$%&'()*+,-./:;<=>?@[]^_`{|}~"},
        ),
        ("x" * 128, {"x" * 128}),
        (" openid", {"openid"}),
        ("openid ", {"openid"}),
        ("  a   b ", {"a", "b"}),
        ("a" + " " * 400 + "b", {"a", "b"}),
        (" ".join(f"s{number}" for number in range(100)), {f"s{number}" for number in range(100)}),
    ],
)
def test_scopes_are_separated_by_spaces(text: str, expected: set[str]) -> None:
    assert scopes.parse(text) == frozenset(expected)


@pytest.mark.parametrize(
    "text",
    [
        "a\tb",
        "a\nb",
        "a\0",
        'a"b',
        "a\\b",
        "\u00e4",
        "a\u00a0b",
        "x" * 129,
        "s " * 100 + "s",
    ],
)
def test_what_the_grammar_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(OAuthError) as caught:
        scopes.parse(text)
    assert caught.value.reason == errors.SCOPE_INVALID


@given(st.text(max_size=60))
def test_parsing_ends_in_a_set_or_a_refusal_and_joins_back(text: str) -> None:
    try:
        parsed = scopes.parse(text)
    except OAuthError:
        return
    if parsed is None:
        assert text.strip(" ") == ""
        return
    assert scopes.parse(scopes.join(parsed)) == parsed
    assert parsed == set(text.split(" ")) - {""}


def test_the_wire_form_is_stable_with_openid_first() -> None:
    assert scopes.join(frozenset({"zeta", "alpha", "openid"})) == "openid alpha zeta"
    assert scopes.join(frozenset()) == ""


@pytest.mark.parametrize(
    ("legs", "with_user", "without_user"),
    [("any", True, True), ("2-legged", False, True), ("3-legged", True, False)],
)
def test_a_scope_declares_its_legs(legs: str, with_user: bool, without_user: bool) -> None:
    one = scope("x", ORDERS, legs)  # type: ignore[arg-type]
    assert scopes.fits_legs(one, has_user=True) is with_user
    assert scopes.fits_legs(one, has_user=False) is without_user


@pytest.mark.parametrize(
    ("asked", "has_user", "reason"),
    [
        # V082: whatever the grant, what the application was not given is refused.
        ({"orders.write"}, True, errors.SCOPE_INVALID),
        ({"orders.write"}, False, errors.SCOPE_INVALID),
        ({"orders.read", "orders.write"}, True, errors.SCOPE_INVALID),
        # V084: a scope of another organization's API that the application was not given.
        ({"stock.read"}, True, errors.SCOPE_INVALID),
        ({"stock.read"}, False, errors.SCOPE_INVALID),
        ({"nobody.knows"}, True, errors.SCOPE_INVALID),
        ({"orders.READ"}, True, errors.SCOPE_INVALID),
        ({"orders.old"}, True, errors.SCOPE_INVALID),
        ({"orders.sync"}, True, errors.SCOPE_LEGS),
        ({"orders.mine"}, False, errors.SCOPE_LEGS),
        ({"openid"}, False, errors.SCOPE_LEGS),
        ({"openid", "orders.read"}, True, None),
        ({"orders.read", "orders.sync"}, False, None),
    ],
)
def test_a_named_scope_that_does_not_fit_is_refused(
    asked: set[str], has_user: bool, reason: Reason | None
) -> None:
    assert refusal(frozenset(asked), ALLOWED, has_user=has_user) == reason


@pytest.mark.parametrize(
    ("has_user", "expected"),
    [(True, {"openid", "orders.read", "orders.mine"}), (False, {"orders.read", "orders.sync"})],
)
def test_without_a_named_scope_those_that_fit_are_given(has_user: bool, expected: set[str]) -> None:
    assert scopes.effective(None, ALLOWED, CATALOGUE, has_user=has_user) == expected


@pytest.mark.parametrize("ceiling", [set(), {"nobody.knows"}, {"orders.old"}, {"openid"}])
def test_where_none_is_left_nothing_is_given(ceiling: set[str]) -> None:
    assert refusal(None, frozenset(ceiling), has_user=False) == errors.SCOPE_NONE


@given(asked=st.none() | SUBSETS.filter(bool), ceiling=SUBSETS, has_user=st.booleans())
def test_nobody_gets_more_than_the_ceiling_nor_anything_unasked(
    asked: ScopeSet | None, ceiling: ScopeSet, has_user: bool
) -> None:
    """V082, V084: over all subsets of what there is to ask for and to be given."""
    try:
        given_scopes = scopes.effective(asked, ceiling, CATALOGUE, has_user=has_user)
    except OAuthError:
        assert asked is None or not asked <= usable(ceiling, has_user=has_user)
        return
    assert given_scopes
    assert given_scopes <= usable(ceiling, has_user=has_user)
    assert given_scopes == (usable(ceiling, has_user=has_user) if asked is None else asked)


def usable(ceiling: ScopeSet, *, has_user: bool) -> ScopeSet:
    """The ceiling's scopes that could be used here, by the table of the test catalogue."""
    everywhere, machines, people = (
        {"orders.read", "orders.write", "stock.read"},
        {"orders.sync"},
        {"openid", "profile", "orders.mine"},
    )
    return ceiling & (everywhere | (people if has_user else machines))


@given(granted=SUBSETS, before=SUBSETS, after=SUBSETS, has_user=st.booleans())
def test_narrowing_an_application_narrows_what_was_granted(
    granted: ScopeSet, before: ScopeSet, after: ScopeSet, has_user: bool
) -> None:
    """V119: a scope taken away is gone from live tokens, and giving another adds nothing to them."""
    left_before = scopes.still_effective(granted, before, CATALOGUE, has_user=has_user)
    left_after = scopes.still_effective(granted, before & after, CATALOGUE, has_user=has_user)
    assert left_after == left_before & after
    assert left_before <= granted & before
    assert scopes.still_effective(granted, before | after, CATALOGUE, has_user=has_user) <= granted


@pytest.mark.parametrize(
    ("value", "has_user", "is_left"),
    [
        ("orders.read", True, True),
        ("orders.old", True, False),
        ("orders.sync", True, False),
        ("orders.sync", False, True),
        ("gone", True, False),
    ],
)
def test_what_is_left_of_a_granted_scope(value: str, has_user: bool, is_left: bool) -> None:
    granted = frozenset({value})
    assert (scopes.still_effective(granted, granted, CATALOGUE, has_user=has_user) == granted) is is_left


def test_a_disabled_api_gives_no_scopes_and_takes_back_those_it_gave() -> None:
    closed = catalogue(orders="disabled")
    held = frozenset({"orders.read", "stock.read"})
    assert scopes.effective(None, held, closed, has_user=True) == {"stock.read"}
    assert scopes.still_effective(held, held, closed, has_user=True) == {"stock.read"}
    with pytest.raises(OAuthError) as caught:
        scopes.effective(frozenset({"orders.read"}), held, closed, has_user=True)
    assert caught.value.reason == errors.SCOPE_INVALID
    with pytest.raises(OAuthError) as caught:
        scopes.narrow_to_resources(held, ("https://orders.example.test",), closed)
    assert caught.value.reason == errors.RESOURCE_INVALID


def test_a_scope_without_its_api_is_closed() -> None:
    orphaned = catalogue(scope("lost.read", 999))
    assert (
        scopes.still_effective(frozenset({"lost.read"}), frozenset({"lost.read"}), orphaned, has_user=True)
        == frozenset()
    )


@pytest.mark.parametrize(
    ("granted", "names"),
    [
        (set(), []),
        ({"openid", "profile"}, ["Identity"]),
        ({"openid", "orders.read"}, ["Orders"]),
        ({"orders.read", "orders.write"}, ["Orders"]),
        ({"openid", "orders.read", "stock.read"}, ["Orders", "Stock"]),
        ({"nobody.knows"}, []),
    ],
)
def test_scopes_belong_to_apis_and_identity_counts_only_alone(granted: set[str], names: list[str]) -> None:
    assert [one.name for one in scopes.apis_of(frozenset(granted), CATALOGUE)] == names


ORDERS_URI, STOCK_URI, ISSUER = (
    "https://orders.example.test",
    "https://stock.example.test",
    "https://issuer.example.test",
)
MIXED = frozenset({"openid", "orders.read", "orders.write", "stock.read"})


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ((ORDERS_URI,), {"openid", "orders.read", "orders.write"}),
        ((STOCK_URI,), {"openid", "stock.read"}),
        ((ORDERS_URI, STOCK_URI), MIXED),
        ((ORDERS_URI, ORDERS_URI), {"openid", "orders.read", "orders.write"}),
        ((ISSUER,), {"openid"}),
    ],
)
def test_a_named_resource_keeps_its_scopes_and_those_of_identity(
    resources: tuple[str, ...], expected: set[str]
) -> None:
    assert scopes.narrow_to_resources(MIXED, resources, CATALOGUE) == expected


@pytest.mark.parametrize(
    ("granted", "resources"),
    [
        (MIXED, ("https://nobody.example.test",)),
        (MIXED, (ORDERS_URI, "https://nobody.example.test")),
        (MIXED, (ORDERS_URI + "/",)),
        (MIXED, ("",)),
        (frozenset({"openid", "stock.read"}), (ORDERS_URI,)),
        (frozenset({"openid"}), (ORDERS_URI,)),
    ],
)
def test_a_resource_that_is_unknown_or_has_no_granted_scope_is_refused(
    granted: ScopeSet, resources: tuple[str, ...]
) -> None:
    with pytest.raises(OAuthError) as caught:
        scopes.narrow_to_resources(granted, resources, CATALOGUE)
    assert caught.value.reason == errors.RESOURCE_INVALID


def test_a_token_is_for_one_api_unless_policy_says_otherwise() -> None:
    one, two = api(ORDERS, "orders"), api(STOCK, "stock", organization_id=HOME)
    assert scopes.one_audience((one,), several_allowed=False) == (one,)
    assert scopes.one_audience((), several_allowed=False) == ()
    assert scopes.one_audience((one, two), several_allowed=True) == (one, two)
    with pytest.raises(OAuthError) as caught:
        scopes.one_audience((one, two), several_allowed=False)
    assert caught.value.reason == errors.SCOPE_SEVERAL_APIS


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"openid", "nobody.knows"}, {"openid"}),
        ({"openid", "stock.read"}, {"openid"}),
        ({"orders.read", "orders.old"}, {"orders.read"}),
        ({"orders.READ", "orders.read"}, {"orders.read"}),
        ({"nobody.knows"}, errors.SCOPE_INVALID),
        ({"stock.read", "orders.old"}, errors.SCOPE_INVALID),
        ({"openid", "orders.sync"}, errors.SCOPE_LEGS),
        ({"openid", "orders.sync", "nobody.knows"}, errors.SCOPE_LEGS),
    ],
)
def test_what_cannot_be_given_may_be_left_out(asked: set[str], expected: set[str] | Reason) -> None:
    """OpenID Connect Core §3.1.2.1: but never the wrong legs, and never all of it."""

    def give(*, leaving_out: bool) -> ScopeSet:
        return scopes.effective(frozenset(asked), ALLOWED, CATALOGUE, has_user=True, leaving_out=leaving_out)

    if isinstance(expected, set):
        assert give(leaving_out=True) == expected
    else:
        with pytest.raises(OAuthError) as caught:
            give(leaving_out=True)
        assert caught.value.reason == expected
    with pytest.raises(OAuthError):
        give(leaving_out=False)


@pytest.mark.parametrize(
    ("asked", "has_user"), [("nobody.knows", True), ("stock.read", False), ("orders.sync", True)]
)
def test_a_refused_scope_names_those_of_ours_that_could_be_asked_for(asked: str, has_user: bool) -> None:
    with pytest.raises(ScopeRefused) as caught:
        scopes.effective(frozenset({asked}), ALLOWED, CATALOGUE, has_user=has_user)
    could = caught.value.could
    assert could == scopes.still_effective(ALLOWED, ALLOWED, CATALOGUE, has_user=has_user)
    sentence = scopes.naming(caught.value.reason.text, could)
    assert sentence.startswith(caught.value.reason.text)
    assert asked not in sentence
    assert all(value in sentence for value in could)


def test_a_refusal_with_many_scopes_still_fits_into_an_address() -> None:
    many = frozenset(f"scope-{number}" for number in range(500))
    sentence = scopes.naming("No.", many)
    assert len(sentence) < 500
    assert sentence.endswith(", ...")
    assert scopes.naming("No.", frozenset()) == "No."


def test_only_identity_and_what_an_api_lists_is_published() -> None:
    """Names of an organization's scopes say what it does: nobody reads them who was not given them."""
    assert scopes.published(CATALOGUE) == {"openid", "profile"}
    orders = replace(CATALOGUE.apis[ORDERS], policy=ApiPolicy(lists_scopes=True))
    listed = replace(CATALOGUE, apis={**CATALOGUE.apis, ORDERS: orders})
    assert scopes.published(listed) == {
        "openid",
        "profile",
        "orders.read",
        "orders.write",
        "orders.sync",
        "orders.mine",
    }
    closed = replace(listed, apis={**listed.apis, ORDERS: replace(orders, state="disabled")})
    assert scopes.published(closed) == {"openid", "profile"}
