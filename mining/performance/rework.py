"""Rework: what is done again in the same case, how often, in how many cases, and the time it costs."""

from dataclasses import dataclass
from datetime import timedelta

from eventlogs.amounts import number_text, share_text
from eventlogs.events import Attribute
from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from eventlogs.words import activity_label, attribute_label
from mining.cases.case_groups import GROUPS_SHOWN, case_groups, rest_text, value_text
from mining.performance.activity_times import span_cell

_ACTIVITIES = "SELECT code, name FROM activity_code"


@dataclass(frozen=True, slots=True)
class ActivityRework:
    """One activity: done again `repeats` times in `cases` of the `cases_with` it, `most` times in one case.

    `time_spent` is the time from the event before to each repetition, of all of them together.
    """

    activity: str
    cases_with: int
    cases: int
    repeats: int
    most: int
    time_spent: timedelta


@dataclass(frozen=True, slots=True)
class GroupRework:
    """The rework of the cases that share a `value`: in how many, and what, the costliest first."""

    value: Attribute
    cases: int
    cases_with_rework: int
    activities: tuple[ActivityRework, ...]

    @property
    def time_spent(self) -> timedelta:
        """The time that all repetitions took."""
        return sum((one.time_spent for one in self.activities), timedelta())


@dataclass(frozen=True, slots=True)
class Rework:
    """What was done again, in the whole log and in each group of cases that `by` parts."""

    log: str
    simulated: bool
    by: str | None
    whole: GroupRework
    groups: tuple[GroupRework, ...]

    def as_text(self) -> str:
        """Return a table for the whole or each group."""
        parts = []
        for group in self.groups[:GROUPS_SHOWN] or (self.whole,):
            if self.by is not None:
                parts.append(f"{attribute_label(self.by)} {value_text(self.by, group.value)}")
            parts.append(
                say(
                    "{log}: something is done again in {n} of {cases} cases; it takes {time} in all",
                    log=self.log,
                    n=number_text(group.cases_with_rework),
                    cases=number_text(group.cases),
                    time=span_cell(group.time_spent),
                )
            )
            if group.activities:
                parts.append(_rework_table(group.activities))
        return "\n\n".join([*parts, *rest_text(self.groups)])


def rework(prepared: PreparedLog, *, by: str | None = None) -> Rework:
    """Return what is done more than once in a case."""
    attribute = None if by is None else prepared.attribute(by)
    whole = _groups(prepared, None)
    total = whole[0] if whole else GroupRework(None, 0, 0, ())
    groups = () if attribute is None else tuple(_groups(prepared, attribute))
    return Rework(prepared.log.name, prepared.log.simulated, by, total, groups)


def _groups(prepared: PreparedLog, attribute: int | None) -> list[GroupRework]:
    with prepared.reading() as connection:
        names = dict(connection.execute(_ACTIVITIES).fetchall())
        asked = {"attribute": attribute}
        rows = connection.execute(sql("performance/rework", "mining"), asked).fetchall()
        cases = dict(connection.execute(sql("performance/rework_cases", "mining"), asked).fetchall())
    found: dict[int, list[ActivityRework]] = {}
    for code, activity, cases_with, n_cases, repeats, most, spent in rows:
        again = ActivityRework(
            names[activity], cases_with, n_cases, repeats, most, timedelta(microseconds=spent or 0)
        )
        found.setdefault(code, []).append(again)
    return [
        GroupRework(
            group.value,
            group.cases,
            cases.get(group.code, 0),
            tuple(
                sorted(
                    found.get(group.code, ()), key=lambda one: (-one.time_spent, -one.repeats, one.activity)
                )
            ),
        )
        for group in case_groups(prepared, attribute)
    ]


def _rework_table(activities: tuple[ActivityRework, ...]) -> str:
    head = [
        say("Done again"),
        say("Cases"),
        say("Share of those with it"),
        say("Repetitions"),
        say("Most in one case"),
        say("Time spent"),
    ]
    rows = [
        [
            activity_label(one.activity),
            number_text(one.cases),
            share_text(one.cases / one.cases_with),
            number_text(one.repeats),
            number_text(one.most),
            span_cell(one.time_spent),
        ]
        for one in activities
    ]
    return table(head, rows, right=range(1, 6))
