"""What tests are made of: databases, a browser, Node, counts and the plugin that offers them as fixtures.

Belongs here: what several folders of tests need and what starts or finds something outside Python. Does not belong
here: a test, and anything the product itself could use.
"""

from __future__ import annotations
