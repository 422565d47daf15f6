"""The group `retrofit log`, and the parts of this floor that hang their commands into it."""

import click

from eventlogs.commands import Group


@click.group(cls=Group, help="Import, export, describe and check event logs.")
def log() -> None:
    """Hold the commands below."""


from eventlogs import (  # noqa: E402  these need the group above
    cli_describe,
    cli_export,
    cli_import,
    cli_ledger,
    cli_quality,
    cli_template,
)

PARTS = (cli_describe, cli_export, cli_import, cli_ledger, cli_quality, cli_template)
