"""The commands that hold a log against models and rules."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.commands import FileName, answers, option, with_console, with_ledger
from mining.cli import mine

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.storage import Ledger
    from mining.alignment_answers import AlignmentAnswer, CaseAlignment, PrecisionAnswer, ReplayAnswer
    from mining.rules import RuleReport

model_option = option("--model", type=FileName(), required=True, help="The model: a Petri net in PNML.")


@mine.command("align", help="Align every case with a model, exactly, and say how well they fit.")
@click.argument("log", metavar="LOG")
@model_option
@option("--case", "case_id", metavar="CASE", help="Show the moves of this case only.")
@option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    help="Give up what is not aligned after so many seconds.",
)
@answers
@with_console
@with_ledger
def align(
    ledger: "Ledger", console: "Console", log: str, model: Path, case_id: str | None, time_limit: float
) -> "AlignmentAnswer | CaseAlignment":
    """Answer with the alignments of all cases, or of one."""
    from eventlogs.language import say
    from eventlogs.prepared import prepare
    from mining.alignment_answers import alignment_answer, case_alignment
    from mining.petri_net import read_pnml

    net = read_pnml(model)
    prepared = prepare(ledger, log)
    if case_id is not None:
        return case_alignment(prepared, net, case_id)
    with console.progress(say("Aligning")):
        return alignment_answer(prepared, net, time_limit)


@mine.command("replay", help="Replay every case on a model and count the tokens that lack or remain.")
@click.argument("log", metavar="LOG")
@model_option
@answers
@with_ledger
def replay(ledger: "Ledger", log: str, model: Path) -> "ReplayAnswer":
    """Answer with the tokens over all cases."""
    from eventlogs.prepared import prepare
    from mining.alignment_answers import replay_answer
    from mining.petri_net import read_pnml

    net = read_pnml(model)
    return replay_answer(prepare(ledger, log), net)


@mine.command("precision", help="Measure how much of what a model allows was ever done.")
@click.argument("log", metavar="LOG")
@model_option
@answers
@with_ledger
def precision(ledger: "Ledger", log: str, model: Path) -> "PrecisionAnswer":
    """Answer with the precision by escaping arcs."""
    from eventlogs.prepared import prepare
    from mining.alignment_answers import precision_answer
    from mining.petri_net import read_pnml

    net = read_pnml(model)
    return precision_answer(prepare(ledger, log), net)


@mine.command("rules", help="Check Declare rules of your own on a log.")
@click.argument("log", metavar="LOG")
@option("--rules", "file", type=FileName(), required=True, help="The rules: a TOML file of [[rule]] tables.")
@option(
    "--deviations",
    "n_deviations",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Name so many deviating events of each rule.",
)
@answers
@with_ledger
def rules(ledger: "Ledger", log: str, file: Path, n_deviations: int) -> "RuleReport":
    """Answer with what became of each rule."""
    from eventlogs.prepared import prepare
    from mining.rule_file import read_rules
    from mining.rules import check_rules

    asked = read_rules(file)
    return check_rules(prepare(ledger, log), asked, n_deviations=n_deviations)
