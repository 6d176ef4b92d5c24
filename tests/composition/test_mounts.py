"""Where dialects are served: at a prefix, at hosts of their own, several beside each other, and what is refused."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from grantway.app import MountingError, placed_mounts
from grantway.edges.dialects import STANDARD
from grantway.edges.dialects.standard import paths
from grantway.edges.web import mounts
from grantway.edges.web.dialect import Operation
from grantway.edges.web.requests import Mount
from grantway.features.memory.keyring import SigningKeyMissing
from tests.kit.factories import CALLBACK
from tests.kit.gateway import basic
from tests.kit.world import MOUNTS, World, settings_of

AUTHORIZE = "/api/oauth/authorize"


def problems(text: str) -> list[str]:
    """What is told of mounts."""
    with pytest.raises(MountingError) as refused:
        placed_mounts(settings_of("sqlite:////tmp/unused.db", mounts=text))
    return [one.removeprefix("GRANTWAY_MOUNTS: ") for one in refused.value.problems]


COLLISIONS = {
    "an unknown dialect": ("a=klingon@/d/a", "There are: cxone, deeplynx"),
    "one name": ("a=deeplynx@/d/a,a=nexus211@/d/b", "a name of its own"),
    "one prefix": ("a=deeplynx@/d/x,b=nexus211@/d/x", "a prefix of its own"),
    "one host": ("a=deeplynx@x.example.test,b=nexus211@X.example.test:443", "Give each its own"),
    "one of several hosts": (
        "a=deeplynx@x.example.test+y.example.test,b=nexus211@y.example.test",
        "one host",
    ),
    "a host twice": ("a=deeplynx@x.example.test+X.example.test", "names a host twice"),
    "a prefix over another": ("a=deeplynx@/d,b=nexus211@/d/b", "Let them part earlier"),
    "a prefix below another": ("b=nexus211@/d/b/c,a=deeplynx@/d/b", "Let them part earlier"),
    "over the API": ("a=deeplynx@/api", "begin with /api. Give it another prefix, such as /d/a"),
    "over the protocol": ("a=deeplynx@/oauth/x", "begin with /oauth"),
    "over pages": ("a=nexus211@/sign-in", "begin with /sign-in"),
    "the issuer's root": (
        "a=nexus211@/",
        "/oauth/authorize and /oauth/revoke of nexus211 would be two things",
    ),
    "the issuer's host": (
        "a=nexus211@ID.example.test:443",
        "/oauth/authorize and /oauth/revoke of nexus211 would be two things",
    ),
    "the issuer's host for a token": ("a=nitro@id.example.test", "/oauth/token of nitro would be two things"),
    "the issuer's host besides": ("a=deeplynx@x.example.test+id.example.test", "a prefix such as /d/a"),
}


@pytest.mark.parametrize("case", COLLISIONS)
def test_what_stands_in_the_way_is_told_with_what_to_do(case: str) -> None:
    """One sentence of what is wrong, and what to do about it."""
    text, advice = COLLISIONS[case]
    (problem,) = problems(text)
    assert advice in problem
    assert problem.endswith(".")


def test_all_of_it_is_told_at_once() -> None:
    told = problems("a=klingon@/d/a,a=deeplynx@/api,b=nexus211@/d/a/b,c=nexus211@/")
    assert len(told) == 5
    assert len(set(told)) == 5


@pytest.mark.parametrize(
    "text", ["a=deeplynx@/d/a,b=deeplynx@/d/ab", "a=deeplynx@/lynx/a,b=nexus211@/lynx/b", "a=deeplynx@/apis"]
)
def test_what_only_looks_alike_is_served(text: str) -> None:
    assert (
        len(placed_mounts(settings_of("sqlite:////tmp/unused.db", mounts=text))) == len(text.split(",")) + 1
    )


def test_a_mount_with_hosts_of_its_own_answers_there_alone_and_has_nothing_else(store_url: str) -> None:
    """Sign-in, pages and the API stay at the issuer; both names of the host lead to the one mount."""
    names = "lynx.example.test+api.lynx.example.test"
    with closing(World(settings_of(store_url, mounts=f"lynx=deeplynx@{names}"))) as world:
        for host in names.split("+"):
            there = world.client.simulate_get(AUTHORIZE, headers={"Host": host})
            assert there.status_code == 400
            assert there.json["error"] == "invalid_request"
            for path in ("/sign-in", "/api/v1/organizations", paths.TOKEN, "/health", "/playground"):
                assert world.client.simulate_get(path, headers={"Host": host}).status_code == 404, path
        here = world.client.simulate_get(AUTHORIZE)
        assert here.json["error_id"] == "E-REQUEST-10"
        assert world.product.placed[1].mount.base_url == "https://lynx.example.test"


def test_one_dialect_is_mounted_twice_and_a_token_is_good_at_its_own_mount(store_url: str) -> None:
    """N29: the applications are the same at both; what one signs or seals is nothing to the other."""
    twice = "one=nexus211@/d/one,two=nexus211@two.example.test"
    with closing(World(settings_of(store_url, mounts=twice))) as world:
        organization = world.make.organization()
        person = world.make.person(organization)
        application = world.make.application(
            organization, dialect="nexus211", scopes=("openid",), redirects=("https://app.example.test/back",)
        )
        secret = world.make.secret(application)
        world.product.poll()
        query = {
            "application": application.client_id,
            "redirect": "https://app.example.test/back",
            "state": "s",
        }
        browser = world.browser()
        seen = browser.authorize(
            "/d/one/oauth/authorize?" + urlencode(query), email=person.email, password=person.password
        )
        token = _exchanged(world, application.client_id, secret, seen)
        headers = {"Authorization": f"Bearer {token}"}
        current = "/organizations/current"
        here = world.client.simulate_get("/d/one" + current, headers=headers)
        there = world.client.simulate_get(current, headers={**headers, "Host": "two.example.test"})
        # The token is known at its own mount, where it lacks the scope of the call.
        assert (here.status_code, there.status_code) == (403, 401)


def _exchanged(world: World, client_id: str, secret: str, seen: str) -> str:
    code = seen.partition("code=")[2].partition("&")[0]
    answer = world.client.simulate_post(
        "/d/one/oauth/access-token",
        json={"code": code},
        headers={"Authorization": basic(client_id, secret)},
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json["token"])


# An issuer of its own ------------------------------------------------------------------------------

OWN = replace(STANDARD, name="own")


def own_mount(prefix: str = "", host: str | None = None) -> Mount:
    base = f"https://{host}" if host else f"https://id.example.test{prefix}"
    return Mount("own", "own", base, prefix, host, base)


def described_at(place: Mount) -> set[str]:
    return {
        one.inner_path for one in mounts.addresses_of(place, OWN) if one.wire.operation == Operation.METADATA
    }


def test_metadata_of_an_issuer_with_a_path_are_found_in_both_ways() -> None:
    """OpenID Discovery §4.1 appends the well-known name, RFC 8414 §3.1 inserts it."""
    assert described_at(own_mount("/d/own")) == {
        "/d/own/.well-known/openid-configuration",
        "/d/own/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration/d/own",
        "/.well-known/oauth-authorization-server/d/own",
    }
    inside = "/~hosts/own/.well-known/"
    assert described_at(own_mount(host="own.example.test")) == {
        inside + "openid-configuration",
        inside + "oauth-authorization-server",
    }


@pytest.mark.parametrize(
    ("place", "base_url"),
    [("/d/cx", "https://id.example.test/d/cx"), ("cx.example.test", "https://cx.example.test")],
)
def test_an_issuer_of_its_own_is_found_and_its_tokens_are_good_there_alone(
    store_url: str, place: str, base_url: str
) -> None:
    """C60, C63, C64: its metadata, its keys and its `iss`, below a path and on a host."""
    own = urlsplit(base_url)
    headers = {"Host": own.netloc}
    with closing(World(settings_of(store_url, mounts=f"cx=cxone@{place}"))) as world:

        def get(path: str, host: str = own.netloc, **more: str) -> Any:
            return world.client.simulate_get(path, headers={"Host": host, **more})

        appended = get(own.path + mounts.METADATA_NAMES[0]).json
        inserted = get(mounts.METADATA_NAMES[1] + own.path).json
        assert appended == inserted
        assert appended["issuer"] == base_url
        published = get(urlsplit(appended["jwks_uri"]).path).json["keys"]
        assert {one["alg"] for one in published} == {"RS256"}
        root = urlsplit(world.issuer).netloc
        theirs = get(paths.KEYS, root).json["keys"]
        assert {one["kid"] for one in published}.isdisjoint(one["kid"] for one in theirs)
        organization = world.make.organization()
        person = world.make.person(organization)
        application = world.make.application(organization, dialect="cxone")
        world.make.voucher(application)
        secret = world.make.secret(application)
        world.product.poll()
        query = {
            "response_type": "code",
            "client_id": application.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": "s",
        }
        seen = world.browser().authorize(
            f"{appended['authorization_endpoint']}?{urlencode(query)}",
            email=person.email,
            password=person.password,
        )
        code = dict(parse_qsl(urlsplit(seen).query))["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        tokens = world.client.simulate_post(
            urlsplit(appended["token_endpoint"]).path,
            body=urlencode(form),
            headers={
                **headers,
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": basic(application.client_id, secret),
            },
        ).json
        claims = jwt.decode(tokens["id_token"], KeySet.import_key_set({"keys": published})).claims
        assert (claims["iss"], claims["aud"]) == (base_url, application.client_id)
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        assert get(urlsplit(appended["userinfo_endpoint"]).path, **bearer).status_code == 200
        assert get(paths.USERINFO, root, **bearer).status_code == 401


def test_a_dialect_without_an_issuer_has_no_metadata_anywhere(world: World) -> None:
    for name in mounts.METADATA_NAMES:
        for path in (f"/d/nexus211{name}", f"{name}/d/nexus211"):
            assert world.client.simulate_get(path).status_code == 404, path


def test_an_issuer_of_its_own_signs_with_keys_of_its_own_alone(world: World) -> None:
    """What is published there is what signs there: the common keys are those of another issuer."""
    keyring = world.services.keyring
    assert keyring.signing_key("nexus211", "RS256") == keyring.signing_key("standard", "RS256")
    keyring._alone |= {"nexus211"}  # noqa: SLF001 - what the settings say of a mount with an issuer
    with pytest.raises(SigningKeyMissing):
        keyring.signing_key("nexus211", "RS256")
    kid = str(keyring.public_keys("standard")[0]["kid"])
    assert keyring.verifying_key("nexus211", kid) is None
    assert keyring.algorithms("nexus211") == ()
    assert keyring.verifying_keys("nexus211", "RS256") == ()


def test_the_mounts_of_these_tests_are_in_order() -> None:
    assert len(placed_mounts(settings_of("sqlite:////tmp/unused.db"))) == len(MOUNTS.split(",")) + 1
