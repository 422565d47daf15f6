"""The mining floor's commands: `retrofit mine …`."""

from importlib import import_module
from importlib.util import find_spec

import click

from eventlogs.commands import Group


@click.group(cls=Group, help="Find what really happened in a log.")
def mine() -> None:
    """Hold the commands below."""


for _part in ("discovery",):
    if find_spec(f"mining.cli_{_part}"):
        import_module(f"mining.cli_{_part}")
