"""Stalls by city as an analyst has them from pandas and scipy: the cases, limits, causes and places of ours.

pm4py has nothing of the kind but temporal profiles, which answer another question and take longer than all of
this; so pandas, which pm4py keeps its logs in, does the whole. Sentences are left out.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.workers.peer_conformance import Frame, Peer, case_states

ENDS = ["complete", "manualskip", "autoskip", "withdraw", "abort", "pi_abort", "ate_abort"]
TAKEN_UP = ["start", "assign", "reassign"]
NO_MOVES = ["schedule", "assign", "reassign", "unknown"]
AFTER_HALT = "halt"
OWN, STEP, ALL, AWAITED = 1, 2, 3, 4
ROOT, STEPS, LONGEST = 10.0, 60, 100 * 365.25 * 86400.0
LEAST_WAITS, LEAST_GOOD, HIGH, DAY, NEEDED, NEARLY_ALL = 20, 5, 0.99, 86400.0, 0.8, 0.9
LEAST_IDLE, MOST_IDLE = 10, 0.5


def stalled(peer: Peer) -> dict[str, Any]:
    """Return the cases that have not gone well, those to watch, and where standing still is the rule."""
    log = _Log(peer)
    judged = _judged(log)
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


class _Log:
    """What all questions need: states, turns of work, holds, waits, and what good cases do."""

    def __init__(self, peer: Peer) -> None:
        work, self.done = peer.work, peer.done
        self.peer, self.norm = peer, peer.norm
        self.cases = case_states(peer)
        self.now = work["time"].max()
        bad = self.cases.index[self.cases["state"].isin(["failed", "halted", "running"])]
        suspended = work.loc[work["lifecycle"] == "suspend", "case_id"].unique()
        self.turns = work[work["case_id"].isin(bad.union(suspended))]
        self.of_bad = self.turns[self.turns["case_id"].isin(bad)]
        self.failing = [name for name, state in self.norm["ending_activities"].items() if state == "failed"]
        self.holds = _holds(self.turns)
        self.waits = _waits(self.done, self.holds)
        self.last = _last(self)
        self.items = _open_items(self)
        good = self.done[self.done["case_id"].isin(_with_state(self.cases, ["completed", "ended"]))]
        first = good.drop_duplicates(["case_id", "activity"])
        self.n_good = good["case_id"].nunique()
        done = first.groupby("activity", observed=True)["pos"].agg(["size", "median"])
        self.needs = {str(name): (size / self.n_good, place) for name, size, place in done.itertuples()}


def _with_state(cases: Frame, states: list[str]) -> Any:
    return cases.index[cases["state"].isin(states)]


def _holds(turns: Frame) -> Frame:
    """Return each suspension with when the same thing next moved."""
    moves = turns[~turns["lifecycle"].isin(NO_MOVES)]
    thing = moves["work_item"].where(moves["work_item"].notna(), moves["activity"].astype(object))
    moves = moves.assign(thing=thing)
    suspended = moves.loc[moves["lifecycle"] == "suspend", ["case_id", "thing"]].drop_duplicates()
    moves = moves.merge(suspended, on=["case_id", "thing"]).sort_values(["case_id", "thing", "time", "place"])
    moves["ended"] = moves.groupby(["case_id", "thing"], observed=True)["time"].shift(-1)
    holds = moves[moves["lifecycle"] == "suspend"]
    return holds.assign(of_item=holds["work_item"].notna()).rename(columns={"time": "began"})


def _waits(done: Frame, holds: Frame) -> Frame:
    """Return the waits between deeds that tell what is normal; after a halt the time since its end."""
    import pandas as pd

    following = done.shift(-1)
    same = done["case_id"] == following["case_id"]
    waits = done[["case_id", "pos", "time", "activity", "city"]].assign(
        target=following["activity"].where(same), wait=(following["time"] - done["time"]).where(same)
    )
    before = pd.merge_asof(
        holds[["case_id", "began", "ended"]].sort_values("began"),
        done[["case_id", "pos", "time"]].sort_values("time", kind="stable"),
        left_on="began",
        right_on="time",
        by="case_id",
    ).dropna(subset=["pos"])
    open_now = before["ended"].isna()
    grouped = before.assign(open_now=open_now).groupby(["case_id", "pos"], observed=True)
    halted = grouped.agg(ended=("ended", "max"), time=("time", "first"), open_now=("open_now", "any"))
    halted["lasted"] = (halted["ended"] - halted["time"]).where(~halted["open_now"])
    waits = waits[waits["wait"].notna()].merge(
        halted[["lasted", "open_now"]].reset_index(), on=["case_id", "pos"], how="left"
    )
    after_halt = waits["open_now"].notna()
    waits = waits[~after_halt | (waits["wait"] > waits["lasted"])]
    after_halt = waits["open_now"].notna()
    return waits.assign(
        since=waits["activity"].astype(object).where(~after_halt, AFTER_HALT),
        seconds=(waits["wait"] - waits["lasted"].fillna(pd.Timedelta(0))).dt.total_seconds(),
    )


def _last(log: _Log) -> Frame:
    """Return what each case that has not gone well did last, and for how long it has stood still."""
    import pandas as pd

    bad = log.cases[log.cases["state"].isin(["failed", "halted", "running"])]
    own = log.done[log.done["case_id"].isin(bad.index) & ~log.done["activity"].isin(log.failing)]
    last = own.drop_duplicates("case_id", keep="last").set_index("case_id")[["activity", "time"]]
    last = bad.join(last, how="inner")
    over = log.done.groupby("case_id", observed=True)["time"].max().reindex(last.index)
    ended = log.holds.loc[log.holds["ended"] <= log.now]
    resumed = ended.groupby("case_id", observed=True)["ended"].max().reindex(last.index)
    failed = last["state"] == "failed"
    last["over"] = pd.concat([over, last["time"]], axis=1).max(axis=1).where(failed)
    stood = pd.concat([last["time"], resumed], axis=1).max(axis=1)
    idle = (log.now - stood).clip(lower=pd.Timedelta(0)).where(~failed, last["over"] - last["time"])
    after_halt = ~failed & (resumed > last["time"])
    since = last["activity"].astype(object).where(~after_halt, AFTER_HALT)
    return last.assign(idle=idle.dt.total_seconds(), since=since)


def _open_items(log: _Log) -> Frame:
    """Return the work that was open when a case came to its end, or still is."""
    turns = log.of_bad[log.of_bad["work_item"].notna()]
    over = log.last["over"].reindex(turns["case_id"]).to_numpy()
    in_time = (turns["time"].to_numpy() < over) | (turns["lifecycle"] != "withdraw") | (over != over)
    over_for = turns.loc[turns["lifecycle"].isin(ENDS) & in_time, "work_item"]
    turns = turns[~turns["work_item"].isin(over_for)].sort_values("place")
    by_item = turns.groupby("work_item")
    items = by_item.agg(case_id=("case_id", "first"), activity=("activity", "first"))
    items["role"] = turns.dropna(subset=["told_role"]).groupby("work_item")["told_role"].last()
    items["offered"] = turns[turns["lifecycle"] == "schedule"].groupby("work_item")["time"].min()
    items["taken"] = turns["lifecycle"].isin(TAKEN_UP).groupby(turns["work_item"]).any()
    return items[items["case_id"].isin(log.last.index)]


@dataclass
class _Strata:
    """Waits after a step in a city, after it anywhere, before a step, and all waits."""

    waits: dict[tuple[int, str, str], Any]
    norms: Frame


def _strata(log: _Log) -> _Strata:
    import numpy as np
    import pandas as pd

    n_running = int((log.cases["state"] == "running").sum())
    least = max(LEAST_WAITS, int(np.ceil(ROOT * np.sqrt(n_running))))
    waits: dict[tuple[int, str, str], Any] = {}
    for (since, city), part in log.waits.groupby(["since", "city"], observed=True):
        waits[OWN, str(since), str(city)] = part["seconds"].to_numpy()
    for since, part in log.waits.groupby("since", observed=True):
        waits[STEP, str(since), ""] = part["seconds"].to_numpy()
    for target, part in log.waits.groupby("target", observed=True):
        waits[AWAITED, str(target), ""] = part["seconds"].to_numpy()
    waits = {key: found for key, found in waits.items() if len(found) >= least}
    if len(log.waits) >= LEAST_WAITS:
        waits[ALL, "", ""] = log.waits["seconds"].to_numpy()
    rows = []
    for key, found in waits.items():
        median, quarter, high, tenth, slow = np.quantile(found, [0.5, 0.75, HIGH, 0.9, 0.95])
        spread = 1e3
        if median > 0:
            scores = ((quarter, 0.6744897501960817), (tenth, 1.2815515655446004), (slow, 1.6448536269514722))
            spread = max(*(np.log(cut / median) / score for cut, score in scores), 1e-6)
        rows.append((*key, len(found), median, spread, found.max(), max(high, DAY), max(slow, DAY)))
    names = ["stratum", "word", "city", "n", "median", "spread", "longest", "least", "slow"]
    norms = pd.DataFrame(rows, columns=names).set_index(["stratum", "word", "city"])
    return _Strata(waits, norms)


def _chances(norms: Frame, idle: Any) -> Any:
    import numpy as np
    from scipy.special import log_ndtr, ndtr, ndtri, stdtr

    n, median, spread = (norms[name].to_numpy(float) for name in ("n", "median", "spread"))
    longest, least = norms["longest"].to_numpy(float), norms["least"].to_numpy(float)
    with np.errstate(all="ignore"):
        score = np.log(idle / median) / spread / np.sqrt(1 + 1 / n)
        score = -ndtri(stdtr(n - 1, -score))
        shorter = spread * score - spread**2 / 2 + log_ndtr(-score)
        normal = np.maximum(ndtr(spread - score) - np.exp(shorter), 0.0)
        beyond = (longest / idle) ** 2.0 / n
    normal = np.where(np.isnan(normal), 1.0, normal)
    beyond = np.where(idle > longest, beyond, 1.0)
    return np.where(idle <= least, 1.0, np.minimum(normal, beyond))


def _limits(norms: Frame, chance: float) -> Any:
    import numpy as np

    low, high = np.log(norms["least"].to_numpy(float)), np.full(len(norms), np.log(LONGEST))
    for _ in range(STEPS):
        middle = (low + high) / 2
        rarer = _chances(norms, np.exp(middle)) <= chance
        low, high = np.where(rarer, low, middle), np.where(rarer, middle, high)
    return np.exp(high)


def _judged(log: _Log) -> Frame:
    """Return each case that has not gone well with the limit, of all it is judged by, that allows it most."""
    import numpy as np
    import pandas as pd

    strata = _strata(log)
    norms, rows = strata.norms, []
    needed = {name for name, (share, _) in log.needs.items() if share >= NEEDED and log.n_good >= LEAST_GOOD}
    for case_id, since, city in zip(log.last.index, log.last["since"], log.last["city"], strict=True):
        asked = ((OWN, since, city), (STEP, since, ""), (ALL, "", ""))
        rows += [(case_id, *next((key for key in asked if key in strata.waits), (0, "", "")))]
    awaited = log.items[log.items["activity"].isin(needed)][["case_id", "activity"]].drop_duplicates()
    rows += [
        (case_id, AWAITED, str(activity), "")
        for case_id, activity in awaited.itertuples(index=False)
        if (AWAITED, str(activity), "") in strata.waits
    ]
    judges = pd.DataFrame(rows, columns=["case_id", "stratum", "word", "city"])
    judges = judges.join(norms, on=["stratum", "word", "city"])
    last = log.last.reindex(judges["case_id"])
    judges["idle"], judges["state"] = last["idle"].to_numpy(), last["state"].to_numpy()
    standing = log.holds.loc[log.holds["ended"].isna(), "case_id"].unique()
    tested = judges[(judges["state"] == "running") & ~judges["case_id"].isin(standing) & judges["n"].notna()]
    chances = pd.Series(_chances(tested, tested["idle"].to_numpy()), tested.index)
    least_odd = np.sort(chances.groupby(tested["case_id"]).max().to_numpy())
    n, level = max(len(least_odd), 1), log.norm["false_alarms"]
    bars = level * np.arange(1, n + 1) / n
    passed = np.flatnonzero(least_odd <= bars[: len(least_odd)])
    chance = float(bars[passed[-1]] if len(passed) else bars[0])
    limits = pd.Series(_limits(norms, chance), norms.index, name="most")
    judges = judges.join(limits, on=["stratum", "word", "city"])
    slow = judges.groupby("case_id")["slow"].max()
    judges = judges.sort_values(["most", "stratum"], ascending=[False, True], na_position="last")
    judge = judges.drop_duplicates("case_id").set_index("case_id")[["stratum", "word", "city", "n", "most"]]
    judge = judge.rename(columns={"city": "of_city"})
    judged = log.last.join(judge).join(slow)
    judged["percentile"] = [
        _share(strata, key, idle) if state == "running" else None
        for *key, idle, state in judged[["stratum", "word", "of_city", "idle", "state"]].itertuples(
            index=False
        )
    ]
    return judged


def _share(strata: _Strata, key: list[Any], idle: float) -> float | None:
    waits = strata.waits.get((key[0], key[1], key[2]))
    return None if waits is None else float((waits < idle).mean())


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


def _stalls(log: _Log, reported: Frame) -> Iterator[tuple[str, list[Any]]]:
    """Yield each case to tell of with what it waits for, why, and what else is known."""
    reasons = _Reasons(log, reported)
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


class _Reasons:
    """What decides of place and cause, read for the cases to tell of alone."""

    def __init__(self, log: _Log, reported: Frame) -> None:
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


def _chains(log: _Log, done: Frame) -> dict[Any, dict[str, list[str]]]:
    found: dict[Any, dict[str, list[str]]] = defaultdict(dict)
    for chain in log.norm["chains"]:
        acted = done[done["role"].isin(chain["roles"])].drop_duplicates("case_id", keep="last")
        for case_id, role, activity in acted[["case_id", "role", "activity"]].itertuples(index=False):
            found[case_id][chain["key"]] = [str(role), str(activity)]
    return found


def _seen_marks(log: _Log, done: Frame) -> dict[Any, set[str]]:
    found: dict[Any, set[str]] = defaultdict(set)
    for layer, key in log.norm["performed_marks"]:
        for case_id in done.loc[done[layer] == key, "case_id"].unique():
            found[case_id].add(key)
    return found


def _needed_marks(log: _Log) -> dict[str, set[str]]:
    """Return what nearly all completed cases had shown before they first came to each activity."""
    good = log.done[log.done["case_id"].isin(_with_state(log.cases, ["completed"]))]
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


def _following(log: _Log) -> dict[str, list[float]]:
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
