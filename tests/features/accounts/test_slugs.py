"""What organizations are called in addresses, where nobody says so."""

from __future__ import annotations

import re

from grantway.features.accounts.organizations import OrganizationDraft
from tests.kit.world import World
from tests.storage.racers import together


def test_a_short_name_is_the_plain_one_where_it_is_free(world: World) -> None:
    """Whoever comes second, at the same moment too, gets one with a tail."""
    organizations, caller = world.product.features.api.organizations, world.product.operators.caller()

    def made(name: str) -> str:
        with world.store.begin() as tx:
            return organizations.create(tx, caller, OrganizationDraft(name=name)).slug

    for name, slug in (
        ("Northwind", "northwind"),
        ("Häuser & Söhne GmbH", "hauser-sohne-gmbh"),
        ("Northwind", r"northwind-[0-9a-f]+"),
        ("NORTHWIND!", r"northwind-[0-9a-f]+"),
        ("Platform 9", "platform-9"),
        ("Me!", r"me-[0-9a-f]+"),
        ("北风", r"organization-[0-9a-f]+"),
    ):
        assert re.fullmatch(slug, made(name)), name
    slugs: list[str] = []

    def race(_: int) -> bool:
        slugs.append(made("Contoso"))
        return slugs[-1] == "contoso"

    assert together(6, race) >= 0
    assert (len(set(slugs)), slugs.count("contoso")) == (6, 1)
