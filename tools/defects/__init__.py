"""Seeded defects: known small breaks of the code, each with the tests that must turn red.

`python -m tools.defects` copies the tree, applies one defect at a time and runs its tests there. A defect
that no test notices shows a verdict that is only a citation.
"""
