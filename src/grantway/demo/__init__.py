"""The demonstration: a server with people, applications and an API in it, and a playground to try them.

Here belongs only what `grantway demo` adds: its data folder, the records it makes through the ordinary
features, and the playground's two routes. Nothing of it is part of a server that is really run. All
passwords, secrets and keys are drawn at the first start and kept in the data folder.
"""

from __future__ import annotations

from grantway.demo.folder import DemoFolder
from grantway.demo.serving import demo_settings, demo_worker, prepare

__all__ = ["DemoFolder", "demo_settings", "demo_worker", "prepare"]
