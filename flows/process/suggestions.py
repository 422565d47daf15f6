"""What the model expects next in each chain of leadership, and in the law."""

from dataclasses import dataclass

from eventlogs.vocabulary import Role, term
from flows.process.history import CaseHistory
from flows.process.process import closed
from flows.process.processes import policy_of, process_of
from flows.process.replay import plan_of


@dataclass(frozen=True)
class Suggestion:
    """An activity that a chain expects next, as what, and what it still waits for."""

    chain: str
    activity: str
    role: str
    needed_by_the_process: bool
    waits_for: tuple[str, ...]


def suggestions(history: CaseHistory) -> list[Suggestion]:
    """Return what each chain expects next, first what the process waits for."""
    process, policy = process_of(history), policy_of(history)
    plan = plan_of(process, policy, history)
    found = []
    for activity in dict.fromkeys([*plan.waiting_for, *plan.offers]):
        role = process.word(activity).by[0].role
        known = term("roles", role)
        assert isinstance(known, Role)
        found.append(
            Suggestion(
                known.chain,
                activity,
                role,
                activity in plan.waiting_for,
                tuple(closed(process, policy, history, activity)),
            )
        )
    return sorted(found, key=lambda one: (one.chain, not one.needed_by_the_process))
