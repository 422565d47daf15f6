"""What remains of differences with one mix of cases, in sentences and as a table."""

from collections.abc import Iterator, Sequence

from eventlogs.amounts import number_text
from eventlogs.language import say, sayable
from eventlogs.layout import table
from eventlogs.words import attribute_label
from mining.cases.case_groups import value_text
from mining.comparison.adjusting import MEASURES, AdjustedDifference, Measure
from mining.comparison.answer import Comparison
from mining.comparison.profiles import Estimate
from mining.comparison.testing import LEVEL

MEASURE_NAMES = {
    "completed": sayable("share completed"),
    "stopped": sayable("share shelved or idle for too long"),
    "strict": sayable("share that breaks a strict rule"),
    "time": sayable("how fast the good end comes"),
}
_GROWS = sayable(
    "{n} of {all} ratios of speeds change as time goes on and are averages of their course, marked with *; "
    "that of {one} to {other} grows."
)
_SHRINKS = sayable(
    "{n} of {all} ratios of speeds change as time goes on and are averages of their course, marked with *; "
    "that of {one} to {other} shrinks."
)
_WHY_NOT = {
    "too_few": sayable("too few cases for so many attributes"),
    "unlike": sayable("too few cases of the two are alike"),
    "same": sayable("an attribute tells the groups themselves apart"),
}


def mix_sentences(answer: Comparison) -> Iterator[str]:
    """Yield for each measure what remains of its largest difference, and what cannot be told."""
    held = say(", ").join(map(attribute_label, answer.adjusted_for))
    n_told = 0
    for measure in MEASURES:
        told = [each for each in answer.adjusted if each.measure == measure and not each.why_not]
        n_told += len(told)
        if told:
            yield _remains(answer, max(told, key=_size), held)
    yield from _courses(
        [each for each in answer.adjusted if each.course_p_value is not None], held, answer.by
    )
    if n_told:
        yield say(
            "What remains is told with an interval for each pair alone; the tests are what is corrected."
        )
    untold = list(dict.fromkeys(each.why_not for each in answer.adjusted if each.why_not))
    if untold:
        yield say(
            "Of {n} of {all} differences it cannot be told what remains with equal {held}: {reasons}.",
            n=number_text(sum(bool(each.why_not) for each in answer.adjusted)),
            all=number_text(len(answer.adjusted)),
            held=held,
            reasons=say(", ").join(say(_WHY_NOT[reason]) for reason in untold),
        )


def _courses(tested: Sequence[AdjustedDifference], held: str, by: str) -> Iterator[str]:
    """Yield whether ratios of speed stay the same as time goes on, which they suppose."""
    if not tested:
        return
    moving = sorted(
        (one for one in tested if one.course != "steady"), key=lambda one: one.course_p_value or 0
    )
    if moving:
        first = moving[0]
        text = _GROWS if first.course == "grows" else _SHRINKS
        yield say(
            text,
            n=number_text(len(moving)),
            all=number_text(len(tested)),
            one=value_text(by, first.one),
            other=value_text(by, first.other),
        )
    else:
        yield say(
            "No ratio of speeds is found to change as time goes on ({all} tested).",
            all=number_text(len(tested)),
        )
    p_value = tested[0].traits_p_value
    if p_value is not None and p_value <= LEVEL:
        yield say(
            "The part of {held} in the speed changes as time goes on; what remains is an average, too.",
            held=held,
        )


def mix_table(answer: Comparison, most: int) -> str:
    """Return the differences as they are and what remains of them, the largest of each measure first."""
    head = [say("measure"), say("one group"), say("other group"), say("as it is"), say("with one mix")]
    each = max(3, most // len(MEASURES))
    rows = [
        [
            say(MEASURE_NAMES[one.measure]),
            value_text(answer.by, one.one),
            value_text(answer.by, one.other),
            _cell(one.measure, one.plain),
            (say(_WHY_NOT[one.why_not]) if one.why_not else _cell(one.measure, one.remains))
            + ("" if one.course == "steady" else " *"),
        ]
        for measure in MEASURES
        for one in _largest(answer, measure)[:each]
    ]
    return table(head, rows, right=[3, 4])


def _largest(answer: Comparison, measure: Measure) -> Sequence[AdjustedDifference]:
    return sorted((one for one in answer.adjusted if one.measure == measure), key=_size, reverse=True)


def _size(difference: AdjustedDifference) -> float:
    value = difference.plain.value or 0.0
    return abs(value) if difference.measure != "time" else max(value, 1 / value if value else 0.0)


def _remains(answer: Comparison, largest: AdjustedDifference, held: str) -> str:
    names = {"one": value_text(answer.by, largest.one), "other": value_text(answer.by, largest.other)}
    plain, remains = largest.plain, largest.remains
    if largest.measure == "time":
        return say(
            "{one} comes to the good end {plain} times as fast as {other}; with equal {held} {remains} times "
            "({low} to {high}).",
            plain=_ratio(plain.value),
            remains=_ratio(remains.value),
            low=_ratio(remains.low),
            high=_ratio(remains.high),
            held=held,
            **names,
        )
    turned = (plain.value or 0.0) < 0
    sign = -1 if turned else 1
    bounds = sorted(sign * (bound or 0.0) for bound in (remains.low, remains.high))
    return say(
        "{measure}: of the {plain} points that {one} has more than {other}, {remains} remain with equal "
        "{held} ({low} to {high}).",
        measure=_capital(say(MEASURE_NAMES[largest.measure])),
        plain=_points(sign * (plain.value or 0.0)),
        remains=_points(sign * (remains.value or 0.0)),
        low=_points(bounds[0]),
        high=_points(bounds[1]),
        held=held,
        **(dict(zip(names, reversed(names.values()), strict=True)) if turned else names),
    )


def _cell(measure: Measure, estimate: Estimate) -> str:
    text = _ratio if measure == "time" else _points
    return f"{text(estimate.value)} [{text(estimate.low)}, {text(estimate.high)}]"


def _points(share: float | None) -> str:
    return f"{100 * (share or 0.0):.1f}".replace("-0.0", "0.0")


def _ratio(value: float | None) -> str:
    return f"{value or 0.0:.2f}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
