"""Where a flow can stand that has all steps, and how a browser gets there."""

from __future__ import annotations

from grantway.core.identifiers import to_text
from tests.abuse.story import Client, Story
from tests.kit.browser import Browser

STAGES = {"start": "sign-in", "ask": "ask", "choose": "choose", "consent": "consent"}
"""The stages, and the step that is due at each."""


def at(story: Story, stage: str, browser: Browser) -> str:
    """Bring a browser to a stage of a flow that has all of them; the address of the flow."""
    if stage != "start":
        browser.sign_in(story.person.email, story.person.password)
    browser.visit(story.request(closed(story) if stage == "ask" else story.foreign))
    if stage == "consent":
        browser.submit(("action", "choose"), organization=to_text(story.globex.id))
        assert browser.forms[0].has("decision", "approve")
    return browser.address


def closed(story: Story) -> Client:
    """An application that no organization of the cast lets in, and each could be asked to."""
    return story.client(story.world.make.organization(), installable="by_client_id")


def tab(story: Story, browser: Browser) -> Browser:
    """Another tab of the same browser."""
    other = story.world.browser()
    other.cookies = browser.cookies
    return other
