"""The commands that find where projects stall, and grade what was found against a planted truth."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from eventlogs.commands import FileName, answers, option, with_ledger
from mining.cases.filter_options import LogChoice, by_attribute, filter_options
from mining.cli import mine
from mining.cli_conformance import norm_option
from mining.cli_options import log_argument
from mining.cli_outlook import now_option

if TYPE_CHECKING:
    from eventlogs.storage import Ledger
    from mining.stalls.finding import CaseStall, StallReport
    from mining.stalls.grading import Grades


@mine.command("stalls", help="Find where projects stall, and say why.")
@log_argument
@by_attribute
@norm_option
@now_option
@option("--case", "case_id", metavar="CASE", help="Show how this case stands, stalled or not.")
@answers
@filter_options
@with_ledger
def mine_stalls(
    ledger: "Ledger",
    log: str,
    by: str | None,
    model: Path | None,
    now: datetime | None,
    case_id: str | None,
    choice: LogChoice,
) -> "StallReport | CaseStall":
    """Answer with the stalls, or with one case."""
    from mining.cases.log_clock import local_moment
    from mining.normative.file import read_model
    from mining.stalls.finding import case_stall, stalls

    norm = read_model(model)
    prepared = choice.prepared(ledger, log)
    moment = local_moment(prepared, now)
    if case_id is not None:
        return case_stall(prepared, norm, case_id, now=moment)
    return stalls(prepared, norm, by=by, now=moment)


@mine.command("grade", help="Hold what is found in a simulated log against what was planted in it.")
@log_argument
@option("--truth", type=FileName(), required=True, help="The file that simulate --truth wrote.")
@norm_option
@answers
@with_ledger
def mine_grade(ledger: "Ledger", log: str, truth: Path, model: Path | None) -> "Grades":
    """Answer with the marks."""
    from eventlogs.prepared import prepare
    from mining.normative.file import read_model
    from mining.stalls.grading import grades

    return grades(prepare(ledger, log), read_model(model), truth)
