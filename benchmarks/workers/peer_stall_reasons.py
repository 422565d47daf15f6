"""Where and why a case stands still as the peer finds it, and what it lacks."""

from collections import defaultdict
from typing import Any

from benchmarks.workers.peer_conformance import Frame
from benchmarks.workers.peer_played_log import LEAST_GOOD, NEEDED, PlayedLog, with_state

NEARLY_ALL = 0.9


class Reasons:
    """What decides of place and cause, read for the cases to tell of alone."""

    def __init__(self, log: PlayedLog, reported: Frame) -> None:
        self._norm, self._needs = log.norm, log.needs
        self._regulated = {name: n for n, name in enumerate(log.norm["regulated"])}
        if log.n_good < LEAST_GOOD:
            self._needs = {name: (1.0, float(n)) for name, n in self._regulated.items()}
        turns = log.turns[log.turns["case_id"].isin(reported.index)]
        done = log.done[log.done["case_id"].isin(reported.index)]
        self.items = _by_case(log.items[log.items["case_id"].isin(reported.index)].sort_values(["offered"]))
        holds = log.holds[log.holds["case_id"].isin(reported.index)]
        last = reported["time"].reindex(holds["case_id"]).to_numpy()
        kept = holds[holds["ended"].isna() | (holds["ended"].to_numpy() >= last)]
        self._holds = _by_case(kept.sort_values(["began", "of_item"]))
        self._attempts = _by_case(_attempts(turns))
        self.objections = _by_case(_objections(turns))
        self.chains = _chains(log, done)
        self._activities = done.groupby("case_id", observed=True)["activity"].agg(set)
        self._seen = _seen_marks(log, done)
        self._needed = _needed_marks(log)
        self.following = _following(log)

    def of(self, case: Any) -> tuple[str | None, str]:
        """Return where a case stands still and why."""
        looks = (self._halted, self._failed_needed, self._objected, self._failed, self._left_open)
        found = next((one for look in looks if (one := look(case.Index)) is not None), (None, "unknown"))
        return found if case.state == "running" or case.outcome != case.outcome else (found[0], case.outcome)

    def missing(self, case: Any, place: str | None) -> set[str]:
        """Return the roles and tools that good cases had shown by then and this one has not."""
        return self._needed.get(place or "", set()) - self._seen.get(case, set())

    def _halted(self, case: Any) -> tuple[str | None, str] | None:
        halts = self._holds[case]
        if not halts:
            return None
        standing = [halt for halt in halts if halt.ended != halt.ended] or halts
        halt = ([one for one in standing if not one.of_item] or standing)[-1]
        cause = halt.cause if isinstance(halt.cause, str) else "unknown"
        if halt.of_item:
            return str(halt.activity), cause
        if halt.reason in self._norm["activities"]:
            return halt.reason, cause
        places = self._norm["hold_places"].get(cause, {})
        fitting = [
            one
            for one in self.items[case]
            if one.activity in places.get("activities", ()) or one.role in places.get("roles", ())
        ]
        chosen = self._main(fitting) or self._main(self.items[case])
        return (None if chosen is None else str(chosen.activity)), cause

    def _failed_needed(self, case: Any) -> tuple[str | None, str] | None:
        return self._tried(
            [
                one
                for one in self._attempts[case]
                if one.activity in self._regulated or self._needs.get(one.activity, (0.0, 0.0))[0] >= NEEDED
            ]
        )

    def _failed(self, case: Any) -> tuple[str | None, str] | None:
        return self._tried(self._attempts[case])

    def _tried(self, attempts: list[Any]) -> tuple[str | None, str] | None:
        return (str(attempts[-1].activity), attempts[-1].result) if attempts else None

    def _objected(self, case: Any) -> tuple[str | None, str] | None:
        if not self.objections[case]:
            return None
        shut = next((step for step in self._norm["gated"]), None)
        if shut is None or shut in self._activities[case]:
            chosen = self._main(self.items[case])
            shut = None if chosen is None else str(chosen.activity)
        return shut, "objection"

    def _left_open(self, case: Any) -> tuple[str | None, str] | None:
        chosen = self._main(self.items[case])
        return None if chosen is None else (str(chosen.activity), "missing_role")

    def _main(self, items: list[Any]) -> Any:
        def rank(item: Any) -> tuple[float, float]:
            share, place = self._needs.get(item.activity, (0.0, 0.0))
            return (-1.0 if item.activity in self._regulated else -share, place)

        return min(items, key=rank, default=None)


