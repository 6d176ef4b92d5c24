"""mozilla-django-oidc."""

from __future__ import annotations

from django_site import FACTS, configure, me, serve

ISSUER = FACTS["issuer"]
configure(
    "mozilla_django_oidc",
    AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
    OIDC_RP_CLIENT_ID=FACTS["client_id"],
    OIDC_RP_CLIENT_SECRET=FACTS["client_secret"],
    OIDC_OP_AUTHORIZATION_ENDPOINT=f"{ISSUER}/oauth/authorize",
    OIDC_OP_TOKEN_ENDPOINT=f"{ISSUER}/oauth/token",
    OIDC_OP_USER_ENDPOINT=f"{ISSUER}/oauth/userinfo",
    OIDC_OP_JWKS_ENDPOINT=f"{ISSUER}/oauth/jwks",
    OIDC_RP_SIGN_ALGO="RS256",
    OIDC_USE_PKCE=True,
)

from django.urls import include, path  # noqa: E402 -- Django wants its settings first

urlpatterns = [path("me", me), path("oidc/", include("mozilla_django_oidc.urls"))]

if __name__ == "__main__":
    serve()
