"""People and what they belong to: accounts, memberships, signing in, and what keeps strangers out.

Here belong organizations, users and memberships as they are managed, passwords, sign-in attempts and
their limits, browser sessions, and the links that make an account usable. What an application gets
once somebody is signed in belongs to `features.authorize`; pages and cookies belong to `edges.signin`.
"""

from __future__ import annotations
