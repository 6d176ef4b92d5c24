"""Fills an empty server with the cast, through the features that operators and developers use."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from grantway.app import Product
from grantway.core.identifiers import from_text, to_text
from grantway.core.model import Application, Id, Organization
from grantway.core.secrets import Secret
from grantway.demo.cast import (
    APIS,
    APPLICATIONS,
    COMPANIES,
    MANAGER,
    OPERATOR,
    PLATFORM,
    Company,
    Registered,
    Somebody,
)
from grantway.edges.api.tours import callback_of
from grantway.edges.dialects import STANDARD
from grantway.features.accounts.invitations import InvitationDraft
from grantway.features.accounts.organizations import OrganizationDraft
from grantway.features.accounts.users import UserDraft
from grantway.features.registry.builtin import PLAYGROUND_CALLBACK
from grantway.features.registry.minting import SecretDraft

Facts = dict[str, Any]


class Filling:
    """One demonstration in the making. Each record is made by the feature that decides about it."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._features = product.features.api
        self._caller = product.operators.caller()
        self._store = product.services.store
        self._entropy = product.ports.entropy
        self._spoken = frozenset(one.dialect.name for one in product.placed)
        self._organizations: dict[str, Id] = {PLATFORM: self._caller.organization_id}
        self._passwords: dict[str, str] = {}

    def run(self) -> Facts:
        """Make everything; what may be told about it, with the passwords and secrets."""
        operator = self._product.operators.create(
            self._features.users,
            self._product.features.sign_in.activation,
            email=OPERATOR.email,
            name=OPERATOR.name,
        )
        self._activate(OPERATOR.email, operator.activation_link)
        organizations = [self._company(company) for company in COMPANIES]
        manager = self._application(MANAGER)
        facts: Facts = {
            "operator": {"email": OPERATOR.email, "password": self._passwords[OPERATOR.email]},
            "organizations": organizations,
            "applications": [],
            "management": {name: manager[name] for name in ("client_id", "client_secret", "scopes")},
        }
        self.complete(facts)
        return facts

    def complete(self, facts: Facts) -> None:
        """Add applications that are missing, as from a demonstration of an older version."""
        self._declare_apis()
        known = {told["name"]: told for told in facts["applications"]}
        companies = {one["name"]: from_text(one["id"]) for one in facts["organizations"]}
        self._organizations |= {name: id_ for name, id_ in companies.items() if id_ is not None}
        for registered in APPLICATIONS:
            if registered.draft.preset not in self._spoken:
                continue
            if registered.draft.name not in known:
                facts["applications"].append(self._application(registered))

    def _company(self, company: Company) -> Facts:
        with self._store.begin() as tx:
            draft = OrganizationDraft(name=company.name, slug=company.slug)
            organization = self._features.organizations.create(tx, self._caller, draft)
        self._organizations[company.name] = organization.id
        for person in company.people:
            self._member(organization, person)
        for email in company.guests:
            self._join(organization, email, "developer")
        accounts = {person.part: self._account(person) for person in company.people}
        return {"id": to_text(organization.id), "name": organization.name, **accounts}

    def _member(self, organization: Organization, person: Somebody) -> None:
        activation = self._product.features.sign_in.activation
        with self._store.begin() as tx:
            user = self._features.users.make(tx, UserDraft(email=person.email, name=person.name))
            link = activation.invite(tx, user)
        self._activate(person.email, link)
        self._join(organization, person.email, person.role)

    def _join(self, organization: Organization, email: str, role: str) -> None:
        """Invite somebody, who accepts: as everybody becomes a member."""
        joining = self._product.features.sign_in.joining
        with self._store.begin() as tx:
            draft = InvitationDraft(email, role)
            invitation = self._features.invitations.invite(tx, self._caller, organization.id, draft=draft)
            (user,) = tx.gate.people_at(email)
        joining.accept(user.id, invitation.id)

    def _activate(self, email: str, link: str | None) -> None:
        """Use the link as the person would."""
        if link is None:
            raise RuntimeError("a new person gets a link")
        token = parse_qs(urlsplit(link).query)["token"][0]
        password = self._password()
        self._product.features.sign_in.activation.activate(token, Secret(password))
        self._passwords[email] = password

    def _account(self, person: Somebody) -> Facts:
        return {"email": person.email, "password": self._passwords[person.email]}

    def _declare_apis(self) -> None:
        """Those that are not there yet."""
        platform = self._organizations[PLATFORM]
        with self._store.begin() as tx:
            known = {api.identifier for api in tx.gate.catalogue().apis.values()}
            for draft, scopes in APIS:
                if draft.identifier in known:
                    continue
                api = self._features.apis.create(tx, self._caller, platform, draft=draft)
                for scope in scopes:
                    self._features.apis.create_scope(tx, self._caller, platform, api_id=api.id, draft=scope)

    def _application(self, registered: Registered) -> Facts:
        owner, draft = self._organizations[registered.organization], registered.draft
        if registered.in_playground:
            callback = self._product.settings.issuer + _page_of(draft.preset)
            # A website that nobody else has is that page itself.
            website = draft.base_url or callback
            draft = replace(draft, redirect_uris=(*draft.redirect_uris, callback), base_url=website)
        draft = replace(draft, notification_addresses=("makers@grantway.example",))
        secret: str | None = None
        with self._store.begin() as tx:
            application = self._features.applications.create(tx, self._caller, owner, draft)
            if application.type != "public":
                issued = self._features.credentials.issue(
                    tx, self._caller, owner, application_id=application.id, draft=SecretDraft("demo")
                )
                secret = issued.secret.reveal()
        return _told(application, registered.organization, secret)

    def _password(self) -> str:
        """Three groups of five signs that are easy to read out: 75 bits."""
        text = b32encode(self._entropy.token_bytes(10)).decode("ascii").lower()
        return "-".join((text[:5], text[5:10], text[10:15]))


def move_playground(product: Product, facts: Facts) -> None:
    """Follow a change of the server's own address in what the playground's applications registered."""
    issuer = product.settings.issuer
    caller, features = product.operators.caller(), product.features.api
    for told in tuple(facts["applications"]):
        own = _page_of(told["dialect"])
        moved = [issuer + own if uri.endswith(own) else uri for uri in told["redirect_uris"]]
        if moved == told["redirect_uris"]:
            continue
        with product.services.store.begin() as tx:
            application = tx.gate.application_by_client_id(told["client_id"])
            if application is not None and _is_at_home(application):
                # Its website is what was approved of it: one at the new address is registered anew.
                changes: dict[str, Any] = {"state": "disabled"}
                facts["applications"].remove(told)
            else:
                changes = {"redirect_uris": tuple(moved)}
            if application is not None:
                features.applications.update(
                    tx,
                    caller,
                    application.organization_id,
                    application_id=application.id,
                    changes=changes,
                    version=application.version,
                )
        told["redirect_uris"] = moved


def _is_at_home(application: Application) -> bool:
    """Whether the page that runs it is its website."""
    return application.base_url in {redirect.uri for redirect in application.redirects}


def _page_of(dialect: str) -> str:
    """Where codes arrive at the page that runs its flow. A mount here has the name of its dialect."""
    return PLAYGROUND_CALLBACK if dialect == STANDARD.name else callback_of(dialect)


def _told(application: Application, organization: str, secret: str | None) -> Facts:
    return {
        "name": application.name,
        "type": application.type,
        "dialect": application.preset,
        "organization": organization,
        "client_id": application.client_id,
        "client_secret": secret,
        "redirect_uris": [redirect.uri for redirect in application.redirects],
        "scopes": sorted(application.scopes),
    }
