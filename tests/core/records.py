"""Records for tests that need no database: whole, ordinary ones, with what a test cares about given by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grantway.core.model import (
    Api,
    Application,
    ApplicationSettings,
    Catalogue,
    Installation,
    Legs,
    Membership,
    Organization,
    Place,
    Redirect,
    Scope,
    User,
)

HOME, AWAY, ELSEWHERE = 101, 102, 103
"""Ids of the organization that owns the application, and of two others."""
PERSON, STRANGER = 201, 202
APPLICATION = 301
IDENTITY, ORDERS, STOCK = 401, 402, 403
"""Ids of the identity API and of two ordinary ones."""

CALLBACK = "https://app.example.test/callback"


def organization(identifier: int = HOME, **changes: Any) -> Organization:
    plain = Organization(
        id=identifier,
        kind="tenant",
        name=f"Organization {identifier}",
        slug=f"organization-{identifier}",
        state="enabled",
        epoch=1,
        version=1,
        gate="any",
    )
    return replace(plain, **changes)


def application(**changes: Any) -> Application:
    """A confidential web application at home, with one redirect and the scopes of one API."""
    plain = Application(
        id=APPLICATION,
        organization_id=HOME,
        client_id="orders-app",
        type="confidential",
        name="Orders",
        state="enabled",
        epoch=1,
        version=1,
        settings=ApplicationSettings(),
        redirects=(Redirect(CALLBACK),),
        scopes=frozenset({"openid", "profile", "orders.read", "orders.write"}),
    )
    return replace(plain, **changes)


def settings(**changes: Any) -> ApplicationSettings:
    return ApplicationSettings().having(**changes)


def user(identifier: int = PERSON, **changes: Any) -> User:
    plain = User(
        id=identifier,
        state="enabled",
        epoch=1,
        version=1,
        name="Ada Example",
        email=f"person-{identifier}@example.test",
        email_verified_at=1,
    )
    return replace(plain, **changes)


def membership(organization_id: int = HOME, user_id: int = PERSON, **changes: Any) -> Membership:
    plain = Membership(user_id, organization_id, role="member", state="enabled", epoch=1)
    return replace(plain, **changes)


def installation(organization_id: int = AWAY, **changes: Any) -> Installation:
    plain = Installation(
        id=organization_id + 500,
        application_id=APPLICATION,
        owner_organization_id=HOME,
        organization_id=organization_id,
        state="active",
        scopes=frozenset({"openid", "orders.read"}),
        epoch=1,
        version=1,
    )
    return replace(plain, **changes)


def place(
    organization_id: int = HOME, installed: Installation | None = None, *, user_id: int = PERSON
) -> Place:
    return Place(organization(organization_id), membership(organization_id, user_id), installed)


def api(number: int, name: str, **changes: Any) -> Api:
    plain = Api(
        id=number,
        organization_id=HOME,
        identifier=f"https://{name}.example.test",
        name=name.title(),
        state="enabled",
        version=1,
    )
    return replace(plain, **changes)


def scope(value: str, api_id: int, legs: Legs = "any", **changes: Any) -> Scope:
    plain = Scope(
        id=1_000_000 + int.from_bytes(value.encode()[:5], "big"),
        api_id=api_id,
        value=value,
        legs=legs,
        text=value,
        version=1,
    )
    return replace(plain, **changes)


def catalogue(*more: Scope, orders: str = "enabled") -> Catalogue:
    """Identity, an API with scopes of all legs, and a second one; and the scopes given."""
    apis = (
        api(IDENTITY, "identity", identifier="https://issuer.example.test", builtin="identity"),
        api(ORDERS, "orders", state=orders),
        api(STOCK, "stock"),
    )
    scopes = (
        scope("openid", IDENTITY, "3-legged", risk="low"),
        scope("profile", IDENTITY, "3-legged", risk="low"),
        scope("orders.read", ORDERS),
        scope("orders.write", ORDERS, risk="high"),
        scope("orders.sync", ORDERS, "2-legged"),
        scope("orders.mine", ORDERS, "3-legged"),
        scope("orders.old", ORDERS, retired_at=1),
        scope("stock.read", STOCK),
        *more,
    )
    return Catalogue({one.id: one for one in apis}, {one.value: one for one in scopes})
