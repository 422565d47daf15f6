"""Conformance by city as an analyst has it from pandas and pm4py: the answer of ours without its intervals.

pandas counts what rules, steps, first breaks, lags, loops and persons come to; pm4py aligns the chains' roles
with the chains and measures precision. Each distinct sequence of roles is aligned once for all cities.
"""

import json
from collections.abc import Iterator
from typing import Any

from benchmarks.workers.worker import Task

WITHDRAWING = ["withdraw", "manualskip", "autoskip", "ate_abort", "pi_abort", "abort"]
NEVER = 1 << 30
N_DEVIATIONS = 20
Frame = Any


class Peer:
    """What is held ready before the clock runs: events as pandas and pm4py like them, the model, two nets."""

    def __init__(self, task: Task) -> None:
        import pandas as pd
        import pm4py

        self.norm: dict[str, Any] = json.loads((task.data / "norm.json").read_text("utf-8"))
        work = pd.read_parquet(task.data / "work.parquet")
        appeared = work.loc[work["lifecycle"] == "complete", "case_id"].unique()
        self.names = dict(enumerate(appeared))
        work["case_id"] = pd.Categorical(work["case_id"], appeared).codes
        work = work[work["case_id"] >= 0]
        for name in ("activity", "lifecycle", "told_role", "role", "tool", "actor", "city"):
            work[name] = work[name].astype("category")
        self.work = work.sort_values(["case_id", "time", "place"], ignore_index=True)
        done = self.work[self.work["lifecycle"] == "complete"].reset_index(drop=True)
        self.done = done.assign(pos=done.groupby("case_id", observed=True).cumcount())
        self.nets = {
            ended: pm4py.read_pnml(str(task.data / f"chains{'' if ended else '_so_far'}.pnml"))
            for ended in (True, False)
        }


def judged(peer: Peer) -> dict[str, Any]:
    """Return what is told of all cases and of each city, and the first deviating cases of each rule."""
    cases = case_states(peer)
    marks = _Marks(peer.done)
    status = _statuses(peer, marks, cases)
    verdicts = _verdicts(peer, marks, cases)
    parts = {
        "states": _states(cases),
        "rules": _counted(status, ["rule", "status"]),
        "steps": _counted(verdicts, ["chain", "step", "verdict"]),
        "first_breaks": _counted(_first_breaks(peer, status), ["chain", "strength"]),
        "lags": _lags(peer, verdicts),
        "loops": _loops(peer, marks, cases),
        "one_person": _one_person(peer, cases),
        "fitness": _fitness(peer, cases),
    }
    return parts | {"deviations": _deviations(peer, status)}


def case_states(peer: Peer) -> Frame:
    """Return city and state of each case with a deed."""
    work, done, norm = peer.work, peer.done, peer.norm
    cases = done.groupby("case_id", observed=True)["city"].first().to_frame()
    told = work.dropna(subset=["outcome"]).sort_values("place")
    outcome = told.groupby("case_id", observed=True)["outcome"].last().reindex(cases.index)
    state = outcome.map(norm["outcomes"]).where(outcome.isna(), outcome.map(norm["outcomes"]).fillna("ended"))
    ends = done["activity"].map(norm["ending_activities"]).astype(object)
    last_end = ends.dropna().groupby(done["case_id"], observed=True).last().reindex(cases.index)
    cases["state"] = state.fillna(last_end).fillna("running")
    cases["outcome"] = outcome
    return cases


class _Marks:
    """First position, first time and number of the events that each mark is recognised by, case by case."""

    def __init__(self, done: Frame) -> None:
        self._done = done
        self._known: dict[tuple[str, tuple[str, ...]], Frame] = {}

    def first(self, mark: list[Any]) -> Frame:
        layer, keys = mark[0], tuple(mark[1])
        if (layer, keys) not in self._known:
            shown = self._done[self._done[layer].isin(keys)]
            first = shown.drop_duplicates("case_id").set_index("case_id")[["pos", "time"]]
            self._known[layer, keys] = first
        return self._known[layer, keys]


