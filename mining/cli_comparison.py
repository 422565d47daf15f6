"""The commands that hold groups of cases, such as the cities, beside one another."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventlogs.commands import FileName, answers, option, with_console, with_ledger
from mining.cases.filter_options import LogChoice, filter_options, level_options
from mining.cli import mine
from mining.cli_conformance import norm_option
from mining.cli_options import log_argument, min_cases_option

if TYPE_CHECKING:
    from eventlogs.console import Console
    from eventlogs.storage import Ledger
    from mining.cases.levels import Level
    from mining.comparison.answer import Comparison, Verified
    from mining.comparison.sharing import Shared

BUNDLE = ".json"


@mine.command(
    "compare",
    help="Compare groups of cases, such as the cities: figures, and which differences survive. Several logs, "
    "and bundles of other offices (files ending with .json), can be named.",
)
@click.argument("sources", metavar="LOG…", nargs=-1, required=True)
@option(
    "--by", metavar="ATTRIBUTE", default="city", show_default=True, help="What parts the cases into groups."
)
@option(
    "--adjust",
    multiple=True,
    metavar="ATTRIBUTE",
    help="Test also among cases with like values of this attribute; can be given again.",
)
@min_cases_option("Say 'too few' of anything that fewer cases show.", least=2)
@norm_option
@option(
    "--cross-check/--no-cross-check",
    default=None,
    help="Hold each group's cases against the model discovered from each other's, or do not; otherwise this "
    "is done for up to six groups.",
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
    sources: tuple[str, ...],
    by: str,
    adjust: tuple[str, ...],
    min_cases: int,
    model: Path | None,
    seed: int | None,
    verify: str | None,
    cross_check: bool | None,
    level: "Level",
    collapsed: bool,
    choice: LogChoice,
) -> "Comparison | Verified":
    """Answer with the comparison, or with whether it is the one that is verified."""
    from eventlogs.language import say
    from mining.comparison.answer import Verified
    from mining.comparison.bundle import read_bundle
    from mining.comparison.comparing import SEED
    from mining.comparison.log_comparison import Choices, compare_sources
    from mining.normative.file import read_model

    choices = Choices(by, tuple(adjust), min_cases, SEED if seed is None else seed, model, cross_check)
    files = [console.directory / source for source in sources if source.endswith(BUNDLE)]
    bundles = [(file, read_bundle(file)) for file in files]
    names = [source for source in sources if not source.endswith(BUNDLE)]
    logs = [choice.prepared(ledger, name, level=level, collapsed=collapsed) for name in names]
    with console.progress(say("Comparing")):
        answer = compare_sources(logs, bundles, read_model(model), choices)
    return answer if verify is None else Verified(verify, answer.rerun.digest, answer)


@mine.command(
    "share", help="Write counts by which a log's cities can be compared elsewhere, with no case in them."
)
@log_argument
@option(
    "-o", "--output", type=FileName(), required=True, help="The bundle to write; its name ends with .json."
)
@option("--by", metavar="ATTRIBUTE", help="What parts the cases into groups; otherwise the log is one group.")
@option(
    "--k",
    type=click.IntRange(min=2),
    default=5,
    show_default=True,
    help="Tell nothing that rests on fewer cases.",
)
@norm_option
@level_options
@answers
@filter_options
@with_ledger
def mine_share(
    ledger: "Ledger",
    log: str,
    output: Path,
    by: str | None,
    k: int,
    model: Path | None,
    level: "Level",
    collapsed: bool,
    choice: LogChoice,
) -> "Shared":
    """Write the bundle and answer with what is in it and what is not."""
    from mining.comparison.bundle import BundleRefusedError
    from mining.comparison.sharing import share
    from mining.normative.file import read_model

    if output.suffix != BUNDLE:
        raise BundleRefusedError("{file}: a bundle's name ends with {ending}", file=output, ending=BUNDLE)
    prepared = choice.prepared(ledger, log, level=level, collapsed=collapsed)
    return share(prepared, read_model(model), by, k, output)
