"""The report as one HTML file that needs nothing else, for any browser and printer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from markupsafe import Markup

from dashboards.report.answer import answer
from dashboards.report.contents import Report
from dashboards.report.pictures import (
    Curve,
    IntervalRow,
    StackedRow,
    curve_picture,
    interval_picture,
    stacked_picture,
)
from dashboards.report.tables import (
    chain_rows,
    differences_table,
    figures_table,
    rule_sources,
    rules_table,
    share_with_interval,
    stall_map,
    stalls_table,
)
from dashboards.tables import Table
from dashboards.templating import templates
from eventlogs.language import Language, say, speaking
from eventlogs.words import attribute_in_words
from mining.cases.case_groups import value_text
from mining.comparison.sentences import sentences
from mining.conformance.judging import ConformanceReport
from mining.outlook.case_curves import COMPLETED, FAILED

VERDICT_COLOURS = ("#0072b2", "#d55e00", "#e69f00", "#cc79a7", "#d8dfe6")


@dataclass(frozen=True)
class Written:
    """What the template sees: a report in one language."""

    log: str
    by: str
    simulated: bool
    now: datetime
    language: Language
    model: str
    source: str
    doi: str
    min_cases: int
    level: float
    left_out: int
    supposed: str
    command: str
    digest: str
    sentences: Sequence[str]
    reading: list[str]
    figures: Table
    shares: Markup
    completed: Markup
    failed: Markup
    chains: Markup | None
    rules: list[Table]
    sources: list[tuple[str, str, str]]
    stall_map: Table
    stalled: Table
    idle: Table
    differences: Table
    versions: str


def written(report: Report, language: Language) -> Written:
    """Return a report's parts in a language."""
    with speaking(language):
        stalls = report.stalls.stalls
        comparison = report.comparison
        return Written(
            log=report.log,
            by=attribute_in_words(report.by),
            simulated=report.simulated,
            now=report.now,
            language=language,
            model=report.model.sentence,
            source=report.model.source,
            doi=report.model.doi,
            min_cases=comparison.min_cases,
            level=comparison.level,
            left_out=comparison.left_out,
            supposed=report.stalls.supposed.as_text() if report.stalls.supposed else "",
            command=comparison.rerun.command,
            digest=comparison.rerun.digest,
            sentences=answer(report),
            reading=list(sentences(comparison)),
            figures=figures_table(report),
            shares=Markup(_shares(report)),
            completed=Markup(_curves(report, COMPLETED, say("Share of projects completed"))),
            failed=Markup(_curves(report, FAILED, say("Share of projects that failed"))),
            chains=Markup(_chains(report.conformance)) if report.conformance else None,
            rules=list(_rules(report, report.conformance)) if report.conformance else [],
            sources=list(rule_sources(report)),
            stall_map=stall_map(report),
            stalled=stalls_table(
                report,
                [one for one in stalls if one.state != "running"],
                "stalled",
                say("Projects that failed or were shelved"),
            ),
            idle=stalls_table(
                report, report.stalls.alarms, "idle", say("Running projects that need somebody")
            ),
            differences=differences_table(report),
            versions=", ".join(f"{package} {number}" for package, number in comparison.rerun.versions),
        )


def html(report: Report, language: Language) -> str:
    """Return the whole report as an HTML page."""
    made = written(report, language)
    sheets = files("dashboards") / "static"
    style = "".join((sheets / name).read_text("utf-8") for name in ("design.css", "report.css"))
    with speaking(language):
        return templates().get_template("report/file.html").render(made=made, style=Markup(style))


def _shares(report: Report) -> str:
    rows = []
    for group in report.comparison.groups:
        name = value_text(report.by, group.name)
        if group.figures is None:
            rows.append(IntervalRow(name, None, None, None, say("too few")))
            continue
        one = group.figures.completed_share
        told = (("where", f"{report.by}={group.name or ''}"), ("stands", "completed.ended"))
        rows.append(IntervalRow(name, one.value, one.low, one.high, share_with_interval(one), told))
    ticks = [(n / 4, f"{25 * n} %") for n in range(5)]
    return interval_picture(say("Completed, of the projects that ended, with 95 % intervals"), rows, ticks)


def _curves(report: Report, cause: int, title: str) -> str:
    least = report.comparison.min_cases
    shown = [one for one in report.curves if one.cases >= least]
    last = max((float(one.curve.times[-1]) for one in shown if len(one.curve.times)), default=365.0)
    half_years = max(2, -(-int(last) // 182))
    ticks = [(182.5 * n, str(6 * n)) for n in range(half_years + 1)]
    curves = [
        Curve(
            f"{value_text(report.by, one.group)} ({one.cases})",
            one.curve.times.tolist(),
            one.curve.shares[cause - 1].tolist(),
            (("where", f"{report.by}={one.group or ''}"),),
        )
        for one in shown
    ]
    return curve_picture(title, curves, 182.5 * half_years, ticks)


def _chains(found: ConformanceReport) -> str:
    legend = [
        say("in order"),
        say("out of order"),
        say("skipped"),
        say("withdrawn"),
        say("not reached yet"),
    ]
    rows = [StackedRow(*row) for row in chain_rows(found.whole)]
    return stacked_picture(
        say("Projects by how they stand with each step of the chains"), legend, rows, VERDICT_COLOURS
    )


def _rules(report: Report, found: ConformanceReport) -> Iterator[Table]:
    yield rules_table(
        report,
        found,
        ("strict", "gate"),
        "strict",
        say("Strict rules and gates: breaking one is a deviation"),
    )
    yield rules_table(
        report, found, ("regulatory",), "regulatory", say("Regulatory order: what the law asks for")
    )
    yield rules_table(
        report, found, ("soft",), "soft", say("Soft rules: breaking one informs, and is no deviation")
    )