def _statuses(peer: Peer, marks: _Marks, cases: Frame) -> Frame:
    """Return a row per rule and case that tests it."""
    import pandas as pd

    found = []
    for number, rule in enumerate(peer.norm["rules"]):
        if rule["gate"]:
            found.append(_gate(peer, rule).assign(number=number))
            continue
        later = marks.first(rule["after"]).copy()
        earlier = marks.first(rule["before"])["pos"].reindex(later.index)
        later["status"] = "out_of_order"
        later.loc[earlier.isna(), "status"] = "skipped"
        later.loc[earlier < later["pos"], "status"] = "kept"
        if rule["only_if_both"]:
            later = later[earlier.notna()]
        if rule["cities"]:
            later = later[cases["city"].reindex(later.index).isin(rule["cities"])]
        found.append(later.reset_index().assign(number=number))
    status = pd.concat(found, ignore_index=True)
    keys = [rule["key"] for rule in peer.norm["rules"]]
    status["rule"] = status["number"].map(dict(enumerate(keys)))
    status["city"] = cases["city"].reindex(status["case_id"]).to_numpy()
    return status


def _gate(peer: Peer, rule: dict[str, Any]) -> Frame:
    """Return how each case went through the gate of a log with objections: shut while one was not settled."""
    linked = peer.done.dropna(subset=["objection"])
    opened = linked.groupby(["case_id", "objection"], observed=True)["pos"].min()
    settled = linked[linked["settles"]].groupby(["case_id", "objection"], observed=True)["pos"].min()
    objections = opened.to_frame("opened")
    objections["settled"] = settled.reindex(objections.index).fillna(NEVER)
    layer, keys = rule["after"]
    passages = peer.done[peer.done[layer].isin(keys)][["case_id", "pos", "time"]]
    met = passages.merge(objections.reset_index(), on="case_id", how="left")
    met["shut"] = (met["opened"] < met["pos"]) & (met["settled"] > met["pos"])
    shut = met.groupby(["case_id", "pos", "time"], observed=True)["shut"].any().reset_index()
    shut = shut.sort_values(["case_id", "shut", "pos"], ascending=[True, False, True]).drop_duplicates(
        "case_id"
    )
    shut["status"] = shut.pop("shut").map({True: "gate_shut", False: "kept"})
    return shut if peer.done.objection.notna().any() else shut.iloc[:0]


def _verdicts(peer: Peer, marks: _Marks, cases: Frame) -> Frame:
    """Return a row per case and step of a chain."""
    import numpy as np
    import pandas as pd

    work = peer.work
    withdrawn = work[work["lifecycle"].isin(WITHDRAWING)][["case_id", "role"]].drop_duplicates()
    found = []
    for chain in peer.norm["chains"]:
        firsts = [marks.first(["role", [role]]).reindex(cases.index) for role in chain["roles"]]
        pos = np.stack([first["pos"].to_numpy(float, na_value=np.nan) for first in firsts])
        for step, role in enumerate(chain["roles"]):
            before = np.fmax.reduce(pos[:step]) if step else np.full(len(cases), np.nan)
            after = np.fmax.reduce(pos[step + 1 :]) if step + 1 < len(pos) else np.full(len(cases), np.nan)
            gone = cases.index.isin(withdrawn.loc[withdrawn["role"] == role, "case_id"])
            conditions = [
                pos[step] < before,
                ~np.isnan(pos[step]),
                gone,
                ~np.isnan(after) | (cases["state"] == "completed").to_numpy(),
                cases["state"].isin(["running", "halted"]).to_numpy(),
            ]
            words = ["out_of_order", "in_order", "withdrawn", "skipped", "not_reached"]
            verdict = np.select(conditions, words, "withdrawn")
            columns = {"city": cases["city"], "verdict": verdict, "time": firsts[step]["time"]}
            found.append(pd.DataFrame(columns).assign(chain=chain["key"], step=role, nth=step))
    return pd.concat(found).reset_index()


