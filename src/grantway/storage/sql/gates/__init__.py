"""The parts of the gate, by what they find: cached facts, artifacts, grants, people.

Each part is a set of methods of `SqlGate` and holds nothing of its own.
"""
