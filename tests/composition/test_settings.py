"""Settings: read once, every problem told at once, nothing secret by default."""

from __future__ import annotations

import contextlib
import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantway.settings import OPTIONS, MountSetting, Settings, SettingsError, load

ROOT = Path(__file__).parents[2]
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
OTHER_KEY = "-_8CAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
ENOUGH = {
    "GRANTWAY_ISSUER": "https://id.example.com",
    "GRANTWAY_DATABASE_URL": "postgresql://grantway:hidden-password@db.example.com/grantway",
    "GRANTWAY_ROOT_KEYS": KEY,
}


def problems(**changes: str | None) -> tuple[str, ...]:
    environ = ENOUGH | {name: text for name, text in changes.items() if text is not None}
    for name in [name for name, text in changes.items() if text is None]:
        del environ[name]
    with pytest.raises(SettingsError) as caught:
        load(environ)
    return caught.value.problems


def test_three_settings_are_enough() -> None:
    settings = load(ENOUGH)
    assert settings.issuer == "https://id.example.com"
    assert settings.host == "127.0.0.1"
    assert settings.mounts == ()
    assert settings.superuser_email is None


def test_without_any_setting_each_that_is_needed_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        load({})
    told = "\n".join(caught.value.problems)
    for name in ("GRANTWAY_ISSUER", "GRANTWAY_DATABASE_URL", "GRANTWAY_ROOT_KEYS"):
        assert name in told


def test_every_problem_is_told_at_once() -> None:
    told = problems(
        GRANTWAY_PORT="eighty",
        GRANTWAY_WORKERS="0",
        GRANTWAY_ISSUER="http://id.example.com",
        GRANTWAY_PROT="1",
    )
    assert len(told) == 4


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    assert problems(GRANTWAY_ISUER="x") == ("GRANTWAY_ISUER is not a setting. Did you mean GRANTWAY_ISSUER?",)
    assert problems(GRANTWAY_QQQQQQQQQQ="x") == ("GRANTWAY_QQQQQQQQQQ is not a setting.",)


def test_names_are_taken_as_they_are_written() -> None:
    assert problems(GRANTWAY_port="1")


def test_no_value_is_repeated_in_a_problem_or_printed() -> None:
    told = "\n".join(
        problems(GRANTWAY_ROOT_KEYS="not-a-key-but-secret", GRANTWAY_DATABASE_URL="mysql://u:pw@h/d")
    )
    assert "not-a-key-but-secret" not in told
    assert "pw" not in told
    printed = repr(load(ENOUGH))
    assert "hidden-password" not in printed
    assert "x00" not in printed


def test_nothing_secret_has_a_default() -> None:
    for option in OPTIONS:
        if option.required:
            assert option.default is None


@pytest.mark.parametrize(
    ("text", "kind", "port"),
    [
        ("smtp://mail.example.com", "smtp", 25),
        ("smtp://u:p@127.0.0.1:2525", "smtp", 2525),
        ("smtp://u:p@mail.example.com?starttls", "starttls", 587),
        ("smtps://u:p%40@mail.example.com", "smtps", 465),
        ("console:", "console", 0),
        ("file:/var/mail/out", "file", 0),
    ],
)
def test_mail_leaves_by_one_of_five_ways(text: str, kind: str, port: int) -> None:
    settings = load(ENOUGH | {"GRANTWAY_SMTP_URL": text, "GRANTWAY_MAIL_FROM": "Grantway <a@b.example>"})
    assert settings.smtp_url is not None
    assert (settings.smtp_url.kind, settings.smtp_url.port) == (kind, port)
    assert "p%40" not in repr(settings)
    assert "p@" not in repr(settings.smtp_url)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("smtp://u:hidden-word@mail.example.com", "a@b.example"),
        ("http://mail.example.com", "a@b.example"),
        ("file:relative", "a@b.example"),
        ("smtp://mail.example.com?tls", "a@b.example"),
        ("smtp://mail.example.com", None),
        (None, "a@b.example"),
        ("smtp://mail.example.com", "a@b.example\nBcc: c@d.example"),
        ("smtp://mail.example.com", "nobody"),
    ],
)
def test_mail_that_could_not_be_sent_is_refused_at_the_start(url: str | None, sender: str | None) -> None:
    given = {"GRANTWAY_SMTP_URL": url, "GRANTWAY_MAIL_FROM": sender}
    told = problems(**{name: text for name, text in given.items() if text is not None})
    assert told
    assert "hidden-word" not in repr(told)


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("https://id.example.com", "https://id.example.com"),
        ("https://id.example.com/", "https://id.example.com"),
        ("https://ID.example.com:443", "https://id.example.com"),
        ("https://id.example.com:8443", "https://id.example.com:8443"),
        ("http://localhost:8400", "http://localhost:8400"),
        ("http://127.0.0.1:8400", "http://127.0.0.1:8400"),
        ("http://[::1]:8400", "http://[::1]:8400"),
    ],
)
def test_an_issuer_is_an_origin(text: str, issuer: str) -> None:
    assert load(ENOUGH | {"GRANTWAY_ISSUER": text}).issuer == issuer


@pytest.mark.parametrize(
    "text",
    [
        "http://id.example.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "https://id.example.com/path",
        "https://id.example.com?x",
        "https://id.example.com/#x",
        "https://user@id.example.com",
        "ftp://id.example.com",
        "id.example.com",
        "https://",
        "https://id.example.com:port",
    ],
)
def test_any_other_issuer_is_refused(text: str) -> None:
    """C001: without TLS only on this very machine."""
    assert problems(GRANTWAY_ISSUER=text)


