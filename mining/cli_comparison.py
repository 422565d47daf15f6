"""The commands that hold groups of cases, such as the cities, beside one another."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.commands import FileName, answers, option, with_console, with_ledger
from mining.cli import mine
from mining.filter_options import LogChoice, filter_options, level_options

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.storage import Ledger
    from mining.comparison.answer import Comparison, Verified
    from mining.levels import Level


@mine.command(
    "compare", help="Compare groups of cases, such as the cities: figures, and which differences survive."
)
@click.argument("log", metavar="LOG")
@option(
    "--by", metavar="ATTRIBUTE", default="city", show_default=True, help="What parts the cases into groups."
)
@option(
    "--adjust",
    multiple=True,
    metavar="ATTRIBUTE",
    help="Test also among cases with like values of this attribute; can be given again.",
)
@option(
    "--min-cases",
    type=click.IntRange(min=2),
    default=5,
    show_default=True,
    help="Say 'too few' of anything that fewer cases show.",
)
@option(
    "--model", type=FileName(), help="Another normative model, a TOML file; otherwise that of lift projects."
)
@option("--seed", type=int, default=None, help="What all chances hang on; otherwise a fixed one.")
@option("--verify", metavar="DIGEST", help="Compare again and tell whether the numbers have this digest.")
@level_options
@answers
@filter_options
@with_console
@with_ledger
def mine_compare(
    ledger: "Ledger",
    console: "Console",
    log: str,
    by: str,
    adjust: tuple[str, ...],
    min_cases: int,
    model: Path | None,
    seed: int | None,
    verify: str | None,
    level: "Level",
    collapsed: bool,
    choice: LogChoice,
) -> "Comparison | Verified":
    """Answer with the comparison, or with whether it is the one that is verified."""
    from eventlogs.language import say
    from mining.comparison.answer import Verified
    from mining.comparison.comparing import SEED
    from mining.comparison.log_comparison import Choices, compare_log
    from mining.normative_file import read_model

    choices = Choices(by, tuple(adjust), min_cases, SEED if seed is None else seed, model)
    prepared = choice.prepared(ledger, log, level=level, collapsed=collapsed)
    with console.progress(say("Comparing")):
        answer = compare_log(prepared, read_model(model), choices)
    return answer if verify is None else Verified(verify, answer.rerun.digest, answer)
