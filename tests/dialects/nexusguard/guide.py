"""What the tests of Nexusguard's guide share: an app, a customer, a portal, and the guide's calls."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import falcon.testing

from grantway.core.identifiers import to_text
from grantway.core.model import ApiPolicy, Application, Installation, Organization
from grantway.edges.dialects.nexusguard.errors import KEPT_STATUSES
from tests.dialects.wire import FORM
from tests.kit.browser import Browser
from tests.kit.factories import Person
from tests.kit.world import World

PREFIX = "/d/nexusguard"
CONNECT, ACCESS, REFRESH, CREDIT = (
    f"{PREFIX}/oauth/{name}" for name in ("connect", "access_token", "refresh_token", "credit/token")
)
HOST = "https://attacks.example.test"
HOME = f"{HOST}/entrance"
REDIRECT = f"{HOST}/back/anywhere?tab=1"
STATE = "state-of-the-app"


@dataclass
class Guide:
    """An app of a developer's, installed by a customer; a person of the customer, signed in to a portal."""

    world: World
    maker: Organization
    customer: Organization
    app: Application
    secret: str
    installation: Installation
    person: Person
    portal: Application
    browser: Browser
    portal_token: str

    @property
    def customer_id(self) -> str:
        return f"{self.customer.id:016x}"

    def launch(self, token: str | None = None, **body: Any) -> falcon.testing.Result:
        path = f"/api/v1/organizations/{to_text(self.customer.id)}/launches"
        headers = {
            "Authorization": f"Bearer {token or self.portal_token}",
            "Content-Type": "application/json",
        }
        sent = {"client_id": self.app.client_id, **body}
        return self.world.client.simulate_post(path, body=json.dumps(sent), headers=headers)

    def xspe(self) -> str:
        answer = self.launch()
        assert answer.status_code == 201, answer.text
        return str(answer.json["parameters"]["xspe"])

    def connect(self, **changes: str | None) -> falcon.testing.Result:
        """The guide's first call, with a fresh proof unless one is given. It sends no cookie."""
        query: dict[str, str | None] = {
            "app_id": self.app.client_id,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": "install_login",
            "state": STATE,
            "customer_id": self.customer_id,
            **changes,
        }
        if "xspe" not in query:
            query["xspe"] = self.xspe()
        sent = {name: text for name, text in query.items() if text is not None}
        return self.world.client.simulate_get(CONNECT, query_string=urlencode(sent))

    def code(self) -> str:
        answer = self.connect()
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]

    def post(self, path: str, **form: str | None) -> falcon.testing.Result:
        sent = {"app_id": self.app.client_id, "secret": self.secret, **form}
        body = urlencode({name: text for name, text in sent.items() if text is not None})
        return self.world.client.simulate_post(path, body=body, headers={"Content-Type": FORM})

    def exchange(self, code: str | None = None, path: str = ACCESS) -> falcon.testing.Result:
        return self.post(path, code=code or self.code(), grant_type="authorization_code")

    def refresh(self, token: str, **form: str | None) -> falcon.testing.Result:
        return self.post(
            REFRESH, **{"secret": None, "refresh_token": token, "grant_type": "refresh_code", **form}
        )

    def call(self, token: str, path: str | None = None, **where: Any) -> falcon.testing.Result:
        path = path or f"{PREFIX}/api/spe/customer/{self.customer_id}"
        return self.world.client.simulate_get(path, query_string=urlencode({"access_token": token}), **where)


def a_guide(world: World, *, members: Any = "allow", home: str = HOME, **settings: Any) -> Guide:
    make = world.make
    maker, customer = make.organization("Shieldworks"), make.organization("Northwind")
    api = make.api(None, policy=ApiPolicy(accepts=frozenset({"nexusguard"}), query_token="access_token"))
    for value, legs in (("install_login", "3-legged"), ("spe_customers", "2-legged")):
        make.scope(api, value, legs=legs)
    app = make.application(
        maker,
        dialect="nexusguard",
        scopes=("install_login", "spe_customers"),
        redirects=(home,),
        settings=settings,
        base_url=home,
        audience_effective="any_organization",
        publication="approved",
    )
    installation = make.installation(app, customer, members=members)
    if members == "allow":
        make.voucher(app, customer)
    person = make.person(customer, name="Mara Lindqvist")
    portal = make.application(
        make.platform, "public", scopes=("launches:write",), settings={"consent": "platform"},
        audience_effective="any_organization", publication="approved",
    )  # fmt: skip
    make.voucher(portal)
    world.product.poll()
    browser = world.browser()
    token = world.authorize(portal, person, browser=browser, scope="launches:write").access_token
    return Guide(world, maker, customer, app, make.secret(app), installation, person, portal, browser, token)


def failed(answer: falcon.testing.Result) -> int:
    """The code of a refusal."""
    assert answer.status_code in {200, *KEPT_STATUSES}, answer.status_code
    assert answer.json.keys() == {"code", "msg"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.json["code"] != 0
    return int(answer.json["code"])


def succeeded(answer: falcon.testing.Result) -> Any:
    """The result of a success."""
    assert (answer.status_code, answer.json["code"], answer.json["msg"]) == (200, 0, "success"), answer.text
    return answer.json["result"]
