"""The report's tables: key figures, rules, steps of the chains, stalled projects, differences."""

from collections import Counter
from collections.abc import Iterator, Sequence

from dashboards.report.contents import Report
from dashboards.report.pictures import Data
from dashboards.tables import Column, Table, Value
from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say
from eventlogs.vocabulary import label
from eventlogs.words import activity_label, attribute_label
from mining.cases.case_groups import value_text
from mining.comparison.answer import ComparedGroup, Difference, GroupValue
from mining.comparison.profiles import Estimate
from mining.comparison.sentences import QUESTION_NAMES, amount_text, subject_text
from mining.comparison.testing import Question
from mining.conformance.counts import GroupConformance
from mining.conformance.judging import ConformanceReport
from mining.normative.model import Strength
from mining.normative.text import rule_source, rule_words
from mining.stalls.finding import Stall
from mining.stalls.sentences import STATES, SURENESS, cause_label

MOST_DIFFERENCES, MOST_STALLS = 40, 40
_DRAWN = ("in_order", "out_of_order", "skipped", "withdrawn", "not_reached")  # side by side


def figures_table(report: Report) -> Table:
    """Return the groups' key figures with 95 % intervals."""
    columns = [
        Column(attribute_label(report.by)),
        Column(say("projects"), "cases"),
        Column(say("completed"), "cases"),
        Column(say("failed or shelved"), "cases"),
        Column(say("running"), "cases"),
        Column(say("completed, of those that ended")),
        Column(say("median duration")),
        Column(say("break a strict rule")),
        Column(say("fitness")),
    ]
    rows = [_figures(report, group) for group in report.comparison.groups]
    return Table("figures", say("Each group, with 95 % intervals"), columns, rows)


def _figures(report: Report, group: ComparedGroup) -> Sequence[Value]:
    name, figures = value_text(report.by, group.name), group.figures
    if figures is None:
        return [name, None, None, None, None, say("too few"), say("too few"), say("too few"), say("too few")]
    over = [figures.failed, figures.otherwise]
    failed = sum(n for n in over if n is not None) if any(n is not None for n in over) else None
    return [
        name,
        figures.cases,
        figures.completed,
        failed,
        figures.running,
        share_with_interval(figures.completed_share),
        span_with_interval(figures.median_duration),
        share_with_interval(figures.strict_deviations),
        _number_with_interval(figures.fitness),
    ]


def share_with_interval(one: Estimate) -> str:
    """Return a share with its interval; what is not known is said."""
    if one.value is None:
        return say("not known")
    bounds = "" if one.low is None or one.high is None else f" [{100 * one.low:.0f}–{100 * one.high:.0f}]"
    return f"{share_text(one.value)}{bounds}"


def span_with_interval(one: Estimate) -> str:
    """Return a span with its interval; a bound that is never reached is left open."""
    if one.value is None:
        return say("not reached")
    value, low, high = (
        "…" if bound is None else span_text(bound) for bound in (one.value, one.low, one.high)
    )
    number, _, unit = low.partition(" ")
    if unit and high.endswith(f" {unit}") and value.endswith(f" {unit}"):
        return f"{value} [{number}–{high.removesuffix(f' {unit}')}]"
    return f"{value} [{low} – {high}]"


def _number_with_interval(one: Estimate) -> str:
    if one.value is None:
        return say("not known")
    bounds = "" if one.low is None or one.high is None else f" [{one.low:.2f}–{one.high:.2f}]"
    return f"{one.value:.3f}{bounds}"


def rules_table(
    report: Report, found: ConformanceReport, strengths: Sequence[Strength], name: str, caption: str
) -> Table:
    """Return the rules of some strengths: how many keep, break and never test them, and where."""
    groups = found.groups
    columns = [
        Column(say("rule")),
        Column(say("what it says")),
        Column(say("kept"), "cases"),
        Column(say("broken"), "cases"),
        Column(say("waived"), "cases"),
        Column(say("not tested"), "cases"),
        *(Column(say("broken in {group}", group=_group_name(report, group))) for group in groups),
    ]
    rows = []
    whole = {count.rule: count for count in found.whole.rules}
    by_group = [{count.rule: count for count in group.rules} for group in groups]
    for rule in report.model.rules:
        if rule.strength not in strengths:
            continue
        count = whole[rule.key]
        cells: list[Value] = [
            rule.key,
            rule_words(rule),
            count.kept,
            count.broken,
            count.waived,
            count.untested,
        ]
        for counts in by_group:
            one = counts.get(rule.key)
            tested = 0 if one is None else one.kept + one.broken
            cells.append(None if one is None or not tested else f"{one.broken} / {tested}")
        rows.append(cells)
    return Table(name, caption, columns, rows)


