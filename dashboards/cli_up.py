"""`retrofit up`: the process that holds the data directory, answers all other commands, and runs the rest."""

from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING

import click

from eventlogs.commands import Command, Session, option, with_console

if TYPE_CHECKING:
    from eventlogs.console import Console


@click.command(
    "up",
    cls=Command,
    help="Start everything on this machine: pages, the projects' timetable and Prefect; Ctrl-C ends it.\n\n"
    "It holds the event log meanwhile: other commands can be used as always, and are carried out here.",
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
@option(
    "--commands-port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="PORT",
    help="The port at which other commands find this process; any free one if 0.",
)
@option("--log", help="The live log that staff work on; otherwise `projects`, else the oldest there is.")
@option("--no-prefect", is_flag=True, help="Without Prefect, for small machines: a timetable stands in.")
@option(
    "--prefect-port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="The port of Prefect's page on this machine; otherwise 4200, or any free one if that is taken.",
)
@with_console
def up(
    console: "Console",
    host: str,
    port: int,
    commands_port: int,
    log: str | None,
    no_prefect: bool,
    prefect_port: int | None,
) -> None:
    """Serve the data directory until told to stop; what starts last ends first."""
    from dashboards.access.first_start import access_at_start
    from dashboards.engine import DEFAULT_LOG, Engine, live_log
    from dashboards.serving import PATIENCE_OF_READERS, pages_served
    from eventlogs.language import current_language, say
    from eventlogs.owner.process import owning
    from flows.hosting.orchestrated import orchestrated
    from flows.policies.policies import office_faults

    import_module("dashboards.report.weekly")  # which the weekly flow then knows
    context = click.get_current_context()
    session, root = context.find_object(Session), context.find_root().command
    assert session is not None
    assert isinstance(root, click.Group)
    with ExitStack() as running:
        server, stopped = running.enter_context(owning(session, root, port=commands_port))
        console.note(
            say(
                "process {pid} holds the event log in {data}; Ctrl-C ends it",
                data=session.data,
                pid=server.owner.pid,
            )
        )
        for fault in office_faults():
            console.note(fault.in_language(current_language()))
        engine = Engine(server.ledger, session.data, log or live_log(server.ledger, DEFAULT_LOG))
        access = access_at_start(session.data, console)
        served = pages_served(engine, access, host=host, port=port, warm=True, patience=PATIENCE_OF_READERS)
        pages = running.enter_context(served)
        console.note(say("the pages are at {address}", address=pages.address))
        flows = orchestrated(
            server.ledger, session.data, stopped, console.note, prefect=not no_prefect, port=prefect_port
        )
        running.enter_context(flows)
        stopped.wait()
        console.note(say("stopping; commands that are running are undone"))
