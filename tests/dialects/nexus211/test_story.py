"""Third-party authorization and who may sign in, each in one story, on both databases."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from grantway.core.identifiers import to_text
from tests.dialects.nexus211.guide import REDIRECT, Guide
from tests.dialects.nexus211.story import SCOPES, Story
from tests.kit.world import World


def test_the_whole_story(story: Story) -> None:
    """All of it in one: alone, authorized, acting for others, each with its own secret, and withdrawn.

    N10, N11, N12, N16, N17, N18, N19, N21, N22, N23, N24, N25.
    """
    contoso, fabrikam = story.world.make.organization("Contoso"), story.world.make.organization("Fabrikam")
    # Alone: its own organization and no other, however it asks.
    assert story.call(story.secret).json["organization"]["name"] == "Northwind"
    assert story.keys().json == []
    own = {"client_id": story.application.client_id, "scopes": []}
    assert story.as_admin(story.home, "POST", "/installations", own).status_code == 409
    # Two organizations authorize it, one of them less.
    for organization, scopes in ((contoso, SCOPES), (fabrikam, ("organizations:read",))):
        story.authorize(organization, *scopes)
    secrets = {"Northwind": story.secret}
    secrets |= {one.name: story.secret_for(one) for one in (contoso, fabrikam)}
    assert len(set(secrets.values())) == 3
    for name, secret in secrets.items():
        assert story.call(secret).json["organization"]["name"] == name
    assert story.call(secrets["Fabrikam"]).json["scopes"] == ["organizations:read"]
    # The home pair alone reads the others' secrets; none of those reads any.
    assert story.keys(secrets["Contoso"]).status_code == 401
    # Contoso sees it and withdraws: that secret is dead, the others live, and a new one is another.
    (seen,) = story.as_admin(contoso, "GET", "/installations").json["items"]
    ended = story.as_admin(contoso, "DELETE", f"/installations/{seen['id']}", If_Match=f'"{seen["version"]}"')
    assert ended.json["state"] == "revoked"
    assert story.call(secrets["Contoso"]).status_code == 401
    assert [story.call(secrets[name]).status_code for name in ("Northwind", "Fabrikam")] == [200, 200]
    assert {one["organization"] for one in story.keys().json} == {to_text(fabrikam.id)}
    story.authorize(contoso)
    assert story.secret_for(contoso) != secrets["Contoso"]
    assert story.call(secrets["Contoso"]).status_code == 401


@pytest.mark.parametrize(
    ("audience", "let_in"),
    [
        ("own_organization", {"Northwind"}),
        ("listed_organizations", {"Northwind", "Contoso"}),
        ("any_organization", {"Northwind", "Contoso", "Fabrikam"}),
    ],
)
def test_who_may_sign_in(world: World, audience: str, let_in: set[str]) -> None:
    """N13, N14, N15, N64: the setup of sign-in says whose people; the others come back without a code."""
    organizations = [world.make.organization(name) for name in ("Northwind", "Contoso", "Fabrikam")]
    home, contoso, _ = organizations
    listed = frozenset({contoso.id}) if audience == "listed_organizations" else frozenset()
    application = world.make.application(
        home,
        dialect="nexus211",
        scopes=("organizations:read",),
        redirects=(REDIRECT,),
        audience_requested=audience,
        audience_effective=audience,
        audience_organizations=listed,
    )
    secret, came_in = world.make.secret(application), set()
    for organization in organizations:
        person = world.make.person(organization)
        guide = Guide(world, organization, application, secret, person)
        left = world.browser().authorize(guide.address(), email=person.email, password=person.password)
        if "code=" in left:
            came_in.add(organization.name)
            code = dict(parse_qsl(urlsplit(left).query))["code"]
            token = guide.exchange({"code": code}).json["token"]
            assert guide.call(f"Bearer {token}").json["organization"]["name"] == organization.name
    assert came_in == let_in
