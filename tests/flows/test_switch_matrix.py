"""The switch matrix (E26): whatever is switched off is off for every use, on every process, within a second.

All switches are thrown through the management API of one process, each on a scene of its own; then every
process is asked for every use of every scene. What a switch leaves alone still works.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from grantway.core import access_keys
from grantway.core.access_keys import KEY_PARAMETER, SECRET_PARAMETER, AccessKey
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Installation, Organization
from grantway.features.access.permissions import ALL as PERMISSIONS
from tests.flows.nodes import BOUND, HOST, Nodes, wait
from tests.flows.own_pages import OwnPages
from tests.kit import plain
from tests.kit.factories import CALLBACK, Person
from tests.kit.world import VERIFIER, World, authorization_request

READ = "applications:read"
SCOPES = f"openid {READ}"
PEOPLES = frozenset({"refresh", "code", "userinfo", "sign-in", "flow under way"})
MACHINES = frozenset({"client credentials", "introspection", "management"})
KEYS = frozenset({"access key", "token of a key"})
ALL_USES = PEOPLES | MACHINES | KEYS | {"preflight"}
FAMILY = frozenset({"refresh", "userinfo"})
_GRANT_TYPES = frozenset(
    {"authorization_code", "refresh_token", "client_credentials", access_keys.GRANT_TYPE}
)

DEAD: dict[str, frozenset[str]] = {
    "disable application": ALL_USES,
    "archive application": ALL_USES,
    "delete application": ALL_USES,
    "disable organization": ALL_USES,
    "suspend application": ALL_USES,
    "suspend organization": ALL_USES,
    # Away from home: the makers are one organization, the customer another.
    "suspend customer's application": ALL_USES,
    "suspend maker of a customer": ALL_USES,
    "suspend customer": MACHINES | PEOPLES | KEYS,
    "disable user": PEOPLES | KEYS,
    "disable member": PEOPLES | KEYS,
    "remove member": PEOPLES | KEYS,
    "disable access key": KEYS,
    "delete access key": KEYS,
    # People came in by the audience, not by the installation: what presents the pair's secret ends.
    "suspend installation": MACHINES | {"refresh", "code", "access key"},
    "revoke installation": MACHINES | PEOPLES | KEYS,
    # A sign-in that names the lost scope is refused; what was signed in goes on without it.
    "narrow installation": MACHINES | {"sign-in", "flow under way"},
    "close gate": PEOPLES | KEYS,
    "revoke secret": MACHINES,
    "revoke grant": FAMILY,
    # What a session gave dies with it; the session itself is what signing in silently stands on.
    "sign out": PEOPLES,
    "remove session": PEOPLES,
    "new password": PEOPLES,
    # The person is asked again; the flow under way was at that question already.
    "withdraw consent": FAMILY | KEYS | {"code", "sign-in"},
    # Nobody agreed to these sign-ins themselves: they stand on the voucher, at home and away. Where a flow
    # waits for the person's own answer, that goes on.
    "revoke voucher": PEOPLES - {"flow under way"},
    "ask members of an installation": PEOPLES - {"flow under way"},
}
"""What each switch ends. Everything else goes on."""


@dataclass
class Scene:
    """One application with everything that can be used of it, and the switch that is thrown on it."""

    switch: str
    application: Application
    organization: Organization
    person: Person
    secret: str
    other_secret: str
    secret_id: str
    machine_token: str
    tokens: dict[str, Any]
    codes: list[str]
    cookies: dict[str, str]
    origin: str
    installation: Installation | None
    under_way: str  # the path of a flow that waits at the consent page
    place: Organization
    """Where the person is."""
    key: AccessKey
    """The person's, for this application."""
    key_secret: str
    key_token: str


def basic(application: Application, secret: str) -> dict[str, str]:
    pair = b64encode(f"{application.client_id}:{secret}".encode()).decode()
    return {**HOST, "Authorization": f"Basic {pair}"}


