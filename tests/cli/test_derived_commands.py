"""Records go through their life by commands: each is the operation of the management API, and told as that is."""

from __future__ import annotations

from dataclasses import replace

from grantway.core.identifiers import to_text
from grantway.core.model import REFERENCE_CLIENT
from grantway.edges.web.records.acting import PAGE
from tests.cli.conftest import Run, of_commands, told
from tests.kit.world import World

API = "https://deliveries.example.test"


def acts(world: World) -> set[str]:
    with world.store.read() as tx:
        found = of_commands(tx)
    assert {one.actor_kind for one in found} <= {"command_line"}
    return {one.action for one in found}


def test_people_are_made_appointed_stopped_and_removed(run: Run, world: World) -> None:
    northwind, mara = world.make.organization("Northwind"), ("users", "show", "mara@northwind.example")
    made = told(run("users", "create", "--email", mara[2], "--name", "Mara", "--json"))
    assert made["activation_link"]
    assert told(run(*mara))["id"] == made["id"] == told(run("users", "show", made["id"]))["id"]
    assert told(run("users", "change", mara[2], "--given-name", "Mara", "--json"))["given_name"] == "Mara"
    assert told(run("users", "change", mara[2], "--no-given-name", "--json"))["given_name"] is None
    assert told(run("users", "link", mara[2], "--json"))["activation_link"]
    person = world.make.person(northwind, email="olga@northwind.example", role="owner")
    world.make.person(northwind, email="ines@northwind.example", role="member")
    ines = (northwind.slug, "ines@northwind.example")
    assert told(run("members", "change", *ines, "--role", "admin", "--json"))["role"] == "admin"
    for verb in ("disable", "enable"):
        assert told(run("members", verb, *ines, "--json"))["state"] == f"{verb}d"
    assert told(run("members", "list", northwind.slug, "--role", "admin", "--json"))[0]["email"] == ines[1]
    invited = told(run("members", "invite", northwind.slug, "--email", mara[2], "--role", "member", "--json"))
    assert told(run("members", "resend", northwind.slug, invited["id"], "--json"))["id"] == invited["id"]
    assert told(run("members", "invitation", northwind.slug, invited["id"]))["email"] == mara[2]
    assert [one["id"] for one in told(run("members", "invitations", northwind.slug, "--json"))] == [
        invited["id"]
    ]
    assert told(run("members", "leaving", *ines))["email"] == ines[1]
    assert run("members", "remove", *ines, typed="n\n").exit_code == 1
    assert told(run("members", "remove", *ines, "--yes", "--json"))["email"] == ines[1]
    last = run("members", "change", northwind.slug, to_text(person.id), "--role", "member")
    assert (last.exit_code, "E-" in last.stderr) == (1, True)
    for verb in ("disable", "enable"):
        assert (
            told(run("users", verb, mara[2], *(["--yes"] if verb == "disable" else []), "--json"))["state"]
            == f"{verb}d"
        )
    assert told(run("users", "end-sessions", mara[2], "--yes", "--json")) == {"ended": 0}
    assert told(run("users", "delete", mara[2], "--yes", "--json"))["email"] == mara[2]
    assert acts(world) >= {
        *(f"user.{verb}" for verb in ("create", "update", "invite", "end_sessions", "delete")),
        *(f"member.{verb}" for verb in ("update", "remove")),
        *(f"invitation.{verb}" for verb in ("create", "resend")),
    }


