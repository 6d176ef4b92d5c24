"""`python -m bench.serve module:function port`: serves what the function makes, as the product is served."""

from __future__ import annotations

import importlib
import sys
from functools import partial
from typing import Any

from grantway.serving import Listening, serve


def made(target: str) -> Any:
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)()


if __name__ == "__main__":
    serve(partial(made, sys.argv[1]), Listening(host="127.0.0.1", port=int(sys.argv[2])))
