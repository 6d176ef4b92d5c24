"""What the product decides: one module or folder per use-case, over the words of `core`.

No HTTP and no SQL: features take values and ports, and give values, refusals or exceptions of
`core.errors`. How a request looked and how the answer is written belongs to `edges`.
"""
