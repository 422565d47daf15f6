"""The distance of cities' ways by pm4py."""

from itertools import combinations
from typing import Any

FEW_CITIES, FEW_TRACES = 3, 100


def ways_apart(frame: Any) -> dict[str, float]:
    """Return the distance of the most frequent ways of every two of the first cities."""
    import pm4py
    from pm4py.algo.evaluation.earth_mover_distance.variants import pyemd

    languages: dict[str, dict[tuple[str, ...], float]] = {}
    for city in sorted(frame["city"].unique())[:FEW_CITIES]:
        counts = pm4py.get_variants(frame[frame["city"] == city])
        chosen = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:FEW_TRACES]
        whole = sum(n for _, n in chosen)
        languages[city] = {trace: n / whole for trace, n in chosen}
    return {
        f"{one} > {other}": float(pyemd.apply(languages[one], languages[other]))
        for one, other in combinations(languages, 2)
    }
