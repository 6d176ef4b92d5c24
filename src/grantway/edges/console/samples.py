"""Programs that use an application, with its own values in them: what is copied works as it stands.

A secret is read from the environment: it stands in no program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grantway.edges.console.blocks import Block, Sample
from grantway.edges.web.words import _, words


def samples_of(issuer: str, application: Mapping[str, Any]) -> list[Block]:
    """The programs for an application by its type: for itself, or for people who sign in."""
    made = _of_a_service if application["type"] == "backend" else _of_people
    return made(issuer, application)


def _of_a_service(issuer: str, application: Mapping[str, Any]) -> list[Block]:
    client_id, scope = application["client_id"], " ".join(application["scopes"])
    return [
        Sample(
            words(_("curl")),
            "shell",
            f"""curl {issuer}/oauth/token \\
  -u "{client_id}:$CLIENT_SECRET" \\
  -d grant_type=client_credentials"""
            + (f' \\\n  -d "scope={scope}"' if scope else ""),
            is_open=True,
        ),
        Sample(
            words(_("Python: Authlib")),
            "python",
            f"""import os

from authlib.integrations.requests_client import OAuth2Session

client = OAuth2Session("{client_id}", os.environ["CLIENT_SECRET"], scope="{scope}")
token = client.fetch_token("{issuer}/oauth/token", grant_type="client_credentials")
print(token["access_token"])
""",
        ),
        Sample(
            words(_("JavaScript: openid-client")),
            "javascript",
            f"""import * as client from "openid-client";

const server = new URL("{issuer}");
const config = await client.discovery(server, "{client_id}", process.env.CLIENT_SECRET);
const tokens = await client.clientCredentialsGrant(config, {{ scope: "{scope}" }});
console.log(tokens.access_token);
""",
        ),
        Sample(
            words(_("Go: x/oauth2")),
            "go",
            f"""config := clientcredentials.Config{{
	ClientID:     "{client_id}",
	ClientSecret: os.Getenv("CLIENT_SECRET"),
	TokenURL:     "{issuer}/oauth/token",
	Scopes:       strings.Fields("{scope}"),
}}
client := config.Client(context.Background())
""",
        ),
        Sample(
            words(_("Java: Spring")),
            "yaml",
            f"""spring.security.oauth2.client:
  registration.grantway:
    client-id: {client_id}
    client-secret: ${{CLIENT_SECRET}}
    authorization-grant-type: client_credentials
    scope: {scope or '""'}
  provider.grantway:
    issuer-uri: {issuer}
""",
        ),
    ]


def _of_people(issuer: str, application: Mapping[str, Any]) -> list[Block]:
    client_id, scope = application["client_id"], " ".join(application["scopes"]) or "openid"
    back = (application["redirect_uris"] or ["https://app.example/callback"])[0]
    has_secret = application["type"] == "confidential"
    secret_js = ", process.env.CLIENT_SECRET" if has_secret else ", undefined, client.None()"
    secret_py = ', client_secret=os.environ["CLIENT_SECRET"]' if has_secret else ""
    secret_java = "client-secret: ${CLIENT_SECRET}" if has_secret else "client-authentication-method: none"
    secret_go = '\n\tClientSecret: os.Getenv("CLIENT_SECRET"),' if has_secret else ""
    return [
        Sample(
            words(_("Python: Authlib")),
            "python",
            f"""import os

from authlib.integrations.requests_client import OAuth2Session

client = OAuth2Session(
    "{client_id}"{secret_py},
    scope="{scope}",
    redirect_uri="{back}",
    code_challenge_method="S256",
)
address, state = client.create_authorization_url("{issuer}/oauth/authorize", code_verifier=verifier)
# Send the browser to `address`. At the redirect URI:
token = client.fetch_token("{issuer}/oauth/token", authorization_response=url, code_verifier=verifier)
""",
            is_open=True,
        ),
        Sample(
            words(_("JavaScript: openid-client")),
            "javascript",
            f"""import * as client from "openid-client";

const server = new URL("{issuer}");
const config = await client.discovery(server, "{client_id}"{secret_js});
const verifier = client.randomPKCECodeVerifier();
const address = client.buildAuthorizationUrl(config, {{
  redirect_uri: "{back}",
  scope: "{scope}",
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
}});
// Send the browser to `address`. At the redirect URI:
const tokens = await client.authorizationCodeGrant(config, currentUrl, {{ pkceCodeVerifier: verifier }});
""",
        ),
        Sample(
            words(_("Go: x/oauth2")),
            "go",
            f"""config := &oauth2.Config{{
	ClientID:     "{client_id}",{secret_go}
	RedirectURL:  "{back}",
	Scopes:       strings.Fields("{scope}"),
	Endpoint: oauth2.Endpoint{{
		AuthURL:  "{issuer}/oauth/authorize",
		TokenURL: "{issuer}/oauth/token",
	}},
}}
verifier := oauth2.GenerateVerifier()
address := config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier))
token, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
""",
        ),
        Sample(
            words(_("Java: Spring")),
            "yaml",
            f"""spring.security.oauth2.client:
  registration.grantway:
    client-id: {client_id}
    {secret_java}
    authorization-grant-type: authorization_code
    redirect-uri: {back}
    scope: {scope.replace(" ", ", ")}
  provider.grantway:
    issuer-uri: {issuer}
""",
        ),
        Sample(
            words(_("curl: what the application does with a code")),
            "shell",
            f"""curl {issuer}/oauth/token \\
  {f'-u "{client_id}:$CLIENT_SECRET"' if has_secret else f"-d client_id={client_id}"} \\
  -d grant_type=authorization_code \\
  -d "code=$CODE" -d "code_verifier=$VERIFIER" \\
  --data-urlencode "redirect_uri={back}" """.rstrip(),
        ),
    ]
