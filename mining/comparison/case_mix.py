"""The mix of cases that a comparison holds equal: what each case is told to be, in parts of like cases.

An attribute is measured if all its values are numbers and more than five of them differ; such a one is cut
into thirds where cases are laid together, and taken as it is in regressions. `year` is the year in which a
case began, where the log has no attribute of that name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eventlogs.case_attributes import UnknownAttributeError
from eventlogs.compilation import drop_temporary
from eventlogs.prepared import Connection, PreparedLog
from eventlogs.sql_files import sql
from mining.comparison.profiles import LayerKey, MixedCases

YEAR = "year"
KINDS = 5  # up to so many different numbers are kinds, not measures
MOST_MIXED = 50_000  # cases of a log to which regressions are fitted

_LAYERS = "SELECT DISTINCT layer, parts FROM compared_layer"
_DRAWN = "SELECT case_no, grp, state, seconds FROM compared_drawn ORDER BY case_no"
_TRAIT = """
    SELECT coalesce(told, '') AS told, coalesce(number, 'nan'::DOUBLE) AS number
    FROM compared_drawn LEFT JOIN compared_told USING (case_no)
    WHERE place = $place ORDER BY case_no
"""

Values = Mapping[tuple[int, str, float | None], int]


@dataclass(frozen=True, slots=True)
class Trait:
    """One attribute that is held equal; `cuts` part a measured one into thirds, None parts by its values."""

    name: str
    cuts: tuple[float, float] | None

    @property
    def measured(self) -> bool:
        """Whether its values are amounts rather than kinds."""
        return self.cuts is not None


def traits_of(logs: Sequence[PreparedLog], names: Sequence[str]) -> tuple[Trait, ...]:
    """Return the attributes as all logs together show them; each log must have them."""
    if not names:
        return ()
    values: Counter[tuple[int, str, float | None]] = Counter()
    for prepared in logs:
        asked = _asked(prepared, names)
        with prepared.reading() as connection:
            connection.execute(sql("comparison/told", "mining"), asked)
            for place, told, number, n in connection.execute(
                sql("comparison/told_values", "mining")
            ).fetchall():
                values[place, told, number] += n
            drop_temporary(connection, ["compared_told"])
    return tuple(Trait(name, _cuts(_of_place(values, place))) for place, name in enumerate(names))


def fill_layers(connection: Connection, prepared: PreparedLog, traits: Sequence[Trait]) -> None:
    """Make the tables `compared_told` and `compared_layer` of a log's cases."""
    connection.execute(sql("comparison/told", "mining"), _asked(prepared, [trait.name for trait in traits]))
    cuts = [trait.cuts or (None, None) for trait in traits]
    connection.execute(
        sql("comparison/layers", "mining"),
        {
            "places": list(range(len(traits))),
            "lows": [low for low, _ in cuts],
            "highs": [high for _, high in cuts],
        },
    )


def layer_keys(connection: Connection) -> dict[int, LayerKey]:
    """Return what the cases of each layer have in common, in words that mean the same in every log."""
    return {layer: tuple(parts) for layer, parts in connection.execute(_LAYERS).fetchall()}


def mixed_cases(
    connection: Connection, traits: Sequence[Trait], marks: Mapping[str, Iterable[int]]
) -> dict[int, MixedCases]:
    """Return the cases of each group with their traits; `marks` name the cases of which something is so."""
    connection.execute(sql("comparison/mixed_cases", "mining"), {"most": MOST_MIXED})
    drawn = connection.execute(_DRAWN).fetchnumpy()
    columns = [_column(connection, place, trait) for place, trait in enumerate(traits)]
    groups = np.asarray(drawn["grp"])
    marked = {name: np.isin(drawn["case_no"], list(cases)) for name, cases in marks.items()}
    seconds: NDArray[np.float64] = np.ma.filled(np.ma.asarray(drawn["seconds"], dtype=float), np.nan)
    found = {}
    for group in np.unique(groups):
        here = groups == group
        found[int(group)] = MixedCases(
            np.asarray(drawn["state"])[here].astype(str),
            seconds[here],
            {name: mark[here] for name, mark in marked.items()},
            tuple(column[here] for column in columns),
        )
    return found


def _asked(prepared: PreparedLog, names: Sequence[str]) -> dict[str, Any]:
    numbers: dict[int, int] = {}
    year = None
    for place, name in enumerate(names):
        try:
            numbers[place] = prepared.attribute(name)
        except UnknownAttributeError:
            if name != YEAR:
                raise
            year = place
    return {
        "places": list(numbers),
        "attributes": list(numbers.values()),
        "year": year,
        "timezone": prepared.log.timezone,
    }


def _of_place(values: Values, place: int) -> dict[tuple[str, float | None], int]:
    return {(told, number): n for (of, told, number), n in values.items() if of == place}


def _cuts(values: Mapping[tuple[str, float | None], int]) -> tuple[float, float] | None:
    numbers = {number: n for (_, number), n in values.items() if number is not None}
    if len(values) <= KINDS or len(numbers) < len(values):
        return None
    ordered = np.array(sorted(numbers))
    upto = np.cumsum([numbers[number] for number in ordered.tolist()])
    low, high = (float(ordered[np.searchsorted(upto, share * upto[-1])]) for share in (1 / 3, 2 / 3))
    return low, high


def _column(connection: Connection, place: int, trait: Trait) -> NDArray[Any]:
    found = connection.execute(_TRAIT, {"place": place}).fetchnumpy()
    if trait.measured:
        return np.asarray(np.ma.filled(np.ma.asarray(found["number"], dtype=float), np.nan))
    return np.asarray(found["told"]).astype(str)
