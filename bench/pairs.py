"""What a dialect's call costs beside its standard twin: processor time of both, in turn, in this process.

To add a pair is to add one line to `PAIRS`. Both sides do the same work for the same kind of application, so
what differs is the wire alone.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlencode, urlsplit

import falcon.testing

from bench import databases
from grantway.app import log
from grantway.core.identifiers import to_text
from grantway.core.model import ApiPolicy
from grantway.core.service_accounts import GRANT_TYPE
from grantway.edges.dialects import ALL, STANDARD
from grantway.edges.dialects.standard import paths
from grantway.storage import migrate
from tests.dialects.nexusguard import guide as nexusguard
from tests.kit.factories import CALLBACK
from tests.kit.gateway import basic
from tests.kit.world import World, settings_of

MOST = 1.10
"""How much of its twin's processor time a dialect's call may take."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_BLOCK = 10
_ALIKE: dict[str, Any] = {
    "pkce": "optional",
    "grant_types": frozenset({"authorization_code", "refresh_token", "client_credentials", GRANT_TYPE}),
}
"""How an application of the standard mount is like those of the dialects."""
_FOR_ALL: dict[str, Any] = {"audience_effective": "any_organization", "publication": "approved"}
_SIGNED = {"access_token_algorithm": "RS256", "id_token_algorithm": "RS256"}
_SIGN_IN = ("openid", "profile", "email", "offline_access")
_NO_ID_TOKEN = "profile email"
_MOST_LAUNCHES = 50
"""Of one person in five minutes, and some to spare."""

Environ: TypeAlias = dict[str, Any]
Builder: TypeAlias = "Callable[[Place, int], list[Environ]]"


class Place:
    """A server with a mount of each dialect, and whatever the requests of one dialect need."""

    def __init__(
        self, world: World, dialect: str, token_format: str = "opaque", *, is_installed: bool = False
    ) -> None:
        self.world, self.dialect = world, dialect
        self.prefix = "" if dialect == STANDARD.name else f"/d/{dialect}"
        make = world.make
        self.organization = make.organization()
        owner = make.organization() if is_installed else self.organization
        self.person = make.person(self.organization, role="developer")
        settings = {**_ALIKE, "token_format": token_format}
        settings |= _SIGNED if token_format == "jwt" else {}
        self.application = make.application(
            owner,
            dialect=dialect,
            scopes=(*_SIGN_IN, *_machine_scopes(world)),
            settings=settings if dialect == STANDARD.name else {},
            **(_FOR_ALL if is_installed else {}),
        )
        if is_installed:
            make.installation(self.application, self.organization)
        make.voucher(self.application, self.organization if is_installed else None)
        self.secret = make.secret(self.application)
        self.account = to_text(make.service_account(self.organization, self.application).id)
        world.product.poll()

    @property
    def basic(self) -> dict[str, str]:
        """The pair of the application."""
        return {"Authorization": basic(self.application.client_id, self.secret)}

    def ask(self, method: str, path: str, **parts: Any) -> Environ:
        """A request, ready to be sent once."""
        return falcon.testing.create_environ(
            self.prefix + path, method=method, host=urlsplit(self.world.issuer).netloc, **parts
        )

    def codes(self, path: str, query: Mapping[str, str], count: int) -> list[str]:
        """Codes for somebody who is signed in and has agreed."""
        return [parse_qs(urlsplit(self._seen(path, query)).query)["code"][0] for _ in range(count)]

    def cookies(self, path: str, query: Mapping[str, str]) -> dict[str, str]:
        """What the browser of somebody who is signed in sends."""
        self._seen(path, query)
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._browser.cookies.items())}

    @cached_property
    def _browser(self) -> Any:
        return self.world.browser()

    def _seen(self, path: str, query: Mapping[str, str]) -> str:
        address = f"{self.prefix}{path}?{urlencode(query)}"
        return str(self._browser.authorize(address, email=self.person.email, password=self.person.password))


@dataclass(frozen=True, slots=True)
class Pair:
    """A call of a dialect and the standard call that does the same."""

    dialect: str
    name: str
    own: Builder
    twin: Builder
    token_format: str = "opaque"
    """Of the twin's tokens: what reads as a JWT is compared with what reads as one."""
    is_installed: bool = False
    """Whether the call is of an application that another organization installed; then its twin's is, too."""


# The standard mount ------------------------------------------------------------------------------------


