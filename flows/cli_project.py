"""`retrofit project`: start, see, and record acts."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eventlogs.commands import answers, option, with_ledger
from flows.cli import project
from flows.cli_acting import log_option, recording, rows_option, with_data

if TYPE_CHECKING:
    from eventlogs.storage import Ledger
    from flows.forms.form_text import FormShown
    from flows.project.acts import By
    from flows.project.advance import Advance
    from flows.project.answers import ProjectCard
    from flows.project.told_history import ProjectHistory
    from flows.worklist.listing import ProjectList


@project.command(
    "start",
    help="Begin a project under its city's policy and offer its first steps. "
    "`retrofit project form` shows what can be entered.",
)
@option("--city", help="The city, in Chinese or English.")
@option("--name", help="The project's name, such as estate, building and doorway.")
@option("--floors", help="Floors of the house.")
@option("--id", "case_id", help="The project's number; otherwise the next of its city.")
@option("--type", "retrofit", default="lift", show_default=True, help="The type of retrofit.")
@with_data
@recording
def start(
    ledger: "Ledger",
    city: str | None,
    name: str | None,
    floors: str | None,
    case_id: str | None,
    retrofit: str,
    data: Mapping[str, Any],
    log: str,
    by: "By",
) -> "Advance":
    """Begin a project."""
    from flows.project import projects

    given = {"city": city, "name": name, "floors": floors}
    whole = {**data, **{field: value for field, value in given.items() if value is not None}}
    if case_id is None:
        return projects.start_numbered(ledger, log, whole, by, retrofit=retrofit)
    return projects.start(ledger, log, whole, by, case_id=case_id, retrofit=retrofit)


@project.command("list", help="List the projects and how they stand.")
@log_option
@option("--city", help="Only those of a city.")
@option("--outcome", help="Only those that ended so; `open` for those that are not over.")
@option("--overdue", is_flag=True, help="Only those with work past its day.")
@option("--search", metavar="TEXT", help="Only those whose number, name or district has this in it.")
@option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most so many.")
@answers
@with_ledger
def list_projects(
    ledger: "Ledger",
    log: str,
    city: str | None,
    outcome: str | None,
    overdue: bool,
    search: str | None,
    limit: int,
) -> "ProjectList":
    """Answer with the projects."""
    from flows.worklist.asked import cities_asked, index_asked, outcome_asked
    from flows.worklist.listing import utc_now
    from flows.worklist.live_index import Narrowing
    from flows.worklist.live_logs import is_simulated

    index = index_asked(ledger, log)
    cities = cities_asked(ledger, index, city)
    narrowing = Narrowing(cities=cities, outcome=outcome_asked(outcome), overdue=overdue, search=search)
    found = index.projects(ledger, utc_now(), narrowing, limit=limit)
    return replace(found, simulated=is_simulated(ledger, log))


@project.command("show", help="Show a project: how it stands, what is open, what is expected next.")
@click.argument("case_id", metavar="PROJECT")
@log_option
@answers
@with_ledger
def show(ledger: "Ledger", case_id: str, log: str) -> "ProjectCard":
    """Answer with one project."""
    from flows.process.processes import policy_of, process_of
    from flows.process.replay import plan_of
    from flows.process.suggestions import suggestions
    from flows.project.advance import read_project
    from flows.project.answers import ProjectCard
    from flows.worklist.live_logs import is_simulated

    history = read_project(ledger, log, case_id)
    plan = plan_of(process_of(history), policy_of(history), history)
    return ProjectCard.of(history, plan, suggestions(history), simulated=is_simulated(ledger, log))


@project.command("history", help="Show a project's events in recorded order, with both times.")
@click.argument("case_id", metavar="PROJECT")
@log_option
@answers
@with_ledger
def history(ledger: "Ledger", case_id: str, log: str) -> "ProjectHistory":
    """Answer with a project's events."""
    from flows.project.advance import read_project
    from flows.project.told_history import ProjectHistory
    from flows.worklist.live_logs import is_simulated

    read_project(ledger, log, case_id)
    simulated = is_simulated(ledger, log)
    return ProjectHistory.of(case_id, ledger.case(log, case_id), simulated=simulated)


@project.command("form", help="Show what is entered to start a project, or for a step.")
@click.argument("activity", metavar="[ACTIVITY]", required=False)
@option("--type", "retrofit", default="lift", show_default=True, help="The type of retrofit.")
@answers
def show_form(activity: str | None, retrofit: str) -> "FormShown":
    """Answer with a form."""
    from flows.forms.form_text import form_shown

    return form_shown(retrofit, activity)


@project.command("act", help="Record that a step happened, at any time, whether it was offered or not.")
@click.argument("case_id", metavar="PROJECT")
@click.argument("activity", metavar="ACTIVITY")
@rows_option
@with_data
@recording
def act(
    ledger: "Ledger",
    case_id: str,
    activity: str,
    rows: Path | None,
    data: Mapping[str, Any],
    log: str,
    by: "By",
) -> "Advance":
    """Record an act."""
    from flows.forms.row_files import data_with_rows
    from flows.project import projects

    if rows is not None:
        data = data_with_rows(ledger, log, case_id, activity, rows, data)
    return projects.act(ledger, log, case_id, activity, data, by)
