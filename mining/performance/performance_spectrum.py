"""Data for a performance spectrum: each passage from one activity to the next as a line over time.

Source: Denisov, Fahland and van der Aalst, "Unbiased, fine-grained description of processes performance from
event data" (2018). A passage is classed by the quarter of its wait among all passages of the same path.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from eventlogs.amounts import number_text
from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.prepared import PreparedLog
from eventlogs.shape import shape_of
from eventlogs.sql_files import sql
from eventlogs.words import activity_label
from mining.cases.filter_words import activity_codes

MOST_PASSAGES = 2_000  # shown of one path
USUAL_PATHS = 10

_BUSIEST = """
    SELECT edge FROM trace_event WHERE wait IS NOT NULL
    GROUP BY edge ORDER BY count(*) DESC, edge LIMIT $n
"""
_ACTIVITIES = "SELECT code, name FROM activity_code"


@dataclass(frozen=True, slots=True)
class Passage:
    """One case's way along a path, from `begin` to `end`; `quarter` 1 is the fastest, 4 the slowest."""

    case_id: str
    begin: datetime
    end: datetime
    quarter: int


@dataclass(frozen=True, slots=True)
class PathSpectrum:
    """The passages of one path in the order of their begin: all `n_passages`, or a draw of them."""

    source: str
    target: str
    n_passages: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class PerformanceSpectrum:
    """The spectra of some paths of a log, the busiest ones unless others were asked for."""

    log: str
    simulated: bool
    paths: tuple[PathSpectrum, ...]

    def as_text(self) -> str:
        """Return how many passages each path has and how many of them the data hold."""
        head = [say("From"), say("To"), say("Times"), say("In the data")]
        rows = [
            [
                activity_label(path.source),
                activity_label(path.target),
                number_text(path.n_passages),
                number_text(len(path.passages)),
            ]
            for path in self.paths
        ]
        name = say("{log} (simulated)", log=self.log) if self.simulated else self.log
        told = say("{log}: where the data hold fewer passages than there are, they are a draw", log=name)
        return f"{told}\n\n{table(head, rows, right=[2, 3])}"


def performance_spectrum(
    prepared: PreparedLog,
    paths: Sequence[tuple[str, str]] = (),
    *,
    n_paths: int = USUAL_PATHS,
    most_passages: int = MOST_PASSAGES,
) -> PerformanceSpectrum:
    """Return the passages of `paths`, or of the `n_paths` busiest; at most `most_passages` of each.

    Activities by key or label; raises `UnknownFilterWordError` for one that the log has not.
    """
    with prepared.reading() as connection:
        names: dict[int, str] = dict(connection.execute(_ACTIVITIES).fetchall())
        stride = shape_of(connection).stride
        code = activity_codes(prepared, connection)
        edges = [code(source)[1] * stride + code(target)[1] for source, target in paths]
        if not edges:
            edges = [edge for (edge,) in connection.execute(_BUSIEST, {"n": n_paths}).fetchall()]
        asked = {"edges": edges, "limit": most_passages}
        rows = connection.execute(sql("performance/segments", "mining"), asked).fetchall()
    found = {edge: list(passages) for edge, passages in groupby(rows, key=lambda row: row[0])}
    return PerformanceSpectrum(
        prepared.log.name,
        prepared.log.simulated,
        tuple(
            PathSpectrum(
                names[edge // stride],
                names[edge % stride],
                found[edge][0][5] if edge in found else 0,
                tuple(
                    Passage(case_id, begin, begin + timedelta(microseconds=wait), quarter)
                    for _, case_id, begin, wait, quarter, _ in found.get(edge, ())
                ),
            )
            for edge in edges
        ),
    )
