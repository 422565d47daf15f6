"""The cases behind numbers that no filter of logs gives: which start with a step, do one again, hand over."""

from collections.abc import Mapping
from datetime import date

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.cases.case_endings import CaseAttributes, standing_cases
from mining.conformance.verdicts import judged
from mining.normative.file import read_model
from mining.normative.model import NormativeModel

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "starts": ("step",),
    "stops": ("step",),
    "repeats": ("step",),
    "does_again": (),
    "acts": ("who",),
    "acts_in_person": ("who",),
    "hands_over": ("source", "target"),
    "hands_over_in_person": ("source", "target"),
}
"""What can be asked about one log's cases alone, each with the names of its values."""

IN_PERSON = "_in_person"
"""Ends the name of a question about persons, who are not to be searched for in every log."""

VERDICTS = ("in_order", "out_of_order", "skipped", "not_reached", "withdrawn")
_OF_STEP = """
    SELECT case_id FROM norm_verdict JOIN trace USING (case_no)
    WHERE chain_no = $chain AND step_no = $step AND verdict = $verdict ORDER BY case_id
"""
_ENDED = """
    SELECT case_id FROM trace JOIN norm_case USING (case_no)
    WHERE state = $state AND timezone($zone, end_at)::DATE BETWEEN $first AND $last ORDER BY case_id
"""


def cases_that(prepared: PreparedLog, question: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids of the cases of which one of `QUESTIONS` is true."""
    asked: dict[str, str | bool] = {name: values[name] for name in QUESTIONS[question]}
    if question.startswith(("acts", "hands_over")):
        asked["person"] = question.endswith(IN_PERSON)
        question = question.removesuffix(IN_PERSON)
    with prepared.reading() as connection:
        found = connection.execute(sql(f"selected/{question}", "mining"), asked).fetchall()
    return tuple(case for (case,) in found)


def cases_that_ended(prepared: PreparedLog, state: str, first: date, last: date) -> tuple[str, ...]:
    """Return the ids of the cases that ended in a state from one day to another in the log's own calendar."""
    asked = {"state": state, "first": first, "last": last, "zone": prepared.log.timezone}
    attributes = CaseAttributes.of(prepared, None)
    with standing_cases(prepared, read_model(None).ending, attributes) as (connection, _):
        found = connection.execute(_ENDED, asked).fetchall()
    return tuple(case for (case,) in found)


def cases_of_step(
    prepared: PreparedLog, model: NormativeModel, chain: str, role: str, verdict: str
) -> tuple[str, ...]:
    """Return the ids of the cases that stand so with a role's step of a chain; none for one it has not."""
    place = next((n for n, one in enumerate(model.chains) if one.key == chain and role in one.roles), None)
    if place is None:
        return ()
    step = list(model.chains[place].roles).index(role)
    with judged(prepared, model) as verdicts:
        asked = {"chain": place, "step": step, "verdict": verdict}
        return tuple(case for (case,) in verdicts.connection.execute(_OF_STEP, asked).fetchall())
