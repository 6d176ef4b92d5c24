"""Questions over plain HTTP to a server on this machine: `httpx.get` and the rest, trusting nobody.

By default, httpx loads the certificates of the world for each question, which takes longer than the answer.
"""

from __future__ import annotations

import ssl
from functools import partial

import httpx

NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

get = partial(httpx.get, verify=NOBODY)
options = partial(httpx.options, verify=NOBODY)
post = partial(httpx.post, verify=NOBODY)
request = partial(httpx.request, verify=NOBODY)
