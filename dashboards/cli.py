"""The one command, `retrofit`, composed of the floors' own command groups."""

import sys
from pathlib import Path

import click

from eventlogs.cli import log, vocabulary
from eventlogs.commands import FileName, Group, Session, option, run_here
from eventlogs.language import LANGUAGES
from mining.cli import mine


@click.group(cls=Group, help="Carry neighbourhood retrofit projects through, and see where they stall.")
@click.version_option(package_name="retrofit-engine", prog_name="retrofit")
@option(
    "--data", type=FileName(), help="Where data lives; otherwise RETROFIT_DATA, or the user's data directory."
)
@option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="The language of all that people read; otherwise the locale's.",
)
@click.pass_obj
def retrofit(session: Session, data: Path | None, lang: str | None) -> None:
    """Set the data directory; `--lang` is read before, so that help and refusals speak it too."""
    if data is not None:
        session.data = data


retrofit.add_command(log)
retrofit.add_command(vocabulary)
retrofit.add_command(mine)


def main() -> None:
    """Run the command line."""
    sys.exit(run_here(retrofit))
