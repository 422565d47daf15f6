"""The ground floor's commands: `retrofit vocabulary` and `retrofit log`."""

from importlib import import_module
from importlib.util import find_spec

import click

from eventlogs.commands import Group


@click.group(cls=Group, help="Import, export, describe and check event logs.")
def log() -> None:
    """Hold the commands below."""


for _part in ("ledger", "owner", "import", "export", "quality", "describe", "privacy", "vocabulary"):
    if find_spec(f"eventlogs.cli_{_part}"):
        import_module(f"eventlogs.cli_{_part}")
