"""`retrofit project`: hold, resume, take back, end, open again, and waive."""

from datetime import date
from typing import TYPE_CHECKING

import click

from eventlogs.commands import option
from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.told_times import DayText
from flows.cli import project
from flows.cli_acting import recording

if TYPE_CHECKING:
    from eventlogs.storage import Ledger
    from flows.project.acts import By
    from flows.project.advance import Advance
    from flows.project.answers import Noted


@project.command("hold", help="Put a project, or one work item, on hold for a coded cause.")
@click.argument("case_id", metavar="PROJECT")
@option("--cause", required=True, help="The cause; `retrofit vocabulary hold-causes` lists them.")
@option("--until", type=DayText(), help="The day on which the hold ends by itself.")
@option("--when", help="What ends the hold: an activity, or `objections_settled`.")
@option("--item", help="One work item instead of the whole project.")
@recording
def hold(
    ledger: "Ledger",
    case_id: str,
    cause: str,
    until: date | None,
    when: str | None,
    item: str | None,
    log: str,
    by: "By",
) -> "Advance":
    """Put on hold."""
    from flows.project import projects
    from flows.worklist import worklist

    halt = worklist.Hold(cause, until, when, by.reason)
    if item is not None:
        return worklist.hold(ledger, log, item, halt, by)
    return projects.hold(ledger, log, case_id, halt, by)


@project.command("resume", help="Take a project, or one work item, up again.")
@click.argument("case_id", metavar="PROJECT")
@option("--item", help="One work item instead of the whole project.")
@recording
def resume(ledger: "Ledger", case_id: str, item: str | None, log: str, by: "By") -> "Advance":
    """Resume."""
    from flows.project import projects
    from flows.worklist import worklist

    if item is not None:
        return worklist.resume(ledger, log, item, by)
    return projects.resume(ledger, log, case_id, by)


@project.command(
    "withdraw", help="Take a step back that had gone well: a signature retracted, a firm that withdraws."
)
@click.argument("case_id", metavar="PROJECT")
@click.argument("activity", metavar="ACTIVITY")
@recording
def withdraw(ledger: "Ledger", case_id: str, activity: str, log: str, by: "By") -> "Advance":
    """Take a step back."""
    from flows.project import projects

    return projects.take_back(ledger, log, case_id, activity, by)


@project.command("reopen", help="Open a project again that was over.")
@click.argument("case_id", metavar="PROJECT")
@recording
def reopen(ledger: "Ledger", case_id: str, log: str, by: "By") -> "Advance":
    """Reopen."""
    from flows.project import projects

    return projects.reopen(ledger, log, case_id, by)


@project.command("shelve", help="Halt a project for an indefinite time.")
@click.argument("case_id", metavar="PROJECT")
@recording
def shelve(ledger: "Ledger", case_id: str, log: str, by: "By") -> "Advance":
    """Shelve."""
    from flows.project import projects

    return projects.shelve(ledger, log, case_id, by)


@project.command("abandon", help="End a project that fails.")
@click.argument("case_id", metavar="PROJECT")
@option("--cause", help="The outcome, such as vote_lost; otherwise the one its history shows.")
@recording
def abandon(ledger: "Ledger", case_id: str, cause: str | None, log: str, by: "By") -> "Advance":
    """Abandon."""
    from flows.project import projects

    return projects.abandon(ledger, log, case_id, cause, by)


@project.command(
    "waive", help="Give a project, or all of a city, leave to break a rule of order until a day."
)
@click.argument("rule", metavar="RULE")
@option("--project", "case_id", help="The project.")
@option("--city", help="The city, instead of one project.")
@option("--until", type=DayText(), required=True, help="The last day of the leave.")
@recording
def waive(
    ledger: "Ledger", rule: str, case_id: str | None, city: str | None, until: date, log: str, by: "By"
) -> "Advance | Noted":
    """Waive a rule."""
    from flows.policies.policies import city_key
    from flows.project import projects
    from flows.project.answers import Noted
    from flows.project.waivers import waive_for_city

    if (case_id is None) == (city is None):
        raise EventLogError("say for what the rule is waived: --project or --city")
    if case_id is not None:
        return projects.waive(ledger, log, case_id, rule, until, by)
    if not by.reason:
        raise EventLogError("to waive {rule}, give a reason", rule=rule)
    key = waive_for_city(ledger, log, city_key(city or ""), rule, until, by.reason, by.actor, by.now)
    told = say("{city}: rule {rule} waived until {day}", city=city, rule=rule, day=until)
    return Noted(key, told)
