"""`retrofit log template`: an Excel workbook to fill in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.cli import log
from eventlogs.commands import FileName, answers

if TYPE_CHECKING:
    from eventlogs.exchange.tables.template import TemplateWritten


@log.command(
    "template", help="Write an Excel workbook to FILE that offices fill in and import without options."
)
@click.argument("file", type=FileName())
@answers
def template(file: Path) -> "TemplateWritten":
    """Answer with where it was written."""
    from eventlogs.exchange.tables.template import write_template

    return write_template(file)
