"""`retrofit log check`: what is wrong with a log's data."""

from typing import TYPE_CHECKING

import click

from eventlogs.cli import log
from eventlogs.commands import answers, with_console, with_ledger

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.quality.findings import Quality
    from eventlogs.storage import Ledger


@log.command("check", help="Check a log's data: times, duplicates, gaps, names, encoding.")
@click.argument("name", metavar="LOG")
@answers
@with_console
@with_ledger
def check(ledger: "Ledger", console: "Console", name: str) -> "Quality":
    """Answer with what the checks found."""
    from datetime import UTC, datetime

    from eventlogs.language import say
    from eventlogs.quality.findings import quality
    from eventlogs.words import known_activities

    known = known_activities()
    with ledger.reading() as connection, console.progress(say("Checking {log}", log=name)):
        return quality(connection, name, now=datetime.now(UTC), vocabulary=known)