def scene_of(world: World, switch: str) -> Scene:
    """A person of an organization who signed in, and a machine that has its token."""
    make = world.make
    owner = make.organization()
    asked = "ask" if switch == "withdraw consent" else "platform"
    origin = f"https://{switch.replace(' ', '-').replace(chr(39), '')}.example.test"
    application = make.application(
        owner,
        scopes=("openid", READ),
        origins=(origin,),
        audience_requested="any_organization",
        audience_effective="any_organization",
        # Codes that outlast a slow start of three processes: they shall die of the switch alone. And a scope that
        # was taken away is refused, not left out, so that every use shows the switch.
        settings={
            "grant_types": _GRANT_TYPES,
            "several_audiences": True,
            "consent": asked,
            "code_lifetime": 3_600,
            "strict_scopes": True,
        },
    )
    installation, organization = None, owner
    if "installation" in switch or "customer" in switch:
        organization = make.organization()
        installation = make.installation(application, organization)
    # Where nobody installed it, people of others come in by the audience alone.
    place = make.organization() if "gate" in switch else organization
    if switch == "revoke voucher":
        make.voucher(application)
    if switch == "ask members of an installation":
        make.voucher(application, organization)
    secret = make.secret(application, organization)
    other_secret = make.secret(application, organization)
    world.product.poll()
    with world.store.read() as tx:
        kept = tx.organization(owner.id).credentials(application.id)
    secret_id = next(to_text(one.id) for one in kept if one.hint == secret[-4:])
    person, browser = make.person(place, role="owner"), world.browser()
    # Somebody stays, so that an organization does not lose its last owner.
    make.person(place, role="owner")
    signed_in = world.authorize(application, person, secret=other_secret, browser=browser, scope=SCOPES)
    codes = []
    for _ in range(3):
        query = authorization_request(application, redirect_uri=CALLBACK, scope=SCOPES)
        left = browser.visit("/oauth/authorize?" + urlencode(query))
        codes.append(parse_qs(urlsplit(left or "").query)["code"][0])
    query = authorization_request(application, redirect_uri=CALLBACK, scope=SCOPES, prompt="consent")
    assert browser.visit("/oauth/authorize?" + urlencode(query)) is None
    under_way = urlsplit(browser.address).path
    machine = world.machine_token(application, secret, scope=READ)
    key, key_secret = make.access_key(place, person, application_id=application.id)
    shown = {KEY_PARAMETER: to_text(key.id), SECRET_PARAMETER: key_secret}
    by_key = world.token(application, other_secret, grant_type=access_keys.GRANT_TYPE, **shown)
    assert by_key.status_code == 200, by_key.text
    return Scene(
        switch, application, organization, person, secret, other_secret, secret_id, machine,
        signed_in.tokens, codes, browser.cookies, origin, installation, under_way, place,
        key, key_secret, by_key.json["access_token"],
    )  # fmt: skip


