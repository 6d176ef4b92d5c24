"""Every setting, once: its name, how it is read, and what holds when it is not given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from grantway.settings.values import (
    MailSetting,
    MountSetting,
    Network,
    one_of,
    read_collector,
    read_database,
    read_email,
    read_host,
    read_issuer,
    read_mail,
    read_mounts,
    read_networks,
    read_path,
    read_root_keys,
    read_sender,
    seconds,
    share,
    whole,
)

PREFIX = "GRANTWAY_"

LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]
LogFormat: TypeAlias = Literal["json", "text"]
Interface: TypeAlias = Literal["rsgi", "wsgi"]
Switch: TypeAlias = Literal["on", "off"]


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How the log is written. What is said before the settings are known, or because they are wrong, too."""

    level: LogLevel = "info"
    format: LogFormat = "json"
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a process is started with. Secrets do not print."""

    issuer: str
    database_url: str = field(repr=False)
    root_keys: tuple[bytes, ...] = field(repr=False)
    superuser_email: str | None = None
    mounts: tuple[MountSetting, ...] = ()
    host: str
    port: int
    interface: Interface
    workers: int
    threads: int
    queue_length: int
    queue_timeout: float
    body_limit: int
    body_timeout: float
    header_timeout: int
    send_timeout: int
    connections: int
    stop_timeout: int
    trusted_proxies: tuple[Network, ...]
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    metrics: tuple[Network, ...]
    pool_size: int
    pool_timeout: float
    statement_timeout: float
    password_memory: int
    password_time: int
    password_parallelism: int
    key_announcement: int
    key_overlap: int
    key_rotation_days: int
    smtp_url: MailSetting | None = field(default=None, repr=False)
    mail_from: str | None = None
    outbound_networks: tuple[Network, ...] = ()
    log_level: LogLevel
    log_format: LogFormat
    log_requests: Switch
    log_file: Path | None = None
    traces_url: str | None = None
    traces_share: float

    @property
    def log(self) -> LogSettings:
        """How the log is written."""
        return LogSettings(self.log_level, self.log_format, self.log_file)


@dataclass(frozen=True, slots=True)
class Option:
    """One setting. `default` is written as a person would; without one it is off, or must be given."""

    name: str
    read: Callable[[str], object]
    default: str | None = None
    required: str = ""
    """What to give, in words; a setting without it may be left out."""

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return PREFIX + self.name.upper()


OPTIONS: tuple[Option, ...] = (
    # Who this server is
    Option("issuer", read_issuer, required="the public address, such as https://id.example.com"),
    Option("database_url", read_database, required="where the data is, such as postgresql://host/grantway"),
    Option("root_keys", read_root_keys, required="the key that seals what is stored"),
    Option("superuser_email", read_email),
    Option("mounts", read_mounts, ""),
    # Serving
    Option("host", read_host, "127.0.0.1"),
    Option("port", whole(1, 65_535), "8400"),
    Option("interface", one_of("rsgi", "wsgi"), "rsgi"),
    Option("workers", whole(1, 256), "1"),
    Option("threads", whole(1, 256), "16"),
    Option("queue_length", whole(0, 10_000), "128"),
    Option("queue_timeout", seconds(0.1, 60), "2"),
    Option("body_limit", whole(65_536, 16_777_216), "262144"),
    Option("body_timeout", seconds(1, 120), "10"),
    Option("header_timeout", whole(1, 300), "20"),
    Option("send_timeout", whole(1, 300), "20"),
    Option("connections", whole(16, 1_000_000), "8192"),
    Option("stop_timeout", whole(1, 300), "15"),
    Option("trusted_proxies", read_networks, ""),
    Option("tls_certificate", read_path),
    Option("tls_key", read_path),
    Option("metrics", read_networks, "127.0.0.0/8,::1"),
    # The database
    Option("pool_size", whole(1, 512), "18"),
    Option("pool_timeout", seconds(0.05, 60), "1"),
    Option("statement_timeout", seconds(0.05, 60), "2"),
    # Passwords and keys
    Option("password_memory", whole(8, 4_194_304), "19456"),
    Option("password_time", whole(1, 100), "2"),
    Option("password_parallelism", whole(1, 64), "2"),
    Option("key_announcement", whole(300, 604_800), "600"),
    Option("key_overlap", whole(3_600, 2_592_000), "604800"),
    Option("key_rotation_days", whole(0, 3_650), "90"),
    # Notices
    Option("smtp_url", read_mail),
    Option("mail_from", read_sender),
    Option("outbound_networks", read_networks, ""),
    # The log
    Option("log_level", one_of("debug", "info", "warning", "error"), "info"),
    Option("log_format", one_of("json", "text"), "json"),
    Option("log_requests", one_of("on", "off"), "on"),
    Option("log_file", read_path),
    # Traces
    Option("traces_url", read_collector),
    Option("traces_share", share, "1"),
)

BY_NAME = {option.name: option for option in OPTIONS}
