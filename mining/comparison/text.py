"""A comparison as text for a terminal."""

from collections.abc import Iterator

from eventlogs.amounts import number_text, share_text, span_text
from eventlogs.language import say
from eventlogs.layout import table, wrapped
from eventlogs.words import attribute_label
from mining.cases.case_groups import GROUPS_SHOWN
from mining.comparison.answer import ComparedGroup, Comparison, Difference, Verified
from mining.comparison.mix_sentences import mix_table
from mining.comparison.profiles import Estimate
from mining.comparison.sentences import QUESTION_NAMES, amount_text, group_text, sentences, subject_text

SHOWN = 20  # rows of a table of pairs or differences
MATRIX = 12  # groups up to which the cross-checks are shown


def comparison_text(answer: Comparison) -> str:
    """Return the reading, the figures, the differences, and how to repeat them."""
    lines = [say("(simulated)")] if answer.simulated else []
    lines += [wrapped(sentence, 100, "", "  ") for sentence in sentences(answer)]
    for title, part in _parts(answer):
        lines += ["", title, "", part]
    return "\n".join([*lines, "", *_rerun(answer)])


def verified_text(answer: Verified) -> str:
    """Return whether the digest was found again."""
    if answer.agrees:
        return say("Verified: the comparison done again gives the digest {digest}.", digest=answer.digest)
    return say(
        "Not verified: the comparison done again gives {found}, not {digest}; the log, the options or the "
        "versions differ.",
        found=answer.found,
        digest=answer.digest,
    )


def _parts(answer: Comparison) -> Iterator[tuple[str, str]]:
    yield say("key figures, with 95 % intervals"), _figures(answer)
    if answer.distances:
        yield say("how far apart the ways of cases are"), _distances(answer)
    if answer.differences:
        yield say("differences that survive"), _differences(answer)
    if answer.adjusted:
        yield say("differences in points, or times as fast, with 95 % intervals"), mix_table(answer, SHOWN)
    if answer.cross_checks and len(answer.compared) <= MATRIX:
        yield say("cases of a column on the model of a row: fitness / precision"), _cross_checks(answer)


def _figures(answer: Comparison) -> str:
    head = [
        attribute_label(answer.by),
        say("cases"),
        say("completed"),
        say("failed"),
        say("running"),
        say("share completed"),
        say("median duration"),
        say("mean time to the end"),
        say("strict rule broken"),
        say("fitness"),
    ]
    told = [group for group in answer.groups if not group.too_few or len(answer.groups) <= GROUPS_SHOWN]
    figures = table(head, [_figure_row(answer, group) for group in told], right=range(1, len(head)))
    if not answer.horizon:
        return figures
    upto = say(
        "The mean time is counted up to {horizon}, for which every compared group has been watched.",
        horizon=span_text(answer.horizon),
    )
    return f"{figures}\n{upto}"


def _figure_row(answer: Comparison, group: ComparedGroup) -> list[str]:
    name, figures = group_text(answer, group.name), group.figures
    if figures is None:
        return [name, say("too few"), *[""] * 8]
    return [
        name,
        number_text(figures.cases),
        *("–" if n is None else number_text(n) for n in (figures.completed, figures.failed, figures.running)),
        _shares(figures.completed_share, answer.min_cases),
        _spans(figures.median_duration),
        _spans(group.mean_to_good_end),
        _shares(figures.strict_deviations, answer.min_cases),
        _numbers(figures.fitness),
    ]


def _shares(estimate: Estimate, min_cases: int) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return say("too few") if 0 < estimate.cases < min_cases else "–"
    return f"{share_text(estimate.value)} [{100 * estimate.low:.0f}, {100 * estimate.high:.0f}]"


def _spans(estimate: Estimate | None) -> str:
    if estimate is None or estimate.value is None:
        return "–"
    bounds = ", ".join("…" if bound is None else span_text(bound) for bound in (estimate.low, estimate.high))
    return f"{span_text(estimate.value)} [{bounds}]"


def _numbers(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.3f}"
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"


def _distances(answer: Comparison) -> str:
    head = [
        say("one group"),
        say("other group"),
        say("distance"),
        say("by chance"),
        say("corrected p"),
        say("differs"),
    ]
    rows = [
        [
            group_text(answer, each.one),
            group_text(answer, each.other),
            f"{each.distance:.3f}",
            f"{each.by_chance:.3f}",
            _p_text(each.corrected_p),
            say("yes") if each.differs else "",
        ]
        for each in answer.distances[:SHOWN]
    ]
    return table(head, rows, right=range(2, 5)) + _more(len(answer.distances))


def _differences(answer: Comparison) -> str:
    shown = _spread(answer)
    head = [
        say("question"),
        say("what"),
        say("one group"),
        "",
        say("other group"),
        "",
        say("corrected p"),
        say("like cases"),
    ]
    rows = [
        [
            say(QUESTION_NAMES[each.question]),
            subject_text(each),
            group_text(answer, each.one),
            "" if each.one_value.value is None else amount_text(each.question, each.one_value.value),
            group_text(answer, each.other),
            "" if each.other_value.value is None else amount_text(each.question, each.other_value.value),
            _p_text(each.corrected_p),
            {None: "–", True: say("yes"), False: say("no")}[each.like_cases],
        ]
        for each in shown
    ]
    return table(head, rows, right=[3, 5, 6]) + _more(len(answer.differences))


def _spread(answer: Comparison) -> list[Difference]:
    """Return the differences to show: the largest of every question."""
    asked = [one.question for one in answer.questions if one.differing and one.question != "control_flow"]
    each = max(3, SHOWN // max(1, len(asked)))
    return [one for question in asked for one in list(answer.of_question(question))[:each]]


def _cross_checks(answer: Comparison) -> str:
    names = [group.name for group in answer.compared]
    found = {(one.model_of, one.cases_of): one for one in answer.cross_checks}
    rows = []
    for model_of in names:
        cells = [found.get((model_of, cases_of)) for cases_of in names]
        rows.append(
            [
                group_text(answer, model_of),
                *(
                    "–" if cell is None else f"{_cell(cell.fitness)} / {_cell(cell.precision)}"
                    for cell in cells
                ),
            ]
        )
    head = [say("model of"), *(group_text(answer, name) for name in names)]
    return table(head, rows, right=range(1, len(head)))


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _p_text(p_value: float) -> str:
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def _more(n: int) -> str:
    return "\n" + say("all of them with --json") if n > SHOWN else ""


def _rerun(answer: Comparison) -> Iterator[str]:
    versions = ", ".join(f"{package} {number}" for package, number in answer.rerun.versions)
    yield say("For the same numbers: {command}", command=answer.rerun.command)
    yield say("with {versions}; digest {digest}", versions=versions, digest=answer.rerun.digest)
    yield say(
        "--verify {digest} does it again and tells whether they are the same.", digest=answer.rerun.digest
    )
