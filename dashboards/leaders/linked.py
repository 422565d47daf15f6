"""The report's tables on a page: numbers lead to the cases they count, rows to their case."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from markupsafe import Markup

from dashboards.analysis.choice import Choice, Condition
from dashboards.analysis.head import BASE
from dashboards.analysis.picture_links import leading as led_picture
from dashboards.analysis.stopped import NOWHERE
from dashboards.analysis.supposed import supposed_sentence
from dashboards.report.answer import Lead, answer
from dashboards.report.contents import Report
from dashboards.report.tables import group_side, stalled_at
from dashboards.report.writing import Written
from dashboards.sentences import Sentence, counted, leading
from dashboards.tables import Picture, Table, Value
from eventlogs.language import say
from mining.comparison.answer import Difference
from mining.comparison.sentences import Lead as Counted
from mining.comparison.sentences import sentences
from mining.conformance.rule_cases import RULE_ANSWERS
from mining.stalls.finding import Stall

_CASES = f"{BASE}/cases"
_ENDED = "completed.ended.failed.halted"
_STANDS = ("", "completed.ended", "failed.halted", "running")  # in the order of the figures' columns


def linked(made: Written, report: Report, choice: Choice) -> Written:
    """Return a written report whose tables lead to the cases of `choice`."""
    groups = [f"{report.by}={group.name or ''}" for group in report.comparison.groups]
    counted = {
        place: [_standing(choice, one, stands) for one in groups] for place, stands in enumerate(_STANDS, 1)
    }
    return replace(
        made,
        sentences=[Sentence(one) for one in answer(report, _leading_to(choice))],
        figures=replace(made.figures, counted=counted),
        reading=[Sentence(one) for one in sentences(report.comparison, _leading_among(report, choice))],
        rules=[_rules(table, report, choice) for table in made.rules],
        supposed=supposed_sentence(report.stalls.supposed, choice) or "",
        stall_map=_stall_map(made.stall_map, report, choice),
        stalled=_rows(made.stalled, [one for one in report.stalls.stalls if one.state != "running"], choice),
        idle=_rows(made.idle, report.stalls.alarms, choice),
        differences=_differences(made.differences, report, choice),
    )


def with_led_pictures(made: Written, choice: Choice) -> Written:
    """Return the report with numbers in its pictures that lead to their cases, as a page shows it."""

    def led(picture: Markup) -> Markup:
        return Markup(led_picture(picture, partial(_told, choice)))

    return replace(
        made,
        shares=led(made.shares),
        completed=led(made.completed),
        failed=led(made.failed),
        chains=None if made.chains is None else led(made.chains),
    )


def _told(choice: Choice, data: Mapping[str, str]) -> str:
    """Return where the cases are that a text of a picture tells of."""
    if "where" not in data:
        return choice.cases(*data.items())
    stands = [("stands", data["stands"])] if "stands" in data else []
    return choice.with_(("where", data["where"])).address(_CASES, stands)


def pictures_of(made: Written) -> Iterator[Picture]:
    """Yield the report's pictures."""
    yield Picture("shares", say("Completed, of those that ended"), str(made.shares))
    yield Picture("completed", say("Share of projects completed"), str(made.completed))
    yield Picture("failed", say("Share of projects that failed"), str(made.failed))
    if made.chains is not None:
        yield Picture("chains", say("Steps of the chains"), str(made.chains))


def _standing(choice: Choice, group: str, stands: str) -> str:
    return choice.with_(("where", group)).address(_CASES, [("stands", stands)] if stands else [])


def _leading_to(choice: Choice) -> Lead:
    def lead(text: str, page: str, *asked: Condition) -> str:
        path, part, place = page.partition("#")
        address = choice.address(f"{BASE}/{path}", asked) + part + place
        return leading(text, None if text == "0" else address)

    return lead


def _leading_among(report: Report, choice: Choice) -> Counted:
    places = {
        "cases": choice.cases(),
        "groups": choice.address(f"{BASE}/compare", [("by", report.by)]) + "#key",
        "left_out": choice.with_(("where", f"{report.by}=")).cases(),
    }
    places |= {state: choice.cases(("stands", state)) for state in ("ended", "silent", "running")}
    return lambda text, counted: leading(text, None if text == "0" else places[counted])


def _rules(table: Table, report: Report, choice: Choice) -> Table:
    rules = [str(row[0]) for row in table.rows]
    counted: dict[int, Sequence[str | None]] = {
        place: [choice.cases(("rule", rule), ("did", answer)) for rule in rules]
        for place, answer in enumerate(RULE_ANSWERS, 2)
    }
    groups = report.conformance.groups if report.conformance else ()
    own = [choice.with_(("where", f"{report.by}={group.group or ''}")) for group in groups]
    first = 2 + len(counted)
    rows = [
        [*row[:first], *(_tested(cell, rule, one) for cell, one in zip(row[first:], own, strict=True))]
        for rule, row in zip(rules, table.rows, strict=True)
    ]
    return replace(table, rows=rows, counted=counted)


def _tested(cell: Value, rule: str, own: Choice) -> Value:
    """Return a group's "broken / tested" with both leading to their cases."""
    if not isinstance(cell, str):
        return cell
    told = zip(cell.split(" / "), ("broken", "kept.broken"), strict=True)
    return Sentence(" / ".join(counted(int(n), own.cases(("rule", rule), ("did", did))) for n, did in told))


def _differences(table: Table, report: Report, choice: Choice) -> Table:
    rows = [
        [*row[:2], *_sides(report, one, choice), *row[4:]]
        for row, one in zip(table.rows, report.comparison.differences, strict=False)
    ]
    return replace(table, rows=rows)


def _sides(report: Report, one: Difference, choice: Choice) -> Iterator[Sentence]:
    for name, value in ((one.one, one.one_value), (one.other, one.other_value)):
        address = _asked(one, choice.with_(("where", f"{report.by}={name}")))
        yield Sentence(group_side(report, one.question, name, value, counted(value.cases, address)))


def _asked(one: Difference, group: Choice) -> str:
    """Return where the cases of a group are of which a question was asked."""
    if one.question == "rule":
        return group.cases(("rule", one.subject[0]), ("did", "kept.broken"))
    if one.question == "waiting":
        return group.cases_along(*one.subject)
    if one.question == "completion":
        return group.cases(("stands", _ENDED))
    return group.cases()


def _stall_map(table: Table, report: Report, choice: Choice) -> Table:
    places = [(place or NOWHERE, cause) for place, cause in stalled_at(report)]
    groups: Sequence[str | None] = [None, *(group.name for group in report.comparison.groups)]
    counted = {
        place: [
            choice.address(
                _CASES,
                [("by", report.by), ("stopped", step), ("why", cause)]
                + ([] if group is None else [("group", str(group))]),
            )
            for step, cause in places
        ]
        for place, group in enumerate(groups, 2)
    }
    return replace(table, counted=counted)


def _rows(table: Table, stalled: Sequence[Stall], choice: Choice) -> Table:
    return replace(table, links=[choice.case(one.case_id) for one in stalled[: len(table.rows)]])
