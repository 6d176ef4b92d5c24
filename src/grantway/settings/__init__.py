"""Settings: how this process runs, read once from the environment and from a file that it may name.

Here belongs everything an operator decides before the server starts. Policy, which is data that people
change while it runs, does not. `docs/settings.md` tells what each setting is for. Nothing here has a
default that anybody could use to get in, and no problem text repeats a value.
"""

from __future__ import annotations

from grantway.settings.loading import SettingsError, data_home, load, read_settings
from grantway.settings.options import OPTIONS, LogSettings, Option, Settings
from grantway.settings.values import MailSetting, MountSetting, Network

__all__ = [
    "OPTIONS",
    "LogSettings",
    "MailSetting",
    "MountSetting",
    "Network",
    "Option",
    "Settings",
    "SettingsError",
    "data_home",
    "load",
    "read_settings",
]
