"""The browser behind a request: its own secret, the session it carries, and proof that a form is ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from grantway.core.errors import LINK_INVALID, STEP_UNKNOWN, PageError
from grantway.core.identifiers import from_text
from grantway.core.messages import Session
from grantway.core.secrets import digest, encode
from grantway.edges.web import answers
from grantway.edges.web.csrf import FIELD, Csrf
from grantway.edges.web.forms import OF_THE_PROTOCOL, Parameters, Taken
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.accounts.sessions import Sessions
from grantway.features.authorize.views import Browser

HOME = "/"
"""Where a signed-in person goes who named no page: to their work, or else to their account."""
ACCOUNT = "/account"
SIGN_IN = "/sign-in"
RETURNS = {
    "home": HOME,
    "account": ACCOUNT,
    "password": "/password",
    "profile": "/profile",
    "applications": "/applications",
    "sign-out": "/sign-out",
}
"""The pages that one returns to after signing in, by their names: no address comes from outside."""
_CONSOLE = re.compile(r"o(?:/[A-Za-z0-9_-]{1,64}){1,12}(?:\?kept=[A-Za-z0-9_-]{1,40})?")
"""The addresses of the console as they stand in `to`. They lead to this server, whatever is in them."""
MARK = "shown"
"""The name of the hidden field that says which showing of a page a form belongs to."""
_SECRET_BYTES = 32
_LINK_LIFETIME = 600
_FLOW_LIFETIME = 2 * 3_600


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with the browser that sent it."""

    request: HttpRequest
    browser: Browser

    @property
    def session(self) -> Session | None:
        """The live session of the browser."""
        return self.browser.session


class Browsers:
    """Recognises browsers, and makes and checks the proofs in their forms."""

    def __init__(self, sessions: Sessions, csrf: Csrf) -> None:
        self._sessions = sessions
        self._csrf = csrf

    def visit(self, request: HttpRequest, flow: str | None = None) -> Visit:
        """The browser of a request that shows something; one without a secret is given one.

        Several tabs that a fresh browser opens at once are each given another one, and it keeps the last.
        So the secret with which the page of a pending request, `flow`, is shown to a stranger is kept beside
        it under a name of its own: that request goes on whatever becomes of the cookie that all share. That
        holds also for a tab that came with the cookie of another one, which a third may replace meanwhile.
        """
        cookies, secret = request.server.cookies, _secret_of(request, flow)
        if secret is None:
            secret = encode(request.server.entropy.token_bytes(_SECRET_BYTES))
            give_cookie(request, cookies.set("browser", secret))
        browser = self._browser(request, secret)
        if flow is not None and browser.session is None and request.cookie("flow", of=_short(flow)) is None:
            give_cookie(request, cookies.set("flow", secret, of=_short(flow), max_age=_FLOW_LIFETIME))
        return Visit(request, browser)

    def answered(
        self, request: HttpRequest, purpose: str, handle: str | None = None
    ) -> tuple[Visit, Parameters, str]:
        """The same of a page on which something is decided, and the mark of what stood on it.

        The proof is for this showing: the form of another one, in another tab, is not proven by it.
        """
        mark = request.form().get(MARK) or ""
        visit, form = self.post(request, purpose, f"{handle or ''}|{mark}", flow=handle)
        return visit, form, mark

    def post(
        self,
        request: HttpRequest,
        purpose: str,
        handle: str = "",
        *,
        flow: str | None = None,
        taken: Taken = OF_THE_PROTOCOL,
    ) -> tuple[Visit, Parameters]:
        """The browser and the form of a request that changes something. Raises PageError, OAuthError."""
        form = request.form(taken)
        secret = _secret_of(request, flow)
        if secret is None:
            raise PageError(STEP_UNKNOWN, "the browser kept no cookie")
        self._csrf.check(
            request.environ, form.get(FIELD), browser_secret=secret, purpose=purpose, handle=handle
        )
        return Visit(request, self._browser(request, secret)), form

    def proof(self, visit: Visit, purpose: str, handle: str = "") -> str:
        """What the form of one step must carry."""
        return self._csrf.token(visit.browser.secret or "", purpose, handle)

    def _browser(self, request: HttpRequest, secret: str) -> Browser:
        session = self._sessions.find(request.cookie("session"))
        hint = request.cookie("organization")
        hinted = from_text(hint) if hint is not None else None
        return Browser(secret, session, request.address, hinted)


def _secret_of(request: HttpRequest, flow: str | None) -> str | None:
    """The secret that a browser was given for this request alone, or else its own."""
    own = request.cookie("flow", of=_short(flow)) if flow is not None else None
    return own if own is not None else request.cookie("browser")


def _short(flow: str) -> str:
    """A name for a handle, in a cookie: a part of its hash, because a handle may be any text."""
    return digest(flow).hex()[:12]


def give_cookie(request: HttpRequest, cookie: str) -> None:
    """Let a Set-Cookie header go with the answer, whatever it is."""
    request.new_cookies = (*request.new_cookies, cookie)


def moved(request: HttpRequest, address: str) -> HttpAnswer | None:
    """The redirect that takes the token out of the address, if one stands there."""
    token = request.query().get("token")
    if token is None:
        return None
    try:
        cookie = request.server.cookies.set("link", token, max_age=_LINK_LIFETIME)
    except ValueError:
        raise PageError(LINK_INVALID, "not a token of ours") from None
    give_cookie(request, cookie)
    return answers.see_other(address)


def through(request: HttpRequest, done: str) -> HttpAnswer:
    """On from a link to the sign-in form, as nobody: whoever was signed in here may be somebody else."""
    give_cookie(request, request.server.cookies.clear("link"))
    return answers.see_other(f"{SIGN_IN}?done={done}")


def sign_in_first(page: str) -> HttpAnswer:
    """To the sign-in form, and from there back to the page of this name."""
    return answers.see_other(SIGN_IN + query_of(page))


def query_of(page: str | None) -> str:
    """How the sign-in form is told where to lead on; nothing for what is no page of ours."""
    return f"?to={quote(page or '', safe='/')}" if address_of(page) not in {None, HOME} else ""


def address_of(page: str | None) -> str | None:
    """The address of a page that one may return to; None for what is no page of ours."""
    if page is None:
        return None
    return RETURNS.get(page) or (f"/{page}" if _CONSOLE.fullmatch(page) else None)
