"""CXone's authentication, request by request: a public application with PKCE, a back-end one with a key."""

from __future__ import annotations

from grantway.edges.dialects.cxone import paths
from grantway.edges.web.tour import Tour, TourStep

TOUR: Tour = (
    TourStep("Read the metadata", "Where everything is.", "GET", paths.OPENID_CONFIGURATION),
    TourStep(
        "Sign somebody in",
        "The browser goes to the authorize address with a challenge (PKCE) and comes back with a code.",
        "GET",
        paths.AUTHORIZE,
        query={
            "client_id": "{client_id}",
            "redirect_uri": "{redirect_uri}",
            "response_type": "code",
            "scope": "openid",
            "state": "{state}",
            "code_challenge": "{challenge}",
            "code_challenge_method": "S256",
        },
        navigates=True,
        types=("public",),
    ),
    TourStep(
        "Exchange the code",
        "The verifier stands for a secret.",
        "POST",
        paths.TOKEN,
        form={
            "grant_type": "authorization_code",
            "code": "{code}",
            "redirect_uri": "{redirect_uri}",
            "client_id": "{client_id}",
            "code_verifier": "{verifier}",
        },
        takes={"token": "access_token", "refresh_token": "refresh_token"},
        types=("public",),
    ),
    TourStep(
        "Refresh the tokens",
        "By the client id and the refresh token.",
        "POST",
        paths.TOKEN,
        form={
            "grant_type": "refresh_token",
            "client_id": "{client_id}",
            "refresh_token": "{refresh_token}",
        },
        takes={"token": "access_token", "refresh_token": "refresh_token"},
        types=("public",),
    ),
    TourStep(
        "Get a token for an access key",
        "The key of a user, and the application's own pair.",
        "POST",
        paths.TOKEN,
        form={"grant_type": "password", "username": "{access_key_id}", "password": "{access_key_secret}"},
        basic=("{client_id}", "{client_secret}"),
        takes={"token": "access_token"},
        types=("backend",),
    ),
    TourStep(
        "Ask who it is",
        "The token goes in the Authorization header.",
        "GET",
        paths.USERINFO,
        bearer="{token}",
    ),
)
