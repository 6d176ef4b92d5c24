"""The pages of an application, once more: as operators see those of other organizations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from grantway.edges.console.blocks import Prose, View
from grantway.edges.console.here import ELSEWHERE, Here
from grantway.edges.console.table import Place
from grantway.edges.web.words import _, words

ROOT = "site/organizations/{organization_id}/"
OF_APPLICATIONS = "application."
LIST = "site.applications"
"""The list that leads to them."""
_NEW = "application.new"


def elsewhere(places: Iterable[Place]) -> Iterator[Place]:
    """A copy of each page of an application, with the organization in its path, for operators alone.

    The operations are the same, and so are the records: operators reach those of all organizations.
    """
    for one in places:
        if one.id.startswith(OF_APPLICATIONS):
            yield replace(
                one,
                id=ELSEWHERE + one.id,
                path=ROOT + one.path,
                show=_for_whom(one) if one.id == _NEW else one.show,
                group=ELSEWHERE + one.group if one.group else "",
                under=LIST,
                fits=_of_operators(one),
            )


def _of_operators(place: Place) -> Callable[[Here], bool]:
    """Its members have the organization's own pages."""

    def fits(here: Here) -> bool:
        if not here.caller.is_platform:
            return False
        if "application_id" not in here.ids:
            here.read("readOrganization")  # Raises NotFound where there is none.
        return place.fits is None or place.fits(here)

    return fits


def _for_whom(place: Place) -> Callable[[Here], View]:
    def show(here: Here) -> View:
        view = place.show(here)
        name = here.read("readOrganization")["name"]
        told = Prose(words(_("The application will belong to %(name)s."), name=name))
        return replace(view, blocks=[told, *view.blocks])

    return show
