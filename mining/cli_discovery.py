"""The commands that find what really happened: variants and the process map."""

from typing import TYPE_CHECKING

import click

from eventlogs.case_options import case_options
from eventlogs.commands import FileName, answers, option, with_console, with_ledger
from mining.cli import mine

if TYPE_CHECKING:
    from pathlib import Path

    from eventlogs.console import Console
    from eventlogs.storage import Ledger
    from mining.process_map import ProcessMap
    from mining.variants import Variants

by_attribute = option(
    "--by",
    metavar="ATTRIBUTE",
    help="Also part the cases by an attribute, such as city; of events the first.",
)


@mine.command("variants", help="List the distinct sequences of activities, the most frequent first.")
@click.argument("name", metavar="LOG")
@option("--top", type=click.IntRange(min=1), metavar="N", help="Only the N most frequent; otherwise all.")
@by_attribute
@case_options
@answers
@with_ledger
def mine_variants(
    ledger: "Ledger",
    name: str,
    top: int | None,
    by: str | None,
    object_type: str | None,
    lifecycles: tuple[str, ...],
) -> "Variants":
    """Answer with a log's variants."""
    from eventlogs.prepared import prepare
    from mining.variants import variants

    return variants(prepare(ledger, name, object_type, lifecycles=lifecycles or None), top=top, by=by)


@mine.command("map", help="Tell which activity directly follows which, how often and after what wait.")
@click.argument("name", metavar="LOG")
@option("-o", "--output", type=FileName(), help="Draw the map into this file: .svg, .dot or .png.")
@by_attribute
@case_options
@answers
@with_console
@with_ledger
def mine_map(
    ledger: "Ledger",
    console: "Console",
    name: str,
    output: "Path | None",
    by: str | None,
    object_type: str | None,
    lifecycles: tuple[str, ...],
) -> "ProcessMap":
    """Answer with a log's process map."""
    from eventlogs.prepared import prepare
    from mining.process_map import process_map

    return process_map(prepare(ledger, name, object_type, lifecycles=lifecycles or None), by=by)
