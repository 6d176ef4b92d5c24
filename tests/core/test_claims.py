"""The `claims` parameter: what is read out of it, and what scopes give (OpenID Connect Core §5.4, §5.5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grantway.core import assurance
from grantway.core.claims import (
    LONGEST_REQUEST,
    NO_CLAIMS,
    AskedClaims,
    GrantedClaims,
    granted,
    opened,
    parse,
)
from grantway.core.errors import CLAIMS_MALFORMED, OAuthError

PASSWORD = "urn:grantway:acr:password"


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ({}, NO_CLAIMS),
        ({"userinfo": None, "id_token": {}}, NO_CLAIMS),
        ({"userinfo": {"email": None}}, AskedClaims(userinfo=("email",))),
        ({"id_token": {"email": {"essential": True}}}, AskedClaims(id_token=("email",))),
        ({"userinfo": {"name": {"value": "Mara"}}}, AskedClaims(userinfo=("name",))),
        ({"userinfo": {"groups": None, "sub": None, "org": None, "role": {}}}, NO_CLAIMS),
        ({"userinfo": {"name": {"purpose": "why"}}, "vp_token": []}, AskedClaims(userinfo=("name",))),
        ({"id_token": {"auth_time": {"essential": True}}}, NO_CLAIMS),
        ({"id_token": {"sub": {"value": "7tKd"}}}, AskedClaims(subjects=("7tKd",))),
        ({"userinfo": {"sub": {"values": ["b", "a"]}}}, AskedClaims(subjects=("a", "b"))),
        ({"id_token": {"acr": None}}, NO_CLAIMS),
        ({"id_token": {"acr": {"value": "x"}}}, NO_CLAIMS),
        ({"id_token": {"acr": {"essential": True}}}, NO_CLAIMS),
        ({"id_token": {"acr": {"essential": True, "values": ["x", "y"]}}}, AskedClaims(acr=("x", "y"))),
    ],
)
def test_what_is_ours_is_read_and_what_is_not_is_left_out(asked: Any, meant: AskedClaims) -> None:
    assert parse(json.dumps(asked)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "email",
        "[]",
        "null",
        '{"userinfo":[]}',
        '{"userinfo":{"email":true}}',
        '{"userinfo":{"email":{"essential":"yes"}}}',
        '{"userinfo":{"email":{"values":"a"}}}',
        '{"id_token":{"sub":{"value":7}}}',
        '{"id_token":{"acr":{"essential":true,"values":[1]}}}',
        '{"id_token":{"sub":{"value":"a"}},"userinfo":{"sub":{"value":"b"}}}',
        json.dumps({"id_token": {"sub": {"values": [str(one) for one in range(11)]}}}),
        '{"userinfo":{"email":{"value":' + "[" * 3_900 + "}}}",
        '{"userinfo":{"email":{"value":' + "[" * 1_900 + "]" * 1_900 + "}}}",
        '{"userinfo":{"email":{"value":1e999999}}}',
        '{"userinfo":{"email":null}}' + " " * LONGEST_REQUEST,
        '{"userinfo":{"email":"\ud800"}}',
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(OAuthError) as refused:
        parse(text)
    assert refused.value.reason == CLAIMS_MALFORMED


def test_a_scope_that_is_held_for_single_claims_gives_no_others() -> None:
    asked = AskedClaims(userinfo=("birthdate", "email"), id_token=("name",))
    held = granted(
        asked, scopes=frozenset({"openid", "profile", "email"}), named=frozenset({"openid", "email"})
    )
    assert held == GrantedClaims(("profile",), ("birthdate", "email"), ("name",))
    assert opened({"openid", "profile", "email"}, held.at_userinfo) == {
        "sub",
        "org",
        "birthdate",
        "email",
        "email_verified",
    }
    # A refreshed token without the scope has nothing of it.
    assert opened({"openid"}, held.at_userinfo) == {"sub", "org"}
    assert held.singly == ("name", "birthdate")


def test_what_was_not_granted_is_not_carried_on() -> None:
    asked = AskedClaims(userinfo=("phone_number",), id_token=("address",))
    assert granted(asked, scopes=frozenset({"openid"}), named=frozenset({"openid"})) == GrantedClaims()


def test_a_password_reaches_its_class_and_no_other() -> None:
    assert assurance.class_of(("pwd",)) == PASSWORD
    assert assurance.class_of(("otp",)) is None
    assert assurance.class_of(("otp", "pwd")) == PASSWORD
    assert assurance.meets(("pwd",), (PASSWORD,))
    assert assurance.meets(("pwd",), ())
    assert not assurance.meets(("otp",), ("urn:unknown", PASSWORD))
    assert assurance.can_meet(("urn:unknown", PASSWORD))
    assert not assurance.can_meet(("urn:unknown",))
