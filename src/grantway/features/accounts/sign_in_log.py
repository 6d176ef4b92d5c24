"""Who proved who they are, and who tried: on the person's own page, and failures in the platform's log.

What strangers can cause without end is counted first, and told the more seldom the more of it there is. A
failure costs the same whether or not there is such an account, and nothing that a stranger typed is kept:
the platform's log names the person, or nobody. None of these lines makes a notice.
"""

from __future__ import annotations

from grantway.core.audit import Actor
from grantway.core.identifiers import to_text
from grantway.core.model import HOUR, Id, Instant
from grantway.core.networks import network_of
from grantway.core.ports import Tx
from grantway.core.sign_ins import KEPT_OF_EACH, Outcome, SignIn, Tally, is_told
from grantway.features.accounts.throttling import Source, Throttle
from grantway.features.audit import Act, AuditLog
from grantway.features.services import Services

WINDOW: Instant = HOUR
TOLD_OF_ALL = 256
"""How many failures of all accounts in an hour are told one by one in the platform's log."""
NOBODY: Id = 0
UNKNOWN = "unknown"


class SignInLog:
    """Remembers attempts and successes."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = AuditLog(services)

    def succeeded(self, tx: Tx, user_id: Id, source: Source) -> None:
        """Somebody proved who they are: their own page says so."""
        self._remember(tx, user_id, source, "succeeded", count=1)

    def failed(self, account: str, user_id: Id | None, source: Source) -> None:
        """An attempt did not fit. A transaction of its own, with the same statements for everybody."""
        now = self._services.clock.now()
        buckets = Throttle(self._services.keyring.link_key()).failure_buckets(account, source)
        with self._services.store.begin() as tx:
            counts = tx.gate.tally(*(Tally(bucket, WINDOW) for bucket in buckets), now=now)
            of_account, of_network, of_all = counts
            if is_told(of_account):
                self._remember(tx, user_id or NOBODY, source, "failed", count=of_account)
            if is_told(of_account) and is_told(of_network) and is_told(of_all, singly=TOLD_OF_ALL):
                told = {"of_account": of_account, "of_network": of_network, "of_all": of_all}
                target = to_text(user_id) if user_id is not None else UNKNOWN
                actor = Actor("user", address=network_of(source.address))
                self._log.record(tx, actor, Act("sign_in.fail", target, after=told))

    def _remember(self, tx: Tx, user_id: Id, source: Source, outcome: Outcome, *, count: int) -> None:
        sign_in = SignIn(
            id=self._services.entropy.new_id(),
            user_id=user_id,
            at=self._services.clock.now(),
            outcome=outcome,
            network=network_of(source.address),
            browser=source.browser,
            count=count,
        )
        tx.gate.remember_sign_in(sign_in, keep=KEPT_OF_EACH)
