"""The pages of signing in, on the issuer's own origin: sign-in, choice, consent, account, links.

Here belong the routes, forms and texts of these pages. What is decided on them belongs to
`features.accounts` and `features.authorize`; templates, cookies and forgery protection are the shared
kit's, in `edges.web`.
"""

from __future__ import annotations

from dataclasses import dataclass

from grantway.edges.signin import accounts, allowing, joining, links, profiles
from grantway.edges.signin.accounts import Accounts, HomeLinks
from grantway.edges.signin.allowing import Allowing
from grantway.edges.signin.confirming import ConfirmingPages
from grantway.edges.signin.devices import DEVICE, DevicePages
from grantway.edges.signin.interaction import Interaction
from grantway.edges.signin.joining import JoiningPages
from grantway.edges.signin.links import Links
from grantway.edges.signin.passwords import ChangingPassword
from grantway.edges.signin.routes import FalconApp, Route, mount_routes
from grantway.edges.signin.signing_in import SigningIn
from grantway.edges.signin.statics import static_file
from grantway.edges.web.browsers import ACCOUNT, HOME, SIGN_IN, Browsers
from grantway.edges.web.csrf import Csrf
from grantway.edges.web.requests import Mount, Server
from grantway.features.accounts.activation import Activation
from grantway.features.accounts.consents import Consents
from grantway.features.accounts.joining import Joining
from grantway.features.accounts.login import Login
from grantway.features.accounts.own_profile import OwnProfile
from grantway.features.accounts.passwords import PasswordChange
from grantway.features.accounts.profile import Profiles
from grantway.features.accounts.sessions import Sessions
from grantway.features.authorize.devices import DeviceRequests
from grantway.features.authorize.flow import AuthorizeFlow
from grantway.features.notices.confirming import CONFIRM, Confirming

__all__ = ["HomeLinks", "Route", "SignInFeatures", "mount_signin", "signin_routes"]


@dataclass(frozen=True, slots=True)
class SignInFeatures:
    """What the pages lead to."""

    flow: AuthorizeFlow
    devices: DeviceRequests
    login: Login
    sessions: Sessions
    activation: Activation
    joining: Joining
    change: PasswordChange
    own_profile: OwnProfile
    profiles: Profiles
    consents: Consents
    confirming: Confirming


def mount_signin(
    app: FalconApp, features: SignInFeatures, *, server: Server, root: Mount, csrf: Csrf, home: HomeLinks
) -> None:
    """Serve the pages at the issuer's root."""
    mount_routes(app, signin_routes(features, csrf, home), server, root)


def signin_routes(features: SignInFeatures, csrf: Csrf, home: HomeLinks) -> tuple[Route, ...]:
    """Every route of these pages, with whom it serves."""
    browsers = Browsers(features.sessions, csrf)
    signing_in = SigningIn(features.login)
    steps = Interaction(features.flow, browsers, signing_in)
    typing = DevicePages(features.devices, browsers)
    own = Accounts(features.sessions, features.profiles, features.joining, browsers, signing_in, links=home)
    invited = JoiningPages(features.joining, browsers)
    password = ChangingPassword(features.change, features.profiles, browsers)
    profile = profiles.EditingProfile(features.own_profile, features.profiles, browsers)
    allowed = Allowing(features.consents, browsers)
    once = Links(features.activation, browsers)
    agreeing = ConfirmingPages(features.confirming, browsers)
    step = "/interaction/{handle}"
    return (
        Route("GET", step, "interaction", "pending request", steps.show),
        Route("POST", f"{step}/sign-in", "interaction.sign-in", "pending request", steps.sign_in, step),
        Route("POST", f"{step}/ask", "interaction.ask", "pending request", steps.ask, step),
        Route("POST", f"{step}/choose", "interaction.choose", "pending request", steps.choose, step),
        Route("POST", f"{step}/consent", "interaction.consent", "pending request", steps.consent, step),
        Route("POST", f"{step}/cancel", "interaction.cancel", "pending request", steps.cancel, step),
        Route("POST", f"{step}/tell", "interaction.tell", "pending request", steps.tell, step),
        Route("GET", DEVICE, "device", "anyone", typing.show),
        Route("POST", DEVICE, "device", "anyone", typing.enter, DEVICE),
        Route("GET", HOME, "home", "session", own.home),
        Route("GET", ACCOUNT, "account", "session", own.account),
        Route("GET", SIGN_IN, "sign-in", "anyone", own.sign_in_page),
        Route("POST", SIGN_IN, "sign-in", "anyone", own.sign_in, SIGN_IN),
        Route("GET", accounts.SIGN_OUT, "sign-out", "session", own.sign_out_page),
        Route("POST", accounts.SIGN_OUT, "sign-out", "session", own.sign_out, accounts.SIGN_OUT),
        Route("GET", accounts.SIGNED_OUT, "signed-out", "anyone", own.signed_out),
        Route("POST", accounts.END_SESSION, "sessions.end", "session", own.end_session, ACCOUNT),
        Route("GET", allowing.APPLICATIONS, "applications", "session", allowed.show),
        Route(
            "POST",
            allowing.WITHDRAW,
            "applications.withdraw",
            "session",
            allowed.withdraw,
            allowing.APPLICATIONS,
        ),
        Route("GET", accounts.PASSWORD, "password", "session", password.show),
        Route("POST", accounts.PASSWORD, "password", "session", password.submit, accounts.PASSWORD),
        Route("GET", profiles.PROFILE, "profile", "session", profile.show),
        Route("POST", profiles.PROFILE, "profile", "session", profile.submit, profiles.PROFILE),
        Route("POST", joining.ANSWER, "invitations", "session", invited.answer, ACCOUNT),
        Route("GET", joining.JOIN, "join", "link", invited.open_link),
        Route("POST", joining.JOIN, "join", "link", invited.join, joining.JOIN),
        Route("GET", links.ACTIVATE, "activate", "link", once.open_activation),
        Route("POST", links.ACTIVATE, "activate", "link", once.activate, links.ACTIVATE),
        Route("GET", CONFIRM, "confirm", "link", agreeing.open_link),
        Route("POST", CONFIRM, "confirm", "link", agreeing.confirm, CONFIRM),
        Route("GET", links.SETUP, "setup", "link", once.open_setup),
        Route("POST", links.SETUP, "setup", "link", once.set_up, links.SETUP),
        Route("GET", "/static/{name}", "static", "anyone", static_file),
    )
