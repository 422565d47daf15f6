"""What of the same pm4py has by itself: alignments, odd waits, and filters of whole cases."""

from typing import Any

from benchmarks.workers.worker import Task

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


def with_activities(task: Task) -> Any:
    """Return the log of all activities."""
    import pandas as pd
    import pm4py

    return pm4py.format_dataframe(pd.read_parquet(task.data / "log.parquet"), **_KEYS)


def odd_waits(frame: Any) -> list[int]:
    """Find odd waits by temporal profiles of each city, the nearest that pm4py has to stalls."""
    import pm4py

    told = [0, 0]
    for _, part in frame.groupby("city"):
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
