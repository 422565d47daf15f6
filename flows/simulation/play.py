"""The play: each deed of each project in the order of simulated time, by the functions that staff use."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from random import Random
from typing import Any, Protocol

from eventlogs.storage import Ledger
from flows.errors import ProjectError
from flows.process.history import CaseHistory, day_of
from flows.project import projects
from flows.project.acts import By
from flows.project.advance import Advance, advance, read_case
from flows.project.intake import Readiness
from flows.simulation.behaviour import Deed, next_deed
from flows.simulation.cohort import Script
from flows.worklist.worklist import Hold

_LOG = "SELECT kind, simulated FROM log WHERE name = $log"
_CASES = """
    SELECT DISTINCT case_id FROM case_head JOIN log USING (log_id) WHERE log.name = $log ORDER BY case_id
"""
_DEGREES = ("weak", "middling", "strong")


class Following(Protocol):
    """What carries the projects of a play on besides their acts."""

    def before(self, case_id: str) -> None:
        """Be told that a project is about to be acted in."""
        ...

    def after(self, made: Advance, moment: datetime) -> None:
        """Be told what came of acting in a project."""
        ...


def play(
    ledger: Ledger,
    log: str,
    cohort: Sequence[Script],
    tell: Callable[[int], None] = lambda n: None,
    following: Following | None = None,
) -> dict[str, CaseHistory]:
    """Play a cohort to its end in a simulated log and return each project's history.

    What the log already holds of the same cohort is kept and carried on; a log that holds anything else is
    refused. `tell` is called with 1 for each project that is over.
    """
    refuse_other(ledger, log, cohort)
    histories = {script.case_id: read_case(ledger, log, script.case_id) for script in cohort}
    for script in cohort:
        _refuse_another_play(script, histories[script.case_id], log)
    return carried_on(ledger, log, cohort, histories, tell, following)


def carried_on(
    ledger: Ledger,
    log: str,
    cohort: Sequence[Script],
    histories: dict[str, CaseHistory],
    tell: Callable[[int], None] = lambda n: None,
    following: Following | None = None,
) -> dict[str, CaseHistory]:
    """Play a cohort from where its histories stand to its end, and return them."""
    scripts = {script.case_id: script for script in cohort}
    ahead = []
    for case_id, script in scripts.items():
        ahead += _ahead(script, histories[case_id], tell)
    heapify(ahead)
    while ahead:
        _, case_id, deed = heappop(ahead)
        if following:
            following.before(case_id)
        made = _done(ledger, log, scripts[case_id], deed)
        histories[case_id] = made.history
        if following:
            following.after(made, deed.moment)
        for after in _ahead(scripts[case_id], histories[case_id], tell):
            heappush(ahead, after)
    return histories


_Ahead = tuple[tuple[Any, str], str, Deed]


def _ahead(script: Script, history: CaseHistory, tell: Callable[[int], None]) -> list[_Ahead]:
    deed = next_deed(script, history)
    if deed is None or day_of(deed.moment) > script.until:
        tell(1)
        return []
    return [((deed.moment, script.case_id), script.case_id, deed)]


def _done(ledger: Ledger, log: str, script: Script, deed: Deed) -> Advance:
    by = By(deed.actor, deed.moment, role=deed.role, reason=deed.reason, begun=deed.begun)
    case_id = script.case_id
    match deed.kind:
        case "start":
            return projects.start(ledger, log, intake(script), by, case_id=case_id, simulated=True)
        case "wake":
            return advance(ledger, log, case_id, deed.moment)
        case "wait":
            assert deed.wait is not None
            dated = deed.wait.record == "dated"
            until = day_of(deed.moment) + timedelta(days=deed.wait.days) if dated else None
            hold = Hold(deed.wait.cause, until=until, reason=deed.wait.step)
            return projects.hold(ledger, log, case_id, hold, by)
        case "take_back":
            return projects.take_back(ledger, log, case_id, deed.activity, by)
        case "abandon":
            return projects.abandon(ledger, log, case_id, deed.data["cause"], by)
        case _:
            return projects.act(ledger, log, case_id, deed.activity, deed.data, by)


def intake(script: Script) -> dict[str, Any]:
    """Return what is entered when a project begins; those that will succeed are readier on the whole."""
    rng = Random(f"{script.seed}/{script.case_id}/intake")
    weights = (1, 3, 4) if script.fate == "completed" else (3, 3, 1)
    return {
        "name": script.name,
        "city": script.city,
        "floors": script.people.floors,
        "households": [one.registered() for one in script.people.residents],
        "readiness": {name: rng.choices(_DEGREES, weights)[0] for name in Readiness.model_fields},
    }


def refuse_other(ledger: Ledger, log: str, cohort: Sequence[Script]) -> None:
    """Refuse a log that is not simulated or holds projects of another cohort."""
    with ledger.reading() as connection:
        found = connection.execute(_LOG, {"log": log}).fetchone()
        cases = {row[0] for row in connection.execute(_CASES, {"log": log}).fetchall()}
    if found is not None and (found[0] != "live" or not found[1]):
        raise ProjectError("{log} is not a simulated log; choose another name with --log", log=log)
    if cases - {script.case_id for script in cohort}:
        raise ProjectError(
            "{log} holds another cohort; choose another name with --log, or delete it first", log=log
        )


def _refuse_another_play(script: Script, history: CaseHistory, log: str) -> None:
    if not history.exists:
        return
    first, asked = history.events[0], intake(script)
    facts = {name: first.attributes.get(name) for name in ("name", "floors", "readiness")}
    same = facts == {name: asked[name] for name in facts} and first.occurred_at == script.begins
    if not same:
        raise ProjectError(
            "{log} holds another cohort; choose another name with --log, or delete it first", log=log
        )
