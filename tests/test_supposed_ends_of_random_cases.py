"""What is supposed of random logs that tell of no end is what plain sentences suppose."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise, takewhile
from random import Random

import numpy as np
import pytest
from exchanged_logs import MadeEvent, make_log
from played_logs import START
from small_model import MODEL

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import prepare
from mining.cases.case_endings import CaseAttributes, standing_cases
from mining.cases.supposed_ends import SupposedEnds
from mining.normative.model import Ending
from mining.stalls.evidence import evidence
from mining.stalls.facts import Silent

DAYS = (1, 4, 20, 35, 60, 90)
STATES = "SELECT case_id, state FROM trace JOIN norm_case USING (case_no)"


def random_case(case_id: str, random: Random) -> list[MadeEvent]:
    """Return the events of a case, some at one moment, some at no known time, others long after."""
    at = START + timedelta(days=random.randint(0, 40))
    events = []
    for place, word in enumerate(random.choices("abcdefgh", k=random.randint(1, 7))):
        at += timedelta(days=random.choice([0, 0.5, 1, 2, 5, 9]))
        told = None if place and random.random() < 0.1 else at
        events.append(MadeEvent(case_id, f"act {word}", told))
    return events


class Supposed:
    """What is supposed of cases at a moment."""

    def __init__(self, cases: Mapping[str, Sequence[MadeEvent]], now: datetime) -> None:
        self._now = now
        self._cases = cases
        came = {case: list(takewhile(self._is_past, events)) for case, events in cases.items()}
        self._happened = {case: events for case, events in came.items() if events}
        last = Counter(events[-1].activity for events in self._happened.values())
        n = Counter(name for events in self._happened.values() for name in {it.activity for it in events})
        self._ends = {name for name in last if last[name] >= 0.5 * n[name]}
        self.states = {case: self._state(case) for case in cases}

    def _is_past(self, event: MadeEvent) -> bool:
        return event.occurred_at is None or event.occurred_at <= self._now

    def _state(self, case: str) -> str:
        events = self._happened.get(case, [])
        if events and events[-1].activity in self._ends:
            return "ended"
        idle = self.idle(case)
        return "silent" if self._silence and idle and idle > self._silence else "running"

    def idle(self, case: str) -> timedelta | None:
        """Return for how long nothing has been heard of a case."""
        times = [it.occurred_at for it in self._happened.get(case, []) if it.occurred_at]
        return self._now - max(times) if times else None

    @property
    def _silence(self) -> timedelta | None:
        """The time within which 99 of 100 waits are over, if there were twenty."""
        waits = [
            later.occurred_at - it.occurred_at
            for events in self._cases.values()
            for it, later in pairwise(events)
            if it.occurred_at and later.occurred_at and it.occurred_at < later.occurred_at <= self._now
        ]
        if len(waits) < 20:
            return None
        return timedelta(seconds=float(np.quantile([it.total_seconds() for it in waits], 0.99)))

    @property
    def ends(self) -> SupposedEnds:
        n = Counter(self.states.values())
        ended = [case for case, state in self.states.items() if state == "ended"]
        names = {self._happened[case][-1].activity for case in ended}
        silence = self._silence if ended or n["silent"] else None
        return SupposedEnds("made", n["ended"], n["silent"], n["running"], tuple(sorted(names)), silence)

    @property
    def silent(self) -> list[Silent]:
        found = [
            Silent(case, None, self._happened[case][-1].activity, idle)
            for case, state in self.states.items()
            if state == "silent" and (idle := self.idle(case))
        ]
        return sorted(found, key=lambda it: (it.idle, it.case_id))


@pytest.mark.parametrize("seed", ["one", "another"])
def test_ends_are_supposed_as_by_hand(ledger: DuckDBLedger, seed: str) -> None:
    random = Random(seed)
    cases = {case: random_case(case, random) for case in (f"{n:02}" for n in range(60))}
    make_log(ledger, [event for events in cases.values() for event in events])
    log, model = prepare(ledger, "made"), replace(MODEL, ending=Ending())
    for now in (START + timedelta(days=day) for day in DAYS):
        expected = Supposed(cases, now)
        with standing_cases(log, Ending(), CaseAttributes(None, None), now) as (connection, ends):
            assert dict(connection.execute(STATES).fetchall()) == expected.states
        assert ends == expected.ends
        last = max(it.occurred_at for events in cases.values() for it in events if it.occurred_at)
        if last <= now:
            assert evidence(log, model, None, now).silent == expected.silent
