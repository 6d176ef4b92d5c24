"""What both Django sites share: settings, the page that shows who signed in, and the server."""

from __future__ import annotations

import json
import sys
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse

FACTS: dict[str, Any] = json.loads(sys.argv[1])


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's own name
        """Say nothing of each request."""


def configure(*apps: str, middleware: tuple[str, ...] = (), **named: Any) -> None:
    """Set Django up, with a database in memory."""
    settings.configure(
        ROOT_URLCONF="__main__",
        SECRET_KEY="of this site",
        ALLOWED_HOSTS=["127.0.0.1"],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            *apps,
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            *middleware,
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": f"{FACTS['folder']}/{FACTS['port']}.db",
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGIN_REDIRECT_URL="/me",
        **named,
    )
    django.setup()


def me(request: HttpRequest) -> JsonResponse:
    """Who signed in."""
    user = request.user
    return JsonResponse({"email": getattr(user, "email", None), "signed_in": user.is_authenticated})


def serve() -> None:
    """Make the tables and listen."""
    call_command("migrate", verbosity=0)
    server = make_server("127.0.0.1", FACTS["port"], get_wsgi_application(), handler_class=_Quiet)
    server.serve_forever()