def test_an_api_is_declared_with_scopes_routes_and_limits(run: Run, world: World) -> None:
    northwind = world.make.organization("Northwind")
    robot = world.make.application(northwind, "backend", name="Robot")
    create = ("apis", "create", "--organization", northwind.slug, "--identifier", API, "--name", "Deliveries")
    made = told(run(*create, "--introspector", robot.client_id, "--json"))
    assert made["introspectors"] == [to_text(robot.id)]
    assert told(run("apis", "change", API, "--no-introspectors", "--json"))["introspectors"] == []
    scope = ("scopes", "create", "--api", API, "--value", "deliveries:read", "--text", "See them")
    assert told(run(*scope, "--json"))["value"] == "deliveries:read"
    assert told(run("scopes", "change", "deliveries:read", "--risk", "high", "--json"))["risk"] == "high"
    route = ("routes", "create", "--api", API, "--method", "GET", "--pattern", "/deliveries")
    made = told(run(*route, "--scope", "deliveries:read", "--json"))
    assert told(run("routes", "list", "--api", API, "--json")) == [made]
    assert "/deliveries" in run("routes", "list", "--api", API).stdout
    bare = run("routes", "change", "--api", API, made["id"])
    assert (bare.exit_code, "scopes: " in bare.stderr) == (1, True)
    limit = ("limits", "create", "--api", API, "--per-minute", "10", "--application", robot.client_id)
    bound = told(run(*limit, "--for-organization", northwind.slug, "--json"))
    assert (bound["application_id"], bound["organization_id"]) == (to_text(robot.id), to_text(northwind.id))
    changed = told(run("limits", "change", "--api", API, bound["id"], "--per-minute", "20", "--json"))
    assert changed["per_minute"] == 20
    late = run("limits", "change", "--api", API, bound["id"], "--per-minute", "5", "--version", "1")
    assert (late.exit_code, "E-RECORD-03" in late.stderr) == (1, True)
    for words in (
        ("limits", "delete", "--api", API, bound["id"]),
        ("routes", "delete", "--api", API, made["id"]),
        ("scopes", "delete", "deliveries:read"),
        ("apis", "disable", API),
        ("apis", "delete", API),
    ):
        gone = run(*words, *(["--yes"] if "delete" in words else []))
        assert gone.exit_code == 0, gone.output
    assert API not in run("apis", "list").stdout
    assert acts(world) >= {
        f"{kind}.{verb}"
        for kind in ("api", "scope", "route", "request_limit")
        for verb in ("create", "delete")
    }


def test_webhooks_installations_and_service_accounts_are_kept_up(run: Run, world: World) -> None:
    northwind, vireo = world.make.organization("Northwind"), world.make.organization("Vireo")
    place = ("--organization", northwind.slug)
    hook = told(run("webhooks", "create", *place, "--url", "https://hooks.example.test/x", "--json"))
    assert hook["secret"]
    assert told(run("webhooks", "list", "--json"))[0]["id"] == hook["id"]
    for verb in ("disable", "enable"):
        assert told(run("webhooks", verb, *place, hook["id"], "--json"))["state"] == f"{verb}d"
    assert told(run("webhooks", "rotate", *place, hook["id"], "--yes", "--json"))["secret"] != hook["secret"]
    assert run("webhooks", "delete", *place, hook["id"], "--yes").exit_code == 0
    guest = world.make.application(vireo, "backend", name="Ship", audience_effective="any_organization")
    granted = told(
        run("installations", "grant", *place, "--client-id", guest.client_id, "--scope", "openid", "--json")
    )
    one = ("installations", "change", *place, granted["id"])
    for state in ("suspended", "active"):
        assert told(run(*one, "--state", state, "--json"))["state"] == state
    issued = told(run("apps", "secret", guest.client_id, "--organization", northwind.slug, "--json"))
    assert (issued["organization_id"], issued["client_id"]) == (to_text(northwind.id), guest.client_id)
    assert told(run("secrets", "list", guest.client_id, "--json"))[0]["id"] == issued["id"]
    assert run("secrets", "revoke", guest.client_id, issued["id"], "--yes").exit_code == 0
    made = told(run("service-accounts", "create", *place, "--name", "Night", "--role", "member", "--json"))
    for verb in ("disable", "enable"):
        assert told(run("service-accounts", verb, *place, made["id"], "--json"))["state"] == f"{verb}d"
    assert run("service-accounts", "delete", *place, made["id"], "--yes").exit_code == 0
    assert run("orgs", "delete", vireo.slug, "--yes").exit_code == 1
    empty = told(run("orgs", "create", "--name", "Empty", "--json"))
    for verb in ("disable", "enable"):
        assert told(run("orgs", verb, empty["slug"], "--json"))["state"] == f"{verb}d"
    assert told(run("orgs", "delete", empty["slug"], "--yes", "--json"))["id"] == empty["id"]


