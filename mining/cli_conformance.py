"""The commands that hold a log against models and rules."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.commands import FileName, answers, option, with_console, with_ledger
from mining.cases.filter_options import LogChoice, by_attribute, filter_options
from mining.cli import mine
from mining.cli_options import deviations_option, log_argument, time_limit_option

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.storage import Ledger
    from mining.conformance.case_conformance import CaseConformance
    from mining.conformance.judging import ConformanceReport
    from mining.nets.alignment_answers import AlignmentAnswer, CaseAlignment
    from mining.nets.replay_answers import PrecisionAnswer, ReplayAnswer
    from mining.normative.text import ModelChecked, ModelShown
    from mining.rules.outcome import RuleReport

model_option = option("--model", type=FileName(), required=True, help="The model: a Petri net in PNML.")
norm_option = option(
    "--model", type=FileName(), help="Another normative model, a TOML file; otherwise that of lift projects."
)


@mine.command("align", help="Align every case with a model, exactly, and say how well they fit.")
@log_argument
@model_option
@option("--case", "case_id", metavar="CASE", help="Show the moves of this case only.")
@by_attribute
@time_limit_option("Give up what is not aligned after so many seconds.")
@answers
@filter_options
@with_console
@with_ledger
def align(
    ledger: "Ledger",
    console: "Console",
    log: str,
    model: Path,
    case_id: str | None,
    by: str | None,
    time_limit: float,
    choice: LogChoice,
) -> "AlignmentAnswer | CaseAlignment":
    """Answer with the alignments of all cases, or of one."""
    from eventlogs.language import say
    from mining.nets.alignment_answers import alignment_answer, case_alignment
    from mining.nets.petri_net import read_pnml

    net = read_pnml(model)
    prepared = choice.prepared(ledger, log)
    if case_id is not None:
        return case_alignment(prepared, net, case_id)
    with console.progress(say("Aligning")):
        return alignment_answer(prepared, net, time_limit, by)


@mine.command("replay", help="Replay every case on a model and count the tokens that lack or remain.")
@log_argument
@model_option
@time_limit_option("Give up a replay that is not done after so many seconds.")
@answers
@filter_options
@with_console
@with_ledger
def replay(
    ledger: "Ledger",
    console: "Console",
    log: str,
    model: Path,
    time_limit: float,
    choice: LogChoice,
) -> "ReplayAnswer":
    """Answer with the tokens over all cases."""
    from eventlogs.language import say
    from mining.nets.petri_net import read_pnml
    from mining.nets.replay_answers import replay_answer

    net = read_pnml(model)
    prepared = choice.prepared(ledger, log)
    with console.progress(say("Replaying")):
        return replay_answer(prepared, net, time_limit)


@mine.command("precision", help="Measure how much of what a model allows was ever done.")
@log_argument
@model_option
@answers
@filter_options
@with_ledger
def precision(
    ledger: "Ledger",
    log: str,
    model: Path,
    choice: LogChoice,
) -> "PrecisionAnswer":
    """Answer with the precision by escaping arcs."""
    from mining.nets.petri_net import read_pnml
    from mining.nets.replay_answers import precision_answer

    net = read_pnml(model)
    return precision_answer(choice.prepared(ledger, log), net)


@mine.command("rules", help="Check Declare rules of your own on a log.")
@log_argument
@option(
    "--rules",
    "file",
    type=FileName(),
    required=True,
    help="The rules: a TOML file of [[rule]] tables with name, template, activity_a, activity_b and, where "
    "wanted, n, within, after, where_a, where_b, where_case, same, different.",
)
@deviations_option
@answers
@filter_options
@with_ledger
def rules(
    ledger: "Ledger",
    log: str,
    file: Path,
    n_deviations: int,
    choice: LogChoice,
) -> "RuleReport":
    """Answer with what became of each rule."""
    from mining.rules.checking import check_rules
    from mining.rules.file import read_rules

    asked = read_rules(file)
    return check_rules(choice.prepared(ledger, log), asked, n_deviations=n_deviations)


@mine.command("conformance", help="Hold every case against the normative model and say who keeps what.")
@log_argument
@norm_option
@by_attribute
@option("--case", "case_id", metavar="CASE", help="Show the verdicts on this case only.")
@deviations_option
@answers
@filter_options
@with_ledger
def conformance(
    ledger: "Ledger",
    log: str,
    model: Path | None,
    by: str | None,
    case_id: str | None,
    n_deviations: int,
    choice: LogChoice,
) -> "ConformanceReport | CaseConformance":
    """Answer with the verdicts on all cases, or on one."""
    from mining.conformance.case_conformance import case_conformance
    from mining.conformance.judging import conformance
    from mining.normative.file import read_model

    norm = read_model(model)
    prepared = choice.prepared(ledger, log)
    if case_id is not None:
        return case_conformance(prepared, norm, case_id)
    return conformance(prepared, norm, by=by, n_deviations=n_deviations)


@mine.group("norm", help="Show the normative model, or check one of your own.")
def norm() -> None:
    """Hold the commands below."""


@norm.command("show", help="Show chains, rules and loops with the sentences they rest on.")
@norm_option
@option(
    "-o",
    "--output",
    type=FileName(),
    help="Draw the model into this file too: .svg, .bpmn, .powl or .powl.svg.",
)
@answers
def show(model: Path | None, output: Path | None) -> "ModelShown":
    """Answer with the model."""
    from mining.normative.drawing import write_drawing
    from mining.normative.file import read_model
    from mining.normative.text import ModelShown

    norm = read_model(model)
    if output is not None:
        write_drawing(norm, output)
    return ModelShown(norm)


@norm.command("check", help="Check a model file and say what is wrong with it.")
@click.argument("file", type=FileName(), metavar="FILE")
@answers
def check(file: Path) -> "ModelChecked":
    """Answer that the file is sound; a fault is refused."""
    from mining.normative.file import read_model
    from mining.normative.text import ModelChecked

    model = read_model(file)
    return ModelChecked(str(file), model.key, len(model.chains), len(model.rules))