def _states(cases: Frame) -> dict[str, dict[str, int]]:
    sizes = _counted(cases, ["state"])
    return {group: counts | {"cases": sum(counts.values())} for group, counts in sizes.items()}


def _counted(frame: Frame, words: list[str]) -> dict[str, dict[str, int]]:
    """Return how many rows have which words, of all and of each city."""
    by_city = frame.groupby(["city", *words], observed=True).size()
    whole = by_city.groupby(level=words, observed=True).sum()
    found: dict[str, dict[str, int]] = {"": {}}
    single = len(words) == 1
    for key, n in whole.items():
        found[""][str(key) if single else " ".join(map(str, key))] = int(n)
    for (city, *key), n in by_city.items():
        found.setdefault(str(city), {})[" ".join(map(str, key))] = int(n)
    return found


def _first_breaks(peer: Peer, status: Frame) -> Frame:
    rules = peer.norm["rules"]
    regulatory = [number for number, rule in enumerate(rules) if rule["strength"] == "regulatory"]
    broken = status[(status["status"] != "kept") & ~status["number"].isin(regulatory)]
    first = broken.sort_values(["pos", "number"]).drop_duplicates("case_id")
    words = {word: [rule[word] for rule in rules] for word in ("chain", "strength")}
    return first.assign(
        **{word: first["number"].map(dict(enumerate(of_rules))) for word, of_rules in words.items()}
    )


def _lags(peer: Peer, verdicts: Frame) -> dict[str, dict[str, list[float]]]:
    """Return cases and quartiles, in seconds, of the time between the same steps of two chains."""
    one, other = (chain["key"] for chain in peer.norm["chains"])
    both = verdicts[verdicts["chain"] == one].merge(
        verdicts[verdicts["chain"] == other], on=["case_id", "nth"], suffixes=("", "_of_other")
    )
    both["lag"] = (both["time_of_other"] - both["time"]).dt.total_seconds()
    both = both.dropna(subset=["lag"])
    found: dict[str, dict[str, list[float]]] = {}
    groups = [("", both), *((str(city), part) for city, part in both.groupby("city", observed=True))]
    for group, part in groups:
        lags = part.groupby("nth")["lag"]
        quartiles = lags.quantile([0.25, 0.5, 0.75]).unstack()
        sizes = lags.size()
        found[group] = {
            f"{one} {other} {nth + 1}": [int(sizes[nth]), *map(float, row)]
            for nth, row in zip(quartiles.index, quartiles.to_numpy(), strict=True)
        }
    return found


def _loops(peer: Peer, marks: _Marks, cases: Frame) -> dict[str, dict[str, list[int]]]:
    """Return how many cases come back along each loop, and with how many events."""
    found: dict[str, dict[str, list[int]]] = {}
    for loop in peer.norm["loops"]:
        source = marks.first(["role", [loop["source"]]])["pos"]
        back = peer.done.loc[peer.done["role"] == loop["target"], ["case_id", "pos", "city"]]
        back = back[back["pos"].to_numpy() > source.reindex(back["case_id"]).to_numpy()]
        for group, part in [("", back), *((str(c), p) for c, p in back.groupby("city", observed=True))]:
            if len(part):
                found.setdefault(group, {})[loop["key"]] = [int(part["case_id"].nunique()), len(part)]
    return found


def _one_person(peer: Peer, cases: Frame) -> dict[str, dict[str, list[int]]]:
    """Return in how many cases both roles act, and one person acts in both."""
    found: dict[str, dict[str, list[int]]] = {}
    acted = peer.done.dropna(subset=["actor"])
    for key, roles in peer.norm["same_persons"]:
        one, other = (
            acted.loc[acted["role"] == role, ["case_id", "actor"]].drop_duplicates() for role in roles
        )
        pairs = one.merge(other, on="case_id")
        pairs["same"] = pairs["actor_x"].astype(object) == pairs["actor_y"].astype(object)
        same = pairs.groupby("case_id", observed=True)["same"].any()
        city = cases["city"].reindex(same.index)
        for group, part in [("", same), *((str(c), p) for c, p in same.groupby(city, observed=True))]:
            found.setdefault(group, {})[key] = [len(part), int(part.sum())]
    return found


