"""A browser without a screen: cookies, forms and redirects over WSGI, as far as these tests need them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

Wsgi = Callable[..., Iterable[bytes]]


@dataclass
class Form:
    """A form of a page: where it goes, what is in it, and its buttons."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._inside = False
        self._skip = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.forms.append(Form(found.get("action") or ""))
            self._inside = True
        elif tag == "input" and self._inside and found.get("name"):
            is_choice = found.get("type") in {"radio", "checkbox"}
            if not is_choice or "checked" in found:
                self.forms[-1].fields[str(found["name"])] = found.get("value") or ""
        elif tag == "button" and self._inside and found.get("name"):
            self.forms[-1].buttons.append((str(found["name"]), found.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.text.append(" ".join(data.split()))


@dataclass
class Seen:
    """An answer as the browser got it."""

    status: int
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name]
        assert len(found) <= 1 or name == "set-cookie", found
        return found[0] if found else None

    @property
    def location(self) -> str:
        return self.header("location") or ""

    @property
    def set_cookies(self) -> list[str]:
        return [value for key, value in self.headers if key.lower() == "set-cookie"]

    @property
    def text(self) -> str:
        return " ".join(self._read().text)

    @property
    def forms(self) -> list[Form]:
        return self._read().forms

    @property
    def form(self) -> Form:
        assert self.forms, self.text
        return self.forms[0]

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.body)
        return reader


class WsgiBrowser:
    """Keeps cookies of one host and sends what a browser would send."""

    def __init__(self, app: Any, *, host: str = "gate.example", address: str = "198.51.100.7") -> None:
        self.app: Wsgi = app
        self.host = host
        self.address = address
        self.language = "en"
        self.cookies: dict[str, str] = {}

    def get(self, address: str, **headers: str) -> Seen:
        return self.send("GET", address, headers=headers)

    def submit(self, form: Form, press: tuple[str, str] | None = None, **typed: str) -> Seen:
        """Fill in a form and press a button; the first one when none is named."""
        button = press or (form.buttons[0] if form.buttons else None)
        values = {**form.fields, **typed}
        if button is not None:
            values[button[0]] = button[1]
        return self.post(form.action, values)

    def post(self, address: str, values: dict[str, str], **headers: str) -> Seen:
        standard = {"origin": f"https://{self.host}", "sec-fetch-site": "same-origin"}
        return self.send("POST", address, urlencode(values).encode(), headers={**standard, **headers})

    def follow(self, seen: Seen) -> Seen:
        """Go where redirects lead, as long as they stay here."""
        while seen.status == 303 and urlsplit(seen.location).netloc in {"", self.host}:
            seen = self.get(seen.location)
        return seen

    def send(
        self, method: str, address: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Seen:
        parts = urlsplit(address)
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": self.host,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.address,
            "HTTP_HOST": self.host,
            "HTTP_ACCEPT": "text/html",
            "HTTP_ACCEPT_LANGUAGE": self.language,
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if body or method == "POST":
            environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
            environ["CONTENT_LENGTH"] = str(len(body))
        if self.cookies:
            environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        for name, value in (headers or {}).items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        return self._call(environ)

    def _call(self, environ: dict[str, Any]) -> Seen:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            started.append((status, headers))

        body = b"".join(self.app(environ, start))
        status, headers = started[0]
        seen = Seen(int(status[:3]), headers, body.decode())
        for cookie in seen.set_cookies:
            self._keep(cookie)
        return seen

    def _keep(self, cookie: str) -> None:
        pair, *attributes = cookie.split("; ")
        name, _, value = pair.partition("=")
        if "Max-Age=0" in attributes:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value
