"""What runs beside requests: the first start, rotating and re-sealing keys, and removing what is over.

Nothing here answers anybody. What a request needs of keys is in `features.memory`; what is mailed or
called is in `features.notices`.
"""
