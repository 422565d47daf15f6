"""`retrofit log import`: a file as a new log."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.cli import log
from eventlogs.commands import FileName, answers, option, with_console, with_ledger

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.exchange.importing import Imported
    from eventlogs.storage import Ledger


@log.command("import", help="Import a file as a new log: XES, OCEL 2.0, CSV, Excel or Parquet.")
@click.argument("file", type=FileName())
@option("--log", "name", metavar="NAME", help="The log's name; otherwise the file's.")
@option("--case", metavar="COLUMN", help="The column that names the case; of an OCEL file the object type.")
@option("--activity", metavar="COLUMN", help="The column of the activity.")
@option("--time", metavar="COLUMN", help="The column of the time.")
@option(
    "--start-time", metavar="COLUMN", help="The column of the start; each row is then a start and an end."
)
@option("--resource", metavar="COLUMN", help="The column of who did it.")
@option("--role", metavar="COLUMN", help="The column of the role in which it was done.")
@option("--city", metavar="COLUMN", help="The column of the city.")
@option("--outcome", metavar="COLUMN", help="The column of the case's outcome.")
@option("--lifecycle", metavar="COLUMN", help="The column of the lifecycle transition.")
@option(
    "--classifier",
    metavar="NAME",
    help="The classifier, or the keys joined by spaces, that names activities.",
)
@option("--timezone", metavar="ZONE", help="The zone of times that name none; otherwise Asia/Shanghai.")
@option("--sheet", metavar="NAME", help="The sheet of an Excel file; otherwise the first that has a log.")
@option("--date-order", type=click.Choice(["dmy", "mdy"]), help="The order of dates that end with the year.")
@option("--mapping", type=FileName(), help="A TOML file with columns and translations of labels.")
@option(
    "--skip-bad", is_flag=True, help="Set faulty rows aside in a reject file instead of refusing the file."
)
@option(
    "--rejects", type=FileName(), help="The reject file; otherwise beside the file, ending in .rejects.csv."
)
@answers
@with_console
@with_ledger
def import_file(
    ledger: "Ledger",
    console: "Console",
    file: Path,
    name: str | None,
    mapping: Path | None,
    skip_bad: bool,
    rejects: Path | None,
    **chosen: str | None,
) -> "Imported":
    """Answer with what was imported."""
    from eventlogs.exchange.choices import ImportChoices
    from eventlogs.exchange.importing import import_log, name_of
    from eventlogs.exchange.mapping import with_mapping

    choices = with_mapping(ImportChoices(**chosen), mapping)  # type: ignore[arg-type]
    if skip_bad and rejects is None:
        rejects = file.with_name(f"{name_of(file)}.rejects.csv")
    return import_log(ledger, file, name or name_of(file), choices, console, rejects=rejects)
