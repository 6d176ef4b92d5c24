"""Three server processes on one database: what one is told, the others know within a second (E26)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

from tests.flows.nodes import BOUND, HOST, Nodes, wait
from tests.kit import plain
from tests.kit.world import World


def test_what_one_process_is_told_all_know_within_a_second(real_world: World, nodes: Nodes) -> None:
    """V111, V089: disabling, revoking one token, and enabling again, seen on every process.

    C5, C009: so are origins, address ranges (G12), and what comes back.
    """
    make = real_world.make
    acme = make.organization("Acme")
    make.api(None, "orders:read")
    application = make.application(acme, "backend", scopes=("orders:read",))
    asker = make.application(acme, "backend", scopes=("orders:read",))
    secret, other = make.secret(application), make.secret(asker)
    token, kept = nodes.machine_token(application, secret), nodes.machine_token(application, secret)
    spa = make.application(acme, "public", origins=("https://spa.example.test",))
    for address in nodes.addresses:
        assert nodes.is_heard(address, spa.origins[0])
        assert nodes.is_active(address, application, secret, token)
        assert nodes.token(address, asker, other).status_code == 200

    pair = b64encode(f"{application.client_id}:{secret}".encode()).decode()
    revoked = plain.post(
        f"{nodes.addresses[0]}/oauth/revoke",
        data={"token": token},
        headers={**HOST, "Authorization": f"Basic {pair}"},
    )
    assert revoked.status_code == 200
    wait(lambda: not any(nodes.is_active(one, application, secret, token) for one in nodes.addresses), BOUND)
    assert all(nodes.is_active(one, application, secret, kept) for one in nodes.addresses)

    make.change_application(application, state="disabled")
    wait(
        lambda: all(nodes.token(one, application, secret).status_code == 401 for one in nodes.addresses),
        BOUND,
    )
    make.change_application(application, state="enabled")
    wait(lambda: all(nodes.is_active(one, application, secret, kept) for one in nodes.addresses), BOUND)
    assert not any(nodes.is_active(one, application, secret, token) for one in nodes.addresses)
    assert all(nodes.token(one, asker, other).status_code == 200 for one in nodes.addresses)

    make.change_application(spa, archived_at=1)
    wait(lambda: not any(nodes.is_heard(one, spa.origins[0]) for one in nodes.addresses), BOUND)
    make.change_application(spa, archived_at=None)
    wait(lambda: all(nodes.is_heard(one, spa.origins[0]) for one in nodes.addresses), BOUND)
    elsewhere = replace(asker.settings, networks=("192.0.2.0/24",))
    make.change_application(asker, settings=elsewhere)
    wait(lambda: all(nodes.token(one, asker, other).status_code == 403 for one in nodes.addresses), BOUND)
