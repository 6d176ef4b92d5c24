"""Lists take what is asked as text, and cursors are ours or nothing."""

from __future__ import annotations

from urllib.parse import quote

from grantway.core.identifiers import to_text
from grantway.edges.web.records import operations
from tests.abuse.parameters import APPLICATIONS, made
from tests.api.cast import Cast
from tests.api.test_isolation import everything
from tests.kit.counts import count

INJECTED = (
    *("'", "''", "' OR '1'='1", "'; DROP TABLE users; --", '" OR 1=1 --', "1) UNION SELECT 1,2,3 --", "\\"),
    *("\\'",),
    *("%", "_", "%%%", "a%' ESCAPE '", "*", "x' AND sleep(9) --", "$1", ":name", "%(name)s", "{0}", "${x}"),
    *("\x7f",),
    *("\u02bc OR 1", "\uff07 OR 1", "%00", "a\nb", "[a-z]*", "(a+)+$" * 20, "İ" * 150, "ß" * 150),
    *("%" * 190, "_" * 190),
)


FREE = {"name", "email"}
"""The parameters that are searched by: any text may be one."""


def answers_to(name: str, plain: int) -> set[int]:
    """How hostile text is answered: searched for, refused where it must have a form, else ignored."""
    if name in {"limit", "cursor"}:
        return {400, 422, plain} - {200}
    return {plain} if name in FREE | {"order", "sort"} else {400, 422, plain}


def test_no_list_parameter_reaches_the_database_as_text(cast: Cast) -> None:
    """V167, V164, C183: every list, every parameter it takes; what is found holds the text that was asked for."""
    own = cast.records(cast.own)
    ids = {**own.ids, "api_id": own.ids["scoped_api_id"]}
    cast.caller("operator")
    before = everything(cast)
    lists = [one for one in operations.ALL if one.is_list]
    assert {query.name for one in lists for query in one.queries} >= FREE
    for operation in lists:
        path = operation.path.format(**ids)
        plain = cast.as_operator("GET", path).status_code
        assert plain == 200 or operation.id == "listKeys"
        for name in ("limit", "cursor", "order", "sort", *(one.name for one in operation.queries)):
            for text in INJECTED if name in FREE else INJECTED[:: count(6, 1)]:
                result = cast.as_operator("GET", f"{path}?{name}={quote(text, safe='')}")
                assert result.status_code in answers_to(name, plain), (path, name, text)
                if name in FREE:
                    for item in result.json["items"]:
                        assert text.casefold() in item[name].casefold(), (path, text)
    assert everything(cast) == before


def test_a_cursor_is_ours_or_nothing(cast: Cast) -> None:
    """V167: each sign of it changed, of another list, another filter, another reader, another organization."""
    for number in range(3):
        made(cast, name=f"Orbit {number}")
    first = cast.as_owner("GET", f"{APPLICATIONS}?limit=1")
    cursor = first.json["next_cursor"]
    assert cast.as_owner("GET", f"{APPLICATIONS}?limit=1&cursor={cursor}").status_code == 200
    for at in range(len(cursor)):
        for changed in (
            cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :],
            cursor[:at] + cursor[at + 1 :],
        ):
            assert cast.as_owner("GET", f"{APPLICATIONS}?cursor={changed}").status_code == 400, at
    for path in (
        "/organizations/{own}/members",
        "/organizations/{own}/apis",
        "/scopes",
        f"{APPLICATIONS}?name=Orbit",
    ):
        joined = "&" if "?" in path else "?"
        assert cast.as_owner("GET", f"{path}{joined}cursor={cursor}").status_code == 400
    foreign = APPLICATIONS.replace("{own}", to_text(cast.other.id))
    assert cast.call(cast.caller("stranger"), "GET", f"{foreign}?cursor={cursor}").status_code == 400
    assert cast.as_operator("GET", f"{APPLICATIONS}?cursor={cursor}").status_code == 400
    cursor_of_other_program = cast.caller("machine")
    assert cast.call(cursor_of_other_program, "GET", f"{foreign}?cursor={cursor}").status_code == 404
