"""A log as the peer reads it to look for stalls: turns of work, holds, waits, last deeds and open work."""

from typing import Any

from benchmarks.workers.peer_conformance import Frame, Peer, case_states

ENDS = ["complete", "manualskip", "autoskip", "withdraw", "abort", "pi_abort", "ate_abort"]
TAKEN_UP = ["start", "assign", "reassign"]
NO_MOVES = ["schedule", "assign", "reassign", "unknown"]
AFTER_HALT = "halt"
LEAST_GOOD, NEEDED = 5, 0.8  # good cases that tell what is needed, and the share of them that did it


class PlayedLog:
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
        good = self.done[self.done["case_id"].isin(with_state(self.cases, ["completed", "ended"]))]
        first = good.drop_duplicates(["case_id", "activity"])
        self.n_good = good["case_id"].nunique()
        done = first.groupby("activity", observed=True)["pos"].agg(["size", "median"])
        self.needs = {str(name): (size / self.n_good, place) for name, size, place in done.itertuples()}


def with_state(cases: Frame, states: list[str]) -> Any:
    """Return the cases that stand so."""
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


def _last(log: PlayedLog) -> Frame:
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


def _open_items(log: PlayedLog) -> Frame:
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
