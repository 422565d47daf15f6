"""`retrofit serve`: the pages over a copy of the event log, for looking only."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.commands import Command, FileName, Session, option, with_console

if TYPE_CHECKING:
    from eventlogs.console import Console


@click.command(
    "serve", cls=Command, help="Serve the pages over a backup, to look at only; `retrofit up` serves the log."
)
@option(
    "--read-only", "backup", type=FileName(), required=True, metavar="BACKUP", help="The backup to look at."
)
@option("--host", default="127.0.0.1", show_default=True, help="The address of this machine to be seen at.")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    metavar="PORT",
    help="The port of the pages; any free one if 0.",
)
@with_console
def serve(console: "Console", backup: Path, host: str, port: int) -> None:
    """Serve a copy of the backup until told to stop; the backup itself is not touched."""
    from dashboards.access.first_start import access_at_start
    from dashboards.engine import Engine, live_log
    from dashboards.serving import PATIENCE_OF_READERS, pages_served
    from eventlogs.language import say
    from eventlogs.ledger.backup_ledger import open_backup
    from eventlogs.owner.process import told_to_stop

    session = click.get_current_context().find_object(Session)
    assert session is not None
    with closing(open_backup(backup)) as ledger, told_to_stop() as stopped:
        engine = Engine(ledger, session.data, live_log(ledger), read_only=True)
        access = access_at_start(session.data, console)
        pages = pages_served(engine, access, host=host, port=port, warm=True, patience=PATIENCE_OF_READERS)
        with pages as served:
            told = say(
                "the pages over {file} are at {address}; Ctrl-C stops them",
                file=backup,
                address=served.address,
            )
            console.note(told)
            stopped.wait()
