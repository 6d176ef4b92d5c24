"""Nexus211's guide, request by request."""

from __future__ import annotations

from grantway.edges.web.tour import Tour, TourStep

_PAIR = ("{client_id}", "{client_secret}")

TOUR: Tour = (
    TourStep(
        "Call the API as the application",
        "Every call carries the Client ID and the Client Secret. No token is needed.",
        "GET",
        "/organizations/current",
        basic=_PAIR,
    ),
    TourStep(
        "Read the keys",
        "One Client Secret for each organization that authorized the application.",
        "GET",
        "/keys",
        basic=_PAIR,
        takes={"organization_secret": "0.secret"},
    ),
    TourStep(
        "Act for another organization",
        "The same Client ID with the secret of that organization.",
        "GET",
        "/organizations/current",
        basic=("{client_id}", "{organization_secret}"),
    ),
    TourStep(
        "Sign somebody in",
        "The browser goes to the authorize address and comes back with a code.",
        "GET",
        "/oauth/authorize",
        query={"state": "{state}", "application": "{client_id}", "redirect": "{redirect_uri}"},
        navigates=True,
    ),
    TourStep(
        "Exchange the code",
        "The application's pair, and the code as JSON.",
        "POST",
        "/oauth/access-token",
        json={"code": "{code}"},
        basic=_PAIR,
        takes={"token": "token"},
    ),
    TourStep(
        "Call the API as a profile",
        "What the person may do, and the application may, too.",
        "GET",
        "/organizations/current",
        bearer="{token}",
    ),
)
