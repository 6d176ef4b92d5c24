"""Sample values for every page: used by the gallery and by the tests of the pages."""

# ruff: noqa: E501  # sentences and addresses are easier to read in one piece

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from grantway.core.errors import DEVICE_CODE_UNKNOWN
from grantway.core.model import Wording
from grantway.edges.dialects import NEXUS211
from grantway.edges.web.tour import as_data, inputs_of
from tools.gallery_api import API
from tools.gallery_playground import CLIENTS, KEPT


@dataclass(frozen=True)
class Sample:
    """A template, the values it is drawn with, and whether the picture shows its whole length."""

    template: str
    values: Mapping[str, object]
    whole: bool = True
    script: str = ""
    scripted: bool = True


# Stands for the address the gallery itself is served from.
HERE = object()
ELSEWHERE = "https://id.northwind.example"

APPLICATION = {
    "name": "Fieldnotes",
    "logo_initial": "F",
    "organization_name": "Harbour Analytics",
    "since": 1_710_201_600_000_000,
    "homepage_host": "fieldnotes.example",
    "publication": "approved",
}
LONG_APPLICATION = {
    "name": "Niederschlagswasserbewirtschaftung Pro",
    "logo_initial": "N",
    "organization_name": "Stadtentwässerungsbetriebe Oberhausen-Süd",
    "since": 1_710_201_600_000_000,
    "homepage_host": "",
    "publication": "draft",
}
USER = {"name": "Mara Lindqvist", "email": "mara@northwind.example"}
FORM = {"action": "/signin", "csrf": "sample"}
DEVICE = {"action": "/device", "csrf": "sample", "user_code": "", "minutes": 15, "errors": []}
DECIDING = {**FORM, "shown": "sample", "has_changed": False}
PROFILE = {
    **FORM,
    "version": "3",
    "values": {
        "name": USER["name"],
        "given_name": "Mara",
        "middle_name": None,
        "family_name": "Lindqvist",
        "nickname": None,
        "gender": None,
        "locale": "de",
        "website": None,
        "picture": None,
        "address.postal_code": "80331",
        "address.region": None,
        "address.country": "Deutschland",
        "birthdate": "1985-07-32",
        "zoneinfo": "Europe/Berlin",
        "profile": "https://mara.example/",
        "phone_number": "+49891234567",
        "address.street_address": "Isarweg 7\nHinterhof",
        "address.locality": "München",
    },
    "username": "mara.lindqvist",
    "email": USER["email"],
    "limits": {"name": 100, "url": 500, "gender": 50, "phone": 40, "street": 200, "code": 20},
    "errors": [],
    "home_url": "/",
}
INVITATION = {
    "id": "3",
    "name": "Stadtentwässerungsbetriebe Oberhausen-Süd",
    "slug": "stadtentwaesserung-4f2a",
    "role": "developer",
    "inviter": "henri.haas@stadtentwaesserung-oberhausen.example",
    "until": "26 March 2024",
}
GROUPS = [
    {
        "api_name": "Your profile",
        "scopes": [
            {"value": "openid", "wordings": [Wording("en", "Know who you are", "")], "risk": "normal"},
            {"value": "email", "wordings": [Wording("en", "See your e-mail address", "")], "risk": "normal"},
        ],
    },
    {
        "api_name": "Orders API",
        "scopes": [
            {
                "value": "orders:read",
                "wordings": [
                    Wording(
                        "en",
                        "Read the orders of Northwind Traders",
                        "Customers, prices and delivery addresses included.",
                    )
                ],
                "risk": "normal",
            },
            {
                "value": "orders:delete",
                "wordings": [Wording("en", "Delete orders", "A deleted order cannot be brought back.")],
                "risk": "high",
            },
        ],
    },
]
CONSENT = {
    **DECIDING,
    "application": APPLICATION,
    "user": USER,
    "organization": {"name": "Northwind Traders"},
    "groups": GROUPS,
    "not_included": ["See your password", "Act in your other organizations"],
    "redirect_host": "app.fieldnotes.example",
    "lifetime_text": "Until you withdraw it",
}

