"""`python -m grantway` is the `grantway` command."""

from __future__ import annotations

from grantway.cli import main

if __name__ == "__main__":
    main(prog_name="grantway")
