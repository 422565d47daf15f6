"""The plain reading of a comparison: which differences survive, in sentences."""

from collections.abc import Callable, Iterator

from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say, sayable
from eventlogs.words import activity_label, attribute_in_words, attribute_label
from mining.cases.case_groups import GROUPS_SHOWN, value_text
from mining.comparison.answer import Comparison, Difference, GroupDistance, QuestionAnswer
from mining.comparison.mix_sentences import mix_sentences
from mining.comparison.testing import Question

Lead = Callable[[str, str], str]
"""What makes a number lead to what it counts: `cases`, `groups`, cases `left_out`, or those that stand so."""
NAMED = 8  # groups with too few cases, of very many
QUESTION_NAMES = {
    "control_flow": sayable("the ways cases go"),
    "activity": sayable("activities"),
    "arc": sayable("direct successions"),
    "waiting": sayable("waiting"),
    "rule": sayable("rules broken"),
    "completion": sayable("share completed"),
    "time": sayable("time to the end"),
}
_MOST = {
    "activity": sayable(
        "{subject} happens in {one_value} of the cases of {one}, in {other_value} of those of {other}"
    ),
    "arc": sayable(
        "{subject} happens in {one_value} of the cases of {one}, in {other_value} of those of {other}"
    ),
    "waiting": sayable("{subject} takes {one_value} in {one}, {other_value} in {other} (medians)"),
    "rule": sayable(
        "rule {subject} is broken by {one_value} of the cases of {one}, by {other_value} of {other}"
    ),
    "completion": sayable("{one_value} of the ended cases of {one} were completed, {other_value} of {other}"),
    "time": sayable("{one} takes {one_value} on average, {other} {other_value}"),
}


def nowhere(text: str, counted: str) -> str:
    """Return a number as it is, for a text that stands alone."""
    return text


def sentences(answer: Comparison, lead: Lead = nowhere) -> Iterator[str]:
    """Yield the reading of a comparison, the most important first, its numbers leading where `lead` does."""
    yield _head(answer, lead)
    if len(answer.compared) < 2:
        yield say(
            "Fewer than two groups have at least {n} cases: nothing can be compared.", n=answer.min_cases
        )
        return
    if not any(question.differing for question in answer.questions):
        yield say("No difference between any two groups survives the tests: what differs may be chance.")
    else:
        yield from (_found(answer, question) for question in answer.questions if question.differing)
    alike = [say(QUESTION_NAMES[one.question]) for one in answer.questions if one.tests and not one.differing]
    if alike and any(question.differing for question in answer.questions):
        yield say("No difference survives in: {questions}.", questions=say(", ").join(alike))
    yield from mix_sentences(answer)
    yield from _cross_check(answer)
    yield from _reservations(answer, lead)


def group_text(answer: Comparison, name: str) -> str:
    """Return a group's name as people read it."""
    return value_text(answer.by, name)


def subject_text(difference: Difference) -> str:
    """Return what differs: an activity, an arc or a rule; nothing for the whole."""
    if difference.question in ("activity", "arc", "waiting"):
        return " → ".join(map(activity_label, difference.subject))
    return " ".join(difference.subject)


def amount_text(question: Question, value: float | None) -> str:
    """Return a share as a percentage, a time as a span."""
    if value is None:
        return say("not known")
    return span_text(value) if question in ("waiting", "time") else share_text(value)


def _head(answer: Comparison, lead: Lead) -> str:
    seen = {
        "log": say(", ").join(answer.sources),
        "cases": lead(number_text(answer.cases), "cases"),
        "groups": lead(number_text(len(answer.groups)), "groups"),
        "by": attribute_in_words(answer.by),
    }
    if len(answer.compared) < 2:
        return say("{log}: {cases} cases in {groups} groups by {by}.", **seen)
    return say(
        "{log}: {cases} cases in {groups} groups by {by}; {compared} groups are compared with one another.",
        compared=number_text(len(answer.compared)),
        **seen,
    )


