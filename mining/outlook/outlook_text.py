"""What becomes of cases from each step on, as people read it in a terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say, sayable
from eventlogs.layout import table, wrapped
from eventlogs.words import activity_label, attribute_label
from eventlogs.working_calendar import office_day
from mining.cases.case_groups import GROUPS_SHOWN, rest_text, value_text

if TYPE_CHECKING:
    from mining.outlook.competing_risks import EndOutlook, Outlook, StepDifference, StepOutlook

END_NAMES = {
    "completed": sayable("completed"),
    "failed": sayable("failed"),
    "withdrawn": sayable("somebody withdrew"),
    "ended": sayable("ended"),
    "silent": sayable("fell silent"),
}
LIKELY = 0.05


def outlook_text(answer: "Outlook") -> str:
    """Return a table of the steps over all cases, one of each group, and where groups differ."""
    lines = [*_head(answer)]
    ends = [end for end in END_NAMES if any(one.end == end for step in answer.steps for one in step.ends)]
    whole = [step for step in answer.steps if step.whole]
    lines += ["", _table(answer, whole, ends)]
    groups = {value_text(answer.by or "", step.group): step.group for step in answer.steps if not step.whole}
    for name, group in list(groups.items())[:GROUPS_SHOWN]:
        steps = [step for step in answer.steps if not step.whole and step.group == group]
        title = say("{attribute}: {value}", attribute=attribute_label(answer.by or ""), value=name)
        lines += ["", title, "", _table(answer, steps, ends)]
    for text in rest_text(list(groups)):
        lines += ["", text]
    lines += _differences(answer)
    return "\n".join(lines)


def _head(answer: "Outlook") -> Iterator[str]:
    if answer.simulated:
        yield say("(simulated)")
    yield wrapped(
        say(
            "{log}: what becomes of cases within {horizon} after they first come to a step; "
            "those still running on {day} count as far as they have come",
            log=answer.log,
            horizon=span_text(answer.horizon.total_seconds()),
            day=office_day(answer.now),
        ),
        100,
    )
    if answer.supposed:
        yield wrapped(answer.supposed.as_text(), 100)


def _table(answer: "Outlook", steps: Sequence["StepOutlook"], ends: Sequence[str]) -> str:
    head = [say("step"), say("cases"), say("running"), *(say(END_NAMES[end]) for end in ends)]
    head += [say("half {end} by", end=say(END_NAMES[ends[0]])) if ends else "", say("mean time open")]
    rows = [
        [
            activity_label(step.step),
            number_text(step.cases),
            number_text(step.running),
            *_cells(step, ends),
        ]
        for step in steps
    ]
    return table(head, rows, right=range(1, len(head)))


def _cells(step: "StepOutlook", ends: Sequence[str]) -> list[str]:
    if step.mean_open is None:
        return [say("too few"), *[""] * (len(ends) + 1)]
    found = {one.end: one for one in step.ends}
    cells = [_share(found.get(end)) for end in ends]  # type: ignore[call-overload]
    first = found.get(ends[0]) if ends else None  # type: ignore[call-overload]
    median = None if first is None or first.median is None else first.median.total_seconds()
    return [*cells, span_text(median), span_text(step.mean_open.total_seconds())]


def _share(one: "EndOutlook | None") -> str:
    if one is None:
        return share_text(0.0)
    if one.interval is None:
        return share_text(one.share)
    low, high = one.interval
    return f"{share_text(one.share)} [{100 * low:.0f}–{100 * high:.0f}]"


def _differences(answer: "Outlook") -> Iterator[str]:
    if answer.by is None:
        return
    found = [one for one in answer.differences if one.corrected < LIKELY]
    yield ""
    yield wrapped(
        say(
            "{n} of {all} comparisons between groups differ (log-rank tests of each way to end from each "
            "step, corrected for being many, groups of at least {least} cases)",
            n=len(found),
            all=len(answer.differences),
            least=answer.min_cases,
        ),
        100,
    )
    if found:
        yield ""
        yield _difference_table(found)


def _difference_table(found: Sequence["StepDifference"]) -> str:
    head = [say("step"), say("end"), say("groups"), say("chi-square"), say("corrected p")]
    rows = [
        [
            activity_label(one.step),
            say(END_NAMES[one.end]),
            str(one.groups),
            f"{one.statistic:.1f}",
            f"{one.corrected:.2g}",
        ]
        for one in sorted(found, key=lambda one: one.corrected)
    ]
    return table(head, rows, right=range(2, 5))
