"""Tags of records: what a change has to name, and what a reader is spared."""

from __future__ import annotations

from tests.api.cast import Cast
from tests.api.test_conventions import APPLICATIONS, made


def test_a_change_needs_the_tag_that_was_read(cast: Cast) -> None:
    place = f"{APPLICATIONS}/{made(cast)['id']}"
    missing = cast.as_owner("PATCH", place, {"name": "Orbit Two"})
    assert (missing.status_code, missing.json["error_id"]) == (428, "E-RECORD-09")
    for stale in (
        '"2"',
        'W/"2"',
        '"2-gzip"',
        "1",
        '"one"',
        '"0"',
        '"99999999999999999999"',
        '"2", "3"',
        "W/1",
    ):
        refused = cast.as_owner("PATCH", place, {"name": "Orbit Two"}, If_Match=stale)
        assert (refused.status_code, refused.json["error_id"]) == (412, "E-RECORD-03"), stale
    for unread in ("*", ", ".join(f'"{number}"' for number in range(1, 10))):
        assert cast.as_owner("PATCH", place, {"name": "Orbit Two"}, If_Match=unread).status_code == 428
    for known in ("*", '"1"', '"4", W/"1"'):
        refused = cast.as_owner("PATCH", place, {"name": "Two"}, If_Match='"1"', If_None_Match=known)
        assert refused.status_code == 412
    changed = cast.as_owner("PATCH", place, {"name": "Orbit Two"}, If_Match='"1"')
    assert (changed.status_code, changed.json["name"], changed.headers["etag"]) == (200, "Orbit Two", '"2"')
    assert cast.as_owner("PATCH", place, {"name": "Orbit Three"}, If_Match='"1"').status_code == 412
    assert cast.as_owner("DELETE", place).status_code == 428


def test_a_tag_that_a_proxy_changed_is_the_tag_that_was_read(cast: Cast) -> None:
    """RFC 9110 §13.1.1, and what nginx, Apache and Caddy make of a tag when they compress; and lists of tags."""
    place, version = f"{APPLICATIONS}/{made(cast)['id']}", 1
    for template in (
        'W/"{}"',
        '"{}-gzip"',
        '"{};gzip"',
        'W/"{}-br"',
        '"700", "{}"',
        '"{}", W/"701"',
        ' "{}" ,',
    ):
        tag = template.format(version)
        changed = cast.as_owner("PATCH", place, {"name": f"Orbit {version}"}, If_Match=tag)
        assert changed.status_code == 200, tag
        version += 1
        assert changed.headers["etag"] == f'"{version}"'
        unchanged = cast.as_owner("GET", place, If_None_Match=template.format(version))
        assert (unchanged.status_code, unchanged.content) == (304, b""), tag
        assert cast.as_owner("GET", place, If_None_Match=tag).status_code == 200
