"""DeepLynx Nexus' integration guide, request by request."""

from __future__ import annotations

from grantway.edges.web.tour import Tour, TourStep

TOUR: Tour = (
    TourStep(
        "Initiate the authorization flow",
        "The browser goes to the authorize address, which has no version in it, and comes back with a code.",
        "GET",
        "/api/oauth/authorize",
        query={"client_id": "{client_id}", "redirect_uri": "{redirect_uri}", "state": "{state}"},
        navigates=True,
    ),
    TourStep(
        "Exchange the code",
        "Everything is in the query, the state once more; `expiration` is in minutes.",
        "POST",
        "/api/v1/oauth/exchange",
        query={
            "code": "{code}",
            "client_id": "{client_id}",
            "client_secret": "{client_secret}",
            "redirect_uri": "{redirect_uri}",
            "state": "{state}",
            "expiration": "480",
        },
        takes={"token": "access_token"},
    ),
    TourStep(
        "Make authenticated API requests",
        "The token goes in the Authorization header.",
        "GET",
        "/api/v1/projects/GetAllProjects",
        bearer="{token}",
    ),
)
