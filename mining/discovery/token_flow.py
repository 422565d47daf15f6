"""Cases moving along the arcs of a process map, as they did in time: for a picture that moves."""

from dataclasses import dataclass

from eventlogs.prepared import PreparedLog
from eventlogs.shape import shape_of
from eventlogs.sql_files import sql

SAMPLE = 400  # cases

_ACTIVITIES = "SELECT code, name FROM activity_code"


@dataclass(frozen=True, slots=True)
class TokenFlow:
    """Moves of some of the cases, each on an arc from one moment to another, in seconds from the first.

    `arcs` are pairs of activities; `moves` name them by their place, then when they begin and end.
    """

    cases: int
    all_cases: int
    begins: float  # seconds since 1970
    seconds: float
    arcs: tuple[tuple[str, str], ...]
    moves: tuple[tuple[int, float, float], ...]


def token_flow(prepared: PreparedLog, sample: int = SAMPLE) -> TokenFlow:
    """Return the moves of up to `sample` cases, evenly taken from all that have times."""
    with prepared.reading() as connection:
        names = dict(connection.execute(_ACTIVITIES).fetchall())
        stride = shape_of(connection).stride
        found = connection.execute(sql("discovery/token_moves", "mining"), {"sample": sample}).fetchall()
        all_cases = connection.execute("SELECT count(*) FROM trace").fetchall()[0][0]
    begins = min((at for _, _, at, _ in found), default=0.0)
    edges = list(dict.fromkeys(edge for _, edge, _, _ in found))
    places = {edge: place for place, edge in enumerate(edges)}
    moves = tuple((places[edge], at - begins, at - begins + wait) for _, edge, at, wait in found)
    return TokenFlow(
        len({case for case, _, _, _ in found}),
        all_cases,
        begins,
        max((end for _, _, end in moves), default=0.0),
        tuple((names[edge // stride], names[edge % stride]) for edge in edges),
        moves,
    )
