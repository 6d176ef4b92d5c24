"""The words of the product: values, refusals and ports, with the pure rules over them.

What belongs here knows nobody: no I/O, no clock, no randomness, no framework. A rule that needs a
stored fact or the time takes it as a parameter. Decisions that need several records live in
`features`; anything that speaks HTTP or SQL lives in `edges` or `storage`.
"""