def _by_case(frame: Frame) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in frame.itertuples():
        found[row.case_id].append(row)
    return found


def _attempts(turns: Frame) -> Frame:
    import numpy as np

    completes = turns["lifecycle"] == "complete"
    taken_back = turns["taken_back"].fillna(False).astype(bool)
    failed = completes & turns["failed"].fillna(False).astype(bool)
    words = np.select([taken_back, failed, completes], ["taken_back", "failed", "done"], "")
    tried = turns.assign(result=words).sort_values("place")
    tried = tried[tried["result"] != ""]
    last = tried.drop_duplicates(["case_id", "activity"], keep="last")
    return last[last["result"] != "done"]


def _objections(turns: Frame) -> Frame:
    linked = turns[turns["objection"].notna()]
    settled = linked.loc[linked["settles"], "objection"]
    return linked[~linked["objection"].isin(settled)].drop_duplicates(["case_id", "objection"])


def _chains(log: PlayedLog, done: Frame) -> dict[Any, dict[str, list[str]]]:
    found: dict[Any, dict[str, list[str]]] = defaultdict(dict)
    for chain in log.norm["chains"]:
        acted = done[done["role"].isin(chain["roles"])].drop_duplicates("case_id", keep="last")
        for case_id, role, activity in acted[["case_id", "role", "activity"]].itertuples(index=False):
            found[case_id][chain["key"]] = [str(role), str(activity)]
    return found


def _seen_marks(log: PlayedLog, done: Frame) -> dict[Any, set[str]]:
    found: dict[Any, set[str]] = defaultdict(set)
    for layer, key in log.norm["performed_marks"]:
        for case_id in done.loc[done[layer] == key, "case_id"].unique():
            found[case_id].add(key)
    return found


def _needed_marks(log: PlayedLog) -> dict[str, set[str]]:
    """Return what nearly all completed cases had shown before they first came to each activity."""
    good = log.done[log.done["case_id"].isin(with_state(log.cases, ["completed"]))]
    arrival = good.drop_duplicates(["case_id", "activity"])[["case_id", "activity", "pos"]]
    came = arrival.groupby("activity", observed=True).size()
    found: dict[str, set[str]] = defaultdict(set)
    for layer, key in log.norm["performed_marks"]:
        first = good[good[layer] == key].drop_duplicates("case_id").set_index("case_id")["pos"]
        before = arrival[first.reindex(arrival["case_id"]).to_numpy() < arrival["pos"].to_numpy()]
        shown = before.groupby("activity", observed=True).size().reindex(came.index).fillna(0)
        for activity in came.index[(shown >= NEARLY_ALL * came) & (came >= LEAST_GOOD)]:
            found[str(activity)].add(key)
    return found


def _following(log: PlayedLog) -> dict[str, list[float]]:
    """Return the shares of the three most frequent followers of each activity."""
    following = log.done["activity"].astype(object).shift(-1)
    same = log.done["case_id"] == log.done["case_id"].shift(-1)
    pairs = log.done[["activity"]].assign(target=following)[same]
    pairs = pairs[~pairs["target"].isin(log.failing)]
    counts = pairs.groupby(["activity", "target"], observed=True).size()
    shares = counts / counts.groupby(level=0, observed=True).transform("sum")
    found: dict[str, list[float]] = {}
    for activity, part in shares.groupby(level=0, observed=True):
        found[str(activity)] = sorted(part.tolist(), reverse=True)[:3]
    return found
