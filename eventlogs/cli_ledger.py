"""The commands that keep the ledger: list, verify, back up, restore, delete and rename logs."""

from typing import TYPE_CHECKING

import click

from eventlogs.cli import log
from eventlogs.commands import FileName, Session, answers, option, with_console, with_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from eventlogs.console import Console
    from eventlogs.ledger.backup import BackedUp
    from eventlogs.ledger.log_deletion import LogDeleted
    from eventlogs.ledger.logs import LogList, LogRenamed
    from eventlogs.ledger.verification import Verification
    from eventlogs.privacy.forgetting import Forgotten
    from eventlogs.storage import Ledger


@log.command("list", help="List the logs: their cases, events and dates.")
@answers
@with_ledger
def list_logs(ledger: "Ledger") -> "LogList":
    """Answer with the logs by name."""
    from eventlogs.ledger.logs import logs

    with ledger.reading() as connection:
        return logs(connection)


@log.command("verify", help="Check that every event is what was recorded and name the first that is not.")
@click.argument("name", metavar="[LOG]", required=False)
@answers
@with_console
@with_ledger
def verify(ledger: "Ledger", console: "Console", name: str | None) -> "Verification":
    """Answer with what verifying one log, or all, found."""
    from eventlogs.language import say
    from eventlogs.ledger.shared_verification import ledger_verification

    with console.progress(say("Verifying the hash chains")):
        return ledger_verification(ledger, name)


@log.command("delete", help="Delete an imported or simulated log.")
@click.argument("name", metavar="LOG")
@answers
@with_ledger
def delete_log(ledger: "Ledger", name: str) -> "LogDeleted":
    """Delete a log whole."""
    from eventlogs.ledger import whole_logs

    return whole_logs.delete_log(ledger, name)


@log.command("rename", help="Give a log another name.")
@click.argument("name", metavar="LOG")
@click.argument("new_name", metavar="NEW_NAME")
@answers
@with_ledger
def rename_log(ledger: "Ledger", name: str, new_name: str) -> "LogRenamed":
    """Rename a log."""
    from eventlogs.ledger import whole_logs

    return whole_logs.rename_log(ledger, name, new_name)


@log.command("backup", help="Write a verified copy of all logs to FILE, also while they are in use.")
@click.argument("file", type=FileName())
@answers
@with_console
@with_ledger
def backup(ledger: "Ledger", console: "Console", file: "Path") -> "BackedUp":
    """Back up the whole event log; residents' names are not in it."""
    from eventlogs.language import say
    from eventlogs.ledger.backup import back_up

    with console.progress(say("Copying and verifying the logs")):
        return back_up(ledger, file)


@log.command("restore", help="Put the backup FILE in the place of all logs, also while they are in use.")
@click.argument("file", type=FileName())
@option("--force", is_flag=True, help="Even if newer events are given up; they are kept in a copy.")
@answers
@with_console
@click.pass_obj
def restore(session: Session, console: "Console", file: "Path", force: bool) -> "BackedUp":
    """Restore a backup, into the ledger or, where that cannot be opened, into its place."""
    from eventlogs.language import say
    from eventlogs.ledger import backup as backups

    with console.progress(say("Verifying and restoring the logs")):
        if session.ledger is not None:
            return backups.restore(session.ledger, file, force=force)
        return backups.restore_into(session.data, file, console, force=force)


@log.command(
    "forget", help="Forget who PERSON is, a pseudonym or a name; the events stay, under the pseudonym."
)
@click.argument("person")
@answers
@with_ledger
@click.pass_obj
def forget(session: Session, ledger: "Ledger", person: str) -> "Forgotten":
    """Remove an identity and say where the name still stands in what staff wrote."""
    from eventlogs.privacy.forgetting import forgotten

    return forgotten(ledger, session.data, person)
