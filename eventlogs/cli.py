"""The ground floor's commands: `retrofit vocabulary` and `retrofit log`."""

import click

from eventlogs.commands import Group


@click.group(cls=Group, help="Import, export, describe and check event logs.")
def log() -> None:
    """Hold the commands below."""


@click.group(cls=Group, help="Print the vocabulary.")
def vocabulary() -> None:
    """Hold the commands below."""
