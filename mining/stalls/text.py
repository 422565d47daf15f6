"""Which projects stand still and why, and which causes hold how many up where, as people read it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING

from eventlogs.amounts import number_text, span_text
from eventlogs.language import say
from eventlogs.layout import table, wrapped
from eventlogs.vocabulary import label
from eventlogs.words import activity_label, role_label
from mining.cases.case_groups import value_text
from mining.performance.activity_times import span_cell
from mining.stalls.limits import LEAST_WAITS
from mining.stalls.sentences import BECAUSE, STATES, SURENESS, cause_label, day_text

if TYPE_CHECKING:
    from mining.stalls.finding import CaseStall, Stall, StallReport

WIDTH, SHOWN = 100, 20


def stall_text(report: "StallReport") -> str:
    """Return the running projects with a sentence each, then those that are over, then causes by place."""
    alarms = list(report.alarms)
    over = [one for one in report.stalls if one.state != "running"]
    lines = [*_head(report, len(alarms), len(over))]
    for found, told in (
        (alarms, lambda: (say("running, needing somebody:"), *_listed(report, alarms))),
        (report.watched, lambda: _watched(report)),
        (report.idle_steps, lambda: _idle_steps(report)),
        (report.silent, lambda: _silent(report)),
        (over, lambda: (say("failed or shelved:"), *_listed(report, over))),
        (report.stalls, lambda: (_places(report.stalls),)),
        (report.halts, lambda: (say("recorded holds, also those got over:"), "", _halts(report))),
        (report.by is not None and report.stalls, lambda: (_groups(report),)),
    ):
        if found:
            lines += ["", *told()]
    return "\n".join(lines)


def _head(report: "StallReport", n_alarms: int, n_over: int) -> Iterator[str]:
    if report.simulated:
        yield say("(simulated)")
    yield wrapped(
        say(
            "{log}, {cases} cases, seen on {day}: {alarms} running ones are stalled, {over} failed or "
            "were shelved",
            log=report.log,
            cases=number_text(report.cases),
            day=day_text(report.now),
            alarms=n_alarms,
            over=n_over,
        ),
        WIDTH,
    )
    for one in report.unjudged:
        yield wrapped(one.as_text(), WIDTH)
    if report.too_small:
        yield wrapped(
            say(
                "fewer than {n} completed waits: nothing says yet how long is too long; running ones are "
                "told of by their holds alone",
                n=LEAST_WAITS,
            ),
            WIDTH,
        )
    if report.later_events:
        left_out = say("{n} later events of the log are left out", n=number_text(report.later_events))
        yield wrapped(left_out, WIDTH)
    if report.supposed:
        yield wrapped(report.supposed.as_text(), WIDTH)


def _watched(report: "StallReport") -> Iterator[str]:
    yield wrapped(
        say(
            "{n} running ones to keep an eye on: idle for longer than 19 of 20 waits like theirs; no alarm, "
            "for one wait in twenty is as long:",
            n=number_text(len(report.watched)),
        ),
        WIDTH,
    )
    head = [say("case"), say("after"), say("idle for"), say("19 of 20 waits")]
    rows = [
        [one.case_id, activity_label(one.last_activity), span_cell(one.idle), span_cell(one.slow)]
        for one in report.watched[:SHOWN]
    ]
    yield table(head, rows, right=[2, 3])
    if len(report.watched) > SHOWN:
        yield say("and {n} more; --json tells all", n=number_text(len(report.watched) - SHOWN))


def _idle_steps(report: "StallReport") -> Iterator[str]:
    yield wrapped(
        say(
            "after these steps most running ones are idle for as long; they wait for something they share, "
            "or they are over and the log does not tell; they are counted here, not listed:"
        ),
        WIDTH,
    )
    head = [say("after"), say("idle for so long"), say("running")]
    rows = [
        [activity_label(one.activity), number_text(one.idle), number_text(one.running)]
        for one in report.idle_steps[:SHOWN]
    ]
    yield table(head, rows, right=[1, 2])
    if len(report.idle_steps) > SHOWN:
        yield say("and {n} more; --json tells all", n=number_text(len(report.idle_steps) - SHOWN))


def _silent(report: "StallReport") -> Iterator[str]:
    yield say(
        "{n} silent ones, no alarm: they have ended or stand still; the last to be heard of first:",
        n=number_text(len(report.silent)),
    )
    head = [say("case"), say("after"), say("silent for")]
    rows = [
        [one.case_id, activity_label(one.last_activity), span_cell(one.idle)] for one in report.silent[:SHOWN]
    ]
    yield table(head, rows, right=[2])
    if len(report.silent) > SHOWN:
        yield say("and {n} more; --json tells all", n=number_text(len(report.silent) - SHOWN))


def _listed(report: "StallReport", found: Sequence["Stall"]) -> Iterator[str]:
    for one in found[:SHOWN]:
        sure = say("{case} ({sure}): ", case=one.case_id, sure=say(SURENESS[one.confidence]))
        yield wrapped(sure + one.sentence, WIDTH, "  ", "    ")
    if len(found) > SHOWN:
        yield "  " + say("and {n} more; --json tells all", n=number_text(len(found) - SHOWN))


def _places(found: Sequence["Stall"]) -> str:
    counted = Counter((one.state, _place(one), one.cause) for one in found)
    head = [say("state"), say("step"), say("cause"), say("cases")]
    rows = [
        [
            say(STATES[state]),
            place,
            cause_label(cause),
            number_text(n),
        ]
        for (state, place, cause), n in counted.most_common(SHOWN)
    ]
    return table(head, rows, right=[3])


def _place(one: "Stall") -> str:
    if one.place is not None:
        return activity_label(one.place)
    return say("after “{activity}”", activity=activity_label(one.last_activity))


def _halts(report: "StallReport") -> str:
    spans: dict[tuple[str | None, str | None], list[float]] = defaultdict(list)
    for halt in report.halts:
        spans[halt.step, halt.cause].append(((halt.ended_at or report.now) - halt.began_at).total_seconds())
    head = [say("step"), say("cause"), say("holds"), say("median time")]
    ranked = sorted(spans.items(), key=lambda item: -len(item[1]))[:SHOWN]
    rows = [
        [
            activity_label(step) if step else "–",
            cause_label(cause or "unknown"),
            number_text(len(found)),
            span_text(median(found)),
        ]
        for (step, cause), found in ranked
    ]
    return table(head, rows, right=[2, 3])


def _groups(report: "StallReport") -> str:
    by = report.by or ""
    names = {value_text(by, one.group) for one in report.stalls}
    head = [say("group"), *(say(STATES[state]) for state in ("running", "failed", "halted")), say("mostly")]
    rows = []
    for name in sorted(names):
        here = [one for one in report.stalls if value_text(by, one.group) == name]
        (cause, n), *_ = Counter(one.cause for one in here).most_common(1)
        states = Counter(one.state for one in here)
        counts = [number_text(states[state]) for state in ("running", "failed", "halted")]
        rows.append([name, *counts, f"{cause_label(cause)} {number_text(n)}"])
    return table(head, rows, right=[1, 2, 3])


def case_text(answer: "CaseStall") -> str:
    """Return how one project stands, and what the sentence rests on."""
    one = answer.stall
    lines = [wrapped(one.case_id + say(": ") + one.sentence, WIDTH)]
    lines += [
        say(
            "{sure}: {because}",
            sure=say(SURENESS[one.confidence]),
            because=say(BECAUSE[one.kind]),
        ),
        _verdict(answer),
    ]
    for place in one.chains:
        lines.append(
            say(
                "{chain}: last “{activity}” as {role}, {day}",
                chain=label("chains", place.chain),
                activity=activity_label(place.activity),
                role=role_label(place.role),
                day=day_text(place.at),
            )
        )
    if one.open_steps:
        steps = say(", ").join(activity_label(step) for step in one.open_steps)
        lines.append(wrapped(say("open work: {steps}", steps=steps), WIDTH, "", "  "))
    return "\n".join(lines)


def _verdict(answer: "CaseStall") -> str:
    if answer.stall.state == "silent":
        return say("silent: it has ended or stands still, which a log that tells of no end does not show")
    return say("stalled") if answer.alarm else say("not stalled")
