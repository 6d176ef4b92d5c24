"""Notices: who is told of what, and the sending of it, at least once each.

Here belong the webhooks that organizations register, the expansion of events into deliveries, and the
attempts to deliver. Not here: which act makes an event, which is a table in `core.notices`.
"""
