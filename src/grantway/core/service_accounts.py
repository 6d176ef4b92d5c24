"""Service accounts: users of an organization that are no people, and how the store reaches them."""

from __future__ import annotations

from typing import Protocol

from grantway.core.model import Id, Role, ServiceAccount

GRANT_TYPE = "urn:grantway:params:oauth:grant-type:service-account"
"""The value of `grant_type` with which an application asks for a token of a service account."""

SERVICE_ROLES: tuple[Role, ...] = ("developer", "member", "contact")
"""What a service account can be: it never administers (D75), so it is neither admin nor owner."""


class ServiceAccountReader(Protocol):
    """Where every use of a token looks."""

    def service_account(self, service_account_id: Id) -> ServiceAccount | None: ...


class ServiceAccountDoor(Protocol):
    """The service accounts of one organization."""

    def service_accounts(self, *, after: Id, limit: int) -> tuple[ServiceAccount, ...]: ...
    def own_service_account(self, service_account_id: Id) -> ServiceAccount | None: ...
    def count_service_accounts(self) -> int:
        """How many there are; whoever else counts them waits for this unit's end."""

    def insert_service_account(self, account: ServiceAccount) -> None: ...
    def update_service_account(self, account: ServiceAccount, *, version: int) -> ServiceAccount | None: ...
    def delete_service_account(self, service_account_id: Id, *, version: int) -> bool: ...
    def unlist_application(self, application_id: Id) -> int:
        """Take an application off every list here; off how many it was."""
