"""Nexusguard's rules: secrets, redirects, publication, and what an installation carries."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from grantway.core.identifiers import to_text
from tests.api.cast import Cast
from tests.api.registering import APPLICATIONS, BASE, CALLBACK, NEXUSGUARD, changed, made, pair, refusals
from tests.kit.world import VERIFIER, authorization_request


def test_nexusguard_developers_read_the_secret_whenever_they_like(cast: Cast) -> None:
    """Facts G1, G2, G3, G7: app id and secret; a member who is no developer sees neither."""
    record = made(cast, NEXUSGUARD)
    application, secret = pair(cast, record)
    assert application.client_id == record["client_id"]
    path = f"/organizations/{to_text(cast.own.id)}/applications/{record['id']}/secrets"
    (kept,) = cast.as_owner("GET", path.replace(to_text(cast.own.id), "{own}")).json["items"]
    for reader in ("developer", "admin", "owner"):
        seen = cast.call(cast.caller(reader), "POST", f"{path}/{kept['id']}/reveal")
        assert seen.json["secret"] == secret
    assert cast.call(cast.caller("member"), "POST", f"{path}/{kept['id']}/reveal").status_code == 403
    public = cast.as_owner("POST", APPLICATIONS, NEXUSGUARD | {"type": "public"})
    assert refusals(public) == {"type": "E-FIELD-04"}


def test_nexusguard_redirects_share_the_host_of_the_app_website(cast: Cast) -> None:
    """Facts G8, G9, G16, at registration; in `standard` an address is still compared whole."""
    homeless = cast.as_owner("POST", APPLICATIONS, NEXUSGUARD | {"base_url": None})
    assert refusals(homeless) == {"base_url": "E-FIELD-01"}
    elsewhere = [
        "https://other.example.test/callback",
        "https://orbit.example.test.evil.example/callback",
        "https://orbit.example.test:8443/callback",
        "https://sub.orbit.example.test/callback",
    ]
    refused = cast.as_owner("POST", APPLICATIONS, NEXUSGUARD | {"redirect_uris": [CALLBACK, *elsewhere]})
    assert refusals(refused) == {f"redirect_uris[{index}]": "E-PRESET-01" for index in range(1, 5)}
    both = ["nexusguard", "standard"]
    record = made(
        cast, NEXUSGUARD, scopes=["openid"], redirect_uris=[CALLBACK, BASE + "other"], dialects=both
    )
    moved = changed(cast, record, base_url="https://moved.example.test/")
    assert set(refusals(moved).values()) == {"E-PRESET-01"}
    with cast.world.store.read() as tx:
        application = tx.gate.application_by_client_id(record["client_id"])
    assert application is not None
    assert {one.match for one in application.redirects} == {"host"}
    query = authorization_request(application, redirect_uri=BASE + "unregistered")
    page = cast.world.client.simulate_get("/oauth/authorize", params=query)
    assert (page.status_code, "location" in page.headers) == (400, False)


def test_nexusguard_the_website_stands_for_the_redirects(cast: Cast) -> None:
    """Facts G8, G16: whoever registers the website alone has what the guide's sign-in needs."""
    website = {name: text for name, text in NEXUSGUARD.items() if name != "redirect_uris"}
    record = made(cast, website)
    assert record["redirect_uris"] == [BASE]
    assert set(record["grant_types"]) == {"authorization_code", "client_credentials", "refresh_token"}
    alone = made(cast, {**website, "base_url": None})
    assert (alone["redirect_uris"], alone["grant_types"]) == ([], ["client_credentials"])


def test_nexusguard_apps_are_installed_by_others_when_they_are_published(cast: Cast) -> None:
    """Facts G46, G47, G48, G49, G50: draft, submitted, rejected with reasons, submitted again, approved."""
    record = made(
        cast, NEXUSGUARD, audience="any_organization", scopes=["openid"], description="Shows attacks.",
        owner_email="mara@orbit.example.test",
    )  # fmt: skip
    installing = f"/organizations/{to_text(cast.other.id)}/installations"

    def install() -> Any:
        body = {"client_id": record["client_id"], "scopes": ["openid"]}
        return cast.call(cast.caller("stranger"), "POST", installing, body)

    def take(verb: str, body: Any = None, *, operator: bool = False) -> str:
        path = f"{APPLICATIONS}/{record['id']}"
        tag = cast.as_owner("GET", path).headers["etag"]
        ask = cast.as_operator if operator else cast.as_owner
        result = ask("POST", f"{path}/{verb}", body, If_Match=tag)
        assert result.status_code == 200, result.text
        return str(result.json["publication"])

    terms = {"terms_version": "1"}
    assert refusals(install()) == {"client_id": "E-FIELD-04"}
    assert take("submit", terms) == "submitted"
    assert refusals(install()) == {"client_id": "E-FIELD-04"}
    assert take("reject", {"reasons": ["insecure", "difficult_to_use"]}, operator=True) == "rejected"
    assert take("submit", terms) == "submitted"
    assert take("approve", operator=True) == "approved"
    assert install().status_code == 201


def test_nexusguard_tokens_at_the_standard_mount_are_its_own_and_end_with_the_installation(
    cast: Cast,
) -> None:
    """Fact G45: customers' people see no page of consent there either, and removing the app ends it all.

    What the guide gives tokens belongs to its own mount.
    """
    world = cast.world
    world.make.api(None, "sites:read")
    record = made(cast, NEXUSGUARD, scopes=["sites:read"], dialects=["standard"])
    application, secret = pair(cast, record)
    alone = world.token(application, secret, grant_type="client_credentials")
    assert (alone.json["expires_in"], "refresh_token" in alone.json) == (900, False)
    world.make.change_application(application, audience_effective="any_organization")
    installation = world.make.installation(application, cast.other, members="allow")
    world.make.voucher(application, cast.other)
    world.product.poll()
    person, browser = world.make.person(cast.other), world.browser()
    query = "/oauth/authorize?" + urlencode(
        authorization_request(application, redirect_uri=CALLBACK, scope="sites:read")
    )
    browser.visit(query)
    left = browser.submit(("action", "sign_in"), email=person.email, password=person.password)
    assert left is not None, "no page asks for consent"
    code = parse_qs(urlsplit(left).query)["code"][0]
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    tokens = world.token(application, secret, code=code, **form).json
    assert tokens["expires_in"] == 900
    unspent = parse_qs(urlsplit(browser.visit(query) or "").query)["code"][0]
    place = f"/organizations/{to_text(cast.other.id)}/installations/{to_text(installation.id)}"
    ended = cast.call(cast.caller("stranger"), "DELETE", place, If_Match='"1"')
    assert ended.status_code == 200, ended.text
    world.product.poll()
    again = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    for asked in (again, form | {"code": unspent}):
        refused = world.token(application, secret, **asked)
        assert (refused.status_code, refused.json["error"]) == (400, "invalid_grant")