ASK = {
    **DECIDING,
    "application": APPLICATION,
    "user": USER,
    "organizations": [{"id": "1", "name": "Northwind Traders", "state": "open_to_requests", "since": None}],
    "sent": None,
    "redirect_host": "app.fieldnotes.example",
}
FAULT = {
    **FORM,
    "application": APPLICATION,
    "text": "code_challenge is missing. This application must use PKCE with S256.",
    "could": [],
    "error_id": "E-AUTHORIZE-08",
    "request_id": "J8lUo0hPfwE0hVqk",
    "redirect_host": "app.fieldnotes.example",
}
ASKED = {"id": "1", "name": "Northwind Traders", "state": "requested", "since": 1_710_201_600_000_000}
MANY_DOORS = [
    {"id": "1", "name": "Northwind Traders", "state": "open_to_requests", "since": None},
    {
        "id": "2",
        "name": "Stadtentwässerungsbetriebe Oberhausen-Süd",
        "state": "open_to_requests",
        "since": None,
    },
    {"id": "3", "name": "Heron Stores", "state": "requested", "since": 1_710_201_600_000_000},
    {"id": "4", "name": "Harbour Analytics", "state": "suspended", "since": None},
    {"id": "5", "name": "Contoso", "state": "blocked", "since": None},
    {"id": "6", "name": "Adatum", "state": "not_offered", "since": None},
    {"id": "7", "name": "Fabrikam", "state": "role", "since": None},
]
MANY_SCOPES = [
    *GROUPS,
    {
        "api_name": "Niederschlagswasserbewirtschaftungsschnittstelle",
        "scopes": [
            {
                "value": f"basins:{number}",
                "wordings": [
                    Wording(
                        "en",
                        f"Read the levels and the overflow of retention basin {number}, also at night",
                        "",
                    )
                ],
                "risk": "normal",
            }
            for number in range(1, 13)
        ],
    },
]
ENTRIES = [
    {
        "id": "1",
        "application": APPLICATION,
        "organization": {"id": "1", "name": "Northwind Traders"},
        "since": 1_710_201_600_000_000,
        "is_asked_for": True,
        "groups": GROUPS,
    },
    {
        "id": "2",
        "application": LONG_APPLICATION,
        "organization": {"id": "2", "name": "Stadtentwässerungsbetriebe Oberhausen-Süd"},
        "since": 1_722_201_600_000_000,
        "is_asked_for": False,
        "groups": MANY_SCOPES,
    },
]

TRIAL = {
    "issuer": "https://id.example",
    "authorize_url": "https://id.example/oauth/authorize",
    "token_url": "https://id.example/oauth/token",
    "redirect_uri": "https://id.example/reference/callback",
    "client_id": "GrantwayReference",
}
PLAYGROUND = {
    "issuer": HERE,
    "clients": CLIENTS,
    "trial": TRIAL,
    "own_callback": "https://id.northwind.example/playground/callback",
    "playground_url": "/playground",
    "reference_url": "/reference",
}
GUIDE = {
    "issuer": HERE,
    "dialect": "nexus211",
    "base_url": f"{ELSEWHERE}/d/nexus211",
    "own_callback": f"{ELSEWHERE}/playground/guides/nexus211/callback",
    "is_here": True,
    "steps": as_data(NEXUS211.tour),
    "inputs": inputs_of(NEXUS211.tour),
    "clients": [{"name": "Harbour Desk", "type": "confidential", "client_id": "c", "client_secret": "s"}],
    "playground_url": "/playground",
    "reference_url": "/reference",
}

