"""`retrofit work`: the worklist."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eventlogs.commands import FileName, Session, answers, option, with_console, with_ledger
from eventlogs.errors import EventLogError
from flows.cli import work
from flows.cli_acting import log_option, recording, rows_option, with_data

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.storage import Ledger
    from flows.project.acts import By
    from flows.project.advance import Advance
    from flows.project.answers import WorkCard
    from flows.worklist.bulk import BulkAnswer
    from flows.worklist.listing import WorkList


@work.command("list", help="List the open work items, the most pressing first.")
@log_option
@option("--project", "case_id", help="Only those of a project.")
@option("--role", help="Only those of a role.")
@option("--whose", "assignee", help="Only those in somebody's hands.")
@option("--city", help="Only those of a city.")
@option("--overdue", is_flag=True, help="Only those past their day.")
@option("--search", metavar="TEXT", help="Only those whose project or step has this in its name.")
@option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most so many.")
@answers
@with_console
@with_ledger
def list_work(
    ledger: "Ledger",
    console: "Console",
    log: str,
    case_id: str | None,
    role: str | None,
    assignee: str | None,
    city: str | None,
    overdue: bool,
    search: str | None,
    limit: int,
) -> "WorkList":
    """Answer with the open work items."""
    from flows.worklist.asked import cities_asked, index_asked, nobody_of_that_name, role_asked
    from flows.worklist.listing import utc_now
    from flows.worklist.live_index import Narrowing
    from flows.worklist.live_logs import is_simulated

    index = index_asked(ledger, log, case_id)
    cities = cities_asked(ledger, index, city)
    if assignee and (said := nobody_of_that_name(ledger, index, assignee)):
        console.note(said)
    narrowing = Narrowing(
        cities=cities, role=role_asked(role), assignee=assignee, overdue=overdue, search=search
    )
    found = index.work(ledger, utc_now(), narrowing, limit=limit)
    return replace(found, simulated=is_simulated(ledger, log))


@work.command("show", help="Show a work item, its remarks, and the form that completes it.")
@click.argument("item", metavar="WORK_ITEM")
@log_option
@answers
@with_ledger
def show(ledger: "Ledger", item: str, log: str) -> "WorkCard":
    """Answer with one work item."""
    from flows.worklist.work_card import work_card

    return work_card(ledger, log, item)


@work.command("complete", help="Record that a work item is done, with what its form asks for.")
@click.argument("item", metavar="[WORK_ITEM]", required=False)
@option(
    "--from", "file", type=FileName(), help="Complete many: a JSON file of objects with work_item and data."
)
@option("--proposed", is_flag=True, help="Take what is proposed for fields that are not given.")
@rows_option
@with_data
@recording
def complete(
    ledger: "Ledger",
    item: str | None,
    file: Path | None,
    proposed: bool,
    rows: Path | None,
    data: Mapping[str, Any],
    log: str,
    by: "By",
) -> "Advance | BulkAnswer":
    """Complete one work item, or many."""
    from flows.forms.row_files import data_with_rows
    from flows.worklist import worklist
    from flows.worklist.bulk import complete_many
    from flows.worklist.work_card import proposed_data
    from flows.worklist.worklist import place_of_item

    if file is not None:
        return complete_many(ledger, log, file, by)
    if rows is not None:
        case_id, (activity, _) = place_of_item(_named(item))
        data = data_with_rows(ledger, log, case_id, activity, rows, data)
    if proposed:
        data = proposed_data(ledger, log, _named(item), data)
    return worklist.complete(ledger, log, _named(item), data, by)


@work.command("assign", help="Put a work item into somebody's hands.")
@click.argument("item", metavar="[WORK_ITEM]", required=False)
@option("--to", help="Into whose hands.")
@option(
    "--from",
    "file",
    type=FileName(),
    help="Assign many: a CSV or Excel file with the columns work_item and to.",
)
@recording
def assign(
    ledger: "Ledger", item: str | None, to: str | None, file: Path | None, log: str, by: "By"
) -> "Advance | BulkAnswer":
    """Assign one work item, or many."""
    from flows.worklist import worklist
    from flows.worklist.bulk import assign_many

    if file is not None:
        return assign_many(ledger, log, file, by)
    if not to:
        raise EventLogError("say into whose hands with --to, or give a file with --from")
    return worklist.assign(ledger, log, _named(item), to, by)


@work.command("handover", help="Pass your own work item on to somebody else.")
@click.argument("item", metavar="WORK_ITEM")
@option("--to", required=True, help="To whom.")
@recording
def handover(ledger: "Ledger", item: str, to: str, log: str, by: "By") -> "Advance":
    """Hand over."""
    from flows.worklist import worklist

    return worklist.hand_over(ledger, log, item, to, by)


@work.command("comment", help="Write a remark beside a work item.")
@click.argument("item", metavar="WORK_ITEM")
@option("--text", required=True, help="The remark.")
@recording
def comment(ledger: "Ledger", item: str, text: str, log: str, by: "By") -> "Advance":
    """Comment."""
    from flows.worklist import worklist

    return worklist.comment(ledger, log, item, text, by)


@work.command("attach", help="Keep a document beside a work item, under its fingerprint.")
@click.argument("item", metavar="WORK_ITEM")
@option("--file", "file", type=FileName(), required=True, help="The document.")
@option("--text", default="", help="What it is.")
@recording
@click.pass_obj
def attach(
    session: Session, ledger: "Ledger", item: str, file: Path, text: str, log: str, by: "By"
) -> "Advance":
    """Attach."""
    from flows.papers.kept import keep
    from flows.papers.sent_files import LARGEST, checked_upload
    from flows.worklist import worklist

    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except FileNotFoundError:
        raise EventLogError("there is no file {file}", file=file) from None
    except OSError as error:
        raise EventLogError("{file} cannot be read: {reason}", file=file, reason=error) from error
    document = checked_upload(file.name, content)
    evidence = keep(session.data, document.name, document.content)
    return worklist.comment(ledger, log, item, text or document.name, by, evidence)


@work.command("claim", help="Start a work item yourself.")
@click.argument("item", metavar="WORK_ITEM")
@recording
def claim(ledger: "Ledger", item: str, log: str, by: "By") -> "Advance":
    """Claim."""
    from flows.worklist import worklist

    return worklist.claim(ledger, log, item, by)


@work.command("release", help="Give a work item back.")
@click.argument("item", metavar="WORK_ITEM")
@recording
def release(ledger: "Ledger", item: str, log: str, by: "By") -> "Advance":
    """Release."""
    from flows.worklist import worklist

    return worklist.release(ledger, log, item, by)


@work.command("skip", help="Declare a work item unnecessary, with a reason.")
@click.argument("item", metavar="WORK_ITEM")
@recording
def skip(ledger: "Ledger", item: str, log: str, by: "By") -> "Advance":
    """Skip."""
    from flows.worklist import worklist

    return worklist.skip(ledger, log, item, by)


def _named(item: str | None) -> str:
    if not item:
        raise EventLogError("name a work item, or give a file with --from")
    return item