def test_an_application_is_changed_by_its_members_options(run: Run, world: World) -> None:
    owner = world.make.organization("Northwind")
    made = world.make.application(owner, name="Map")
    change = ("apps", "change", made.client_id)
    changed = told(run(*change, "--name", "Maps", "--access-token-lifetime", "300", "--json"))
    assert (changed["name"], changed["access_token_lifetime"]) == ("Maps", 300)
    assert "takes JSON" in run(*change, "--dialect-settings", "{").stderr
    wrong = run(*change, "--access-token-lifetime", "0", "--redirect-uri", "ftp://x")
    assert (wrong.exit_code, "access_token_lifetime: " in wrong.stderr) == (1, True)
    assert "redirect_uris[0]: " in wrong.stderr


def test_a_list_shows_everything_and_what_is_cut_says_so(run: Run, world: World) -> None:
    some = world.make.organization("Some")
    count = PAGE + 20
    with world.store.begin() as tx:
        for number in range(count):
            tx.platform.insert_organization(
                replace(some, id=some.id + number + 1, slug=f"some-{number}", name=f"Some {number}")
            )
    listed = told(run("orgs", "list", "--name", "some", "--json"))
    assert len({one["id"] for one in listed}) == count + 1
    for _ in range(2):
        told(run("orgs", "create", "--name", "Other", "--json"))
    cut = run("audit", "list", "--limit", "1")
    assert (len(cut.stdout.splitlines()), "`--limit` shows more" in cut.stderr) == (2, True)
    assert run("audit", "list", "--organization", "nobodys").exit_code == 1


def test_applications_are_found_by_what_they_are(run: Run, world: World) -> None:
    northwind, vireo = world.make.organization("Northwind"), world.make.organization("Vireo")
    make = world.make.application
    plain = make(northwind, name="Plain")
    put_away = make(northwind, name="Away", archived_at=world.clock.now())
    foreign = make(
        vireo, name="Foreign", preset="nexus211", dialects=frozenset({"nexus211"}), publication="approved"
    )
    stopped = make(vireo, name="Stopped", state="disabled")
    with world.store.read() as tx:
        own = tx.gate.application_by_client_id(REFERENCE_CLIENT)
    assert own is not None, "the server's own application is in the list of all"
    for options, found in (
        ((), {plain, put_away, foreign, stopped, own}),
        (("--organization", northwind.slug), {plain, put_away}),
        (("--organization", to_text(vireo.id)), {foreign, stopped}),
        (("--state", "disabled"), {stopped}),
        (("--archived",), {put_away}),
        (("--no-archived", "--organization", northwind.slug), {plain}),
        (("--publication", "approved"), {foreign}),
        (("--preset", "nexus211"), {foreign}),
        (("--dialect", "nexus211"), {foreign}),
        (("--dialect", "nexus2"), set()),
        (("--name", "PLA"), {plain}),
    ):
        listed = told(run("apps", "list", *options, "--json"))
        assert {one["client_id"] for one in listed} == {one.client_id for one in found}, options
        assert all(one.client_id in run("apps", "list", *options).stdout for one in found)


def test_addresses_are_seen_asked_again_and_forgotten(run: Run, world: World) -> None:
    owner = world.make.organization("Northwind")
    asked = world.make.asked(owner, "dev@elsewhere.example.test", before=2 * 86_400)
    address = to_text(asked.id)
    (listed,) = told(run("addresses", "list", "--organization", owner.slug, "--json"))
    assert (listed["id"], listed["state"]) == (address, "asked")
    again = run("addresses", "ask", address, "--organization", owner.slug, "--json")
    assert told(again)["asked_at"] > listed["asked_at"]
    refused = run("addresses", "ask", address, "--organization", owner.slug)
    assert (refused.exit_code, "asked within a day" in refused.stderr) == (1, True)
    agreed = "agreed@elsewhere.example.test"
    world.make.agreement(owner, agreed)
    records = told(run("addresses", "list", "--state", "agreed", "--json"))
    place = (records[0]["id"], "--organization", owner.slug, "--yes")
    assert run("addresses", "remove", *place).exit_code == 0
    assert told(run("addresses", "list", "--state", "agreed", "--json")) == []
