"""The groups of a log compared with one another."""

from dataclasses import dataclass
from pathlib import Path
from shlex import join

from eventlogs.prepared import PreparedLog
from mining.comparison.answer import Comparison
from mining.comparison.command_line import choice_words
from mining.comparison.comparing import SEED, Plan, compare
from mining.comparison.reading import read_profiles
from mining.normative import NormativeModel


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chooses of a comparison."""

    by: str
    adjust: tuple[str, ...] = ()
    min_cases: int = 5
    seed: int = SEED
    model: Path | None = None


def compare_log(prepared: PreparedLog, model: NormativeModel, choices: Choices) -> Comparison:
    """Compare the groups of a log."""
    read = read_profiles(prepared, model, choices.by, choices.adjust)
    plan = Plan(
        by=choices.by,
        sources=(prepared.log.name,),
        simulated=prepared.log.simulated,
        left_out=read.left_out,
        min_cases=choices.min_cases,
        seed=choices.seed,
        adjusted_for=choices.adjust,
        has_ends=read.has_ends,
        command=_command(prepared, choices),
    )
    return compare(read.profiles, plan)


def _command(prepared: PreparedLog, choices: Choices) -> str:
    """Return what to type for the same comparison."""
    words = ["retrofit", "mine", "compare", prepared.log.name, "--by", choices.by]
    for attribute in choices.adjust:
        words += ["--adjust", attribute]
    words += ["--min-cases", str(choices.min_cases), "--seed", str(choices.seed)]
    if choices.model is not None:
        words += ["--model", str(choices.model)]
    return join(words + choice_words(prepared))
