"""How often the secrets that another server made may be guessed at, and by whom.

They may be words, so every guess is counted before it is evaluated, and a right one is taken back. The counts
are told apart by where guesses come from, as those of sign-ins are (docs/security/sign-in.md): what strangers
use up elsewhere is never taken from the holder's own network, and an address that showed the right secret
before has a count of its own. Whoever is shut out all the same makes a secret of ours, which none of this
is about.
"""

from __future__ import annotations

from grantway.core.model import HOUR, MINUTE, Instant
from grantway.core.networks import network_of, wide_network_of
from grantway.core.ports import Attempt, Gate
from grantway.features.memory.bounded import Bounded

WINDOW: Instant = 15 * MINUTE
FROM_NETWORK = 30
"""Guesses at one application from one network in a window, or from one address that was right before."""
FROM_NETWORK_UNDER_ATTACK = 3
"""The same from networks of strangers, while they try the application more often than a wrong setting."""
NETWORK = 300
"""Guesses at all applications from one network in a window."""
ATTACK = 100
ATTACK_WINDOW: Instant = HOUR

_ADDRESSES = 20_000


class Guesses:
    """The counts of guesses. Of the addresses that were right it knows those of this process."""

    def __init__(self) -> None:
        self._right: Bounded[tuple[str, str], bool] = Bounded(_ADDRESSES)

    def admitted(self, gate: Gate, client: str, address: str, *, now: Instant) -> tuple[Attempt, ...] | None:
        """What was counted of a guess; None where it may not be evaluated.

        `client` names the application, or what is none: guesses at both are counted alike.
        """
        if (client, address) in self._right:
            own = Attempt(f"guess:{client}:{address}", FROM_NETWORK, WINDOW)
            return (own,) if gate.count_attempt(own, now=now) else None
        everywhere = Attempt(f"guess:{client}", ATTACK, ATTACK_WINDOW)
        is_calm = gate.count_attempt(everywhere, now=now)
        limit = FROM_NETWORK if is_calm else FROM_NETWORK_UNDER_ATTACK
        # The own count first: a client with a wrong setting does not use up what its neighbours share.
        counted = [everywhere] if is_calm else []
        for one in (
            Attempt(f"guess:{client}:{network_of(address)}", limit, WINDOW),
            Attempt(f"guesses:{wide_network_of(address)}", NETWORK, WINDOW),
        ):
            if not gate.count_attempt(one, now=now):
                return None
            counted.append(one)
        return tuple(counted)

    def was_right(self, client: str, address: str) -> None:
        """Remember where the right secret came from."""
        self._right.put((client, address), True)
