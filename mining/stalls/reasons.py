"""Where a case that has not gone well stands, and why: the most certain of what its evidence shows.

In this order: a recorded halt; a needed step that last failed or was taken back; an open objection; any
other failed step; open work that nobody does; and last, nothing but the time that has passed.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from importlib.resources import files
from typing import Literal

from eventlogs.vocabulary import Activity, Outcome, terms
from mining.normative.model import NormativeModel, OrderRule
from mining.stalls.facts import CaseEvidence, Evidence, Halt, OpenItem
from mining.stalls.norms import LEAST_COMPLETED, NEEDED

Kind = Literal["outcome", "hold", "objection", "attempt", "role", "idle"]
Confidence = Literal["high", "medium", "low"]

_Needs = Mapping[str, tuple[float, float]]  # by activity: the share of cases, and the place in them

OBJECTION, ROLE, UNKNOWN = "objection", "missing_role", "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a case stands where it stands; `cause` is a word of the vocabulary or of `CAUSES`."""

    place: str | None
    cause: str
    kind: Kind
    confidence: Confidence
    since: datetime | None = None
    until: datetime | None = None
    times: int = 0
    over: bool = False  # a hold that has ended, after which nothing was done


class Reasons:
    """Finds the reasons of a log's cases."""

    def __init__(self, found: Evidence, model: NormativeModel) -> None:
        self._regulated = regulated(model)
        self._needs = found.needs if found.n_good >= LEAST_COMPLETED else None
        self._gates = [rule for rule in model.rules if rule.forbidden_while is not None]

    def of(self, case: CaseEvidence) -> Reason:
        """Return where a case stands and why; the recorded outcome of one that is over is its cause."""
        found = next(filter(None, (look(case) for look in self._looks())), None)
        found = found or Reason(None, UNKNOWN, "idle", "low", case.last_at)
        if case.state == "running" or case.outcome is None:
            return found
        known = isinstance(terms("outcomes").get(case.outcome), Outcome)
        return replace(found, cause=case.outcome, kind="outcome", confidence="high" if known else "medium")

    def _looks(self) -> Iterator[Callable[[CaseEvidence], Reason | None]]:
        yield self._halted
        yield partial(self._failed, needed=True)
        yield self._objected
        yield partial(self._failed, needed=False)
        yield self._left_open

    def _halted(self, case: CaseEvidence) -> Reason | None:
        if not case.halts:
            return None
        standing = [halt for halt in case.halts if halt.ended_at is None] or case.halts
        whole = [halt for halt in standing if not halt.of_item]
        halt = (whole or standing)[-1]
        place = self._halt_place(case, halt)
        confidence: Confidence = "high" if halt.ended_at is None else "medium"
        return Reason(
            place,
            halt.cause or UNKNOWN,
            "hold",
            confidence,
            halt.began_at,
            halt.until,
            over=halt.ended_at is not None,
        )

    def _halt_place(self, case: CaseEvidence, halt: Halt) -> str | None:
        if halt.of_item:
            return halt.activity
        if halt.reason in terms("activities"):
            return halt.reason
        fitting = [item for item in case.items if _fits(halt.cause, item)]
        chosen = self._main(case, fitting) or self._main(case, case.items)
        return None if chosen is None else chosen.activity

    def _failed(self, case: CaseEvidence, *, needed: bool) -> Reason | None:
        tried = [one for one in case.attempts if not needed or self._is_needed(case, one.activity)]
        if not tried:
            return None
        last = tried[-1]
        return Reason(last.activity, last.result, "attempt", "medium", last.last_at, times=last.times)

    def _objected(self, case: CaseEvidence) -> Reason | None:
        if not case.objections:
            return None
        gates = self._gates if case.judged else []
        shut = next((step for rule in gates for step in rule.after.keys), None)
        if shut is None or shut in case.activities:
            chosen = self._main(case, case.items)
            shut = None if chosen is None else chosen.activity
        return Reason(shut, OBJECTION, "objection", "medium", case.objecting_since, times=case.objections)

    def _left_open(self, case: CaseEvidence) -> Reason | None:
        chosen = self._main(case, case.items)
        if chosen is None:
            return None
        never = chosen.role is not None and chosen.role not in case.roles and not chosen.taken
        return Reason(chosen.activity, ROLE, "role", "medium" if never else "low", chosen.offered_at)

    def _main(self, case: CaseEvidence, items: Iterable[OpenItem]) -> OpenItem | None:
        """Return the open work that holds the rest up: what most good cases have done, the earliest of it."""
        regulated, needs = self._expected(case)

        def rank(item: OpenItem) -> tuple[float, float]:
            share, place = needs.get(item.activity, (0.0, 0.0))
            return (-1.0 if item.activity in regulated else -share, place)

        return min(items, key=rank, default=None)

    def _is_needed(self, case: CaseEvidence, activity: str) -> bool:
        regulated, needs = self._expected(case)
        return activity in regulated or needs.get(activity, (0.0, 0.0))[0] >= NEEDED

    def _expected(self, case: CaseEvidence) -> tuple[_Needs, _Needs]:
        """Return what regulations ask of a case, and what most good cases have done."""
        asked = self._regulated if case.judged else {}
        return asked, asked if self._needs is None else self._needs


def usual_role(activity: str | None) -> str | None:
    """Return who usually does an activity of the vocabulary."""
    known = terms("activities").get(activity or "")
    return known.by[0].role if isinstance(known, Activity) and known.by else None


def regulated(model: NormativeModel) -> dict[str, tuple[float, float]]:
    """Return what regulations ask for, as needed by all, in the model's order."""
    order: dict[str, tuple[float, float]] = {}
    for rule in model.rules:
        if rule.strength == "regulatory":
            for step in _activities(rule):
                order.setdefault(step, (1.0, float(len(order))))
    return order


def _activities(rule: OrderRule) -> list[str]:
    marks = [rule.before, rule.after]
    return [key for mark in marks if mark is not None and mark.layer == "activity" for key in mark.keys]


@cache
def hold_places() -> Mapping[str, Mapping[str, list[str]]]:
    """Return the activities and roles that each cause of a hold usually holds up."""
    return tomllib.loads((files("mining.stalls") / "hold_places.toml").read_text("utf-8"))


def _fits(cause: str | None, item: OpenItem) -> bool:
    place = hold_places().get(cause or "", {})
    return item.activity in place.get("activities", ()) or item.role in place.get("roles", ())
