"""Who and what is in a demonstration, before anything random is added."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.features.registry.apis import ApiDraft, ScopeDraft
from grantway.features.registry.builtin import MANAGEMENT_SCOPES
from grantway.features.registry.drafts import ApplicationDraft

PLATFORM = "Platform"
CUSTOMER = "Northwind"
"""The organization that lets in what others made."""
KEY_OWNER = "developer@harbour.example"
"""As whom a job with an access key acts."""
CALLBACK = "http://localhost:8401/callback"
NATIVE_CALLBACK = "http://127.0.0.1/callback"

APIS = (
    (
        ApiDraft("https://projects.example/api", "Projects"),
        (
            ScopeDraft("projects:read", "See your projects", "Names, dates and members of projects."),
            ScopeDraft(
                "projects:write", "Change your projects", "Make projects and edit them.", legs="3-legged"
            ),
            ScopeDraft(
                "projects:delete",
                "Delete your projects",
                "For good, with everything in them.",
                legs="3-legged",
                risk="high",
            ),
            ScopeDraft(
                "projects:sync", "Copy projects at night", "Without a person being there.", legs="2-legged"
            ),
        ),
    ),
    (
        ApiDraft("https://rewards.example/api", "Rewards", accepts=("nitro",), asserted_subjects=True),
        (
            ScopeDraft("gamification_user", "Points and levels of a user", legs="3-legged"),
            ScopeDraft("global", "Groups and settings of the site", legs="2-legged"),
        ),
    ),
    (
        ApiDraft(
            "https://attacks.example/api", "Attacks", accepts=("nexusguard",), query_token="access_token"
        ),
        (
            ScopeDraft("install_login", "Open the app for a customer", legs="3-legged"),
            ScopeDraft("spe_customers", "See which customers there are", legs="2-legged"),
        ),
    ),
)
"""The APIs that an operator declares: one of everybody, and those whose scopes two guides name."""

MANAGEMENT = tuple(scope.value for scope in MANAGEMENT_SCOPES if scope.legs != "3-legged")
"""What a program may do without a person."""
SIGN_IN = ("openid", "profile", "email")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the demonstration."""

    part: str
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class Company:
    """An organization with its people. The guests are members of another one."""

    name: str
    slug: str
    people: tuple[Somebody, ...]
    guests: tuple[str, ...] = ()


OPERATOR = Somebody("operator", "Olga Orlow", "operator@grantway.example", "owner")

COMPANIES = (
    Company(
        "Northwind",
        "northwind",
        (
            Somebody("admin", "Nadia Novak", "admin@northwind.example", "admin"),
            Somebody("developer", "Noel Nguyen", "developer@northwind.example", "developer"),
            Somebody("user", "Mara Lindt", "mara@northwind.example", "member"),
        ),
    ),
    Company(
        "Harbour Works",
        "harbour-works",
        (
            Somebody("admin", "Hedda Holm", "admin@harbour.example", "admin"),
            Somebody("developer", "Hugo Hall", "developer@harbour.example", "developer"),
            Somebody("user", "Henri Haas", "henri@harbour.example", "member"),
        ),
        guests=("developer@northwind.example",),
    ),
)


@dataclass(frozen=True, slots=True)
class Registered:
    """An application of the demonstration and who owns it."""

    organization: str
    draft: ApplicationDraft
    in_playground: bool = False
    needs: tuple[str, ...] = ()
    """What its client is told beside its pair, to run its guide: names in `demo.needs`."""


APPLICATIONS = (
    Registered(
        "Northwind",
        ApplicationDraft(
            type="confidential",
            name="Northwind Planner",
            description="A web application on a server: it keeps a secret and signs people in.",
            base_url="https://northwind.example/",
            owner_email="developer@northwind.example",
            audience="any_organization",
            redirect_uris=(CALLBACK,),
            scopes=(*SIGN_IN, "offline_access", "projects:read", "projects:write", "projects:delete"),
        ),
        in_playground=True,
    ),
    Registered(
        "Northwind",
        ApplicationDraft(
            type="public",
            name="Northwind Board",
            description="A single-page application: it runs in the browser and has no secret.",
            base_url="https://northwind.example/",
            owner_email="developer@northwind.example",
            audience="any_organization",
            redirect_uris=(CALLBACK,),
            origins=("http://localhost:8401",),
            scopes=(*SIGN_IN, "projects:read", "projects:write"),
        ),
        in_playground=True,
    ),
    Registered(
        "Northwind",
        ApplicationDraft(
            type="public",
            platform="native",
            name="Northwind Pocket",
            description="An app on a device: its answer arrives at a loopback port of its choice.",
            redirect_uris=(NATIVE_CALLBACK,),
            scopes=(*SIGN_IN, "offline_access", "projects:read"),
        ),
    ),
    Registered(
        "Northwind",
        ApplicationDraft(
            type="backend",
            name="Northwind Night Sync",
            description="A job without people: it acts for its organization.",
            scopes=("projects:read", "projects:sync"),
        ),
    ),
    Registered(
        "Harbour Works",
        ApplicationDraft(
            type="confidential",
            name="Harbour Desk",
            description="An application written to the guide of Nexus211.",
            base_url="https://harbour.example/",
            owner_email="developer@harbour.example",
            preset="nexus211",
            redirect_uris=(CALLBACK,),
            scopes=(*SIGN_IN, "organizations:read"),
        ),
        in_playground=True,
        needs=("service_account", "granting_organizations"),
    ),
    Registered(
        PLATFORM,
        ApplicationDraft(
            type="confidential",
            name="Harbour Lab Notes",
            description="An application written to the guide of DeepLynx.",
            base_url="https://harbour.example/",
            owner_email="developer@harbour.example",
            preset="deeplynx",
            audience="any_organization",
            redirect_uris=(CALLBACK,),
            scopes=(*SIGN_IN, "projects:read"),
        ),
        in_playground=True,
    ),
    Registered(
        "Harbour Works",
        ApplicationDraft(
            type="public",
            name="Harbour Wallboard",
            description="A page in a browser that signs people in by CXone's authentication, with PKCE.",
            base_url="https://harbour.example/",
            owner_email="developer@harbour.example",
            preset="cxone",
            audience="any_organization",
            redirect_uris=(CALLBACK,),
            origins=("http://localhost:8401",),
            scopes=SIGN_IN,
        ),
        in_playground=True,
    ),
    Registered(
        "Harbour Works",
        ApplicationDraft(
            type="backend",
            name="Harbour Night Report",
            description="A job that acts as the user who owns an access key of CXone's.",
            preset="cxone",
            scopes=SIGN_IN,
        ),
        needs=("access_key",),
    ),
    Registered(
        "Northwind",
        ApplicationDraft(
            type="backend",
            name="Northwind Rewards",
            description="A site's client by Nitro's guide: it names the users whom it asks tokens for.",
            preset="nitro",
            scopes=("gamification_user", "global"),
        ),
        needs=("names_users",),
    ),
    Registered(
        "Harbour Works",
        ApplicationDraft(
            type="confidential",
            name="Harbour Shield",
            description="An app by Nexusguard's guide: customers install it, and a portal opens it.",
            owner_email="developer@harbour.example",
            preset="nexusguard",
            audience="any_organization",
            scopes=("install_login", "spe_customers"),
        ),
        in_playground=True,
        needs=("installed_by",),
    ),
)

MANAGER = Registered(
    PLATFORM,
    ApplicationDraft(
        type="backend",
        name="Management",
        description="A program that uses the management API for the whole platform.",
        scopes=MANAGEMENT,
    ),
)