def rule_sources(report: Report) -> Iterator[tuple[str, str, str]]:
    """Yield each rule's key, the sentence it rests on, and where that stands."""
    for rule in report.model.rules:
        yield rule.key, rule.sentence, rule_source(rule)


def stalls_table(report: Report, found: Sequence[Stall], name: str, caption: str) -> Table:
    """Return stalled projects: where, why, for how long, how sure."""
    columns = [
        Column(say("project")),
        Column(attribute_label(report.by)),
        Column(say("stands")),
        Column(say("stopped at")),
        Column(say("why")),
        Column(say("idle")),
        Column(say("how sure")),
        Column(say("in words")),
    ]
    if len(found) > MOST_STALLS:
        caption = say("{caption}, the {n} longest of {all}", caption=caption, n=MOST_STALLS, all=len(found))
    rows = [
        [
            report.called(one.case_id),
            value_text(report.by, one.group),
            say(STATES[one.state]),
            None if one.place is None else activity_label(one.place),
            cause_label(one.cause),
            say("{n} days", n=number_text(one.idle.days)),
            say(SURENESS[one.confidence]),
            one.sentence,
        ]
        for one in found[:MOST_STALLS]
    ]
    return Table(name, caption, columns, rows)


def stalled_at(report: Report) -> Counter[tuple[str | None, str]]:
    """Return how many cases stand still at each place for each cause, in the order of the stall map."""
    counted = Counter((one.place, one.cause) for one in report.stalls.stalls)
    return Counter(dict(counted.most_common()))


def stall_map(report: Report) -> Table:
    """Return at which steps and for which causes projects failed, were shelved or stand idle, by group."""
    groups = [group.name for group in report.comparison.groups]
    found = stalled_at(report)
    by_group = Counter((one.place, one.cause, str(one.group)) for one in report.stalls.stalls)
    columns = [
        Column(say("stopped at")),
        Column(say("why")),
        Column(say("projects"), "cases"),
        *(Column(value_text(report.by, name), "cases") for name in groups),
    ]
    rows: list[list[Value]] = [
        [
            say("not known") if place is None else activity_label(place),
            cause_label(cause),
            n,
            *(by_group[place, cause, name] for name in groups),
        ]
        for (place, cause), n in found.most_common()
    ]
    return Table("stall_map", say("Where projects stopped, and why"), columns, rows)


def differences_table(report: Report) -> Table:
    """Return the differences between groups that survive their tests, the largest of each question first."""
    columns = [
        Column(say("question")),
        Column(say("what")),
        Column(say("one group")),
        Column(say("other group")),
        Column(say("corrected p")),
        Column(say("among like cases")),
    ]
    rows = [_difference(report, one) for one in report.comparison.differences[:MOST_DIFFERENCES]]
    return Table("differences", say("Differences that survive their tests"), columns, rows)


def _difference(report: Report, one: Difference) -> Sequence[Value]:
    sides = [
        group_side(report, one.question, name, value, number_text(value.cases))
        for name, value in ((one.one, one.one_value), (one.other, one.other_value))
    ]
    chance = "< 0.001" if one.corrected_p < 0.001 else f"{one.corrected_p:.3f}"
    like = None if one.like_cases is None else say("yes") if one.like_cases else say("no")
    return [say(QUESTION_NAMES[one.question]), subject_text(one) or None, *sides, chance, like]


def group_side(report: Report, question: Question, name: str, value: GroupValue, cases: str) -> str:
    """Return what one group of a difference shows, and from how many `cases`."""
    group = value_text(report.by, name)
    return group if value.value is None else f"{group} {amount_text(question, value.value)} ({cases})"


def chain_rows(
    group: GroupConformance,
) -> Iterator[tuple[str, Sequence[int], Sequence[Data]]]:
    """Yield each step of the chains with its counts, in the order of the picture's legend, and of whom."""
    for step in group.steps:
        counts = [getattr(step, verdict) for verdict in _DRAWN]
        told = [(("chain", step.chain), ("role", step.role), ("verdict", verdict)) for verdict in _DRAWN]
        yield label("roles", step.role), counts, told


def _group_name(report: Report, group: GroupConformance) -> str:
    return value_text(report.by, group.group)
