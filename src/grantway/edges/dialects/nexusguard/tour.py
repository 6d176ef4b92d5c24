"""Nexusguard's guide, request by request."""

from __future__ import annotations

from grantway.edges.web.tour import Tour, TourStep

_PAIR = {"app_id": "{client_id}", "secret": "{client_secret}"}
_CODE = ("code", "0")

TOUR: Tour = (
    TourStep(
        "Connect",
        "The portal passed `xspe` and `customer_id` to the entrance of the app. No page is shown.",
        "GET",
        "/oauth/connect",
        query={
            "app_id": "{client_id}",
            "redirect_uri": "{redirect_uri}",
            "response_type": "code",
            "scope": "install_login",
            "xspe": "{xspe}",
            "state": "{state}",
            "customer_id": "{customer_id}",
        },
        navigates=True,
    ),
    TourStep(
        "Get a user access token",
        "The code and the app's pair as a form.",
        "POST",
        "/oauth/access_token",
        form={**_PAIR, "code": "{code}", "grant_type": "authorization_code"},
        takes={"token": "result.access_token", "refresh_token": "result.refresh_token"},
        succeeds=_CODE,
    ),
    TourStep(
        "Call the API as the user",
        "The token is in the address, and reaches its own customer.",
        "GET",
        "/api/spe/customer/{customer_id}",
        query={"access_token": "{token}"},
        succeeds=_CODE,
    ),
    TourStep(
        "Refresh it",
        "Without the secret; a new refresh token comes with it.",
        "POST",
        "/oauth/refresh_token",
        form={
            "app_id": "{client_id}",
            "refresh_token": "{refresh_token}",
            "grant_type": "refresh_code",
        },
        takes={"token": "result.access_token", "refresh_token": "result.refresh_token"},
        succeeds=_CODE,
    ),
    TourStep(
        "Get an app access token",
        "It acts for the app rather than for a user.",
        "POST",
        "/oauth/credit/token",
        form={**_PAIR, "grant_type": "client_credential"},
        takes={"app_token": "result.access_token"},
        succeeds=_CODE,
    ),
    TourStep(
        "Call the API as the app",
        "The customers that installed it.",
        "GET",
        "/api/spe/customers",
        query={"access_token": "{app_token}"},
        succeeds=_CODE,
    ),
)
