"""How long a case may stand still before the peer takes it for stalled, by the waits of the log itself."""

from dataclasses import dataclass
from typing import Any

from benchmarks.workers.peer_conformance import Frame
from benchmarks.workers.peer_played_log import LEAST_GOOD, NEEDED, PlayedLog

OWN, STEP, ALL, AWAITED = 1, 2, 3, 4
ROOT, STEPS, LONGEST = 10.0, 60, 100 * 365.25 * 86400.0
LEAST_WAITS, HIGH, DAY = 20, 0.99, 86400.0


def judged_cases(log: PlayedLog) -> Frame:
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


@dataclass
class _Strata:
    """Waits after a step in a city, after it anywhere, before a step, and all waits."""

    waits: dict[tuple[int, str, str], Any]
    norms: Frame


def _strata(log: PlayedLog) -> _Strata:
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


def _share(strata: _Strata, key: list[Any], idle: float) -> float | None:
    waits = strata.waits.get((key[0], key[1], key[2]))
    return None if waits is None else float((waits < idle).mean())
