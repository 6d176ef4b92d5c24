"""CXone's rules: what its applications need, what is fixed about them, and how they live."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from grantway.core.identifiers import to_text
from grantway.core.model import SECOND
from grantway.core.policy import PURGE_DELAY
from tests.api.cast import ROOT, Cast
from tests.api.registering import APPLICATIONS, BASE, CALLBACK, CXONE, changed, made, pair, refusals
from tests.kit.world import authorization_request


def test_cxone_names_what_each_type_needs(cast: Cast) -> None:
    """Facts C2, C7, C8, C12, C27: addresses always, redirects with sign-in, none for a backend."""
    unnamed = cast.as_owner("POST", APPLICATIONS, CXONE | {"notification_addresses": []})
    assert refusals(unnamed) == {"notification_addresses": "E-FIELD-01"}
    for kind in ("public", "confidential"):
        alone = cast.as_owner("POST", APPLICATIONS, CXONE | {"type": kind, "redirect_uris": []})
        assert refusals(alone) == {"redirect_uris": "E-FIELD-01"}
    backend = {"type": "backend", "origins": ["https://orbit.example.test"]}
    assert refusals(cast.as_owner("POST", APPLICATIONS, CXONE | backend)) == {
        "redirect_uris": "E-FIELD-03",
        "origins": "E-FIELD-03",
    }
    kinds = [made(cast, CXONE, type=kind) for kind in ("public", "confidential")]
    kinds.append(made(cast, CXONE, type="backend", redirect_uris=[]))
    assert [one["type"] for one in kinds] == ["public", "confidential", "backend"]
    emptied = changed(cast, kinds[0], notification_addresses=[])
    assert refusals(emptied) == {"notification_addresses": "E-FIELD-01"}
    assert changed(cast, kinds[1], origins=["https://orbit.example.test"]).status_code == 200


def test_cxone_assigns_the_identifiers_and_shows_the_secret_once(cast: Cast) -> None:
    """Facts C3, C4, C9, C19: nobody chooses them, a public application has no secret."""
    for member in ("client_id", "secret", "client_secret"):
        chosen = cast.as_owner("POST", APPLICATIONS, CXONE | {member: "chosen-by-the-caller"})
        assert set(refusals(chosen).values()) <= {"E-FIELD-06", "E-FIELD-25"}
    record = made(cast, CXONE)
    place = f"{APPLICATIONS}/{record['id']}"
    answer = cast.as_owner("POST", place + "/secrets", {})
    text = answer.json["secret"]
    assert answer.json["kept"] is False
    later = [cast.as_owner("GET", place), cast.as_owner("GET", place + "/secrets")]
    later.append(cast.as_owner("GET", "/organizations/{own}/audit"))
    later.append(cast.as_owner("POST", f"{place}/secrets/{answer.json['id']}/reveal"))
    assert [one.status_code for one in later] == [200, 200, 200, 409]
    assert not any(text in one.text for one in later)
    public = made(cast, CXONE, type="public")
    refused = cast.as_owner("POST", f"{APPLICATIONS}/{public['id']}/secrets", {})
    assert (refused.status_code, refused.json["error_id"]) == (409, "E-RECORD-14")


def test_cxone_public_applications_prove_themselves_and_confidential_ones_may(cast: Cast) -> None:
    """Fact C9: a request without a code challenge."""
    person, said = cast.world.make.person(cast.own), {}
    for kind in ("public", "confidential"):
        record = made(cast, CXONE, type=kind, scopes=["openid"])
        query = {
            "client_id": record["client_id"],
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "state": "the-state-of-the-tests",
        }
        sent = cast.world.browser().authorize(
            "/oauth/authorize?" + urlencode(query), email=person.email, password=person.password
        )
        answer = parse_qs(urlsplit(sent).query)
        said[kind] = answer.get("error", ["code" if "code" in answer else ""])[0]
    assert said == {"public": "invalid_request", "confidential": "code"}
    assert refusals(changed(cast, made(cast, CXONE, type="public"), pkce="optional")) == {
        "pkce": "E-FIELD-04"
    }


def test_cxone_backends_use_the_token_endpoint_alone(cast: Cast) -> None:
    """Facts C10, C48: a secret at the token endpoint works, a browser gets nowhere with it."""
    record = made(cast, CXONE, type="backend", redirect_uris=[], scopes=["applications:read"])
    application, secret = pair(cast, record)
    granted = cast.world.token(application, secret, grant_type="client_credentials")
    assert granted.status_code == 200
    assert (granted.json["expires_in"], record["refresh_token_lifetime"]) == (3_600, 7_200)
    for grant_type in ("authorization_code", "refresh_token"):
        refused = cast.world.token(application, secret, grant_type=grant_type, code="x", refresh_token="x")
        assert (refused.status_code, refused.json["error"]) == (400, "unauthorized_client")
    query = authorization_request(application, redirect_uri=CALLBACK)
    page = cast.world.client.simulate_get("/oauth/authorize", params=query)
    assert page.status_code == 400
    assert "location" not in page.headers
    assert refusals(changed(cast, record, redirect_uris=[CALLBACK])) == {"redirect_uris": "E-FIELD-03"}


def test_cxone_fixes_type_and_tenancy_at_registration(cast: Cast) -> None:
    """Facts C11, C13, C18: single or all, said once."""
    listed = {"audience": "listed_organizations", "audience_organizations": [to_text(cast.other.id)]}
    assert refusals(cast.as_owner("POST", APPLICATIONS, CXONE | listed)) == {"audience": "E-FIELD-04"}
    single, both = made(cast, CXONE), made(cast, CXONE, audience="any_organization")
    assert single["audience"] == "own_organization"
    immutable = {"audience": "E-FIELD-06"}
    assert refusals(changed(cast, single, audience="any_organization")) == immutable
    assert refusals(changed(cast, both, audience="own_organization")) == immutable
    path = f"{APPLICATIONS}/{both['id']}"
    as_operator = cast.as_operator("PATCH", path, {"audience": "own_organization"}, If_Match='"1"')
    assert refusals(as_operator) == immutable
    assert refusals(changed(cast, single, type="public")) == {"type": "E-FIELD-06"}
    kept = changed(cast, both, audience="any_organization", description="Shows deliveries.")
    assert (kept.status_code, kept.json["audience"]) == (200, "any_organization")


def test_cxone_serves_all_tenants_after_an_approval_and_one_before(cast: Cast) -> None:
    """Facts C14, C15, C16, C17, C25: whatever the platform's own policy says."""
    record = made(
        cast, CXONE, audience="any_organization", scopes=["openid"], base_url=BASE,
        description="Shows deliveries.", owner_email="mara@orbit.example.test",
    )  # fmt: skip
    assert cast.as_operator("GET", "/policy").json["approval_required"] is False
    application, secret = pair(cast, record)
    stranger = cast.world.make.person(cast.other)

    def answer() -> str:
        query = authorization_request(application, redirect_uri=CALLBACK, scope="openid")
        seen = cast.world.browser().authorize(
            "/oauth/authorize?" + urlencode(query), email=stranger.email, password=stranger.password
        )
        return urlsplit(seen).query

    def state() -> tuple[str, str, str]:
        now = cast.as_owner("GET", f"{APPLICATIONS}/{record['id']}").json
        return now["audience"], now["effective_audience"], now["publication"]

    assert state() == ("any_organization", "own_organization", "draft")
    assert "code=" not in answer()
    for ask, verb, body in (
        (cast.as_owner, "submit", {"terms_version": "1"}),
        (cast.as_operator, "approve", None),
    ):
        version = cast.as_owner("GET", f"{APPLICATIONS}/{record['id']}").json["version"]
        path = f"{APPLICATIONS}/{record['id']}/{verb}"
        assert ask("POST", path, body, If_Match=f'"{version}"').status_code == 200
        cast.world.product.poll()
    assert state() == ("any_organization", "any_organization", "approved")
    assert "code=" in answer()
    assert secret not in cast.as_owner("GET", f"{APPLICATIONS}/{record['id']}").text


