"""The commands that give the data of charts over time."""

from typing import TYPE_CHECKING

import click

from eventlogs.commands import answers, option, with_ledger
from mining.cases.filter_options import LogChoice, filter_options
from mining.cli import mine

if TYPE_CHECKING:
    from eventlogs.storage import Ledger
    from mining.performance.dotted_chart import Colour, DottedChart
    from mining.performance.performance_spectrum import PerformanceSpectrum


@mine.command("dotted", help="Give the data of a dotted chart: events as dots, case by case over time.")
@click.argument("name", metavar="LOG")
@option(
    "--colour",
    type=click.Choice(["activity", "role", "person"]),
    default="activity",
    show_default=True,
    help="What the dots are told apart by.",
)
@option(
    "--most-events",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    help="Of a log with more events draw whole cases, the same ones every time.",
)
@answers
@filter_options
@with_ledger
def mine_dotted(
    ledger: "Ledger", name: str, colour: "Colour", most_events: int, choice: LogChoice
) -> "DottedChart":
    """Answer with the dots."""
    from mining.performance.dotted_chart import dotted_chart

    return dotted_chart(choice.prepared(ledger, name), colour, most_events=most_events)


@mine.command(
    "spectrum", help="Give the data of a performance spectrum: each passage along a path over time."
)
@click.argument("name", metavar="LOG")
@option(
    "--path",
    "paths",
    multiple=True,
    nargs=2,
    metavar="ACTIVITY NEXT",
    help="A path to look at; otherwise the ten busiest.",
)
@option(
    "--most-passages",
    type=click.IntRange(min=1),
    default=2_000,
    show_default=True,
    help="Of a path with more passages draw so many, the same ones every time.",
)
@answers
@filter_options
@with_ledger
def mine_spectrum(
    ledger: "Ledger",
    name: str,
    paths: tuple[tuple[str, str], ...],
    most_passages: int,
    choice: LogChoice,
) -> "PerformanceSpectrum":
    """Answer with the passages."""
    from mining.performance.performance_spectrum import performance_spectrum

    return performance_spectrum(choice.prepared(ledger, name), paths, most_passages=most_passages)
