"""Files of other servers, read into one form: one module with a `FORMAT` for each, and the kit they share.

Here belongs how a file looks. What becomes of a record is decided by `features.moving`. Formats of systems
whose wire is spoken here stand in the folders of their dialects.
"""
