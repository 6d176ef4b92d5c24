"""A browser without JavaScript: keeps cookies as browsers do, follows redirects at home, sends forms.

Client libraries do not send `__Host-` cookies back over plain http, which browsers do on localhost, so
the cookies are kept here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from tests.kit.plain import NOBODY

_ROUNDS = 12


@dataclass
class Form:
    """A form of a page: where it goes, its fields with their values, and what can be chosen or pressed."""

    action: str
    method: str = "post"
    fields: dict[str, str] = field(default_factory=dict)
    ticked: dict[str, list[str]] = field(default_factory=dict)
    """Of boxes that share a name, those that are ticked."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def has(self, name: str, value: str) -> bool:
        """Whether it has this button."""
        return (name, value) in self.buttons


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.title = ""
        self._in_title = False
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "title" and not self.title:
            self._in_title = True
        if tag == "form":
            self.forms.append(Form(values.get("action", ""), values.get("method", "get").lower()))
        name = values.get("name", "")
        if tag == "option" and self._select:
            self._offer(values.get("value", ""), is_selected="selected" in values)
        if not self.forms or not name:
            return
        form, value = self.forms[-1], values.get("value", "")
        if tag == "button":
            form.buttons.append((name, value))
        elif tag == "input" and values.get("type") in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(value)
            if "checked" in values and values["type"] == "checkbox":
                form.ticked.setdefault(name, []).append(value)
            elif "checked" in values:
                form.fields[name] = value
        elif tag == "select":
            self._select = name
        elif tag in {"input", "textarea"}:
            form.fields[name] = value
            self._area = name if tag == "textarea" else ""

    def _offer(self, value: str, *, is_selected: bool) -> None:
        """One of the values of a selection; the first stands there, where none is selected."""
        form = self.forms[-1]
        form.choices.setdefault(self._select, []).append(value)
        if is_selected or self._select not in form.fields:
            form.fields[self._select] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "title":
            self._in_title = False
        if tag == "textarea":
            # The line break after the opening tag is none of the text's.
            text = self.forms[-1].fields[self._area].removeprefix("\n")
            self.forms[-1].fields[self._area], self._area = text, ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data
        if self._in_title:
            self.title += data


class Browser:
    """One browser. After each step either a page of the server is shown, or `left` says where it was sent."""

    def __init__(self, base_url: str, transport: httpx.BaseTransport | None = None) -> None:
        self.base_url = base_url
        self.cookies: dict[str, str] = {}
        self.language = "en"
        self.status = 0
        self.page = ""
        self.address = base_url
        self.left: str | None = None
        self.last: httpx.Response | None = None
        self._http = httpx.Client(transport=transport, timeout=30, follow_redirects=False, verify=NOBODY)
        self._http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def visit(self, address: str) -> str | None:
        """Open an address; where the browser is sent in the end, if that is not the server."""
        return self._go("GET", urljoin(self.base_url + "/", address), None)

    def submit(
        self, press: tuple[str, str] | None = None, *, form: int = 0, **typed: str | list[str]
    ) -> str | None:
        """Fill in a form of the page by the names of its fields, and press a button (the first by default)."""
        sent = self.forms[form]
        button = press or (sent.buttons[0] if sent.buttons else None)
        values: dict[str, str | list[str]] = {
            **sent.fields,
            **sent.ticked,
            **typed,
            **(dict([button]) if button else {}),
        }
        if sent.method == "get":
            return self._go("GET", str(httpx.URL(urljoin(self.address, sent.action), params=values)), None)
        return self._go("POST", urljoin(self.address, sent.action), values)

    def post(self, address: str, **fields: str | list[str]) -> str | None:
        """Send these fields to an address, whatever form is shown."""
        return self._go("POST", urljoin(self.address, address), fields)

    def authorize(self, address: str, *, email: str, password: str, organization: str | None = None) -> str:
        """Go through sign-in, choice and consent as far as they are shown; where the browser is sent.

        Where nobody lets the application in, or its request is faulty, the person goes back to it.
        """
        left = self.visit(address)
        callback = dict(parse_qsl(urlsplit(address).query)).get("redirect_uri", "")
        for _ in range(6):
            if left is not None:
                return left
            if callback and self.address.startswith(callback + "?"):
                # A page of the server itself is an application, too.
                return self.address
            form = self.forms[0] if self.forms else Form("")
            if "password" in form.fields:
                left = self.submit(("action", "sign_in"), email=email, password=password)
            elif "organization" in form.choices:
                chosen = organization or form.choices["organization"][0]
                left = self.submit(("action", "choose"), organization=chosen)
            elif form.has("decision", "approve"):
                left = self.submit(("decision", "approve"))
            elif form.has("action", "leave"):
                left = self.submit(("action", "leave"))
            elif form.has("action", "tell"):
                left = self.submit(("action", "tell"))
            else:
                break
        raise AssertionError(f"stopped at {self.status} {self.address}: {self.title}\n{self.page[:2000]}")

    def sign_in(self, email: str, password: str) -> None:
        """Sign in without an application."""
        self.visit("/sign-in")
        self.submit(email=email, password=password)

    @property
    def forms(self) -> list[Form]:
        return self._read().forms

    @property
    def title(self) -> str:
        return self._read().title.strip()

    def close(self) -> None:
        self._http.close()

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.page)
        return reader

    def _go(self, method: str, address: str, form: dict[str, str | list[str]] | None) -> str | None:
        self.left = None
        for _ in range(_ROUNDS):
            answer = self._send(method, address, form)
            if answer.status_code not in {301, 302, 303, 307, 308}:
                self.page, self.status, self.address = answer.text, answer.status_code, address
                return None
            address = urljoin(address, answer.headers["location"])
            method, form = "GET", None
            home = urlsplit(self.base_url)
            if (urlsplit(address).scheme, urlsplit(address).netloc) != (home.scheme, home.netloc):
                self.left = address
                return address
        raise AssertionError("redirected in circles")

    def _send(self, method: str, address: str, form: dict[str, str | list[str]] | None) -> httpx.Response:
        headers = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": self.language}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers |= {"Origin": self.base_url, "Sec-Fetch-Site": "same-origin"}
        answer = self._http.request(method, address, data=form, headers=headers)
        for header in answer.headers.get_list("set-cookie"):
            self._keep(header)
        self.last = answer
        return answer

    def _keep(self, header: str) -> None:
        pair, *attributes = header.split(";")
        name, _, value = pair.partition("=")
        if any(attribute.strip().lower() == "max-age=0" for attribute in attributes):
            self.cookies.pop(name.strip(), None)
        else:
            self.cookies[name.strip()] = value.strip()