def _standard_query(place: Place, scope: str = _NO_ID_TOKEN) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": place.application.client_id,
        "redirect_uri": CALLBACK,
        "scope": scope,
        "state": "s",
    }


def standard_authorize(place: Place, count: int) -> list[Environ]:
    return _authorizations(place, paths.AUTHORIZE, _standard_query(place), count)


def standard_exchange(place: Place, count: int, scope: str = _NO_ID_TOKEN) -> list[Environ]:
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    codes = place.codes(paths.AUTHORIZE, _standard_query(place, scope), count)
    return [
        place.ask("POST", paths.TOKEN, headers=FORM | place.basic, body=urlencode({**form, "code": code}))
        for code in codes
    ]


def standard_service_account(place: Place, count: int) -> list[Environ]:
    body = urlencode({"grant_type": GRANT_TYPE, "service_account": place.account})
    return [place.ask("POST", paths.TOKEN, headers=FORM | place.basic, body=body) for _ in range(count)]


def standard_userinfo(place: Place, count: int) -> list[Environ]:
    (exchange,) = standard_exchange(place, 1, "openid profile email")
    return _with_bearer(place, exchange, "access_token", paths.USERINFO, count)


def standard_machine(place: Place, count: int) -> list[Environ]:
    body = urlencode({"grant_type": "client_credentials", "scope": "global"})
    return [place.ask("POST", paths.TOKEN, headers=FORM | place.basic, body=body) for _ in range(count)]


def standard_exchange_with_all(place: Place, count: int) -> list[Environ]:
    return standard_exchange(place, count, " ".join(_SIGN_IN))


def standard_exchange_with_refresh(place: Place, count: int) -> list[Environ]:
    return standard_exchange(place, count, f"{_NO_ID_TOKEN} offline_access")


def standard_refresh(place: Place, count: int) -> list[Environ]:
    forms = [
        {"grant_type": "refresh_token", "refresh_token": token}
        for token in _members(place.world, standard_exchange_with_all(place, count), "refresh_token")
    ]
    return [place.ask("POST", paths.TOKEN, headers=FORM | place.basic, body=urlencode(one)) for one in forms]


def standard_refresh_without_id_token(place: Place, count: int) -> list[Environ]:
    tokens = _members(place.world, standard_exchange_with_refresh(place, count), "refresh_token")
    return [
        place.ask(
            "POST",
            paths.TOKEN,
            headers=FORM | place.basic,
            body=urlencode({"grant_type": "refresh_token", "refresh_token": token}),
        )
        for token in tokens
    ]


def standard_keys(place: Place, count: int) -> list[Environ]:
    return [place.ask("GET", paths.KEYS) for _ in range(count)]


def standard_metadata(place: Place, count: int) -> list[Environ]:
    return [place.ask("GET", paths.OPENID_CONFIGURATION) for _ in range(count)]


# The dialects ------------------------------------------------------------------------------------------


def nexus211_authorize(place: Place, count: int) -> list[Environ]:
    return _authorizations(place, "/oauth/authorize", _nexus211_query(place), count)


def nexus211_exchange(place: Place, count: int) -> list[Environ]:
    codes = place.codes("/oauth/authorize", _nexus211_query(place), count)
    return [_json(place, "/oauth/access-token", f'{{"code":"{code}"}}') for code in codes]


def nexus211_service_account(place: Place, count: int) -> list[Environ]:
    body = f'{{"profile":"{place.account}"}}'
    return [_json(place, "/oauth/service-account-token", body) for _ in range(count)]


def deeplynx_authorize(place: Place, count: int) -> list[Environ]:
    return _authorizations(place, "/api/oauth/authorize", _deeplynx_query(place), count)


def deeplynx_exchange(place: Place, count: int) -> list[Environ]:
    query = {**_deeplynx_query(place), "client_secret": place.secret}
    codes = place.codes("/api/oauth/authorize", _deeplynx_query(place), count)
    return [
        place.ask("POST", "/api/v1/oauth/exchange", query_string=urlencode({**query, "code": code}))
        for code in codes
    ]


def deeplynx_current_user(place: Place, count: int) -> list[Environ]:
    (exchange,) = deeplynx_exchange(place, 1)
    return _with_bearer(place, exchange, "access_token", "/api/v1/users/current", count)


