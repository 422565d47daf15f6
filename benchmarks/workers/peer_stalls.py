"""Stalls by city as an analyst has them from pandas and scipy: the cases, limits, causes and places of ours.

pm4py has nothing of the kind but temporal profiles, which answer another question and take longer than all of
this; so pandas, which pm4py keeps its logs in, does the whole. Sentences are left out.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.workers.peer_conformance import Frame, Peer
from benchmarks.workers.peer_idle_limits import judged_cases
from benchmarks.workers.peer_played_log import PlayedLog
from benchmarks.workers.peer_stall_reasons import Reasons

LEAST_IDLE, MOST_IDLE = 10, 0.5


def stalled(peer: Peer) -> dict[str, Any]:
    """Return the cases that have not gone well, those to watch, and where standing still is the rule."""
    log = PlayedLog(peer)
    judged = judged_cases(log)
    standing = log.holds[log.holds["ended"].isna()]
    due = standing["until"].isna() | (standing["until"] <= peer.norm["overdue"])
    alarms = due.groupby(standing["case_id"], observed=True).any().reindex(judged.index)
    told = judged["state"].isin(["failed", "halted"]) | alarms.where(
        alarms.notna(), judged["idle"] > judged["most"]
    ).astype(bool)
    reported = judged[told]
    watched = _watched(judged, standing, reported)
    return {
        "cases": len(log.cases),
        "running": int((log.cases["state"] == "running").sum()),
        "stalls": dict(_stalls(log, reported)),
        "watched": {log.peer.names[case]: found for case, found in watched["watched"].items()},
        "idle_steps": watched["idle_steps"],
        "halts": _halts(log.holds),
    }


def _halts(holds: Frame) -> dict[str, int]:
    """Return how many halts of whole cases, or of items of cases not halted then, each cause had."""
    whole = holds.loc[~holds["of_item"], ["case_id", "began"]].drop_duplicates().assign(whole=True)
    halts = holds.merge(whole, on=["case_id", "began"], how="left")
    halts = halts[~halts["of_item"] | halts["whole"].isna()]
    step = halts["activity"].astype(object).where(halts["of_item"], None)
    told = halts[["case_id", "of_item", "began", "ended", "cause", "until", "reason"]].assign(step=step)
    return {str(cause): int(n) for cause, n in told.drop_duplicates()["cause"].value_counts().items()}


def _watched(judged: Frame, standing: Frame, reported: Frame) -> dict[str, Any]:
    running = judged[(judged["state"] == "running") & ~judged.index.isin(standing["case_id"])]
    slow = running["idle"] > running["slow"]
    by_step = slow.groupby(running["activity"], observed=True)
    n_idle, n_running = by_step.transform("sum"), by_step.transform("size")
    rule = (n_idle >= LEAST_IDLE) & (n_idle > MOST_IDLE * n_running)
    alone = running[slow & ~rule & ~running.index.isin(reported.index)]
    steps = running.assign(n=n_idle, of=n_running)[slow & rule].drop_duplicates("activity")
    return {
        "watched": {case: [idle, slow] for case, idle, slow in alone[["idle", "slow"]].itertuples()},
        "idle_steps": {
            str(activity): [int(n), int(of)]
            for activity, n, of in steps[["activity", "n", "of"]].itertuples(index=False)
        },
    }


def _stalls(log: PlayedLog, reported: Frame) -> Iterator[tuple[str, list[Any]]]:
    """Yield each case to tell of with what it waits for, why, and what else is known."""
    reasons = Reasons(log, reported)
    for case in reported.itertuples():
        place, cause = reasons.of(case)
        yield (
            log.peer.names[case.Index],
            [
                case.state, str(case.city), str(case.activity), case.idle,
                None if case.n != case.n else int(case.n),
                None if case.most != case.most else case.most,
                None if case.percentile != case.percentile else case.percentile, place, cause,
                sorted({str(one.activity) for one in reasons.items[case.Index]}),
                len(reasons.objections[case.Index]),
                sorted(reasons.missing(case.Index, place)),
                reasons.chains[case.Index],
                reasons.following.get(str(case.activity), []),
            ],
        )  # fmt: skip
