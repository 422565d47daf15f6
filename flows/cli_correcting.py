"""`retrofit project correct`: one event put right, or taken out."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from eventlogs.commands import answers, option, with_ledger
from eventlogs.told_times import MomentText
from flows.cli import project
from flows.cli_acting import by_from, log_option, with_data

if TYPE_CHECKING:
    from eventlogs.storage import Ledger
    from flows.project.answers import Recorded


@project.command(
    "correct",
    help="Put one event right that was recorded wrongly, or take it out; what was recorded stays beside it. "
    "EVENT is as `retrofit project history` names it, or a work item that is done.",
)
@click.argument("case_id", metavar="PROJECT")
@click.argument("event", metavar="EVENT")
@log_option
@option("--actor", required=True, help="Who corrects it: a pseudonym or staff name.")
@option("--reason", help="Why.")
@option("--at", type=MomentText(), help="When it really happened, such as 2024-05-01 or 2024-05-01T14:30.")
@option("--done-by", help="Who really did it.")
@option("--role", help="As what it was really done.")
@option("--void", is_flag=True, help="Take it out: it did not happen.")
@with_data
@answers
@with_ledger
def correct(
    ledger: "Ledger",
    case_id: str,
    event: str,
    log: str,
    actor: str,
    reason: str | None,
    at: datetime | None,
    done_by: str | None,
    role: str | None,
    void: bool,
    data: Mapping[str, Any],
) -> "Recorded":
    """Correct an event."""
    from eventlogs.working_calendar import office_moment
    from flows.project import correcting
    from flows.project.answers import Recorded

    right = correcting.Correction(at and office_moment(at), done_by, role, data, void)
    by = by_from(actor, role, None, reason)
    return Recorded.of(correcting.correct(ledger, log, case_id, event, right, by))
