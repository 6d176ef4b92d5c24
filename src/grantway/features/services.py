"""What every use-case is built with. `app/` makes it twice, over two forms of the same store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grantway.core.foreign_secrets import ForeignHashes
from grantway.core.ports import Clock, Entropy, Passwords, Store
from grantway.features.keys.sealing import Sealer
from grantway.features.memory.activity import ActivityCounts
from grantway.features.memory.directory import Directory
from grantway.features.memory.keyring import Keyring
from grantway.features.memory.last_uses import LastUses
from grantway.features.memory.refusals import RefusalNotes
from grantway.features.memory.request_counts import RequestCounts


@dataclass(frozen=True, slots=True)
class Services:
    """Ports and shared caches. `issuer` is the public base URL, without a trailing slash."""

    store: Store
    directory: Directory
    clock: Clock
    entropy: Entropy
    passwords: Passwords
    foreign: ForeignHashes
    sealer: Sealer
    keyring: Keyring
    issuer: str
    issuers: Mapping[str, str] = field(default_factory=dict)
    """The issuer of each mount that publishes metadata of its own."""
    uses: LastUses = field(default_factory=LastUses)
    """What was used lately and is not written yet, one for the whole process."""
    dialects: Mapping[str, str] = field(default_factory=dict)
    """The dialect of each mount."""
    requests: RequestCounts = field(default_factory=RequestCounts)
    """What limits of requests are counted in, one for the whole process."""

    refusals: RefusalNotes = field(default_factory=RefusalNotes)
    """Requests that were refused and are not written yet, one for the whole process."""
    activity: ActivityCounts = field(default_factory=ActivityCounts)
    """Tokens, sign-ins and refusals that are counted and not written yet, one for the whole process."""
    has_mail: bool = False
    """Whether letters go out: then links are sent, and shown to nobody."""
    may_call_loopback: bool = False
    """Whether webhooks on this very machine, without TLS, are among those that may be registered."""

    def issuer_of(self, mount: str) -> str:
        """The issuer identifier that tokens of a mount carry."""
        return self.issuers.get(mount, self.issuer)