class Uses:
    """Every use of a scene, asked of one process: whether it was a success."""

    def __init__(self, address: str, scene: Scene, http: httpx.Client, node: int) -> None:
        self._address, self._scene, self._http, self._node = address, scene, http, node
        self._cookies = "; ".join(f"{name}={value}" for name, value in scene.cookies.items())

    def all(self, *, spends: bool) -> frozenset[str]:
        """The uses that succeed. With `spends` also those that can be had once."""
        found = {
            "client credentials": self._token(
                self._scene.secret, grant_type="client_credentials", scope=READ
            ),
            "introspection": self._introspected(),
            "userinfo": self._get("/oauth/userinfo", self._scene.tokens["access_token"]),
            "management": self._get(
                f"/api/v1/organizations/{to_text(self._scene.organization.id)}/applications",
                self._scene.machine_token,
            ),
            "preflight": self._preflight(),
            "access key": self._token(
                self._scene.other_secret,
                grant_type=access_keys.GRANT_TYPE,
                **{KEY_PARAMETER: to_text(self._scene.key.id), SECRET_PARAMETER: self._scene.key_secret},
            ),
            "token of a key": self._get("/oauth/userinfo", self._scene.key_token),
            "sign-in": self._signed_in(),
            "flow under way": self._goes_on(),
        }
        if spends:
            # The same refresh token at every process: within its grace it gets the same successor.
            found["refresh"] = self._token(
                self._scene.other_secret,
                grant_type="refresh_token",
                refresh_token=self._scene.tokens["refresh_token"],
            )
            found["code"] = self._token(
                self._scene.other_secret,
                grant_type="authorization_code",
                code=self._scene.codes[self._node],
                redirect_uri=CALLBACK,
                code_verifier=VERIFIER,
            )
        return frozenset(name for name, is_success in found.items() if is_success)

    def _token(self, secret: str, **form: str) -> bool:
        headers = basic(self._scene.application, secret)
        return self._http.post(f"{self._address}/oauth/token", data=form, headers=headers).status_code == 200

    def _introspected(self) -> bool:
        headers = basic(self._scene.application, self._scene.other_secret)
        answer = self._http.post(
            f"{self._address}/oauth/introspect", data={"token": self._scene.machine_token}, headers=headers
        )
        told = answer.json()
        return bool(told.get("active")) and READ in str(told.get("scope", ""))

    def _get(self, path: str, token: str) -> bool:
        headers = {**HOST, "Authorization": f"Bearer {token}"}
        return self._http.get(self._address + path, headers=headers).status_code == 200

    def _preflight(self) -> bool:
        headers = {**HOST, "Origin": self._scene.origin, "Access-Control-Request-Method": "POST"}
        answer = self._http.options(f"{self._address}/oauth/token", headers=headers)
        return "access-control-allow-origin" in answer.headers

    def _goes_on(self) -> bool:
        """Whether the flow under way is still at its question to the person who signed in."""
        address = self._address + self._scene.under_way
        answer = self._http.get(address, headers={**HOST, "Cookie": self._cookies})
        return answer.status_code == 200 and 'name="decision"' in answer.text

    def _signed_in(self) -> bool:
        """With the session that was there: whether a new code comes without a page."""
        query = authorization_request(self._scene.application, redirect_uri=CALLBACK, scope=SCOPES)
        cookies = self._cookies
        address = f"{self._address}/oauth/authorize?{urlencode(query)}"
        for _ in range(4):
            answer = self._http.get(address, headers={**HOST, "Cookie": cookies})
            location = answer.headers.get("location", "")
            if not location or location.startswith(CALLBACK):
                return "code=" in location
            for header in answer.headers.get_list("set-cookie"):
                cookies += "; " + header.split(";")[0]
            address = self._address + urlsplit(location).path
        return False


