"""The command that discovers a model."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.commands import FileName, answers, option, with_console, with_ledger
from mining.cases.filter_options import LogChoice, by_attribute, filter_options, level_options
from mining.cli import mine
from mining.cli_options import time_limit_option

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.storage import Ledger
    from mining.cases.levels import Level
    from mining.discovery.discovered_model import Algorithm, DiscoveredModel
    from mining.discovery.models_by_group import ModelsByGroup


@mine.command("model", help="Discover a model of how the cases went, and say how good it is.")
@click.argument("name", metavar="LOG")
@option(
    "--algorithm",
    type=click.Choice(["inductive", "powl", "heuristics", "alpha", "ilp"]),
    default="inductive",
    show_default=True,
    help="The miner that finds the model.",
)
@option(
    "--noise",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Leave rare behaviour below this threshold out, from 0 to 1; for inductive, heuristics and ilp.",
)
@option(
    "-o",
    "--output",
    "outputs",
    type=FileName(),
    multiple=True,
    help="Write the model into this file: .bpmn, .pnml or .svg, of the miner powl also .powl or .powl.svg; "
    "may be given several times.",
)
@time_limit_option(
    "Give up alignments and a replay that take longer, for fitness and generalisation.", seconds=60.0
)
@by_attribute
@level_options
@answers
@filter_options
@with_console
@with_ledger
def mine_model(
    ledger: "Ledger",
    console: "Console",
    name: str,
    algorithm: "Algorithm",
    noise: float | None,
    outputs: tuple[Path, ...],
    time_limit: float,
    by: str | None,
    level: "Level",
    collapsed: bool,
    choice: LogChoice,
) -> "DiscoveredModel | ModelsByGroup":
    """Answer with the model and its qualities, and with those of the groups."""
    from eventlogs.language import say
    from mining.discovery.discovered_model import discovered_model
    from mining.discovery.model_pictures import checked_model_name, write_model
    from mining.discovery.models_by_group import models_by, written_models

    for file in outputs:
        checked_model_name(file, algorithm)
    prepared = choice.prepared(ledger, name, level=level, collapsed=collapsed)
    with console.progress(say("Discovering")):
        if by is None:
            found = discovered_model(prepared, algorithm, noise=noise, time_limit=time_limit)
            written = [(found, found.title, file) for file in outputs]
            answer: DiscoveredModel | ModelsByGroup = found
        else:
            answer = models_by(prepared, algorithm, by, noise=noise, time_limit=time_limit)
            written = [one for file in outputs for one in written_models(answer, file)]
    for model, title, file in written:
        write_model(model, choice.titled(title), file)
        console.note(say("written: {file}", file=file))
    return answer
