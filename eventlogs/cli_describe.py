"""The command that describes a log in numbers."""

from typing import TYPE_CHECKING

import click

from eventlogs.case_options import case_options
from eventlogs.cli import log
from eventlogs.commands import answers, with_ledger

if TYPE_CHECKING:
    from eventlogs.describe import Description
    from eventlogs.storage import Ledger


@log.command("describe", help="Describe a log in numbers: cases, events, activities, variants, durations.")
@click.argument("name", metavar="LOG")
@case_options
@answers
@with_ledger
def describe_log(
    ledger: "Ledger", name: str, object_type: str | None, lifecycles: tuple[str, ...]
) -> "Description":
    """Answer with a log's description."""
    from eventlogs.describe import describe
    from eventlogs.prepared import prepare

    return describe(prepare(ledger, name, object_type, lifecycles=lifecycles or None))