class Office:
    """Throws switches at the first process: as an operator by its API, or as the person on its pages."""

    def __init__(self, world: World, address: str, http: httpx.Client) -> None:
        console = world.make.application(
            world.make.platform,
            "public",
            scopes=tuple(one.scope for one in PERMISSIONS if one.scope),
            settings={"consent": "platform"},
        )
        scope = " ".join(one.scope for one in PERMISSIONS if one.scope)
        token = world.authorize(console, world.make.operator(), scope=scope).access_token
        self._headers = {**HOST, "Authorization": f"Bearer {token}"}
        self._address, self._http = address, http
        self._page = OwnPages(world, address).act

    def throw(self, scene: Scene) -> None:
        """Throw the scene's switch. It is acknowledged when this returns."""
        own = f"/organizations/{to_text(scene.application.organization_id)}"
        application = f"{own}/applications/{to_text(scene.application.id)}"
        member = f"{own}/members/{to_text(scene.person.id)}"
        there = f"/organizations/{to_text(scene.organization.id)}/installations/"
        installed = there + (to_text(scene.installation.id) if scene.installation else "")
        key = f"/organizations/{to_text(scene.place.id)}/access-keys/{to_text(scene.key.id)}"
        off, why = {"state": "disabled"}, {"reason": "Reported."}
        customer = f"/organizations/{to_text(scene.organization.id)}"
        acts: dict[str, Callable[[], httpx.Response]] = {
            "disable application": lambda: self._call("POST", application + "/disable"),
            "archive application": lambda: self._call("POST", application + "/archive"),
            "delete application": lambda: self._call("DELETE", application),
            "disable organization": lambda: self._call("PATCH", own, off),
            "suspend application": lambda: self._call("POST", application + "/suspend", why),
            "suspend organization": lambda: self._call("POST", own + "/suspend", why),
            "suspend customer's application": lambda: self._call("POST", application + "/suspend", why),
            "suspend maker of a customer": lambda: self._call("POST", own + "/suspend", why),
            "suspend customer": lambda: self._call("POST", customer + "/suspend", why),
            "disable user": lambda: self._call("PATCH", f"/users/{to_text(scene.person.id)}", off),
            "disable member": lambda: self._call("PATCH", member, off),
            "remove member": lambda: self._call("DELETE", member),
            "disable access key": lambda: self._call("PATCH", key, off),
            "delete access key": lambda: self._call("DELETE", key),
            "suspend installation": lambda: self._call("PATCH", installed, {"state": "suspended"}),
            "revoke installation": lambda: self._call("DELETE", installed),
            "narrow installation": lambda: self._call("PATCH", installed, {"scopes": ["openid"]}),
            "close gate": lambda: self._call(
                "PATCH", f"/organizations/{to_text(scene.place.id)}", {"gate": "reviewed"}
            ),
            "revoke secret": lambda: self._call("DELETE", f"{application}/secrets/{scene.secret_id}"),
            "sign out": lambda: self._page("/sign-out", scene.person, scene.cookies),
            "remove session": lambda: self._page("/account", scene.person, scene.cookies),
            "new password": lambda: self._page("/password", scene.person, scene.cookies),
            "withdraw consent": lambda: self._page("/applications", scene.person, scene.cookies),
            "revoke voucher": lambda: self._call("DELETE", self._voucher(scene)),
            "ask members of an installation": lambda: self._call("PATCH", installed, {"members": "ask"}),
            "revoke grant": lambda: self._http.post(
                f"{self._address}/oauth/revoke",
                data={"token": scene.tokens["refresh_token"]},
                headers=basic(scene.application, scene.other_secret),
            ),
        }
        answer = acts[scene.switch]()
        assert answer.status_code in {200, 204}, (scene.switch, answer.text)

    def _voucher(self, scene: Scene) -> str:
        listed = f"/vouchers?application_id={to_text(scene.application.id)}"
        found = self._http.get(f"{self._address}/api/v1{listed}", headers=self._headers)
        return f"/vouchers/{found.json()['items'][0]['id']}"

    def _call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        address = f"{self._address}/api/v1{path}"
        record = address.removesuffix("/disable").removesuffix("/archive").removesuffix("/suspend")
        read = self._http.get(record, headers=self._headers)
        tag = {"If-Match": read.headers["etag"]} if "etag" in read.headers else {}
        return self._http.request(method, address, json=body, headers={**self._headers, **tag})


def test_every_switch_ends_every_use_on_every_process_within_a_second(
    real_world: World, nodes: Nodes
) -> None:
    """V089, V111, V112, V114, V116, V118, C249, C251, C5, N24: every switch, eleven uses, three processes."""
    scenes = [scene_of(real_world, switch) for switch in DEAD]
    with httpx.Client(timeout=20, verify=plain.NOBODY) as http:
        office = Office(real_world, nodes.addresses[0], http)
        for scene in scenes:
            for node, address in enumerate(nodes.addresses):
                alive = Uses(address, scene, http, node).all(spends=False)
                assert alive == ALL_USES - {"refresh", "code"}, (scene.switch, node)
        for scene in scenes:
            office.throw(scene)
        acknowledged = time.monotonic()  # noqa: TID251 -- real processes are waited for
        wait(lambda: time.monotonic() >= acknowledged + BOUND, 2 * BOUND)  # noqa: TID251 -- the same
        wrong = {}
        # The last one thrown has had the least time, so it is asked first.
        for scene in reversed(scenes):
            for node, address in enumerate(nodes.addresses):
                alive = Uses(address, scene, http, node).all(spends=True)
                if alive != ALL_USES - DEAD[scene.switch]:
                    wrong[scene.switch, node] = (
                        alive & DEAD[scene.switch],
                        ALL_USES - DEAD[scene.switch] - alive,
                    )
        assert wrong == {}, "still alive, and dead without a reason"
