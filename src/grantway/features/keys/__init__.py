"""Keys as objects that compute: how what is sealed opens, and how stored keys become usable ones.

The bottom of the features: it knows the records of keys and the root keys, and no use of them. Which
key does what now belongs to `features.memory.keyring`, replacing them to `features.upkeep`.
"""
