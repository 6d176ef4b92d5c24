"""Commands for those who work on Grantway, run by hand or by the build.

Nothing that the product needs when it runs belongs here, and nothing that tests are made of: see tests/kit.
"""

from __future__ import annotations
