"""nginx in front of the server, with the very configuration that docs/operating.md offers."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from grantway.core.identifiers import to_text
from grantway.edges.dialects.standard import paths
from tests.cli.test_serve import serving
from tests.flows.conftest import free_port
from tests.flows.nodes import is_ready, wait
from tests.flows.test_nginx import SURROUNDINGS
from tests.kit import plain
from tests.kit.databases import Databases
from tests.kit.machine import nginx
from tests.kit.world import ISSUER, World, settings_of

GUIDE = Path(__file__).parents[2] / "docs" / "operating.md"
COMPRESSING = "gzip on; gzip_min_length 0; gzip_proxied any; gzip_types application/json;"


def block(info: str) -> str:
    """What stands between the fences of a kind."""
    return GUIDE.read_text(encoding="utf-8").partition(f"```{info}\n")[2].partition("```")[0]


@contextmanager
def in_front(port: int, folder: Path) -> Iterator[str]:
    """Nginx as the guide has it, without its certificates, and with a compression that weakens tags."""
    text = block("nginx") + block("nginx mounts")
    own = free_port()
    text = text.replace("127.0.0.1:8400", f"127.0.0.1:{port}")
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{own};")
    text = text.replace("/var/log/nginx", str(folder))
    lines = [line for line in text.splitlines() if "ssl_certificate" not in line]
    configuration = folder / "nginx.conf"
    server = "\n".join([COMPRESSING, *lines])
    configuration.write_text(SURROUNDINGS.format(folder=folder, server=server))
    command = [str(nginx()), "-c", str(configuration), "-p", str(folder), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command)
    address = f"http://127.0.0.1:{own}"
    try:
        wait(lambda: is_ready(address), 20)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def test_the_guides_proxy_passes_everything_on(databases: Databases, tmp_path: Path) -> None:
    """Tags that it weakens when it compresses lock nobody out; refusals, methods and addresses pass."""
    url = databases.sqlite()
    changes: dict[str, Any] = {"GRANTWAY_ISSUER": ISSUER, "GRANTWAY_TRUSTED_PROXIES": "127.0.0.1"}
    with closing(World(settings_of(url))) as world, serving(url, **changes) as server:
        organization = world.make.organization("Harbour")
        scopes = ("organizations:read", "organizations:write")
        backend = world.make.application(organization, "backend", scopes=scopes)
        secret = world.make.secret(backend)
        with in_front(urlsplit(server.issuer).port or 0, tmp_path) as address:
            pair = (backend.client_id, secret)
            asked = {"grant_type": "client_credentials"}
            token = plain.post(address + paths.TOKEN, data=asked, auth=pair).json()["access_token"]
            record = f"{address}/api/v1/organizations/{to_text(organization.id)}"
            bearer = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
            seen = plain.get(record, headers=bearer)
            assert (seen.status_code, seen.headers.get("content-encoding")) == (200, "gzip")
            assert seen.headers["etag"] == 'W/"1"', "weakened"
            unchanged = plain.get(record, headers=bearer | {"If-None-Match": seen.headers["etag"]})
            assert unchanged.status_code == 304
            changed = plain.request(
                "PATCH", record, headers=bearer | {"If-Match": seen.headers["etag"]}, json={"name": "Port"}
            )
            assert changed.status_code == 200
            assert changed.json()["name"] == "Port"
            for path in (paths.KEYS, paths.OPENID_CONFIGURATION, "/reference", "/static/grantway.css"):
                first = plain.get(address + path, headers={"Accept-Encoding": "gzip"})
                assert first.status_code == 200
                again = plain.get(address + path, headers={"If-None-Match": first.headers["etag"]})
                assert again.status_code == 304, path
                assert plain.request("HEAD", address + path).status_code == 200
            assert plain.get(address + paths.OPENID_CONFIGURATION).json()["issuer"] == ISSUER
            large = plain.post(address + paths.TOKEN, data={"a": "b" * 70_000})
            assert (large.status_code, large.json()["error_id"]) == (413, "E-REQUEST-08")
            many = plain.get(address + "/sign-in", headers={"Cookie": "a=" + "x" * 30_000})
            assert many.status_code == 200
    databases.drop(url)


def test_the_guides_proxy_leads_each_host_to_its_mount_and_logs_no_query(
    databases: Databases, tmp_path: Path
) -> None:
    """D36: what travels in a query, as a system's guide has it, is in no line of the proxy's log."""
    url, told = databases.sqlite(), tomllib.loads(block("toml mounts"))
    changes: dict[str, Any] = {
        "GRANTWAY_ISSUER": told["issuer"],
        "GRANTWAY_MOUNTS": ",".join(told["mounts"]),
        "GRANTWAY_TRUSTED_PROXIES": "127.0.0.1",
    }
    with serving(url, **changes) as server, in_front(urlsplit(server.issuer).port or 0, tmp_path) as address:

        def ask(host: str, path: str) -> int:
            return plain.get(f"{address}{path}?client_secret=tell-nobody", headers={"Host": host}).status_code

        for host in ("nexus.example.org", "api.nexus.example.org"):
            assert ask(host, "/api/oauth/authorize") == 400
            assert ask(host, "/sign-in") == 404
        assert ask("api.nexus211.example", "/keys") == 401
        assert ask("id.example.com", "/keys") == 404
        assert ask("id.example.com", "/d/lab/api/oauth/authorize") == 400
    logged = (tmp_path / "grantway.log").read_text()
    assert "/api/oauth/authorize" in logged
    assert "tell-nobody" not in logged
    databases.drop(url)
