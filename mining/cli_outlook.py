"""The commands that tell of the time to come, and of how much of a process a log has shown."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.commands import answers, option, with_ledger
from eventlogs.told_times import MomentText
from mining.cases.filter_options import LogChoice, by_attribute, filter_options
from mining.cli import mine
from mining.cli_conformance import norm_option
from mining.cli_options import log_argument, min_cases_option

if TYPE_CHECKING:
    from eventlogs.storage import Ledger
    from mining.completeness import Completeness
    from mining.outlook.competing_risks import Outlook
    from mining.outlook.risk import RiskReport

now_option = option(
    "--now",
    type=MomentText(),
    help="Look from 2024-05-01 or 2024-05-01T14:30 (the log's zone), later events left out; otherwise from "
    "now, or from a past or simulated log's last moment.",
)


@mine.command("outlook", help="Tell what becomes of cases from each step on, and when.")
@log_argument
@by_attribute
@norm_option
@now_option
@option(
    "--horizon",
    type=click.FloatRange(min=0, min_open=True),
    default=365.0,
    show_default=True,
    metavar="DAYS",
    help="Tell the shares that have ended by so many days after the step.",
)
@min_cases_option("Tell no figure of fewer cases.")
@answers
@filter_options
@with_ledger
def mine_outlook(
    ledger: "Ledger",
    log: str,
    by: str | None,
    model: Path | None,
    now: datetime | None,
    horizon: float,
    min_cases: int,
    choice: LogChoice,
) -> "Outlook":
    """Answer with the curves' figures."""
    from datetime import timedelta

    from mining.cases.log_clock import local_moment
    from mining.normative.file import read_model
    from mining.outlook.competing_risks import outlook

    prepared = choice.prepared(ledger, log)
    return outlook(
        prepared,
        read_model(model).ending,
        by=by,
        now=local_moment(prepared, now),
        horizon=timedelta(days=horizon),
        min_cases=min_cases,
    )


@mine.command("completeness", help="Tell how much of its process a log has shown, and how much is unseen.")
@log_argument
@by_attribute
@norm_option
@min_cases_option("Tell no figure of fewer cases.")
@answers
@filter_options
@with_ledger
def mine_completeness(
    ledger: "Ledger", log: str, by: str | None, model: Path | None, min_cases: int, choice: LogChoice
) -> "Completeness":
    """Answer with the estimates and the saturation test."""
    from mining.completeness import completeness
    from mining.normative.file import read_model

    return completeness(choice.prepared(ledger, log), read_model(model), by=by, min_cases=min_cases)


@mine.command(
    "risk", help="Tell how likely each running project is to go badly, why, and how long it may take."
)
@log_argument
@by_attribute
@norm_option
@now_option
@answers
@filter_options
@with_ledger
def mine_risk(
    ledger: "Ledger",
    log: str,
    by: str | None,
    model: Path | None,
    now: datetime | None,
    choice: LogChoice,
) -> "RiskReport":
    """Answer with the chances of the running cases."""
    from mining.cases.log_clock import local_moment
    from mining.normative.file import read_model
    from mining.outlook.risk import risk

    prepared = choice.prepared(ledger, log)
    return risk(prepared, read_model(model).ending, by=by, now=local_moment(prepared, now))