def cxone_authorize(place: Place, count: int) -> list[Environ]:
    return _authorizations(place, "/auth/authorize", _standard_query(place, "openid"), count)


def cxone_exchange(place: Place, count: int) -> list[Environ]:
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    codes = place.codes("/auth/authorize", _standard_query(place, "openid"), count)
    return [
        place.ask("POST", "/auth/token", headers=FORM | place.basic, body=urlencode({**form, "code": code}))
        for code in codes
    ]


def cxone_refresh(place: Place, count: int) -> list[Environ]:
    return [
        place.ask(
            "POST",
            "/auth/token",
            headers=FORM | place.basic,
            body=urlencode({"grant_type": "refresh_token", "refresh_token": token}),
        )
        for token in _members(place.world, cxone_exchange(place, count), "refresh_token")
    ]


def cxone_userinfo(place: Place, count: int) -> list[Environ]:
    (exchange,) = cxone_exchange(place, 1)
    return _with_bearer(place, exchange, "access_token", "/auth/userinfo", count)


def cxone_keys(place: Place, count: int) -> list[Environ]:
    return [place.ask("GET", "/auth/jwks") for _ in range(count)]


def cxone_metadata(place: Place, count: int) -> list[Environ]:
    return [place.ask("GET", paths.OPENID_CONFIGURATION) for _ in range(count)]


def nitro_token(place: Place, count: int) -> list[Environ]:
    pair = {"client_id": place.application.client_id, "client_secret": place.secret}
    body = urlencode({**pair, "scope": "global"})
    return [place.ask("POST", "/oauth/token", headers=FORM, body=body) for _ in range(count)]


def nexusguard_app(place: Place, count: int) -> list[Environ]:
    guide = _nexusguard(place.world)
    return [
        _nexusguard_form(place, "/oauth/credit/token", secret=guide.secret, grant_type="client_credential")
        for _ in range(count)
    ]


def nexusguard_exchange(place: Place, count: int) -> list[Environ]:
    guide, codes = _nexusguard(place.world), list[str]()
    while len(codes) < count:
        somebody, browser = place.world.make.person(guide.customer), place.world.browser()
        signed_in = place.world.authorize(guide.portal, somebody, browser=browser, scope="launches:write")
        guide.portal_token = signed_in.access_token
        codes += [guide.code() for _ in range(min(_MOST_LAUNCHES, count - len(codes)))]
    kind = "authorization_code"
    return [
        _nexusguard_form(place, "/oauth/access_token", secret=guide.secret, code=code, grant_type=kind)
        for code in codes
    ]


def nexusguard_refresh(place: Place, count: int) -> list[Environ]:
    sent = [_sent(place.world, one)[1] for one in nexusguard_exchange(place, count)]
    tokens = [json.loads(one)["result"]["refresh_token"] for one in sent]
    return [
        _nexusguard_form(place, "/oauth/refresh_token", refresh_token=token, grant_type="refresh_code")
        for token in tokens
    ]


@cache
def _nexusguard(world: World) -> nexusguard.Guide:
    return nexusguard.a_guide(world)


def _nexusguard_form(place: Place, path: str, **form: str) -> Environ:
    body = urlencode({"app_id": _nexusguard(place.world).app.client_id, **form})
    return place.ask("POST", path, headers=FORM, body=body)


@cache
def _machine_scopes(world: World) -> tuple[str, ...]:
    api = world.make.api(None, policy=ApiPolicy(accepts=frozenset({"standard", "nitro"})))
    world.make.scope(api, "global", legs="2-legged")
    return ("global",)


def _members(world: World, environs: list[Environ], name: str) -> list[str]:
    """A member of each answer."""
    return [json.loads(_sent(world, one)[1])[name] for one in environs]


def _nexus211_query(place: Place) -> dict[str, str]:
    return {"application": place.application.client_id, "redirect": CALLBACK, "state": "s"}


def _deeplynx_query(place: Place) -> dict[str, str]:
    return {"client_id": place.application.client_id, "redirect_uri": CALLBACK, "state": "s"}


def _json(place: Place, path: str, body: str) -> Environ:
    return place.ask("POST", path, headers={"Content-Type": "application/json"} | place.basic, body=body)


def _authorizations(place: Place, path: str, query: Mapping[str, str], count: int) -> list[Environ]:
    cookies, text = place.cookies(path, query), urlencode(query)
    return [place.ask("GET", path, query_string=text, headers=cookies) for _ in range(count)]


