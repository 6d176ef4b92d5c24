"""The application of DeepLynx Nexus' integration guide: sign-in, callback, exchange, and a call of the API."""

from __future__ import annotations

import os
import secrets

import requests
from flask import Flask, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue

app = Flask(__name__)
app.secret_key = "your-secret-key"

# Configuration
NEXUS = os.environ["BASE_URL"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
REDIRECT_URI = os.environ["REDIRECT_URI"]
AUTHORIZATION_URL = f"{NEXUS}/api/oauth/authorize"
TOKEN_URL = f"{NEXUS}/api/v1/oauth/exchange"


@app.route("/login")
def login() -> ResponseReturnValue:
    state = secrets.token_urlsafe(32)
    session["oauth_state"] = state
    auth_url = f"{AUTHORIZATION_URL}?client_id={CLIENT_ID}&redirect_uri={REDIRECT_URI}&state={state}"
    return redirect(auth_url)


@app.route("/callback")
def callback() -> ResponseReturnValue:
    code = request.args.get("code")
    state = request.args.get("state")
    if state != session.get("oauth_state"):
        return "Invalid state", 400
    session.pop("oauth_state", None)
    token_response = requests.post(
        TOKEN_URL,
        params={
            "code": code,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uri": REDIRECT_URI,
            "state": state,
            "expiration": 480,
        },
        timeout=30,
    )
    if token_response.status_code != 200:
        return "Token exchange failed", 400
    token_data = token_response.json()
    session["access_token"] = token_data["access_token"]
    return redirect("/dashboard")


@app.route("/api/data")
def get_data() -> ResponseReturnValue:
    token = session.get("access_token")
    if not token:
        return redirect("/login")
    response = requests.get(
        f"{NEXUS}/api/v1/projects/GetAllProjects",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    if response.status_code == 401:
        return redirect("/login")
    return jsonify(response.json())
