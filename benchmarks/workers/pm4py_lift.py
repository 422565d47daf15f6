"""What of the same pm4py has: alignments, precision, order rules, odd waits, and filters of whole cases."""

from typing import Any

from benchmarks.workers.worker import Task

ROLE_RULES = (("coordinator", "deliberation_organiser"), ("opinion_leader", "action_leader"))
ACTIVITY_RULES = (
    ("survey_household_wishes", "reconcile_household_wishes"),
    ("reconcile_household_wishes", "submit_intention_form"),
    ("establish_party_lift_group", "recruit_group_members"),
    ("hold_owners_assembly", "set_cost_sharing"),
    ("set_cost_sharing", "merge_opinions_into_plan"),
    ("contact_core_residents", "call_residents_together"),
    ("call_residents_together", "persuade_hesitant_households"),
    ("apply_pilot_listing", "design_drawings"),
)
_KEYS = {"case_id": "case_id", "activity_key": "activity", "timestamp_key": "time"}


def with_chains(task: Task) -> tuple[Any, Any]:
    """Return the log of the chains' roles and the net of the chains, which pm4py reads from PNML."""
    import pandas as pd
    import pm4py

    roles = pm4py.format_dataframe(pd.read_parquet(task.data / "roles" / "log.parquet"), **_KEYS)
    return roles, pm4py.read_pnml(str(task.data / "chains.pnml"))


def aligned(found: tuple[Any, Any]) -> dict[str, list[int]]:
    """Align every case with the chains; return cost and fitting cases of each city."""
    import pm4py

    roles, net = found
    told = {}
    for city, part in roles.groupby("city"):
        costs = [
            sum(1 for own, model in one["alignment"] if own != model and model is not None)
            for one in pm4py.conformance_diagnostics_alignments(part, *net)
        ]
        told[str(city)] = [sum(costs), costs.count(0)]
    return told


def with_all(task: Task) -> tuple[Any, Any, Any]:
    """Return the log of the chains' roles, their net, and the log of all activities."""
    import pandas as pd
    import pm4py

    roles, net = with_chains(task)
    return roles, net, pm4py.format_dataframe(pd.read_parquet(task.data / "log.parquet"), **_KEYS)


def judged(found: tuple[Any, Any, Any]) -> list[int]:
    """Align every case with the chains, measure precision and check the order rules, city by city.

    Rules of tools, of chains, of open objections and of waivers have no counterpart, nor have intervals.
    """
    import pm4py

    roles, net, activities = found
    told = [0, 0, 0]
    for city, part in roles.groupby("city"):
        costs = pm4py.conformance_diagnostics_alignments(part, *net)
        told[0] += len(costs)
        told[1] += round(1000 * pm4py.precision_alignments(part, *net))
        done = activities[activities["city"] == city]
        for log, pairs in ((part, ROLE_RULES), (done, ACTIVITY_RULES)):
            rules = {"precedence": {pair: {"support": 1, "confidence": 1} for pair in pairs}}
            told[2] += sum(not case["is_fit"] for case in pm4py.conformance_declare(log, rules))
    return told


def odd_waits(found: tuple[Any, Any, Any]) -> list[int]:
    """Find waits out of the ordinary by temporal profiles of each city, the nearest it has to stalls."""
    import pm4py

    told = [0, 0]
    for _, part in found[2].groupby("city"):
        profile = pm4py.discover_temporal_profile(part)
        cases = pm4py.conformance_temporal_profile(part, profile, zeta=3.29)
        told[0] += len(cases)
        told[1] += sum(bool(case) for case in cases)
    return told


def chosen(frame: Any) -> Any:
    """Return the events of a city's cases that had a joint review and no objection."""
    import pm4py

    in_city = pm4py.filter_trace_attribute_values(frame, "city", ["shanghai"])
    reviewed = pm4py.filter_event_attribute_values(
        in_city, "concept:name", ["joint_review"], level="case", retain=True
    )
    return pm4py.filter_event_attribute_values(
        reviewed, "concept:name", ["file_written_objection"], level="case", retain=False
    )
