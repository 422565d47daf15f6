"""The group `retrofit mine`, and the parts of this floor that hang their commands into it."""

import click

from eventlogs.commands import Group


@click.group(cls=Group, help="Find what really happened in a log.")
def mine() -> None:
    """Hold the commands below."""


from mining import (  # noqa: E402  these need the group above
    cli_charts,
    cli_comparison,
    cli_conformance,
    cli_discovery,
    cli_model,
    cli_outlook,
    cli_performance,
    cli_stalls,
)

PARTS = (
    cli_charts,
    cli_comparison,
    cli_conformance,
    cli_discovery,
    cli_model,
    cli_outlook,
    cli_performance,
    cli_stalls,
)
