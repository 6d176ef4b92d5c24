"""In which ways one application reaches further than another: a second time, to check the product's own word."""

from __future__ import annotations

from grantway.core import networks
from grantway.core.model import Application, ApplicationSettings
from grantway.core.mount_settings import MountSettings


def reaches_further(live: Application, read: Application) -> list[str]:
    """In which ways: written here a second time, so that it does not take the product's word for it."""
    now, then = live.settings, read.settings
    ladders = {
        "consent": ("ask", "installed", "platform"),
        "reveal": ("once", "creator", "developers", "api"),
    }
    limits = {"refresh_grace", "session_minutes", "minutes_per_day"}

    def number(settings: ApplicationSettings, name: str) -> int:
        value = getattr(settings, name)
        return 10**12 if value is None else int(value)

    found = [
        *(name for name, order in ladders.items() if order.index(getattr(now, name)) > order.index(getattr(then, name))),
        *(name for name in limits if number(now, name) > number(then, name)),
        *("redirects" for one in live.redirects if one not in read.redirects),
        *("sign_out" for one in live.post_logout_redirects if one not in read.post_logout_redirects),
        *("origins" for one in live.origins if one not in read.origins),
        *("scopes" for _ in live.scopes - read.scopes),
        *("grant_types" for _ in now.grant_types - then.grant_types),
        *("dialects" for _ in live.dialects - read.dialects),
    ]  # fmt: skip
    found += [name for name in ("name", "description", "base_url", "logo_url") if getattr(live, name) != getattr(read, name)]  # fmt: skip
    if live.platform == "native" != read.platform:
        found.append("platform")
    for dialect in live.dialects:
        found += [f"{dialect}: {one}" for one in looser_at(now.at(dialect), then.at(dialect))]
    addresses = ("10.0.0.1", "10.1.0.1", "10.1.2.1", "192.0.2.1", "203.0.113.1")
    found += [
        "networks"
        for one in addresses
        if networks.includes(now.networks, one) and not networks.includes(then.networks, one)
    ]
    open_to = {"own_organization": 0, "listed_organizations": 1, "any_organization": 2}
    if open_to[live.audience_effective] > open_to[read.audience_effective]:
        found.append("audience")
    if live.audience_effective == read.audience_effective == "listed_organizations":
        found += ["organizations" for _ in live.audience_organizations - read.audience_organizations]
    return found


def looser_at(now: MountSettings, then: MountSettings) -> list[str]:
    """In which ways one mount takes more than it did, whether that was said for it or for the standard one."""
    pkce = ("required", "optional", "none")
    lives = ("access_token_lifetime", "refresh_token_lifetime", "refresh_token_idle_lifetime")
    found = [
        name
        for name in (*lives, "code_lifetime", "chosen_lifetime_cap")
        if getattr(now, name) > getattr(then, name)
    ]
    found += [
        name
        for name in ("client_may_choose_lifetime", "several_audiences")
        if getattr(now, name) > getattr(then, name)
    ]
    if pkce.index(now.pkce) > pkce.index(then.pkce):
        found.append("pkce")
    if "bare_jwt" == now.token_format != then.token_format:
        found.append("token_format")
    for name in ("access_token_algorithm", "id_token_algorithm"):
        if "HS256" == getattr(now, name) != getattr(then, name):
            found.append(name)
    return found
