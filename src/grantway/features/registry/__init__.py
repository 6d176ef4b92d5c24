"""The registry: applications with their secrets, and the APIs with their scopes.

Belongs here: the rules a record must keep, who may write it, and what else changes with it. A write
always judges the record that would result, as a whole, so that an update can do nothing that a create
could not (V090-V092). Does not belong here: how a record looks on the wire or in the database, and the
people and organizations that own it (`features.accounts`).
"""

from __future__ import annotations