def _found(answer: Comparison, question: QuestionAnswer) -> str:
    if question.question == "control_flow":
        farthest = max(
            (one for one in answer.distances if one.differs), key=lambda one: one.distance - one.by_chance
        )
        return _way(answer, farthest, question)
    most = next(answer.of_question(question.question))
    told = say(
        _MOST[question.question],
        subject=subject_text(most),
        one=group_text(answer, most.one),
        other=group_text(answer, most.other),
        one_value=amount_text(most.question, most.one_value.value),
        other_value=amount_text(most.question, most.other_value.value),
    )
    return say(
        "{question}: {n} of {tests} tests find a difference; the largest: {told}{like}.",
        question=_capital(say(QUESTION_NAMES[question.question])),
        n=number_text(question.differing),
        tests=number_text(question.tests),
        told=told,
        like=_like(most),
    )


def _way(answer: Comparison, farthest: GroupDistance, question: QuestionAnswer) -> str:
    return say(
        "The ways cases go differ in {n} of {tests} pairs of groups, most between {one} and {other}: "
        "{distance} of a trace must be changed to turn one into the other, {by_chance} by chance alone.",
        n=number_text(question.differing),
        tests=number_text(question.tests),
        one=group_text(answer, farthest.one),
        other=group_text(answer, farthest.other),
        distance=share_text(farthest.distance),
        by_chance=share_text(farthest.by_chance),
    )


def _cross_check(answer: Comparison) -> Iterator[str]:
    known = [(one.fitness, one) for one in answer.cross_checks if one.fitness is not None]
    foreign = [(fitness, one) for fitness, one in known if one.model_of != one.cases_of]
    if not foreign:
        return
    least, one = min(foreign, key=lambda pair: pair[0])
    own = next((fitness for fitness, own in known if own.model_of == own.cases_of == one.cases_of), None)
    yield say(
        "The cases of {cases_of} fit the model discovered from {model_of} least: fitness {least}, on their "
        "own model {own}.",
        cases_of=group_text(answer, one.cases_of),
        model_of=group_text(answer, one.model_of),
        least=f"{least:.3f}",
        own=say("not known") if own is None else f"{own:.3f}",
    )


def _like(difference: Difference) -> str:
    if difference.like_cases is None:
        return ""
    return say(", also among like cases") if difference.like_cases else say(", but not among like cases")


def _reservations(answer: Comparison, lead: Lead) -> Iterator[str]:
    small = [group_text(answer, group.name) for group in answer.groups if group.too_few]
    if len(small) > GROUPS_SHOWN:
        yield say(
            "Too few: {most} and {more} more groups have fewer than {n} cases and are told of by no number.",
            most=say(", ").join(small[:NAMED]),
            more=number_text(len(small) - NAMED),
            n=answer.min_cases,
        )
    elif small:
        yield say(
            "Too few: fewer than {n} cases and so no number of {groups}.",
            groups=say(", ").join(small),
            n=answer.min_cases,
        )
    beyond = sum(not group.tested and not group.too_few for group in answer.groups)
    if beyond:
        yield say(
            "Only the {most} largest groups are held against one another; of {n} more there are figures "
            "alone.",
            most=len(answer.compared),
            n=beyond,
        )
    if answer.left_out:
        yield say(
            "{n} cases have no {by} and are in no group.",
            n=lead(number_text(answer.left_out), "left_out"),
            by=attribute_in_words(answer.by),
        )
    if answer.adjusted_for:
        yield say(
            "Like cases share their {attributes}; 'among like cases' is adjusted for that.",
            attributes=say(", ").join(map(attribute_label, answer.adjusted_for)),
        )
    else:
        yield say(
            "The tests are not adjusted for the mix of cases: groups may also differ because their cases do, "
            "such as in their floors or in the year in which they began."
        )
    yield from (one.as_text(lead) for one in answer.supposed)
    if answer.good_end == "ended" and not answer.supposed:
        yield say(
            "The log tells of no outcomes: which ends are good is not known, and a case that is not said to "
            "run counts as ended with its last event."
        )
    if answer.sampled:
        yield say(
            "Of groups with many traces, cases drawn by lot stand for all in the distance of their ways."
        )
    yield say(
        "If the groups were alike, at most {level} of such comparisons would show any difference.",
        level=share_text(answer.level),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
