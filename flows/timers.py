"""What the passing of time brings about: holds end, overdue work is told to the next role, deputies stand in.

Nothing runs while projects wait; `tick` looks from time to time, and looking twice is looking once.
"""

from dataclasses import dataclass
from datetime import datetime

from eventlogs.language import say
from eventlogs.sql_files import sql
from eventlogs.storage import Ledger
from flows.absence import on_duty
from flows.acts import By
from flows.advance import Decision, advance, record
from flows.escalation import escalations
from flows.history import CaseHistory, day_of
from flows.listing import start_of_day
from flows.replay import item_event
from flows.worklist import assign, place_of_item

ENGINE = "retrofit"
_HALTED = """
    SELECT case_id FROM case_state JOIN log USING (log_id)
    WHERE log.name = $log AND outcome IS NULL AND hold IS NOT NULL ORDER BY case_id
"""
_OPEN = """
    SELECT case_id FROM case_state JOIN log USING (log_id)
    WHERE log.name = $log AND outcome IS NULL ORDER BY case_id
"""


@dataclass(frozen=True)
class Tick:
    """What a look at the clock brought about."""

    advanced: list[str]
    escalated: list[str]
    passed_on: list[str]

    def as_text(self) -> str:
        """Return a line for each kind."""
        return "\n".join(
            [
                say("projects carried on: {names}", names=", ".join(self.advanced) or "–"),
                say("overdue, told to the next role: {names}", names=", ".join(self.escalated) or "–"),
                *self._unconfirmed(),
                say("passed on to a deputy: {names}", names=", ".join(self.passed_on) or "–"),
            ]
        )

    def _unconfirmed(self) -> list[str]:
        if not self.escalated or all(one.confirmed for one in escalations().values()):
            return []
        return [say("(to whom overdue work is told is a proposal that no office has confirmed)")]


def tick(ledger: Ledger, log: str, now: datetime, *, sweep: bool = False) -> Tick:
    """End holds whose day has come, tell of overdue work, and pass on what is in the hands of those away.

    With `sweep` every open project is advanced, which makes good any advance that was lost.
    """
    with ledger.reading() as connection:
        found = connection.execute(_OPEN if sweep else _HALTED, {"log": log}).fetchall()
        cases = [row[0] for row in found]
        values = {"log": log, "today": start_of_day(now)}
        rows = connection.execute(sql("overdue", "flows"), values).fetchall()
    advanced = [case for case in cases if advance(ledger, log, case, now).recorded]
    passed_on = [item for item, _, whose, _, _ in rows if whose and _pass_on(ledger, log, item, whose, now)]
    escalated = [item for item, role, _, _, tell in rows if tell and _escalate(ledger, log, item, role, now)]
    return Tick(advanced, escalated, passed_on)


def _pass_on(ledger: Ledger, log: str, item: str, whose: str, now: datetime) -> bool:
    deputy = on_duty(ledger, log, whose, day_of(now))
    if deputy == whose:
        return False
    assign(ledger, log, item, deputy, By(ENGINE, now, reason=f"{whose} is away"))
    return True


def _escalate(ledger: Ledger, log: str, item: str, role: str | None, now: datetime) -> bool:
    next_role = escalations().get(role or "")
    if next_role is None:
        return False
    case_id, place = place_of_item(item)

    def decide(history: CaseHistory) -> Decision:
        found = history.items[place]
        if not found.is_open or found.escalated_to:
            return Decision()
        values = {"escalated_to": next_role.to, "due": found.due.isoformat() if found.due else None}
        return Decision([item_event(history, found, "unknown", now, values, actor=ENGINE)])

    return bool(record(ledger, log, case_id, now, decide).recorded)
