"""Nitro's guide, request by request."""

from __future__ import annotations

from grantway.edges.web.tour import Tour, TourStep

_PAIR = {"client_id": "{client_id}", "client_secret": "{client_secret}"}

TOUR: Tour = (
    TourStep(
        "Request a 2-legged token",
        "Without a user it is for administrative calls.",
        "POST",
        "/oauth/token",
        form={**_PAIR, "scope": "global"},
        takes={"global_token": "access_token"},
    ),
    TourStep(
        "Call the API as the site", "With the scope `global`.", "GET", "/groups", bearer="{global_token}"
    ),
    TourStep(
        "Request a 3-legged token",
        "The site says which of its users it is for.",
        "POST",
        "/oauth/token",
        form={**_PAIR, "userId": "joe"},
        takes={"user_token": "access_token"},
    ),
    TourStep(
        "Call the API for the user",
        "With the scope `gamification_user`.",
        "GET",
        "/users/current",
        bearer="{user_token}",
    ),
)