def _fitness(peer: Peer, cases: Frame) -> dict[str, list[float]]:
    """Return cases, fitting ones, distinct sequences, cost, fitness and precision."""
    roles = [role for chain in peer.norm["chains"] for role in chain["roles"]]
    acted = peer.done.loc[peer.done["role"].isin(roles), ["case_id", "role", "time", "city"]]
    same = (acted["case_id"] == acted["case_id"].shift()) & (acted["role"] == acted["role"].shift())
    acted = acted[~same]
    sequences = acted["role"].astype(object).groupby(acted["case_id"], observed=True).agg(tuple)
    rows = cases[["city"]].assign(ended=cases["state"] == "completed")
    rows["roles"] = sequences.reindex(rows.index)
    rows["roles"] = [one if isinstance(one, tuple) else () for one in rows["roles"]]
    costs, model_cost = _costs(peer, rows)
    pairs = list(zip(rows["roles"], rows["ended"], strict=True))
    rows["cost"] = [costs[pair] for pair in pairs]
    rows["worst"] = [len(sequence) + (model_cost if ended else 0) for sequence, ended in pairs]
    net, precision = peer.nets[True], {}
    named = acted.rename(columns={"role": "concept:name", "time": "time:timestamp"})
    named["case:concept:name"] = named.pop("case_id").astype(str)
    named["concept:name"] = named["concept:name"].astype(str)
    for group, part in _grouped(named):
        precision[group] = _precision(part, net)
    return {
        group: [
            len(part),
            int((part["cost"] == 0).sum()),
            part["roles"].nunique(),
            int(part["cost"].sum()),
            1 - int(part["cost"].sum()) / int(part["worst"].sum()),
            precision[group],
        ]
        for group, part in _grouped(rows)
    }


def _grouped(frame: Frame) -> Iterator[tuple[str, Frame]]:
    yield "", frame
    for city, part in frame.groupby("city", observed=True):
        yield str(city), part


def _costs(peer: Peer, rows: Frame) -> tuple[dict[tuple[tuple[str, ...], bool], int], int]:
    """Return the cost of each distinct sequence, of cases at their end and on their way, and the model's."""
    import pandas as pd
    import pm4py

    found: dict[tuple[tuple[str, ...], bool], int] = {}
    model_cost = sum(len(chain["roles"]) for chain in peer.norm["chains"])
    for ended, net in peer.nets.items():
        distinct = sorted(set(rows.loc[rows["ended"] == ended, "roles"]))
        found[(), ended] = model_cost if ended else 0
        spelled = [one for one in distinct if one]
        log = pd.DataFrame(
            [(f"{number:09}", role) for number, one in enumerate(spelled) for role in one],
            columns=["case:concept:name", "concept:name"],
        )
        log["time:timestamp"] = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(log.index, unit="s")
        aligned = pm4py.conformance_diagnostics_alignments(log, *net) if spelled else []
        for sequence, one in zip(spelled, aligned, strict=True):
            moves = one["alignment"]
            found[sequence, ended] = sum(own != model and model is not None for own, model in moves)
    return found, model_cost


def _precision(events: Frame, net: Any) -> float:
    import pm4py

    return float(pm4py.precision_alignments(events, *net))


def _deviations(peer: Peer, status: Frame) -> list[list[Any]]:
    """Return the first deviating cases of each rule with the event that needed another before it."""
    broken = status[status["status"] != "kept"].sort_values(["number", "case_id"])
    shown = broken.groupby("number").head(N_DEVIATIONS)
    named = shown.merge(peer.done[["case_id", "pos", "activity"]], on=["case_id", "pos"], how="left")
    named["case_id"] = named["case_id"].map(peer.names)
    columns = ("rule", "case_id", "pos", "activity", "status")
    return [list(row) for row in zip(*(named[name].tolist() for name in columns), strict=True)]