def test_root_keys_come_in_order_and_in_full_length() -> None:
    first, second = load(ENOUGH | {"GRANTWAY_ROOT_KEYS": f"{OTHER_KEY}, {KEY}"}).root_keys
    assert (first[:2], second[:2]) == (b"\xfb\xff", b"\x00\x01")
    for text in ("", ",", "AAEC", KEY + KEY, f"{KEY},{KEY}", f"{KEY},AAEC", KEY[:-1] + "!"):
        assert problems(GRANTWAY_ROOT_KEYS=text), text


def test_mounts_are_a_path_or_a_host() -> None:
    text = "acme=deeplynx@/d/acme, other=nexus211@API.example.com, b=cxone@a.example.com+B.example.com"
    assert load(ENOUGH | {"GRANTWAY_MOUNTS": text}).mounts == (
        MountSetting("acme", "deeplynx", prefix="/d/acme"),
        MountSetting("other", "nexus211", host="api.example.com"),
        MountSetting("b", "cxone", host="a.example.com", also=("b.example.com",)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "acme",
        "acme=deeplynx",
        "acme=@/d",
        "=deeplynx@/d",
        "a/b=deeplynx@/d",
        "acme=deeplynx@/d/",
        "acme=deeplynx@/d//e",
        "acme=deeplynx@/d/../e",
        "acme=deeplynx@/d/{e}",
        "acme=deeplynx@/d/é",
        "acme=deeplynx@a.example.com+",
        "acmé=deeplynx@/d",
        "-acme=deeplynx@/d",
        f"{'a' * 41}=deeplynx@/d",
        "standard=deeplynx@/d",
        "acme=standard@/d",
    ],
)
def test_any_other_mount_is_refused(text: str) -> None:
    assert problems(GRANTWAY_MOUNTS=text)


@pytest.mark.parametrize("text", ["", " ", "[::1]", "a b", "http://x"])
def test_an_empty_host_is_not_taken_for_every_address(text: str) -> None:
    assert problems(GRANTWAY_HOST=text)


def test_certificate_and_key_come_together() -> None:
    assert problems(GRANTWAY_TLS_KEY="/etc/key.pem")
    assert problems(GRANTWAY_TLS_CERTIFICATE="/etc/chain.pem")
    both = load(ENOUGH | {"GRANTWAY_TLS_KEY": "/etc/key.pem", "GRANTWAY_TLS_CERTIFICATE": "/etc/chain.pem"})
    assert both.tls_key == Path("/etc/key.pem")


def test_the_superuser_has_a_short_name_too_and_the_long_one_wins() -> None:
    """D3: the address that makes somebody an operator of a local instance."""
    assert load(ENOUGH | {"SUPERUSER_EMAIL": "a@example.com"}).superuser_email == "a@example.com"
    both = ENOUGH | {"SUPERUSER_EMAIL": "a@example.com", "GRANTWAY_SUPERUSER_EMAIL": "b@example.com"}
    assert load(both).superuser_email == "b@example.com"
    assert load(ENOUGH | {"SUPERUSER_EMAIL": ""}).superuser_email is None
    assert problems(SUPERUSER_EMAIL="nobody")


def test_a_file_holds_the_same_settings_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "grantway.toml"
    file.write_text(
        f'issuer = "https://file.example.com"\nroot_keys = ["{KEY}", "{OTHER_KEY}"]\nport = 9000\n'
        'trusted_proxies = ["10.0.0.0/8"]\nqueue_timeout = 1.5\n'
    )
    settings = load(
        {
            "GRANTWAY_CONFIG_FILE": str(file),
            "GRANTWAY_DATABASE_URL": "sqlite:////tmp/x.db",
            "GRANTWAY_PORT": "9001",
        }
    )
    assert (settings.issuer, settings.port, settings.queue_timeout) == ("https://file.example.com", 9001, 1.5)
    assert len(settings.root_keys) == 2
    assert str(settings.trusted_proxies[0]) == "10.0.0.0/8"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('isuer = "x"', "Did you mean issuer?"),
        ("port = true", "port must be"),
        ("[port]", "port must be"),
        ("port = ", "not TOML"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "grantway.toml"
    file.write_text(text)
    assert told in "\n".join(problems(GRANTWAY_CONFIG_FILE=str(file)))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in "\n".join(problems(GRANTWAY_CONFIG_FILE=str(tmp_path / "none.toml")))


@given(
    st.dictionaries(
        st.sampled_from([option.variable for option in OPTIONS]), st.text(max_size=40), min_size=1, max_size=6
    )
)
def test_whatever_is_given_is_read_or_refused(changes: dict[str, str]) -> None:
    with contextlib.suppress(SettingsError):
        assert isinstance(load(ENOUGH | changes), Settings)


def test_every_field_of_the_settings_is_an_option_and_the_other_way_round() -> None:
    assert [one.name for one in fields(Settings)] == [option.name for option in OPTIONS]


def test_the_documentation_tells_every_setting_with_its_default() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(GRANTWAY_\w+)` \| ([^|]*) \|", text, re.MULTILINE))
    expected = {
        option.variable: "required"
        if option.required
        else (f"`{option.default}`" if option.default else "none")
        for option in OPTIONS
    }
    assert rows == expected | {"GRANTWAY_CONFIG_FILE": "none"}
