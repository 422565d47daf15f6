"""The commands of the flows: `retrofit project …`, `work …`, `policy …` and `notice …`."""

from importlib import import_module
from importlib.util import find_spec

import click

from eventlogs.commands import Group


@click.group(cls=Group, help="Start projects, record what happens, halt and end them.")
def project() -> None:
    """Hold the commands below."""


@click.group(cls=Group, help="See what is to be done, and do it.")
def work() -> None:
    """Hold the commands below."""


@click.group(cls=Group, help="Show and check the cities' policies.")
def policy() -> None:
    """Hold the commands below."""


@click.group(cls=Group, help="Tell people that work is overdue or a project stands still.")
def notice() -> None:
    """Hold the commands below."""


for _part in ("project", "ending", "correcting", "work", "time", "policy", "notice"):
    if find_spec(f"flows.cli_{_part}"):
        import_module(f"flows.cli_{_part}")
