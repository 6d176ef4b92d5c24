"""What a process knows without asking: records while the change feed is fresh, keys, and counts.

Everything here is bounded, follows the feed or is written back, and may be lost with the process
without harm. What is true for everybody stands in the database; what is decided about it belongs to
the other rooms.
"""
