"""django-allauth with its provider for OpenID Connect."""

from __future__ import annotations

from django_site import FACTS, configure, me, serve

configure(
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    middleware=("allauth.account.middleware.AccountMiddleware",),
    AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
    SOCIALACCOUNT_PROVIDERS={
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "grantway",
                    "name": "Grantway",
                    "client_id": FACTS["client_id"],
                    "secret": FACTS["client_secret"],
                    "settings": {"server_url": FACTS["issuer"], "oauth_pkce_enabled": True},
                }
            ]
        }
    },
)

from django.urls import include, path  # noqa: E402 -- Django wants its settings first

urlpatterns = [path("me", me), path("accounts/", include("allauth.urls"))]

if __name__ == "__main__":
    serve()
