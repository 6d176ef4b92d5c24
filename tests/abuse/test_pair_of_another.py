"""The secret of one organization, presented with what a person of another one began."""

from __future__ import annotations

from tests.abuse.story import Client, Story


def test_a_pair_of_one_tenant_redeems_nothing_of_anothers_people(story: Story) -> None:
    """V084: an application installed twice has two pairs, and each serves its own organization's people."""
    make = story.world.make
    vendor = make.organization("Vendor")
    home = story.client(vendor, audience_effective="any_organization")
    pairs = {}
    for organization in (story.acme, story.globex):
        make.installation(home.application, organization)
        pairs[organization.id] = Client(home.application, make.secret(home.application, organization))
    own, foreign = pairs[story.acme.id], pairs[story.globex.id]
    code = story.code(home, story.person)
    refused = story.redeem(foreign, code)
    assert (refused.status_code, refused.json["error_id"]) == (400, "E-GRANT-12")
    tokens = story.redeem(own, code)
    assert tokens.status_code == 200, "the attempt cost nothing"
    refresh = tokens.json["refresh_token"]
    again = story.refresh(foreign, refresh)
    assert (again.status_code, again.json["error_id"]) == (400, "E-GRANT-12")
    assert story.refresh(own, refresh).status_code == 200
