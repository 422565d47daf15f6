"""The mining floor's commands: `retrofit mine …`."""

import click

from eventlogs.commands import Group


@click.group(cls=Group, help="Find what really happened in a log.")
def mine() -> None:
    """Hold the commands below."""
