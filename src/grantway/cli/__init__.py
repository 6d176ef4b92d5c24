"""The `grantway` command: what people type, and what they read back.

Here belong names of commands and options, progress and exit codes. What a command does is decided in
`features` and put together in `app`. Results go to standard output, everything else to standard error.
Exit codes: 0 done, 1 refused or failed, 2 wrong settings or usage.
"""

from __future__ import annotations

import click

from grantway import __version__
from grantway.cli import (
    app_steps,  # noqa: F401 - adds its commands to `apps`
    containing,  # noqa: F401 - adds its commands to `apps` and `orgs`
    reviews,  # noqa: F401 - adds its commands to `apps`
)
from grantway.cli.admin import admin
from grantway.cli.apply import apply
from grantway.cli.apps import apps
from grantway.cli.audit import audit
from grantway.cli.consents import consents
from grantway.cli.database import migrate
from grantway.cli.demonstration import demo
from grantway.cli.doctor import doctor, purge
from grantway.cli.installations import installations
from grantway.cli.keys import keys
from grantway.cli.members import members
from grantway.cli.orgs import orgs
from grantway.cli.policy import policy
from grantway.cli.profiles import profiles
from grantway.cli.secrets import secrets
from grantway.cli.service_accounts import service_accounts
from grantway.cli.serving import check_config, serve
from grantway.cli.vouch import vouch
from grantway.system.files import keep_private

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="grantway", message="%(prog)s %(version)s")
def main() -> None:
    """Grantway: application registry and OAuth 2.0 / OpenID Connect server.

    `grantway demo` shows it on this machine without any settings. Everything else reads its settings
    from GRANTWAY_ variables or from the file that GRANTWAY_CONFIG_FILE names.
    """
    keep_private()


_COMMANDS = (
    admin,
    apply,
    apps,
    audit,
    check_config,
    consents,
    demo,
    doctor,
    installations,
    keys,
    migrate,
    members,
    orgs,
    policy,
    profiles,
    purge,
    secrets,
    serve,
    service_accounts,
    vouch,
)
for _command in _COMMANDS:
    main.add_command(_command)
