"""What the passing of time brings about: holds end, overdue work is told to the next role, deputies stand in.

Nothing runs while projects wait; `tick` looks from time to time, and looking twice is looking once.
"""

from dataclasses import dataclass
from datetime import datetime

from eventlogs.language import say, sayable
from eventlogs.sql_files import sql
from eventlogs.storage import Ledger
from eventlogs.vocabulary import label
from flows.process.history import CaseHistory, day_of
from flows.process.processes import policy_of
from flows.process.replay import item_event
from flows.project.acts import ENGINE, By
from flows.project.advance import Decision, advance, record
from flows.words import name_of
from flows.worklist.absence import on_duty
from flows.worklist.listing import start_of_day
from flows.worklist.worklist import assign, place_of_item

_AWAY = sayable("the one whose work it is is away")
_HALTED = """
    SELECT case_id FROM case_state JOIN log USING (log_id)
    WHERE log.name = $log AND outcome IS NULL AND hold IS NOT NULL ORDER BY case_id
"""
_OPEN = """
    SELECT case_id FROM case_state JOIN log USING (log_id)
    WHERE log.name = $log AND outcome IS NULL ORDER BY case_id
"""


@dataclass(frozen=True)
class ToldOn:
    """Overdue work that was told to the next role, and whether an office has said that it is done so."""

    work_item: str
    role: str
    confirmed: bool

    def as_text(self) -> str:
        """Return a line."""
        activity, _ = place_of_item(self.work_item)[1]
        return say(
            "overdue, told to {role}: {item} {name}",
            role=label("roles", self.role),
            item=self.work_item,
            name=name_of(activity),
        )


@dataclass(frozen=True)
class Tick:
    """What a look at the clock brought about; `papers` made are told only where they were looked for."""

    advanced: list[str]
    escalated: list[ToldOn]
    passed_on: list[str]
    papers: list[str] | None = None

    def as_text(self) -> str:
        """Return a line for each kind, and one for each work item told on."""
        lines = [say("projects carried on: {names}", names=", ".join(self.advanced) or "–")]
        lines += [one.as_text() for one in self.escalated] or [say("overdue, told to the next role: –")]
        if not all(one.confirmed for one in self.escalated):
            lines.append(say("(to whom overdue work is told is a proposal that no office has confirmed)"))
        lines.append(say("passed on to a deputy: {names}", names=", ".join(self.passed_on) or "–"))
        if self.papers is not None:
            lines.append(say("papers made: {n}", n=len(self.papers)))
        return "\n".join(lines)


def tick(ledger: Ledger, log: str, now: datetime, *, sweep: bool = False) -> Tick:
    """End holds whose day has come, tell of overdue work, and pass on what is in the hands of those away.

    With `sweep` every open project is advanced, which makes good any advance that was lost.
    """
    with ledger.reading() as connection:
        found = connection.execute(_OPEN if sweep else _HALTED, {"log": log}).fetchall()
        cases = [row[0] for row in found]
        today = start_of_day(now)
        values = {"log": log, "case_id": None, "pressing": today}
        rows = connection.execute(sql("open_work", "flows"), values).to_arrow_table().to_pylist()
    advanced = [case for case in cases if advance(ledger, log, case, now).recorded]
    passed_on = [
        row["work_item_id"]
        for row in rows
        if row["assignee"] and _pass_on(ledger, log, row["work_item_id"], row["assignee"], now)
    ]
    overdue = [row for row in rows if row["due"] and row["due"] < today and not row["escalated_to"]]
    told = [_escalate(ledger, log, row["work_item_id"], row["role"], now) for row in overdue if row["role"]]
    return Tick(advanced, [one for one in told if one], passed_on)


def _pass_on(ledger: Ledger, log: str, item: str, whose: str, now: datetime) -> bool:
    deputy = on_duty(ledger, log, whose, day_of(now))
    if deputy == whose:
        return False
    assign(ledger, log, item, deputy, By(ENGINE, now, reason=_AWAY))
    return True


def _escalate(ledger: Ledger, log: str, item: str, role: str, now: datetime) -> ToldOn | None:
    """Tell overdue work to the next role of the policy that its project began under."""
    case_id, place = place_of_item(item)

    def decide(history: CaseHistory) -> Decision:
        found, to = history.items[place], policy_of(history).escalation.get(role)
        if to is None or not found.is_open or found.escalated_to:
            return Decision()
        values = {"escalated_to": to.value, "due": found.due.isoformat() if found.due else None}
        return Decision([item_event(history, found, "unknown", now, values, actor=ENGINE)])

    made = record(ledger, log, case_id, now, decide)
    if not any("escalated_to" in event.attributes for event in made.recorded):
        return None
    to = policy_of(made.history).escalation[role]
    return ToldOn(item, to.value, to.confirmed)
