"""What has become of whole cases by how long after their beginning, running ones censored, by groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from eventlogs.events import Attribute
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.cases.as_of import as_of
from mining.cases.case_endings import CaseAttributes, standing_cases
from mining.cases.case_groups import group_values
from mining.cases.log_clock import time_in
from mining.normative.model import Ending
from mining.outlook.survival import Floats, Incidence, Ints, incidences

COMPLETED, FAILED, OTHERWISE, SILENT = 1, 2, 3, 4


@dataclass(frozen=True)
class CaseCurve:
    """The curve of a group's cases in days since their beginning; causes are those named above."""

    group: Attribute
    cases: int
    curve: Incidence


def case_curves(
    prepared: PreparedLog, ending: Ending, *, by: str | None = None, now: datetime | None = None
) -> list[CaseCurve]:
    """Return the curve of each group of cases, the largest first; of all cases without `by`."""
    attributes, at = CaseAttributes.of(prepared, by), time_in(prepared, now)
    with standing_cases(as_of(prepared, now), ending, attributes, at) as (connection, _):
        asked = {"now": at, "grouped": by is not None}
        rows = connection.execute(sql("outlook/lasting", "mining"), asked).fetchnumpy()
        keys, days, causes = (np.asarray(rows[name]) for name in ("grp", "days", "cause"))
        names = group_values(connection, attributes.by)
    return sorted(_curves(keys, days, causes, names), key=lambda one: -one.cases)


def _curves(keys: Ints, days: Floats, causes: Ints, names: dict[int, Attribute]) -> Iterator[CaseCurve]:
    if not len(keys):
        return
    sizes = dict(zip(*(part.tolist() for part in np.unique(keys, return_counts=True)), strict=True))
    for key, curve in incidences(keys, days, causes, SILENT):
        yield CaseCurve(names.get(key), sizes[key], curve)
