"""What the operations on records need. One list for the management API and the console."""

from __future__ import annotations

from collections.abc import Iterable

from grantway.core.model import ADMINISTRATORS, Id, Organization, Role
from grantway.features.access.callers import PLATFORM_SCOPE, Caller, Permission, beyond, is_operator

DEVELOPERS: frozenset[Role] = ADMINISTRATORS | {"developer"}
MEMBERS: frozenset[Role] = DEVELOPERS | {"member"}
EVERYBODY: frozenset[Role] = MEMBERS | {"contact"}

ANY_TOKEN = Permission(None, EVERYBODY)
ORGANIZATIONS_READ = Permission("organizations:read", MEMBERS)
ORGANIZATIONS_WRITE = Permission("organizations:write", ADMINISTRATORS)
MEMBERS_READ = Permission("members:read", DEVELOPERS)
MEMBERS_WRITE = Permission("members:write", ADMINISTRATORS)
APPLICATIONS_READ = Permission("applications:read", DEVELOPERS)
APPLICATIONS_WRITE = Permission("applications:write", DEVELOPERS)
SECRETS_READ = Permission("secrets:read", DEVELOPERS)
SECRETS_WRITE = Permission("secrets:write", DEVELOPERS)
INSTALLATIONS_READ = Permission("installations:read", DEVELOPERS)
INSTALLATIONS_WRITE = Permission("installations:write", ADMINISTRATORS)
INSTALLATIONS_REQUEST = Permission("installations:request", MEMBERS)
LAUNCHES_WRITE = Permission("launches:write", EVERYBODY)
VOUCHERS_READ = Permission("vouchers:read", DEVELOPERS)
VOUCHERS_WRITE = Permission("vouchers:write", ADMINISTRATORS)
CONSENTS_READ = Permission("consents:read", ADMINISTRATORS)
CONSENTS_WRITE = Permission("consents:write", ADMINISTRATORS)
APIS_READ = Permission("apis:read", DEVELOPERS)
APIS_WRITE = Permission("apis:write", ADMINISTRATORS, is_platform=True)
USERS_READ = Permission("users:read", ADMINISTRATORS, is_platform=True)
USERS_WRITE = Permission("users:write", ADMINISTRATORS, is_platform=True)
ACCESS_KEYS_READ = Permission("access_keys:read", EVERYBODY)
ACCESS_KEYS_WRITE = Permission("access_keys:write", EVERYBODY)
AUDIT_READ = Permission("audit:read", ADMINISTRATORS)
PLATFORM = Permission(PLATFORM_SCOPE, ADMINISTRATORS, is_platform=True)

ALL: tuple[Permission, ...] = (
    ORGANIZATIONS_READ,
    ORGANIZATIONS_WRITE,
    MEMBERS_READ,
    MEMBERS_WRITE,
    APPLICATIONS_READ,
    APPLICATIONS_WRITE,
    SECRETS_READ,
    SECRETS_WRITE,
    INSTALLATIONS_READ,
    INSTALLATIONS_WRITE,
    INSTALLATIONS_REQUEST,
    LAUNCHES_WRITE,
    VOUCHERS_READ,
    VOUCHERS_WRITE,
    CONSENTS_READ,
    CONSENTS_WRITE,
    ACCESS_KEYS_READ,
    ACCESS_KEYS_WRITE,
    APIS_READ,
    APIS_WRITE,
    USERS_READ,
    USERS_WRITE,
    AUDIT_READ,
    PLATFORM,
)
"""Every scope of the management API, with the roles that may use it."""

BY_SCOPE: dict[str, Permission] = {
    permission.scope: permission for permission in ALL if permission.scope is not None
}

OF_THE_PLATFORM: frozenset[str] = frozenset(
    scope for scope, permission in BY_SCOPE.items() if permission.is_platform
)
"""The scopes that are operators' power and nothing else."""


def out_of_place(scopes: Iterable[str], owner_id: Id, organization: Organization) -> frozenset[str]:
    """Which of these scopes an application of `owner_id` cannot carry for who acts in `organization`.

    Operators' power is carried by applications of the platform organization alone, for callers who act
    there. Asked wherever scopes are given, when a token is made, and at each use of one.
    """
    if organization.kind == "platform" and organization.id == owner_id:
        return frozenset()
    return OF_THE_PLATFORM.intersection(scopes)


def usable_in_role(scopes: Iterable[str], role: Role) -> frozenset[str]:
    """Those of these scopes with which a person in this role can do anything; scopes of other APIs stay.

    Where operators' power has no place, `out_of_place` says so.
    """
    return frozenset(value for value in scopes if value not in BY_SCOPE or role in BY_SCOPE[value].roles)


def beyond_caller(caller: Caller, scopes: Iterable[str]) -> frozenset[str]:
    """Which of these scopes reach further into this server than the caller does."""
    return beyond(caller, (BY_SCOPE[value] for value in scopes if value in BY_SCOPE))


def caller_in_person(organization: Organization, user_id: Id, role: Role) -> Caller:
    """A person at work in an organization, with all that the role may do there.

    Operators' power comes with the platform organization and with no other one: whoever works elsewhere
    works as everybody does there.
    """
    power = usable_in_role(BY_SCOPE, role)
    scopes = power - out_of_place(power, organization.id, organization)
    return Caller(
        application_id=None,
        organization_id=organization.id,
        scopes=scopes,
        user_id=user_id,
        role=role,
        is_platform=is_operator(organization, scopes, user_id=user_id, role=role),
    )
