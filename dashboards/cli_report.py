"""`retrofit report`: the conformance report of a log, to read and to print."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.commands import Command, FileName, answers, option, with_console, with_ledger
from mining.cli_options import min_cases_option

if TYPE_CHECKING:
    from dashboards.report.told import ReportWritten
    from eventlogs.console import Console
    from eventlogs.storage import Ledger


@click.command(
    "report",
    cls=Command,
    help="Write the conformance report of a log: the answer in five sentences, then what it rests on.",
)
@click.argument("name", metavar="LOG")
@option("--by", metavar="ATTRIBUTE", default="city", show_default=True, help="What the groups share.")
@option(
    "-o",
    "--output",
    type=FileName(),
    required=True,
    help="The file, .html or .pdf; a PDF is printed by a browser of this machine.",
)
@option("--adjust", multiple=True, metavar="ATTRIBUTE", help="Also compare among cases that share this.")
@min_cases_option("Groups with fewer cases are told of by no number.")
@option("--model", "model_file", type=FileName(), help="Another normative model.")
@answers
@with_console
@with_ledger
def write_report(
    ledger: "Ledger",
    console: "Console",
    name: str,
    by: str,
    output: Path,
    adjust: tuple[str, ...],
    min_cases: int,
    model_file: Path | None,
) -> "ReportWritten":
    """Answer with where the report is, and its five sentences."""
    from dashboards.report.told import write
    from eventlogs.language import say
    from eventlogs.prepared import prepare
    from mining.comparison.log_comparison import Choices
    from mining.normative.file import read_model

    model = read_model(model_file)
    choices = Choices(by, adjust, min_cases, model=model_file, cross_check=False)
    with console.progress(say("Writing the report of {log}", log=name)):
        return write(prepare(ledger, name), model, choices, output)
