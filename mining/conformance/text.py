"""A conformance report as people read it in a terminal."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from eventlogs.amounts import number_text
from eventlogs.cities import city_label
from eventlogs.language import say, sayable
from eventlogs.layout import table, wrapped
from eventlogs.vocabulary import label
from mining.normative.model import STRENGTHS, Strength
from mining.normative.text import STRENGTH_NAMES, chain_words, rule_source, rule_words

if TYPE_CHECKING:
    from mining.conformance.counts import RuleCount
    from mining.conformance.judging import ConformanceReport

STATUS_NAMES = {
    "skipped": sayable("what should come before never came"),
    "out_of_order": sayable("what should come before came later"),
    "gate_shut": sayable("an objection was open"),
    "waived": sayable("allowed by a waiver"),
}
SHOWN = 8  # deviating cases


def conformance_text(report: "ConformanceReport") -> str:
    """Return the rules by strength, the steps of the chains, and the groups beside one another."""
    lines = [*_head(report)]
    for strength in STRENGTHS:
        lines += _rules(report, strength)
    lines += ["", say("steps of the chains"), "", _steps(report)]
    lines += _facts(report)
    if report.groups:
        lines += ["", say("by {attribute}", attribute=report.by), "", _groups(report)]
    lines += _deviations(report)
    return "\n".join(lines)


def _head(report: "ConformanceReport") -> Iterator[str]:
    states, fitness = report.whole.states, report.whole.fitness
    if report.simulated:
        yield say("(simulated)")
    yield say(
        "{log}: {n} cases: {completed} completed, {failed} failed, {running} running, {others} otherwise",
        log=report.log,
        n=number_text(states.cases),
        completed=number_text(states.completed),
        failed=number_text(states.failed),
        running=number_text(states.running),
        others=number_text(states.halted + states.ended + states.silent),
    )
    if report.supposed:
        yield wrapped(report.supposed.as_text(), 100)
    yield from (one.as_text() for one in report.unjudged)
    yield say(
        "fitness on the chains {fitness}{interval}; {fitting} of {cases} cases fit wholly; "
        "running cases only as far as they have come",
        fitness=_share(fitness.log_fitness),
        interval=_interval(fitness.interval),
        fitting=number_text(fitness.fitting_cases),
        cases=number_text(fitness.cases),
    )


def _rules(report: "ConformanceReport", strength: Strength) -> Iterator[str]:
    counts = {count.rule: count for count in report.whole.rules}
    rules = [rule for rule in report.model.rules if rule.strength == strength]
    if not rules:
        return
    head = [say("rule"), say("kept"), say("broken"), say("waived"), say("not tested"), say("what it says")]
    rows = [_rule_row(counts[rule.key], rule_words(rule)) for rule in rules]
    yield from ("", say(STRENGTH_NAMES[strength]), "", table(head, rows, right=range(1, 5)))
    for rule in rules:
        if counts[rule.key].broken:
            yield from ("", wrapped(f"{rule.key}  {rule.sentence} ({rule_source(rule)})", 100, "", "    "))


def _rule_row(count: "RuleCount", words: str) -> list[str]:
    numbers = [count.kept, count.broken, count.waived, count.untested]
    return [count.rule, *map(number_text, numbers), words]


def _steps(report: "ConformanceReport") -> str:
    head = [
        say("chain"),
        say("role"),
        say("in order"),
        say("out of order"),
        say("skipped"),
        say("not reached yet"),
        say("withdrawn"),
    ]
    rows = [
        [
            chain_words(report.model, step.chain),
            label("roles", step.role),
            *map(
                number_text,
                (step.in_order, step.out_of_order, step.skipped, step.not_reached, step.withdrawn),
            ),
        ]
        for step in report.whole.steps
    ]
    return table(head, rows, right=range(2, 7))


def _facts(report: "ConformanceReport") -> Iterator[str]:
    whole = report.whole
    yield ""
    for broken in whole.first_breaks:
        yield say(
            "{n} cases broke first here: {chain} ({strength})",
            n=number_text(broken.cases),
            chain=chain_words(report.model, broken.chain),
            strength=say(STRENGTH_NAMES[broken.strength]),  # type: ignore[index]
        )
    for lag in whole.lags:
        yield say(
            "step {step}: {other} comes {median} days after {chain} in the median "
            "({low} to {high}; {n} cases)",
            step=lag.step,
            other=chain_words(report.model, lag.other),
            chain=chain_words(report.model, lag.chain),
            median=_days(lag.median),
            low=_days(lag.lower_quartile),
            high=_days(lag.upper_quartile),
            n=number_text(lag.cases),
        )
    for back in whole.recurrences:
        yield say(
            "loop {loop}: {n} cases came back, with {events} events",
            loop=back.loop,
            n=number_text(back.cases),
            events=number_text(back.events),
        )
    for one in whole.one_person:
        yield say(
            "{statement}: one person in {same} of {n} cases",
            statement=one.statement,
            same=number_text(one.same),
            n=number_text(one.cases),
        )


def _groups(report: "ConformanceReport") -> str:
    head = [
        say("group"),
        say("cases"),
        say("completed"),
        say("fitness"),
        say("95 % interval"),
        say("precision"),
        say("95 % interval"),
        *(say("{strength} broken", strength=say(STRENGTH_NAMES[strength])) for strength in STRENGTHS),
    ]
    strength_of = {rule.key: rule.strength for rule in report.model.rules}
    rows = []
    for group in report.groups:
        broken = [
            sum(count.broken for count in group.rules if strength_of[count.rule] == strength)
            for strength in STRENGTHS
        ]
        rows.append(
            [
                city_label(group.group) if group.group is not None else say("(none)"),
                number_text(group.states.cases),
                number_text(group.states.completed),
                _share(group.fitness.log_fitness),
                _interval(group.fitness.interval),
                _share(group.fitness.precision),
                _interval(group.fitness.precision_interval),
                *map(number_text, broken),
            ]
        )
    return table(head, rows, right=range(1, len(head)))


def _deviations(report: "ConformanceReport") -> Iterator[str]:
    strength_of = {rule.key: rule.strength for rule in report.model.rules}
    first = sorted(report.deviations, key=lambda one: STRENGTHS.index(strength_of[one.rule]))[:SHOWN]
    if not first:
        return
    yield from ("", say("deviating cases, strict ones first:"))
    for one in first:
        yield wrapped(
            say(
                "case {case_id}: {activity} (event {number}) breaks {rule}: {status}",
                case_id=one.case_id,
                activity=label("activities", one.activity),
                number=one.position + 1,
                rule=one.rule,
                status=say(STATUS_NAMES[one.status]),
            ),
            100,
            "  ",
            "    ",
        )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _interval(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f" [{interval[0]:.3f}, {interval[1]:.3f}]"


def _days(time: timedelta) -> str:
    return f"{time / timedelta(days=1):.1f}"
