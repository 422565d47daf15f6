"""`retrofit project migrate`, `retrofit work away` and `retrofit work tick`."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import click

from eventlogs.commands import Session, answers, option, with_ledger
from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.told_times import DayText
from flows.cli import project, work
from flows.cli_acting import acting, log_option

if TYPE_CHECKING:
    from eventlogs.storage import Ledger
    from flows.project.acts import By
    from flows.project.answers import Noted
    from flows.project.migration import Migration
    from flows.routines.timers import Tick


@project.command(
    "migrate", help="Move open projects to another version of their process; tells first what would change."
)
@click.argument("case_id", metavar="[PROJECT]", required=False)
@option("--to", type=int, help="The version; otherwise the newest.")
@option("--type", "retrofit", help="Only projects of this type of retrofit.")
@option("--undo", is_flag=True, help="Back to the version that the projects were moved from.")
@option("--apply", is_flag=True, help="Do it, in the name of --actor.")
@partial(acting, always=False)
@answers
@with_ledger
def migrate(
    ledger: "Ledger",
    case_id: str | None,
    to: int | None,
    retrofit: str | None,
    undo: bool,
    apply: bool,
    log: str,
    by: "By | None",
) -> "Migration":
    """Move projects, or tell what would change."""
    from flows.project import migration

    if undo and to is not None:
        raise EventLogError("name a version with --to, or go back with --undo; not both")
    if undo:
        planned = migration.moves_back(ledger, log, case_id, retrofit)
    else:
        planned = migration.moves(ledger, log, case_id, to, retrofit)
    if apply and by is None:
        raise EventLogError("say who moves the projects with --actor")
    if apply and by is not None:
        migration.migrate(ledger, log, planned, by, undoing=undo)
    return migration.Migration(planned, done=apply)


@work.command("away", help="Note that somebody is away: their work goes to a deputy meanwhile.")
@click.argument("person", metavar="PERSON")
@option("--from", "start", type=DayText(), required=True, help="The first day away.")
@option("--until", type=DayText(), required=True, help="The last day away.")
@option("--deputy", required=True, help="Who stands in.")
@acting
@answers
@with_ledger
def away(ledger: "Ledger", person: str, start: date, until: date, deputy: str, log: str, by: "By") -> "Noted":
    """Record an absence."""
    from flows.project.answers import Noted
    from flows.worklist.absence import Absence, record_absence

    key = record_absence(ledger, log, Absence(person, start, until, deputy), by.actor, by.now)
    told = say(
        "{person} is away from {start} until {end}; {deputy} has their work meanwhile",
        person=person,
        start=start,
        end=until,
        deputy=deputy,
    )
    return Noted(key, told)


@work.command(
    "tick", help="End holds whose day has come, tell of overdue work, and pass on the work of those away."
)
@log_option
@option(
    "--sweep",
    is_flag=True,
    help="Also carry every open project on that was left behind, and make the papers that are missing.",
)
@answers
@with_ledger
@click.pass_obj
def tick(session: Session, ledger: "Ledger", log: str, sweep: bool) -> "Tick":
    """Look at the clock."""
    from flows.routines.sweeping import sweep as carry_on_what_was_left
    from flows.routines.timers import tick as look
    from flows.worklist.listing import utc_now

    if sweep:
        return carry_on_what_was_left(ledger, session.data, log, utc_now())
    return look(ledger, log, utc_now())