def test_cxone_applications_live_as_published(cast: Cast) -> None:
    """Facts C5, C6, C20, C21, C22, C23, C24: disabled, locked, undone, and gone at its time."""
    world = cast.world
    record = made(cast, CXONE, type="backend", redirect_uris=[], scopes=["applications:read"])
    assert record["organization_id"] == to_text(cast.own.id)
    application, secret = pair(cast, record)
    token = world.machine_token(application, secret)

    def take(verb: str, method: str = "POST") -> dict[str, Any]:
        path = f"{APPLICATIONS}/{record['id']}"
        tag = cast.as_owner("GET", path).headers["etag"]
        result = cast.as_owner(method, path + verb, If_Match=tag)
        assert result.status_code == 200, result.text
        world.product.poll()
        answer: dict[str, Any] = result.json
        return answer

    def works() -> tuple[int, int]:
        used = world.bearer(token, ROOT + "/me").status_code
        return used, world.token(application, secret, grant_type="client_credentials").status_code

    assert works() == (200, 200)
    take("/disable")
    assert works() == (401, 401)
    take("/enable")
    assert works() == (200, 200)
    scheduled = take("", "DELETE")
    assert scheduled["purge_at"] == "2026-12-21T10:00:00Z"
    assert works() == (401, 401)
    locked = changed(cast, scheduled, description="Changed.")
    assert (locked.status_code, locked.json["error_id"]) == (409, "E-RECORD-05")
    assert cast.as_owner("POST", f"{APPLICATIONS}/{record['id']}/secrets", {}).status_code == 409
    assert take("/enable")["state"] == "enabled"
    assert works() == (200, 200)
    take("", "DELETE")
    world.advance(PURGE_DELAY // SECOND)
    assert world.product.housekeeping.step().purged == 1
    with world.store.read() as tx:
        assert tx.gate.application_by_client_id(record["client_id"]) is None
