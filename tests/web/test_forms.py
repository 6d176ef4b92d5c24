"""Form parameters, Basic pairs and bearer tokens are read in one way or refused.

Cites C018, C019, C020, C021 and C054, and the attacks V038 and V166.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantway.core import errors
from grantway.core.errors import OAuthError, Reason
from grantway.core.secrets import Secret
from grantway.edges.web import forms
from grantway.edges.web.forms import Parameters


def refusal(call: Callable[[], object]) -> Reason:
    with pytest.raises(OAuthError) as caught:
        call()
    return caught.value.reason


def basic(text: str | bytes, scheme: str = "Basic") -> str:
    raw = text.encode() if isinstance(text, str) else text
    return f"{scheme} {b64encode(raw).decode()}"


PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)


@given(st.dictionaries(PLAIN.filter(bool), PLAIN, max_size=20))
def test_what_an_encoder_writes_is_read_back(values: dict[str, str]) -> None:
    parameters = forms.parse(urlencode(values).encode())
    assert parameters.without() == {name: value for name, value in values.items() if value}
    for name, value in values.items():
        assert parameters.get(name) == (value or None)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_reason(data: bytes) -> None:
    """V166: no input makes the parser fail in another way."""
    try:
        parameters = forms.parse(data)
    except OAuthError:
        return
    assert all(parameters.get(name) != "" for name in parameters)


def test_an_empty_value_is_an_absent_parameter() -> None:
    """C019."""
    parameters = forms.parse(b"scope=&state&grant_type=x")
    assert parameters.get("scope") is None
    assert parameters.get("state") is None
    assert parameters.get("grant_type") == "x"
    assert parameters.without() == {"grant_type": "x"}


@pytest.mark.parametrize("body", [b"code=a&code=a", b"x=1&x=2", b"scope=&scope=a", b"%63ode=a&code=b"])
def test_a_parameter_given_twice_is_refused_known_or_not(body: bytes) -> None:
    """C020, V038."""
    assert refusal(lambda: forms.parse(body)) == errors.REQUEST_DUPLICATE


def test_resource_and_audience_may_repeat() -> None:
    parameters = forms.parse(b"resource=a&audience=x&resource=b&resource=c&audience=y")
    assert parameters.all("resource") == ("a", "b", "c")
    assert parameters.all("audience") == ("x", "y")
    assert parameters.all("scope") == ()
    assert forms.parse(b"resource=a").all("resource") == ("a",)


@pytest.mark.parametrize(
    "body",
    [
        b"a=\xff",
        b"a=%ff",
        b"a=%",
        b"a=%4",
        b"a=%zz",
        b"a=%u0041",
        b"a=%00",
        b"a=\x00",
        b"=1",
        b"=",
        b"a=%c3%28",
    ],
)
def test_what_is_not_utf8_or_not_an_encoding_is_refused(body: bytes) -> None:
    """C021."""
    assert refusal(lambda: forms.parse(body)) == errors.REQUEST_MALFORMED


def test_limits_of_number_and_length() -> None:
    most = "&".join(f"p{number}=1" for number in range(64)).encode()
    assert len(forms.parse(most)) == 64
    assert refusal(lambda: forms.parse(most + b"&one=1")) == errors.REQUEST_TOO_LARGE
    assert forms.parse(b"token=" + b"x" * 8_192).get("token") is not None
    assert refusal(lambda: forms.parse(b"token=" + b"x" * 8_193)) == errors.REQUEST_PARAMETER_TOO_LONG
    assert refusal(lambda: forms.parse(b"n" * 129 + b"=1")) == errors.REQUEST_PARAMETER_TOO_LONG


def test_empty_pairs_between_separators_are_nothing() -> None:
    assert forms.parse(b"&&a=1&&b=2&").without() == {"a": "1", "b": "2"}
    assert len(forms.parse(b"")) == 0


def test_a_parameter_in_the_query_and_in_the_body_is_refused() -> None:
    """V038."""
    one, other = Parameters({"state": "1"}), Parameters({"state": "1"})
    assert refusal(lambda: forms.joined(one, other)) == errors.REQUEST_DUPLICATE
    both = forms.joined(Parameters({"state": "1"}), forms.parse(b"resource=a&resource=b&client_id=c"))
    assert both.get("state") == "1"
    assert both.get("client_id") == "c"
    assert both.all("resource") == ("a", "b")


@pytest.mark.parametrize("name", sorted(forms.SECRET_PARAMETERS))
def test_a_secret_in_the_address_is_refused(name: str) -> None:
    """C053."""
    query = Parameters({name: "x"})
    assert (
        refusal(lambda: forms.refuse_secrets_in_query(query, Parameters({}))) == errors.CLIENT_SECRET_IN_URI
    )


def test_unknown_parameters_in_the_address_are_ignored() -> None:
    """C018."""
    forms.refuse_secrets_in_query(Parameters({"trace": "x"}), Parameters({"grant_type": "y"}))


# --- Client authentication ---------------------------------------------------------------------------


@given(PLAIN.filter(bool), PLAIN.filter(bool))
def test_basic_halves_are_form_decoded(client_id: str, secret: str) -> None:
    client = forms.basic(basic(f"{quote_plus(client_id)}:{quote_plus(secret)}"))
    assert (client.method, client.client_id, client.secret) == (
        "client_secret_basic",
        client_id,
        Secret(secret),
    )


def test_the_scheme_is_compared_without_letter_case() -> None:
    assert forms.basic(basic("a:b", "bAsIc")).client_id == "a"


def test_a_colon_belongs_to_the_password() -> None:
    assert forms.basic_pair(basic("a:b:c")) == ("a", "b:c")


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic YTpi=",
        "Basic YTpi YTpi",
        "Basic YTpi\n",
        "Bearer abc",
        "Digest a=b",
        basic("no-colon"),
        basic(":secret"),
        basic(b"\xff:x"),
        basic("a\x00:b"),
        basic("a:" + "b" * 20_000),
    ],
)
def test_a_malformed_basic_header_is_refused(header: str) -> None:
    """Authentication that is present is verified, even where none is needed (C050)."""
    assert refusal(lambda: forms.basic(header)) == errors.CLIENT_BASIC_MALFORMED


@pytest.mark.parametrize(("sent", "pair"), [("a%zz:b", ("a%zz", "b")), ("a:%ff", ("a", "%ff"))])
def test_what_is_not_form_encoded_is_marked_for_who_knows_the_application(
    sent: str, pair: tuple[str, str]
) -> None:
    """What moved in may have such texts. Of everything else it is refused where the client is looked up."""
    presented = forms.basic(basic(sent))
    assert presented.is_broken
    assert presented.secret is not None
    assert (presented.client_id, presented.secret.reveal()) == pair


def test_basic_that_reads_in_two_ways_carries_both() -> None:
    presented = forms.basic(basic("a%41+b:c+d"))
    texts = [(client_id, secret.reveal() if secret else None) for client_id, secret in presented.readings]
    assert texts == [("aA b", "c d"), ("a%41+b", "c+d")]


@pytest.mark.parametrize(
    ("authorization", "body", "expected"),
    [
        (None, "", None),
        (None, "client_id=a", ("none", "a", None)),
        (None, "client_id=a&client_secret=s", ("client_secret_post", "a", "s")),
        (basic("a:s"), "", ("client_secret_basic", "a", "s")),
        (basic("a:s"), "client_id=a", ("client_secret_basic", "a", "s")),
        (basic("a:"), "", ("none", "a", None)),
        (basic("a:"), "client_id=a", ("none", "a", None)),
    ],
)
def test_a_client_presents_itself_in_one_way(authorization: str | None, body: str, expected: Any) -> None:
    client = forms.presented_client(authorization, forms.parse(body.encode()))
    if client is None:
        assert expected is None
        return
    secret = client.secret.reveal() if client.secret is not None else None
    assert (client.method, client.client_id, secret) == expected


@pytest.mark.parametrize(
    ("authorization", "body", "reason"),
    [
        (basic("a:s"), "client_secret=s", errors.CLIENT_TWO_METHODS),
        (basic("a:s"), "client_id=a&client_secret=s", errors.CLIENT_TWO_METHODS),
        (basic("a:s"), "client_id=b", errors.CLIENT_TWO_METHODS),
        (basic("a:"), "client_secret=s", errors.CLIENT_TWO_METHODS),
        (basic("a:"), "client_id=b", errors.CLIENT_TWO_METHODS),
        ("Bearer x", "client_id=a", errors.CLIENT_BASIC_MALFORMED),
        (None, "client_secret=s", errors.CLIENT_MISSING),
    ],
)
def test_two_ways_at_once_are_refused(authorization: str | None, body: str, reason: Reason) -> None:
    """C054."""
    assert refusal(lambda: forms.presented_client(authorization, forms.parse(body.encode()))) == reason


def test_a_presented_secret_does_not_print() -> None:
    client = forms.basic(basic("a:very-secret"))
    assert "very-secret" not in repr(client)


# --- Bearer ------------------------------------------------------------------------------------------


def test_bearer_tokens_are_read_from_the_header() -> None:
    assert forms.bearer("Bearer abc.DEF-_~+/1==") == "abc.DEF-_~+/1=="
    assert forms.bearer("bearer  abc") == "abc"
    assert forms.bearer(None) is None
    assert forms.bearer("Basic YTpi") is None


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer a b", "Bearer a,b", "Bearer é", "Bearer " + "x" * 8_193]
)
def test_a_malformed_bearer_header_is_no_token(header: str) -> None:
    """V168: one that is too long is refused before anything reads it."""
    assert refusal(lambda: forms.bearer(header)) == errors.TOKEN_INVALID


# --- JSON --------------------------------------------------------------------------------------------


def test_json_objects_have_each_member_once() -> None:
    """V038."""
    assert forms.json_object(b'{"code": "x"}') == {"code": "x"}
    assert refusal(lambda: forms.json_object(b'{"code": "x", "code": "y"}')) == errors.REQUEST_DUPLICATE


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'"x"', b"{", b"\xff", b"nope", b"[" * 50_000, b'{"a":' * 50_000, b"9" * 9_000]
)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    assert refusal(lambda: forms.json_object(body)) == errors.RECORD_UNREADABLE
