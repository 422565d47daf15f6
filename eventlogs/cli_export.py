"""`retrofit log export`: a log as a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.cli import log
from eventlogs.commands import FileName, Session, answers, option, with_console, with_ledger

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.exchange.exporting import Exported
    from eventlogs.storage import Ledger

_FORMATS = ("xes", "csv", "xlsx", "parquet", "ocel-json", "ocel-xml", "ocel-sqlite")


@log.command(
    "export",
    help="Write a log to FILE, whose ending says the format: .xes, .csv, .xlsx, .parquet, "
    "OCEL 2.0 .jsonocel, .xmlocel or .sqlite; .gz after it compresses.",
)
@click.argument("name", metavar="LOG")
@click.argument("file", type=FileName())
@option("--format", "forced", type=click.Choice(_FORMATS), help="The format, whatever the ending says.")
@option("--with-identities", is_flag=True, help="Write residents' names in place of their pseudonyms.")
@option("--no-bom", is_flag=True, help="Begin a CSV without a byte order mark; Excel then misreads Chinese.")
@answers
@with_console
@with_ledger
@click.pass_obj
def export(
    session: Session,
    ledger: "Ledger",
    console: "Console",
    name: str,
    file: Path,
    forced: str | None,
    with_identities: bool,
    no_bom: bool,
) -> "Exported":
    """Answer with what was written."""
    from eventlogs.exchange.exporting import export_log
    from eventlogs.exchange.formats import format_for_writing
    from eventlogs.language import say
    from eventlogs.privacy.forgetting import events_naming
    from eventlogs.privacy.identity import People

    wanted = format_for_writing(file, forced)
    known = People(session.data).identities()
    shown = known if with_identities else None
    exported = export_log(ledger, name, file, wanted, console, bom=not no_bom, identities=shown)
    if with_identities:
        n = exported.residents_named
        console.note(
            say("the file names {n} residents; keep it as safe as the register of residents itself", n=n)
        )
    elif known:
        _tell_of_pseudonyms(console, events_naming(ledger, known.values(), name))
    return exported


def _tell_of_pseudonyms(console: "Console", events_with_names: int) -> None:
    from eventlogs.language import say

    console.note(say("residents stand in the file under pseudonyms; --with-identities writes their names"))
    if events_with_names:
        console.note(
            say(
                "but staff wrote a name or a phone into {n} events themselves; it stands in the file",
                n=events_with_names,
            )
        )
