"""What share of the normal waits each running case that is told of has outlasted, exactly."""

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

_ASKED = """
    SELECT case_no, if(stratum = 4, target, since), grp, idle, stratum
    FROM stall_reported WHERE state IN ('running', 'silent') AND stratum IS NOT NULL
"""
_WAITS = """
    SELECT activity, grp, target, wait FROM stall_wait
    WHERE EXISTS (FROM stall_reported WHERE stratum = 3)
        OR activity IN (SELECT since FROM stall_reported WHERE state IN ('running', 'silent'))
        OR target IN (SELECT target FROM stall_reported WHERE state IN ('running', 'silent'))
"""
ALL_STEPS, AWAITED = 3, 4  # of the strata of `sql/stalls/judges.sql`
Stratum = tuple[int, int | None, int | None]


def percentiles(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, float]]:
    """Yield each case with the share of its stratum's waits that were shorter than it has been idle.

    Searched in sorted waits; joined in SQL this took ten times as long.
    """
    asked = connection.execute(_ASKED).fetchall()
    if not asked:
        return
    found = connection.execute(_WAITS).fetchnumpy()
    columns = [np.asarray(found[name]) for name in ("activity", "grp", "target", "wait")]
    known: dict[Stratum, npt.NDArray[Any]] = {}
    for case_no, activity, group, idle, stratum in asked:
        key = (stratum, activity if stratum != ALL_STEPS else None, group if stratum == 1 else None)
        if key not in known:
            known[key] = _waits(key, *columns)
        waits = known[key]
        yield case_no, float(np.searchsorted(waits, idle, side="left") / len(waits))


def _waits(
    key: Stratum,
    activities: npt.NDArray[Any],
    groups: npt.NDArray[Any],
    targets: npt.NDArray[Any],
    waits: npt.NDArray[Any],
) -> npt.NDArray[Any]:
    """Return the waits of a stratum in order."""
    stratum, activity, group = key
    wanted = np.ones(len(waits), dtype=bool)
    if activity is not None:
        wanted &= (targets if stratum == AWAITED else activities) == activity
    if group is not None:
        wanted &= groups == group
    return np.sort(waits[wanted])
