"""Tokens: the one mint, the one check, and what is asked about them.

`issue` makes every token, `verify` decides whether one is live, `formats` are the ways one is
written. Which scopes and which organization a token has is decided before, in the grant.
"""
