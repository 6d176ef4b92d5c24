"""The `grantway` command: what people type, and what they read back.

Here belong names of commands and options, progress and exit codes. What a command does is decided in
`features` and put together in `app`; what the management API can do, commands do by its table of operations.
Results go to standard output, everything else to standard error.
Exit codes: 0 done, 1 refused or failed, 2 wrong settings or usage, 3 a plan that would change something.
"""

from __future__ import annotations

from typing import Any

import click

from grantway import __version__
from grantway.cli import people_table as people
from grantway.cli import registry_table as registry
from grantway.cli.admin import admin
from grantway.cli.apply import apply
from grantway.cli.apps import apps
from grantway.cli.copies import backup, restore
from grantway.cli.database import migrate
from grantway.cli.demonstration import demo
from grantway.cli.deriving import group_of
from grantway.cli.doctor import doctor, purge
from grantway.cli.keys import keys
from grantway.cli.members import members
from grantway.cli.moving import export, import_
from grantway.cli.orgs import orgs
from grantway.cli.secrets import secrets
from grantway.cli.serving import check_config, serve
from grantway.cli.vouch import vouch
from grantway.system.files import keep_private

__all__ = ["main"]


class _Main(click.Group):
    """Explains what begins with `-` and is no option."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.NoSuchOption as unknown:
            command = unknown.ctx.command if unknown.ctx is not None else self
            if not any(isinstance(one, click.Argument) for one in command.params):
                raise
            hint = f"{unknown.message} If it is no option but begins with `-`, type `--` before it."
            raise click.NoSuchOption(
                unknown.option_name, hint, possibilities=unknown.possibilities, ctx=unknown.ctx
            ) from None


@click.group(cls=_Main, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="grantway", message="%(prog)s %(version)s")
def main() -> None:
    """Grantway: application registry and OAuth 2.0 / OpenID Connect server.

    `grantway demo` shows it on this machine without any settings. Everything else reads its settings
    from GRANTWAY_ variables or from the file that GRANTWAY_CONFIG_FILE names.
    """
    keep_private()


_DERIVED = (
    group_of("apis", "Declare APIs, which tokens are for.", registry.APIS),
    group_of(
        "audit", "Read the log of what was done. Nothing changes or removes a line of it.", people.AUDIT
    ),
    group_of("consents", "See and end what people allowed to applications of others.", people.CONSENTS),
    group_of(
        "installations", "See, grant and end what applications of others may do.", registry.INSTALLATIONS
    ),
    group_of("limits", "Bound how often applications may call an API.", registry.LIMITS),
    group_of("policy", "See and change what the platform decides for everybody.", people.POLICY),
    group_of("presets", "See what an application is given by the name of its preset.", registry.PRESETS),
    group_of("routes", "Say which requests to an API need which scopes.", registry.ROUTES),
    group_of("scopes", "Declare what can be asked for of an API.", registry.SCOPES),
    group_of("service-accounts", "Look after users that are no people.", people.SERVICE_ACCOUNTS),
    group_of("access-keys", "Look after what programs act with as somebody.", people.ACCESS_KEYS),
    group_of("users", "Look after everybody on the platform.", people.USERS),
    group_of("webhooks", "Have addresses told when something happens.", people.WEBHOOKS),
    group_of("addresses", "See whose owners let letters come, and ask them again.", people.ADDRESSES),
)
_COMMANDS = (
    admin,
    apply,
    apps,
    backup,
    check_config,
    demo,
    doctor,
    export,
    import_,
    keys,
    members,
    migrate,
    orgs,
    purge,
    restore,
    secrets,
    serve,
    vouch,
    *_DERIVED,
)
for _command in _COMMANDS:
    main.add_command(_command)
