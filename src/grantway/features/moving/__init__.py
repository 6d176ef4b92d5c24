"""Applications that move in from other servers, and the way out.

Here belongs what becomes of a record of another server. Not here: how its file looks (`edges.moving` and the
folders of the dialects), and any rule about applications: those of `features.registry` hold for all of them.
"""
