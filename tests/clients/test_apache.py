"""Apache with mod_auth_openidc, as Debian packages them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.clients.conftest import Gate
from tests.kit.machine import APACHE_MODULES, apache

if TYPE_CHECKING:
    from tests.kit.chromium import NewPage

MODULES = ("mpm_event", "authn_core", "authz_core", "authz_user", "auth_openidc", "mime", "include")
CONFIGURATION = """
ServerRoot {root}
PidFile {root}/pid
DefaultRuntimeDir {root}
ErrorLog {root}/error.log
Listen 127.0.0.1:{port}
ServerName 127.0.0.1
User www-data
DocumentRoot {root}/pages
TypesConfig /etc/mime.types

OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCRedirectURI {address}{callback}
OIDCCryptoPassphrase "a long secret of this site"
OIDCPKCEMethod S256
OIDCScope "openid email profile"

<Directory {root}/pages>
    AuthType openid-connect
    Require valid-user
    Options +Includes
    AddType application/json .json
    AddOutputFilter INCLUDES .json
</Directory>
"""


def site(facts: Mapping[str, Any]) -> list[str | Path]:
    """Write the configuration of a site of one page."""
    root = Path(facts["folder"]) / f"apache-{facts['port']}"
    (root / "pages").mkdir(parents=True)
    (root / "pages" / "me.json").write_text('{"email": "<!--#echo var="OIDC_CLAIM_email" -->"}')
    loaded = "".join(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n" for name in MODULES)
    (root / "conf").write_text(loaded + CONFIGURATION.format(root=root, **facts))
    return [apache(), "-X", "-f", root / "conf"]


def test_mod_auth_openidc(gate: Gate, new_page: NewPage) -> None:
    page = new_page()
    with gate.site(site, "/callback") as address:
        page.goto(f"{address}/me.json")
        gate.sign_in(page)
        page.wait_for_url(f"{address}/me.json")
        assert json.loads(page.locator("pre").inner_text()) == {"email": gate.person.user.email}
