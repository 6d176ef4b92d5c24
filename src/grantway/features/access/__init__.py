"""Who may: the caller of a management operation, and the permissions that stand in the way.

Here belongs every question about power over a record that is asked before a feature does its work.
What a token may do at an API belongs to `features.tokens`, and what an application may have to
`features.standing`.
"""
