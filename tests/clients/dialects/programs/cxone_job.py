"""A back-end application of CXone's: no browser, the token endpoint alone, and a user's access key."""

from __future__ import annotations

import json
import os
import sys

import requests

ISSUER = os.environ["BASE_URL"]


def main() -> None:
    server = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=30).json()
    response = requests.post(
        server["token_endpoint"],
        auth=(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]),
        data={
            "grant_type": "password",
            "username": os.environ["ACCESS_KEY_ID"],
            "password": os.environ["ACCESS_KEY_SECRET"],
        },
        timeout=30,
    )
    response.raise_for_status()
    tokens = response.json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    user = requests.get(server["userinfo_endpoint"], headers=bearer, timeout=30).json()
    json.dump({"members": sorted(tokens), "expires_in": tokens["expires_in"], "user": user}, sys.stdout)


if __name__ == "__main__":
    main()
