"""The commands that find what really happened: variants and the process map."""

from typing import TYPE_CHECKING

import click

from eventlogs.commands import FileName, answers, option, with_console, with_ledger
from mining.cases.filter_options import LogChoice, by_attribute, filter_options, level_options
from mining.cli import mine

if TYPE_CHECKING:
    from pathlib import Path

    from eventlogs.console import Console
    from eventlogs.storage import Ledger
    from mining.cases.levels import Level
    from mining.discovery.map_plan import Measure
    from mining.discovery.process_map import ProcessMap
    from mining.discovery.variants import Variants


@mine.command("variants", help="List the distinct sequences of activities, the most frequent first.")
@click.argument("name", metavar="LOG")
@option("--top", type=click.IntRange(min=1), metavar="N", help="Only the N most frequent; otherwise all.")
@by_attribute
@level_options
@answers
@filter_options
@with_ledger
def mine_variants(
    ledger: "Ledger",
    name: str,
    top: int | None,
    by: str | None,
    level: "Level",
    collapsed: bool,
    choice: LogChoice,
) -> "Variants":
    """Answer with a log's variants."""
    from mining.discovery.variants import variants

    return variants(choice.prepared(ledger, name, level=level, collapsed=collapsed), top=top, by=by)


@mine.command("map", help="Tell which activity directly follows which, how often and after what wait.")
@click.argument("name", metavar="LOG")
@option(
    "-o",
    "--output",
    type=FileName(),
    help="Draw the map into this file, .svg or .dot; with --by one file more for each group.",
)
@option(
    "--show",
    type=click.Choice(["frequency", "cases", "share", "waiting", "mean", "p90", "total"]),
    default="frequency",
    help="What the picture's paths show: how often they are taken, by how many or which share of the cases; "
    "the median, mean, 90 % or total wait.",
)
@option(
    "--paths",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    default=0.8,
    help="Draw the strongest paths that together carry this share of all steps, from 0 to 1.",
)
@by_attribute
@level_options
@answers
@filter_options
@with_console
@with_ledger
def mine_map(
    ledger: "Ledger",
    console: "Console",
    name: str,
    output: "Path | None",
    show: "Measure",
    paths: float,
    by: str | None,
    level: "Level",
    collapsed: bool,
    choice: LogChoice,
) -> "ProcessMap":
    """Answer with a log's process map."""
    from eventlogs.language import say
    from mining.discovery.map_pictures import checked_name, map_title, write_pictures
    from mining.discovery.process_map import process_map

    if output is not None:
        checked_name(output)
    answer = process_map(choice.prepared(ledger, name, level=level, collapsed=collapsed), by=by)
    if output is None:
        return answer
    title = choice.titled(map_title(answer))
    for file in write_pictures(answer, output, measure=show, paths=paths, title=title):
        console.note(say("drawn: {file}", file=file))
    return answer
