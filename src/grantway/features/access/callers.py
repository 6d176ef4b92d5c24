"""Who asks, what they may do, and the one way from there to an organization's records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from grantway.core.errors import RECORD_FORBIDDEN, RECORD_NOT_FOUND, Forbidden, NotFound, ScopeMissing
from grantway.core.model import ADMINISTRATORS, ROLES, Id, Organization, Role
from grantway.core.ports import OrganizationDoor, PlatformDoor, Tx
from grantway.core.scopes import ScopeSet

PLATFORM_SCOPE = "platform"
"""With it, and in the platform organization, a caller is an operator and reaches every organization."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What an operation needs: a scope of the token, and a role of the person behind it, if there is one.

    Without a `scope` any token of the management API will do. With `is_platform` it is power over the
    platform as a whole: an operator's, whatever the roles say, and the one key to the platform's door.
    """

    scope: str | None
    roles: frozenset[Role]
    is_platform: bool = False

    @property
    def for_all(self) -> Permission:
        """The same scope, for an operator who uses it on the platform as a whole."""
        return replace(self, is_platform=True)


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf something is done. `user_id` and `role` are None for an application alone.

    A service account has a role and no `user_id`: it does what its role may, and is never an operator.
    """

    application_id: Id | None
    organization_id: Id
    scopes: ScopeSet
    user_id: Id | None = None
    role: Role | None = None
    is_platform: bool = False
    service_account_id: Id | None = None

    @property
    def has_role(self) -> bool:
        """Whether a role limits the caller: that of a person or a service account."""
        return self.user_id is not None or self.service_account_id is not None

    @property
    def may_make_owners(self) -> bool:
        """Administrators manage everybody but owners: else each could make themselves one."""
        return self.is_platform or not self.has_role or self.role == "owner"


def is_operator(
    organization: Organization, scopes: ScopeSet, *, user_id: Id | None, role: Role | None
) -> bool:
    """Whether somebody with these scopes in this organization acts for the platform as a whole."""
    if organization.kind != "platform" or PLATFORM_SCOPE not in scopes:
        return False
    return user_id is None or role in ADMINISTRATORS


def admit(caller: Caller, permission: Permission, organization_id: Id) -> None:
    """Refuse what the caller may not do in this organization.

    Raises Forbidden for a missing scope or role, and NotFound for an organization that is not the
    caller's, exactly as for one that does not exist. Operators reach all.
    """
    if permission.is_platform:
        admit_operator(caller, permission)
        return
    _require_scope(caller, permission)
    if caller.is_platform:
        return
    if organization_id != caller.organization_id:
        raise NotFound(RECORD_NOT_FOUND)
    if caller.has_role and caller.role not in permission.roles:
        roles = ", ".join(role for role in ROLES if role in permission.roles)
        raise Forbidden(RECORD_FORBIDDEN.saying(f"Roles that may: {roles}."), "role")


def admit_operator(caller: Caller, permission: Permission) -> None:
    """Refuse everybody but operators, whatever record they ask for. Raises Forbidden.

    Raises TypeError for a permission that tenants have, too: nobody may come to rely on it here.
    """
    if not permission.is_platform:
        raise TypeError(f"{permission.scope}: no permission for the platform as a whole")
    _require_scope(caller, permission)
    if PLATFORM_SCOPE not in caller.scopes:
        raise ScopeMissing(PLATFORM_SCOPE)
    if not caller.is_platform:
        raise Forbidden(RECORD_FORBIDDEN.saying("This is for operators."), "not an operator")


def enter(tx: Tx, caller: Caller, permission: Permission, organization_id: Id) -> OrganizationDoor:
    """The records of an organization, for a caller who may do this there. Raises as `admit` does."""
    admit(caller, permission, organization_id)
    door = tx.organization(organization_id)
    if organization_id != caller.organization_id and door.read() is None:
        raise NotFound(RECORD_NOT_FOUND)
    return door


def enter_to_appoint(tx: Tx, caller: Caller, permission: Permission, organization_id: Id) -> OrganizationDoor:
    """The same for a caller who says who acts in the organization. Raises as `enter` does.

    Whoever acts in the platform organization is an operator, so only operators make them.
    """
    door = enter(tx, caller, permission, organization_id)
    organization = door.read()
    if organization is None:
        raise NotFound(RECORD_NOT_FOUND)
    if organization.kind == "platform" and not caller.is_platform:
        raise Forbidden(RECORD_FORBIDDEN, "not an operator")
    return door


def enter_platform(tx: Tx, caller: Caller, permission: Permission) -> PlatformDoor:
    """The records of the whole platform, for an operator. Raises Forbidden."""
    admit_operator(caller, permission)
    return tx.platform


def beyond(caller: Caller, permissions: Iterable[Permission]) -> frozenset[str]:
    """The scopes among these permissions that the caller has no power to hand out.

    Nobody gives an application more of this server than they may do themselves: a developer who
    could would register one that makes them owner.
    """
    return frozenset(
        permission.scope
        for permission in permissions
        if permission.scope is not None and not _holds(caller, permission)
    )


def _holds(caller: Caller, permission: Permission) -> bool:
    if permission.scope not in caller.scopes:
        return False
    if permission.is_platform:
        # No role gives it, not even the same word in a tenant's mouth.
        return caller.is_platform
    return caller.is_platform or not caller.has_role or caller.role in permission.roles


def _require_scope(caller: Caller, permission: Permission) -> None:
    if permission.scope is not None and permission.scope not in caller.scopes:
        raise ScopeMissing(permission.scope)