def _with_bearer(place: Place, exchange: Environ, member: str, path: str, count: int) -> list[Environ]:
    (token,) = _members(place.world, [exchange], member)
    headers = {"Authorization": f"Bearer {token}"}
    return [place.ask("GET", path, headers=headers) for _ in range(count)]


PAIRS = (
    Pair("nexus211", "authorize", nexus211_authorize, standard_authorize),
    Pair("nexus211", "access-token for a code", nexus211_exchange, standard_exchange),
    Pair("nexus211", "service-account-token", nexus211_service_account, standard_service_account),
    Pair("deeplynx", "authorize", deeplynx_authorize, standard_authorize),
    Pair("deeplynx", "exchange of a code", deeplynx_exchange, standard_exchange, "jwt"),
    Pair("deeplynx", "users/current", deeplynx_current_user, standard_userinfo, "jwt"),
    Pair("cxone", "authorize", cxone_authorize, standard_authorize),
    Pair("cxone", "token for a code", cxone_exchange, standard_exchange_with_all, "jwt"),
    Pair("cxone", "token for a refresh token", cxone_refresh, standard_refresh, "jwt"),
    Pair("cxone", "userinfo", cxone_userinfo, standard_userinfo, "jwt"),
    Pair("cxone", "jwks", cxone_keys, standard_keys),
    Pair("cxone", "openid-configuration", cxone_metadata, standard_metadata),
    Pair("nitro", "token", nitro_token, standard_machine),
    Pair(
        "nexusguard",
        "access_token for a code",
        nexusguard_exchange,
        standard_exchange_with_refresh,
        is_installed=True,
    ),
    Pair(
        "nexusguard",
        "refresh_token",
        nexusguard_refresh,
        standard_refresh_without_id_token,
        is_installed=True,
    ),
    Pair("nexusguard", "credit/token", nexusguard_app, standard_machine),
)


def main(rounds: int, only: Sequence[str] = ()) -> bool:
    """Measure every pair, or those whose names contain one of these; whether each is within the bound."""
    mounts = ",".join(f"{one.name}={one.name}@/d/{one.name}" for one in ALL if one.tour)
    print("| dialect | call | ms | of its twin, ms | ratio |")
    print("| --- | --- | --- | --- | --- |")
    # What is printed from now on would be lines of the log.
    said, is_kept = sys.stdout, True
    with databases.ALL["sqlite"]() as url:
        migrate(url)
        settings = settings_of(url, mounts=mounts, log_level="error")
        log.configure(settings.log)
        wanted = [
            pair for pair in PAIRS if not only or any(one in f"{pair.dialect}: {pair.name}" for one in only)
        ]
        with closing(World(settings)) as world:
            for pair in wanted:
                own, twin, ratio = _measured(world, pair, rounds)
                row = f"| {pair.dialect} | {pair.name} | {own:.3f} | {twin:.3f} | {ratio:.2f} |"
                print(row, file=said, flush=True)
                is_kept = is_kept and ratio <= MOST
    return is_kept


def _measured(world: World, pair: Pair, rounds: int) -> tuple[float, float, float]:
    """Milliseconds of one call of each and their ratio, of the best block: what others do is least in it."""
    count = _BLOCK * (rounds + 1)
    own = pair.own(Place(world, pair.dialect), count)
    standard = Place(world, STANDARD.name, pair.token_format, is_installed=pair.is_installed)
    twin = pair.twin(standard, count)
    blocks = [
        (_block(world, own[at : at + _BLOCK]), _block(world, twin[at : at + _BLOCK]))
        for at in range(0, count, _BLOCK)
    ][1:]
    best, best_of_twin = min(one for one, _ in blocks), min(one for _, one in blocks)
    return best, best_of_twin, best / best_of_twin


def _block(world: World, environs: list[Environ]) -> float:
    begin = time.process_time()
    statuses = [_sent(world, environ)[0] for environ in environs]
    spent = (time.process_time() - begin) * 1000 / len(environs)
    if not {200, 302, 303}.issuperset(statuses):
        raise RuntimeError(f"answered {sorted(set(statuses))}")
    return spent


def _sent(world: World, environ: Environ) -> tuple[int, bytes]:
    """What the whole application answers."""
    said = falcon.testing.StartResponseMock()
    body = b"".join(world.app(environ, said))
    return int((said.status or "0").partition(" ")[0]), body
