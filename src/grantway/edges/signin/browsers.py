"""The browser behind a request: its own secret, the session it carries, and proof that a form is ours."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.errors import LINK_INVALID, STEP_UNKNOWN, PageError
from grantway.core.identifiers import from_text
from grantway.core.messages import Session
from grantway.core.secrets import encode
from grantway.edges.web import answers
from grantway.edges.web.csrf import FIELD, Csrf
from grantway.edges.web.forms import Parameters
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.accounts.sessions import Sessions
from grantway.features.authorize.views import Browser

HOME = "/"
SIGN_IN = "/sign-in"
MARK = "shown"
"""The name of the hidden field that says which showing of a page a form belongs to."""
_SECRET_BYTES = 32
_LINK_LIFETIME = 600


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

    def visit(self, request: HttpRequest) -> Visit:
        """The browser of a request that shows something; one without a secret is given one."""
        secret = request.cookie("browser")
        if secret is not None:
            return Visit(request, self._browser(request, secret))
        secret = encode(request.server.entropy.token_bytes(_SECRET_BYTES))
        give_cookie(request, request.server.cookies.set("browser", secret))
        return Visit(request, self._browser(request, secret))

    def answered(self, request: HttpRequest, purpose: str, handle: str) -> tuple[Visit, Parameters, str]:
        """The same of a page on which something is decided, and the mark of what stood on it.

        The proof is for this showing: the form of another one, in another tab, is not proven by it.
        """
        mark = request.form().get(MARK) or ""
        visit, form = self.post(request, purpose, f"{handle}|{mark}")
        return visit, form, mark

    def post(self, request: HttpRequest, purpose: str, handle: str = "") -> tuple[Visit, Parameters]:
        """The browser and the form of a request that changes something. Raises PageError, OAuthError."""
        form = request.form()
        secret = request.cookie("browser")
        if secret is None:
            raise PageError(STEP_UNKNOWN, "the browser kept no cookie")
        self._csrf.check(
            request.environ, form.get(FIELD), browser_secret=secret, purpose=purpose, handle=handle
        )
        return Visit(request, self._browser(request, secret)), form

    def proof(self, visit: Visit, purpose: str, handle: str = "") -> str:
        """What the form of one step must carry."""
        return self._csrf.token(visit.browser.secret, purpose, handle)

    def _browser(self, request: HttpRequest, secret: str) -> Browser:
        session = self._sessions.find(request.cookie("session"))
        hint = request.cookie("organization")
        hinted = from_text(hint) if hint is not None else None
        return Browser(secret, session, request.address, hinted)


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
