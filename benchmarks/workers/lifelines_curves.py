"""lifelines: the curve of Kaplan and Meier for each city, fitted as its own documents show."""

from typing import Any

import numpy as np
from lifelines import KaplanMeierFitter

from benchmarks.workers.ours_lift import spans
from benchmarks.workers.worker import Operation, serve


def curves(found: tuple[Any, Any, Any]) -> dict[int, Any]:
    """Return the fitted curve of each city."""
    grouped, days, causes = found
    return {
        int(city): KaplanMeierFitter().fit(days[grouped == city], causes[grouped == city] > 0)
        for city in np.unique(grouped)
    }


def _told(found: dict[int, Any]) -> dict[str, list[float]]:
    told = {}
    for city, fitted in found.items():
        ended = fitted.event_table.index[fitted.event_table["observed"] > 0]
        told[str(city)] = fitted.survival_function_.loc[ended].iloc[:, 0].tolist()
    return told


OPERATIONS = {"curves": Operation(spans, curves, _told)}

if __name__ == "__main__":
    serve(OPERATIONS)
