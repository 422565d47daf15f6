"""`retrofit storage`: which size of storage a data directory uses."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.commands import FileName, Group, Session, answers, option, with_console, with_ledger

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.deeds import Done
    from eventlogs.outgrown.late_sharing import SharedLate
    from eventlogs.outgrown.outgrowing import Moved
    from eventlogs.outgrown.storage_state import StorageState
    from eventlogs.storage import Ledger


@click.group(cls=Group, help="See and change where the event log is kept.")
def storage() -> None:
    """Hold the commands below."""


@storage.command("show", help="Show where live logs are kept and how far the lake has followed.")
@answers
@with_ledger
@click.pass_obj
def show(session: Session, ledger: "Ledger") -> "StorageState":
    """Answer with the size of storage in use."""
    from eventlogs.outgrown.storage_state import storage_state

    return storage_state(session.data, ledger)


@storage.command(
    "use-postgres",
    help="Move the live logs to the PostgreSQL database at ADDRESS, postgresql://user@host/database.\n\n"
    "Several machines can then record in the same logs. Imported logs stay here; `retrofit storage share` "
    "gives them to all.",
)
@click.argument("address")
@option(
    "--lake",
    type=FileName(),
    metavar="DIR",
    help="A shared directory into which live logs are drained as Parquet files; the same command with the "
    "same address adds one later.",
)
@answers
@with_console
@click.pass_obj
def use_postgres(session: Session, console: "Console", address: str, lake: Path | None) -> "Moved":
    """Move the data directory to the outgrown size."""
    from eventlogs.errors import StoreBusyError
    from eventlogs.outgrown.outgrowing import outgrow
    from eventlogs.storage_settings import SharedLedger

    if session.ledger is not None:
        raise StoreBusyError("the event log is in use by `retrofit up`; stop it, move, and start it again")
    return outgrow(session.data, SharedLedger(address, str(lake) if lake else None), console)


@storage.command(
    "share",
    help="Give the logs imported before the move to PostgreSQL to all who follow it, without their files.",
)
@answers
@with_console
@with_ledger
def share(ledger: "Ledger", console: "Console") -> "SharedLate":
    """Share what was imported before the move."""
    from eventlogs.outgrown.late_sharing import share_late

    return share_late(ledger, console)


@storage.command("drain", help="Bring the lake up to date and tidy it; `retrofit up` does so by itself.")
@answers
@with_console
@with_ledger
def drain(ledger: "Ledger", console: "Console") -> "Done":
    """Drain PostgreSQL into the lake."""
    from eventlogs.deeds import Done
    from eventlogs.language import say
    from eventlogs.outgrown.storage_state import draining

    with console.progress(say("Draining into the lake")):
        n_events = draining(ledger).drain()
    return Done("{n} events were new in the lake", {"n": n_events})
