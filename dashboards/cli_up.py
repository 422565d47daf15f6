"""`retrofit up`: the process that holds the data directory, answers all other commands, and runs the rest."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from eventlogs.commands import Command, Session, option, with_console

if TYPE_CHECKING:
    from eventlogs.console import Console


@click.command(
    "up",
    cls=Command,
    help="Hold the event log and answer other commands until stopped with Ctrl-C.\n\n"
    "Any number of commands can then be used at the same time; each is carried out here.",
)
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="PORT",
    help="The port on this machine; any free one if 0.",
)
@with_console
def up(console: "Console", port: int) -> None:
    """Serve the data directory until told to stop; what starts last ends first."""
    from eventlogs.language import say
    from eventlogs.owner.process import owning

    context = click.get_current_context()
    session, root = context.find_object(Session), context.find_root().command
    assert session is not None
    assert isinstance(root, click.Group)
    with ExitStack() as running:
        server, stopped = running.enter_context(owning(session, root, port=port))
        console.note(
            say(
                "{data} is served by process {pid} on port {port}; Ctrl-C stops it",
                data=session.data,
                pid=server.owner.pid,
                port=server.owner.port,
            )
        )
        stopped.wait()
        console.note(say("stopping; commands that are running are undone"))
