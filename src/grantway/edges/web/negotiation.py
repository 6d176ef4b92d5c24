"""What a reader prefers, from lists with weights: Accept, Accept-Encoding, Accept-Language (RFC 9110 §12.4).

What is refused by every line of a list is sent nevertheless where there is only one form of it, as
RFC 9110 §12.4.1 allows: a caller who gets an answer can do more with it than one who gets 406.
"""

from __future__ import annotations

import re

_LONGEST = 1_024
"""Characters of a list that are looked at: more is no reader's preference."""
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
HTML = "text/html"
JSON = "application/json"


def weights(header: str | None) -> dict[str, float]:
    """Each name of a list, in lower case and in its order, with its weight from 0 to 1.

    Parameters before the weight are passed over. A weight that is none makes its line say nothing.
    """
    found: dict[str, float] = {}
    for part in (header or "")[:_LONGEST].split(","):
        name, *parameters = (one.strip(" \t") for one in part.split(";"))
        given = [one[2:].strip(" \t") for one in parameters if one[:2].lower() == "q="]
        if name and all(_WEIGHT.fullmatch(one) for one in given):
            found.setdefault(name.lower(), float(given[0]) if given else 1.0)
    return found


def wants(header: str | None, special: str, usual: str = JSON) -> bool:
    """Whether a media type is asked for by its name, and at least as much as the usual one."""
    if header is None or special not in header.lower():
        return False
    given = weights(header)
    wanted = given.get(special, 0.0)
    return wanted > 0 and wanted >= given.get(usual, 0.0)


def takes_gzip(header: str | None) -> bool:
    """Whether a reader takes gzip, and at least as much as no coding at all where it says so."""
    if header is None:
        return False
    given = weights(header)
    wanted = given.get("gzip", given.get("x-gzip", given.get("*", 0.0)))
    return wanted > 0 and wanted >= given.get("identity", 0.0)
