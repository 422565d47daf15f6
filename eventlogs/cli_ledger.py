"""The commands that keep the ledger: list, verify, back up, restore, delete and rename logs."""

from typing import TYPE_CHECKING

import click

from eventlogs.cli import log
from eventlogs.commands import answers, with_console, with_ledger

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.deeds import Done
    from eventlogs.logs import LogList
    from eventlogs.storage import Ledger
    from eventlogs.verification import Verification


@log.command("list", help="List the logs: their cases, events and dates.")
@answers
@with_ledger
def list_logs(ledger: "Ledger") -> "LogList":
    """Answer with the logs by name."""
    from eventlogs.logs import logs

    with ledger.reading() as connection:
        return logs(connection)


@log.command("verify", help="Check that every event is what was recorded and name the first that is not.")
@click.argument("name", metavar="[LOG]", required=False)
@answers
@with_console
@with_ledger
def verify(ledger: "Ledger", console: "Console", name: str | None) -> "Verification":
    """Answer with what verifying one log, or all, found."""
    from eventlogs.duckdb_ledger import log_number
    from eventlogs.language import say
    from eventlogs.verification import verification

    with ledger.reading() as connection, console.progress(say("Verifying the hash chains")):
        if name is not None:
            log_number(connection, name)
        return verification(connection, name)


@log.command("delete", help="Delete an imported or simulated log.")
@click.argument("name", metavar="LOG")
@answers
@with_ledger
def delete_log(ledger: "Ledger", name: str) -> "Done":
    """Delete a log whole."""
    from eventlogs.deeds import Done
    from eventlogs.logs import delete

    with ledger.writing() as connection:
        delete(connection, name)
    return Done("log {log} is deleted", {"log": name})


@log.command("rename", help="Give a log another name.")
@click.argument("name", metavar="LOG")
@click.argument("new_name", metavar="NEW_NAME")
@answers
@with_ledger
def rename_log(ledger: "Ledger", name: str, new_name: str) -> "Done":
    """Rename a log."""
    from eventlogs.deeds import Done
    from eventlogs.logs import rename

    with ledger.writing() as connection:
        rename(connection, name, new_name)
    return Done("log {log} is now named {name}", {"log": name, "name": new_name})
