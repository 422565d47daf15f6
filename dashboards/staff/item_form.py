"""The form of one step of one project: its fields with what the project knows and what is proposed."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.refusal import sentence
from dashboards.staff.form_fields import Choice, Field, Known, fields_of
from dashboards.staff.house_words import household_words, objection_words
from eventlogs.language import current_language, say
from eventlogs.vocabulary import Outcome, label, terms
from flows.errors import Fault
from flows.forms.forms import form
from flows.forms.row_files import LISTED
from flows.process.history import CaseHistory
from flows.process.processes import policy_of, process_of
from flows.project.acts import step_class_of
from flows.worklist.work_card import proposed

Faults = Mapping[str, Sequence[str]]
_EXTRA = ("explanation", "note", "documents")  # what every form has, at its end


def item_fields(
    history: CaseHistory, activity: str, values: Mapping[str, Any] | None, faults: Faults
) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Return the fields of a step, and those that every step has; `values` None fills in what is proposed."""
    process = process_of(history)
    suggested = proposed(process, policy_of(history), history, activity)
    given = {name: rows for name, rows in suggested.items() if name in LISTED}
    schema = form(step_class_of(process, activity), current_language())
    filled = suggested if values is None else values
    found = fields_of(schema, filled, faults, Known(_choices(history), given))
    own = tuple(one for one in found if one.name not in _EXTRA)
    return own, tuple(one for one in found if one.name in _EXTRA)


def faults_by_place(faults: Sequence[Fault]) -> dict[str, list[str]]:
    """Return the sentences that stand beside each field."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        told = sentence(fault.text, fault.sentence(current_language()))
        found.setdefault(fault.place, []).append(told)
    return found


def _choices(history: CaseHistory) -> dict[str, Sequence[Choice]]:
    """Return what a field can be, by the last part of its name, where the project knows it."""
    households = [
        Choice(mark, household_words(history, mark))
        for mark, _ in sorted(history.households.items(), key=lambda one: (one[1].floor, one[0]))
    ]
    floors = [
        Choice(str(n), say("floor {n}", n=n)) for n in range(1, int(history.facts.get("floors", 0)) + 1)
    ]
    objections = [Choice(name, objection_words(history, name)) for name in sorted(history.open_objections)]
    causes = [
        Choice(key, label("outcomes", key))
        for key, term in terms("outcomes").items()
        if isinstance(term, Outcome) and term.ending != "success"
    ]
    found = {"floors": floors, "objection": objections, "cause": causes}
    if households:
        found |= {"household": households, "households": households, "signed_by": households}
    return {name: choices for name, choices in found.items() if choices}
