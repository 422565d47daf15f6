"""Handover of work: from whom to whom a case goes with each next event, how often, after what wait."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from eventlogs.amounts import number_text
from eventlogs.errors import EventLogError
from eventlogs.events import Attribute
from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from eventlogs.words import attribute_label, role_label
from mining.cases.case_groups import GROUPS_SHOWN, case_groups, rest_text, value_text
from mining.performance.activity_times import span_cell

Between = Literal["role", "person"]

_NAMES = {"role": "SELECT code, name FROM role_code", "person": "SELECT code, name FROM actor_code"}
_SHOWN = 40  # handovers in the text


class NobodyNamedError(EventLogError):
    """No event of a log says who did it."""


@dataclass(frozen=True, slots=True)
class Handover:
    """`target` acts right after `source` in a case; waits are between the two events, None without times."""

    source: str
    target: str
    frequency: int
    cases: int
    mean_waiting: timedelta | None
    median_waiting: timedelta | None


@dataclass(frozen=True, slots=True)
class GroupHandovers:
    """The handovers of the cases that share a `value`, the most frequent first."""

    value: Attribute
    cases: int
    handovers: tuple[Handover, ...]


@dataclass(frozen=True, slots=True)
class Handovers:
    """Handovers between roles or persons; with `same`, one who goes on alone counts too.

    `unnamed` steps from event to event have nobody named at one end and are left out.
    """

    log: str
    simulated: bool
    between: Between
    same: bool
    by: str | None
    unnamed: int
    whole: GroupHandovers
    groups: tuple[GroupHandovers, ...]

    def as_text(self) -> str:
        """Return a table for the whole or each group."""
        parts = []
        for group in self.groups[:GROUPS_SHOWN] or (self.whole,):
            if self.by is not None:
                parts.append(f"{attribute_label(self.by)} {value_text(self.by, group.value)}")
            parts.append(self._table(group))
        parts += rest_text(self.groups)
        if self.unnamed:
            parts.append(
                say(
                    "{n} steps from one event to the next have nobody named at an end",
                    n=number_text(self.unnamed),
                )
            )
        return "\n\n".join(parts)

    def _table(self, group: GroupHandovers) -> str:
        label = role_label if self.between == "role" else str
        head = [say("From"), say("To"), say("Times"), say("Cases"), say("Median wait"), say("Mean wait")]
        rows = [
            [
                label(one.source),
                label(one.target),
                number_text(one.frequency),
                number_text(one.cases),
                span_cell(one.median_waiting),
                span_cell(one.mean_waiting),
            ]
            for one in group.handovers[:_SHOWN]
        ]
        more = len(group.handovers) - _SHOWN
        text = table(head, rows, right=[2, 3, 4, 5])
        return text + ("\n" + say("… and {n} more", n=number_text(more)) if more > 0 else "")


def handovers(
    prepared: PreparedLog, between: Between = "role", *, same: bool = False, by: str | None = None
) -> Handovers:
    """Return who hands over to whom; raises `NobodyNamedError` if no event names a role (person)."""
    attribute = None if by is None else prepared.attribute(by)
    with prepared.reading() as connection:
        names = dict(connection.execute(_NAMES[between]).fetchall())
        persons = connection.execute(_NAMES["person"]).fetchall()
        followed = sql(f"performance/followed_{between}s", "mining")
        query = f"WITH followed AS ({followed}) {sql('performance/handovers', 'mining')}"
        found = {
            number: connection.execute(query, {"same": same, "attribute": number}).fetchall()
            for number in {None, attribute}
        }
    if not names:
        _refuse_unnamed(prepared.log.name, persons=bool(persons))

    def told(number: int | None) -> dict[int, list[Handover]]:
        groups: dict[int, list[Handover]] = {}
        for code, source, target, frequency, cases, mean, median in found[number]:
            if source and target:
                one = Handover(names[source], names[target], frequency, cases, _span(mean), _span(median))
                groups.setdefault(code, []).append(one)
        return groups

    whole = case_groups(prepared, None)
    total = GroupHandovers(None, whole[0].cases if whole else 0, _ranked(told(None).get(0, [])))
    groups = (
        ()
        if attribute is None
        else tuple(
            GroupHandovers(group.value, group.cases, _ranked(told(attribute).get(group.code, [])))
            for group in case_groups(prepared, attribute)
        )
    )
    unnamed = sum(row[3] for row in found[None] if not (row[1] and row[2]))
    return Handovers(prepared.log.name, prepared.log.simulated, between, same, by, unnamed, total, groups)


def _refuse_unnamed(log: str, *, persons: bool) -> None:
    if persons:
        raise NobodyNamedError(
            "no event of the log {log} says in which role it was done; --between person looks at who did it",
            log=log,
        )
    raise NobodyNamedError(
        "no event of the log {log} says who did it; import it with a mapping for role or resource", log=log
    )


def _span(microseconds: float | None) -> timedelta | None:
    return None if microseconds is None else timedelta(microseconds=microseconds)


def _ranked(handovers: list[Handover]) -> tuple[Handover, ...]:
    return tuple(sorted(handovers, key=lambda one: (-one.frequency, one.source, one.target)))
