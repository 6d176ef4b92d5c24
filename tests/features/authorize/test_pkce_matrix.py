"""PKCE from the authorization request to the code: challenge x verifier x type of application x policy."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import pytest
from msgspec import structs

from grantway.core import errors
from grantway.core.errors import OAuthError, Reason
from grantway.core.messages import AuthorizeRequest, AuthorizeRules, Origin, TokenRequest
from grantway.core.pkce import challenge_of
from grantway.features.authorize.begin import Beginning
from grantway.features.codes import CodePayload
from grantway.features.grant_types.authorization_code import check_bindings
from tests.core import records
from tests.core.records import CALLBACK
from tests.features.authorize.remembered import NOW, services

RIGHT = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
ORIGIN = Origin("standard", "standard", "192.0.2.1")

CHALLENGES: dict[str, tuple[str | None, str | None]] = {
    "absent": (None, None),
    "S256": (challenge_of(RIGHT), "S256"),
    "plain": (RIGHT, "plain"),
    "method left out": (challenge_of(RIGHT), None),
    "challenge left out": (None, "S256"),
    "malformed": ("short", "S256"),
}
VERIFIERS: dict[str, str | None] = {
    "absent": None,
    "right": RIGHT,
    "wrong": "x" * 43,
    "short": RIGHT[:42],
    "long": RIGHT + "x" * 100,
    "equal to the challenge": challenge_of(RIGHT),
    "empty": "",
}
TYPES: dict[str, dict[str, Any]] = {
    "confidential": {"type": "confidential"},
    "public": {"type": "public"},
    "native": {"type": "public", "platform": "native"},
}
POLICIES = ("required", "optional", "none")


class Cell(NamedTuple):
    """One combination of the matrix."""

    challenge: str
    verifier: str
    type: str
    policy: str


MATRIX = [Cell(*cell) for cell in product(CHALLENGES, VERIFIERS, TYPES, POLICIES)]


def expected(cell: Cell) -> Reason | None:
    """The rule in words: S256 or nothing; nothing only for secret holders whose policy leaves it open."""
    may_do_without = cell.type == "confidential" and cell.policy != "required"
    refused_at_once = {
        "plain": errors.AUTHORIZE_CHALLENGE_METHOD,
        "method left out": errors.AUTHORIZE_CHALLENGE_METHOD,
        "challenge left out": errors.AUTHORIZE_CHALLENGE_MISSING,
        "malformed": errors.AUTHORIZE_CHALLENGE_MALFORMED,
    }
    if cell.challenge in refused_at_once:
        return refused_at_once[cell.challenge]
    if cell.challenge == "absent":
        if not may_do_without:
            return errors.AUTHORIZE_CHALLENGE_MISSING
        return None if cell.verifier == "absent" else errors.CODE_VERIFIER_UNEXPECTED
    if cell.verifier == "absent":
        return errors.CODE_VERIFIER_MISSING
    return None if cell.verifier == "right" else errors.CODE_VERIFIER_WRONG


def outcome(cell: Cell) -> Reason | None:
    """What happens: at the authorization endpoint, else when the code is redeemed."""
    app = records.application(settings=records.settings(pkce=cell.policy), **TYPES[cell.type])
    challenge, method = CHALLENGES[cell.challenge]
    request = AuthorizeRequest(
        origin=ORIGIN,
        client_id=app.client_id,
        claimed_redirect=CALLBACK,
        response_type="code",
        code_challenge=challenge,
        code_challenge_method=method,
    )
    beginning = Beginning(services(app))
    pending = beginning.check(request, AuthorizeRules(), beginning.verify(request, AuthorizeRules()), NOW)
    if pending.error is not None:
        return next(reason for reason in errors.all_reasons() if reason.id == pending.error)
    payload = payload_with(pending.code_challenge)
    verifier = VERIFIERS[cell.verifier]
    return redeemed(payload, {} if verifier is None else {"code_verifier": verifier})


def payload_with(challenge: str | None) -> CodePayload:
    return CodePayload(
        redirect_uri=CALLBACK,
        redirect_repeated=True,
        scopes=["openid"],
        epochs=(1, 1, 0, 1, 1),
        auth_time=NOW,
        methods=["pwd"],
        code_challenge=challenge,
    )


def redeemed(payload: CodePayload, parameters: dict[str, str]) -> Reason | None:
    request = TokenRequest(
        grant_type="authorization_code",
        client=None,
        origin=ORIGIN,
        parameters={"redirect_uri": CALLBACK} | parameters,
    )
    try:
        check_bindings(payload, request)
    except OAuthError as refusal:
        return refusal.reason
    return None


def test_every_cell_of_the_matrix() -> None:
    """V051, V052, V053: a challenge is never forgotten, and nobody is talked down to none."""
    assert len(MATRIX) >= 200
    wrong = {cell: found for cell in MATRIX if (found := outcome(cell)) != expected(cell)}
    assert wrong == {}


def test_only_s256_with_its_own_verifier_redeems_a_public_code() -> None:
    passed = {
        (cell.challenge, cell.verifier)
        for cell in MATRIX
        if cell.type != "confidential" and outcome(cell) is None
    }
    assert passed == {("S256", "right")}


@pytest.mark.parametrize(
    ("parameters", "is_repeated", "reason"),
    [
        ({}, True, None),
        ({"redirect_uri": f"{CALLBACK}/"}, True, errors.CODE_REDIRECT_MISMATCH),
        ({"redirect_uri": ""}, True, errors.CODE_REDIRECT_MISMATCH),
        ({"redirect_uri": ""}, False, errors.CODE_REDIRECT_MISMATCH),
        ({}, False, None),
    ],
)
def test_a_redirect_that_is_sent_again_is_the_same(
    parameters: dict[str, str], is_repeated: bool, reason: Reason | None
) -> None:
    payload = structs.replace(payload_with(None), redirect_repeated=is_repeated)
    assert redeemed(payload, parameters) == reason


def test_a_redirect_that_was_sent_must_come_again() -> None:
    for is_repeated, reason in ((True, errors.CODE_REDIRECT_MISMATCH), (False, None)):
        payload = structs.replace(payload_with(None), redirect_repeated=is_repeated)
        request = TokenRequest(grant_type="authorization_code", client=None, origin=ORIGIN)
        found = None
        try:
            check_bindings(payload, request)
        except OAuthError as refusal:
            found = refusal.reason
        assert found == reason


@pytest.mark.parametrize(
    ("state", "reason"),
    [("s-1", None), ("", errors.CODE_STATE_MISMATCH), ("S-1", errors.CODE_STATE_MISMATCH)],
)
def test_a_state_that_comes_again_is_the_same(state: str, reason: Reason | None) -> None:
    payload = structs.replace(payload_with(None), state="s-1")
    assert redeemed(payload, {"state": state}) == reason