SAMPLES: Mapping[str, Sample] = {
    "signin": Sample(
        "signin.html", {**FORM, "application": APPLICATION, "email": "", "error": None, "throttled": None}
    ),
    "signin-plain": Sample(
        "signin.html", {**FORM, "application": None, "email": "", "error": None, "throttled": None}
    ),
    "signin-error": Sample(
        "signin.html",
        {
            **FORM,
            "application": LONG_APPLICATION,
            "email": "mara@northwind.example",
            "error": {"id": "E-SIGNIN-01", "text": "The e-mail address or the password is wrong."},
            "throttled": None,
        },
    ),
    "signin-throttled": Sample(
        "signin.html",
        {
            **FORM,
            "application": APPLICATION,
            "email": "mara@northwind.example",
            "error": None,
            "throttled": {"minutes": 3},
        },
    ),
    "fault": Sample("fault.html", FAULT),
    "fault-many": Sample(
        "fault.html",
        {
            **FAULT,
            "application": LONG_APPLICATION,
            "text": "A scope is unknown, not allowed for this application, or not fit for this grant.",
            "could": ["openid", "email", "profile", *(f"deliveries.region-{n}:read" for n in range(17))],
            "error_id": "E-SCOPE-01",
            "redirect_host": "anmeldung.niederschlagswasserbewirtschaftung.example",
        },
    ),
    "choose": Sample(
        "choose.html",
        {
            **DECIDING,
            "application": APPLICATION,
            "user": USER,
            "organizations": [
                {"id": "1", "name": "Northwind Traders", "role": "admin", "last_used": True},
                {"id": "2", "name": "Harbour Analytics", "role": "developer", "last_used": False},
                {
                    "id": "3",
                    "name": "Stadtentwässerungsbetriebe Oberhausen-Süd",
                    "role": "member",
                    "last_used": False,
                },
            ],
        },
    ),
    "consent": Sample("consent.html", CONSENT),
    "consent-claims": Sample("consent.html", {**CONSENT, "claims": ["Date of birth", "Phone number"]}),
    "consent-again": Sample("consent.html", {**CONSENT, "has_changed": True}),
    "consent-bare": Sample(
        "consent.html", {**CONSENT, "groups": [{"api_name": "Tools", "scopes": []}, GROUPS[-1]]}
    ),
    "consent-draft": Sample("consent.html", {**CONSENT, "application": LONG_APPLICATION, "not_included": []}),
    "consent-many": Sample(
        "consent.html",
        {
            **CONSENT,
            "application": LONG_APPLICATION,
            "organization": {"name": "Stadtentwässerungsbetriebe Oberhausen-Süd"},
            "groups": MANY_SCOPES,
            "redirect_host": "anmeldung.niederschlagswasserbewirtschaftung.example",
        },
    ),
    "consent-device": Sample("consent.html", {**CONSENT, "user_code": "WDJB-MJHT", "redirect_host": ""}),
    "device": Sample("device.html", DEVICE),
    "device-given": Sample("device.html", {**DEVICE, "user_code": "WDJB-MJHT"}),
    "device-wrong": Sample(
        "device.html",
        {
            **DEVICE,
            "user_code": "WDJB-MJHX",
            "errors": [
                {"field": "user_code", "text": DEVICE_CODE_UNKNOWN.text, "id": DEVICE_CODE_UNKNOWN.id}
            ],
        },
    ),
    "ask": Sample("ask.html", ASK),
    "ask-many": Sample("ask.html", {**ASK, "application": LONG_APPLICATION, "organizations": MANY_DOORS}),
    "ask-none": Sample("ask.html", {**ASK, "organizations": []}),
    "ask-waiting": Sample("ask.html", {**ASK, "organizations": [ASKED]}),
    "ask-sent": Sample("ask.html", {**ASK, "organizations": [ASKED], "sent": ASKED}),
    "applications": Sample(
        "applications.html",
        {
            **FORM,
            "entries": ENTRIES,
            "notice": "Withdrawn. What the application held is dead.",
            "home_url": "/",
        },
    ),
    "applications-none": Sample(
        "applications.html", {**FORM, "entries": [], "notice": None, "home_url": "/"}
    ),
    "error": Sample(
        "error.html",
        {
            "title": "This link does not lead back to a registered address",
            "text": "The application asked us to send you to an address that is not registered for it, so we stopped here.",
            "what_to_do": "Go back to the application and start again. If it happens again, tell the people who run it; the line below helps them find the cause.",
            "error_id": "E-AUTHORIZE-03",
            "request_id": "5f2c9b1e7a40",
        },
    ),
    "activate": Sample(
        "activate.html",
        {**FORM, "token": "t", "email": "mara@northwind.example", "minimum": 15, "errors": []},
    ),
    "activate-error": Sample(
        "activate.html",
        {
            **FORM,
            "token": "t",
            "email": "mara@northwind.example",
            "minimum": 15,
            "errors": {
                "new_password": "The password is too short.",
                "confirm": "The two passwords are not the same.",
            },
        },
    ),
    "join": Sample(
        "join.html",
        {
            **FORM,
            "token": "t",
            "email": "mara@northwind.example",
            "organization": INVITATION,
            "is_named": False,
            "name": "",
            "minimum": 15,
            "errors": [],
        },
    ),
    "confirm": Sample(
        "confirm.html",
        {
            **FORM,
            "token": "t",
            "email": "team@orders.example",
            "organization": "Northwind Traders",
            "is_done": False,
            "is_refused": False,
        },
    ),
    "confirmed": Sample(
        "confirm.html",
        {
            **FORM,
            "token": "",
            "email": "team@orders.example",
            "organization": "Northwind Traders",
            "is_done": True,
            "is_refused": False,
        },
    ),
    "confirm-refused": Sample(
        "confirm.html",
        {
            **FORM,
            "token": "",
            "email": "team@orders.example",
            "organization": "Northwind Traders",
            "is_done": True,
            "is_refused": True,
        },
    ),
    "setup": Sample("setup.html", {**FORM, "token": "t", "errors": [], "values": {"email": "", "name": ""}}),
    "password": Sample(
        "password.html",
        {**FORM, "mark": "sample", "email": USER["email"], "minimum": 15, "errors": [], "home_url": "/"},
    ),
    "profile": Sample("profile.html", PROFILE),
    "profile_wrong": Sample(
        "profile.html",
        {
            **PROFILE,
            "errors": [
                {
                    "field": "birthdate",
                    "text": "Enter a day, such as 1985-07-21, or a year alone.",
                    "id": "E-PROFILE-01",
                },
                {
                    "field": "address.street_address",
                    "text": "This is longer than the field takes.",
                    "id": "E-FIELD-02",
                },
            ],
        },
    ),
    "sign_out": Sample("sign_out.html", {**FORM, "user": USER, "application": APPLICATION}),
    **{
        f"finished-{end}": Sample(
            "finished.html",
            {
                **FORM,
                "end": end,
                "application": APPLICATION,
                "redirect_host": "app.fieldnotes.example",
                "application_url": "https://app.fieldnotes.example/" if end == "answered" else None,
                "applications_url": "/applications",
                "home_url": "/",
            },
        )
        for end in ("answered", "refused", "late")
    },
    "signed_out": Sample("signed_out.html", {"signin_url": "/signin"}),
    "home": Sample(
        "home.html",
        {
            "user": USER,
            "organizations": [
                {"name": "Northwind Traders", "role": "admin", "href": "/o/northwind"},
                {"name": "Harbour Analytics", "role": "developer", "slug": "harbour"},
            ],
            "sign_out_action": "/signout",
            "csrf": "sample",
            "playground_url": "/playground",
            "reference_url": "/reference",
            "sessions": [
                {"id": "1", "since": "12 March 2024, 09:14", "is_here": True},
                {"id": "2", "since": "2 March 2024, 18:40", "is_here": False},
            ],
            "end_session_action": "/sessions/end",
            "end_session_csrf": "sample",
            "password_url": "/password",
            "profile_url": "/profile",
            "applications_url": "/applications",
            "notice": "That session has ended.",
            "invitations": [INVITATION],
            "invitations_action": "/invitations",
            "invitations_csrf": "sample",
        },
    ),
    "playground": Sample("playground.html", PLAYGROUND),
    "playground-run": Sample(
        "playground.html",
        PLAYGROUND,
        script=f"sessionStorage.setItem('grantway.playground', {json.dumps(json.dumps(KEPT))})",
    ),
    "guide": Sample("guide.html", GUIDE),
    "reference": Sample(
        "reference.html",
        {
            "api": API,
            "playground_url": "/playground",
            "reference_url": "/reference",
            "trial": TRIAL,
        },
    ),
    "reference_callback": Sample(
        "reference_callback.html", {"playground_url": "/playground", "reference_url": "/reference"}
    ),
    "form_post": Sample(
        "form_post.html",
        {
            "action_uri": "https://app.fieldnotes.example/callback",
            "fields": [("code", "c"), ("state", "s")],
            "redirect_host": "app.fieldnotes.example",
        },
        scripted=False,
    ),
}
