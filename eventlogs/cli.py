"""The ground floor's commands: `retrofit vocabulary` and `retrofit log`."""

from importlib import import_module
from pathlib import Path

import click

from eventlogs.commands import Group


@click.group(cls=Group, help="Import, export, describe and check event logs.")
def log() -> None:
    """Hold the commands below."""


for _part in sorted(path.stem for path in Path(__file__).parent.glob("cli_*.py")):
    import_module(f"eventlogs.{_part}")
