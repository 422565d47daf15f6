"""The mining floor's commands: `retrofit mine …`."""

from importlib import import_module
from pathlib import Path

import click

from eventlogs.commands import Group


@click.group(cls=Group, help="Find what really happened in a log.")
def mine() -> None:
    """Hold the commands below."""


for _part in sorted(path.stem for path in Path(__file__).parent.glob("cli_*.py")):
    import_module(f"mining.{_part}")
