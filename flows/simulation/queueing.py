"""Projects that wait for a person, planted: who is busy with another project's work, or away over days off.

Each project is played from its script alone, so whoever waits is told beforehand until when: projects are
played once without waits, pieces of work of one person are found of which one falls into the other's time,
and both scripts are given the moments. Up to its own moment a project goes on as it did in that play.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from eventlogs.working_calendar import OFFICE_ZONE, day_kind
from flows.process.history import CaseHistory, day_of
from flows.simulation.cohort import Script, Turn
from flows.simulation.memory_ledger import MemoryLedger
from flows.simulation.planting import PlantRefusedError, QueuePlant, planted_city
from flows.simulation.play import carried_on
from mining.performance.waiting_causes import days_off

LEAST_WAIT = timedelta(weeks=4)  # for somebody who is busy
MOST_IN_HAND = 1 / 3  # of a wait, in which the person also has other work in hand
TURN = timedelta(minutes=5)
LEAST_OFF = 4  # days off in a row, over which somebody is away
LONG_OFF = timedelta(days=3)  # of a wait over days off that comes by itself


@dataclass(frozen=True)
class Piece:
    """A piece of work of one person: ready, taken up, done."""

    case_id: str
    person: str
    ready: datetime
    begun: datetime
    done: datetime


@dataclass(frozen=True)
class Wait:
    """A piece of work that waits until a moment, since when the person is busy, and with what."""

    piece: Piece
    since: datetime
    until: datetime
    behind: Piece | None = None


def queued(cohort: Mapping[str, Script], plant: QueuePlant, rng: Random) -> dict[str, Script]:
    """Return the scripts with the moments of those that wait and of those they wait for.

    What waits over days off by itself is told beside what is planted. Raises `PlantRefusedError` where too
    few projects can wait.
    """
    free = [script for script in cohort.values() if _is_free(script, plant)]
    empty = {script.case_id: CaseHistory(script.case_id) for script in free}
    histories = list(carried_on(MemoryLedger(), "memory", free, empty).values())
    waits = list(_over_days_off(histories, plant) if plant.behind is None else _behind(histories, plant))
    by_themselves = [one for one in waits if one.behind is None and one.piece.begun == one.until + TURN]
    rng.shuffle(waits)
    found = _apart([one for one in waits if one not in by_themselves], plant.projects)
    if len(found) < plant.projects:
        raise PlantRefusedError(
            "{what} is to be planted in {n} projects, but only {free} can take it; "
            "add projects or plant fewer",
            what=plant.step,
            n=plant.projects,
            free=len(found),
        )
    made = dict(cohort)
    for wait in [*found, *by_themselves]:
        _give(made, wait.piece, Turn(plant.step, wait.until + TURN, wait.until + 2 * TURN, plant.cause))
        if wait.behind is not None:
            _give(made, wait.behind, Turn(str(plant.behind), wait.behind.begun, wait.until))
    return made


def _is_free(script: Script, plant: QueuePlant) -> bool:
    met = {step for step, _ in script.batches} & {plant.step, plant.behind}
    in_city = plant.city is None or script.city == planted_city(plant.city)
    return in_city and not (met or script.turns or script.deviation)


def _give(made: dict[str, Script], piece: Piece, turn: Turn) -> None:
    script = made[piece.case_id]
    made[piece.case_id] = replace(script, turns=(*script.turns, turn))


def _over_days_off(histories: Sequence[CaseHistory], plant: QueuePlant) -> Iterator[Wait]:
    """Yield the work that becomes ready shortly before days off or on one, until they are over."""
    off, pieces = days_off(OFFICE_ZONE), [piece for one in histories for piece in _all_pieces(one)]
    for piece in _pieces(histories, plant.step):
        bounds = (round(moment.timestamp() * 1e6) for moment in (piece.ready, piece.begun))
        free = timedelta(microseconds=off(*bounds))
        others = [one for one in pieces if one != piece]
        if free >= LONG_OFF and 2 * free > piece.begun - piece.ready:
            if _is_alone(piece, piece.begun, others):  # who has other work in hand is busy, not away
                yield Wait(piece, piece.ready, piece.begun - TURN)
            continue
        morning = _after_days_off(day_of(piece.ready))
        if morning and _is_alone(piece, morning, others):
            yield Wait(piece, piece.ready, morning)


def _behind(histories: Sequence[CaseHistory], plant: QueuePlant) -> Iterator[Wait]:
    """Yield the work that would wait, alone, if its person had another project's work in hand for long."""
    pieces = [piece for one in histories for piece in _all_pieces(one)]
    waiting = list(_pieces(histories, plant.step))
    for behind in _pieces(histories, str(plant.behind)):
        until = _morning(day_of(behind.begun + timedelta(weeks=plant.weeks)))
        own = [one for one in waiting if one.person == behind.person]
        caught = [one for one in own if one.ready < until and behind.begun < one.begun]
        alone = len(caught) == 1 and caught[0].case_id != behind.case_id
        if alone and _waits(caught[0], behind, until, plant.cause, pieces):
            yield Wait(caught[0], behind.begun, until, behind)


def _waits(piece: Piece, behind: Piece, until: datetime, cause: str, pieces: Sequence[Piece]) -> bool:
    """Tell whether a piece of work would wait for the cause alone."""
    if cause == "prioritisation":
        return piece.ready < behind.ready and behind.begun - piece.ready < until - behind.begun
    later = [one for one in pieces if one.ready > piece.ready]
    waits_long = behind.begun < piece.ready < until - LEAST_WAIT
    return waits_long and _is_alone(piece, until, later)


def _is_alone(piece: Piece, until: datetime, others: Sequence[Piece]) -> bool:
    """Tell whether the person has other work in hand only for the lesser part of a wait."""
    nothing = timedelta()
    own = (one for one in others if one.person == piece.person)
    in_hand = (max(min(one.done, until) - max(one.begun, piece.ready), nothing) for one in own)
    return sum(in_hand, nothing) < MOST_IN_HAND * (until - piece.ready)


def _pieces(histories: Sequence[CaseHistory], step: str) -> Iterator[Piece]:
    """Yield when a step was ready, taken up and done for the first time."""
    for history in histories:
        yield from _all_pieces(history, (step, 1))


def _all_pieces(history: CaseHistory, place: tuple[str, int] | None = None) -> Iterator[Piece]:
    for one, item in history.items.items():
        if place not in (None, one) or item.state != "completed":
            continue
        if item.offered_at and item.started_at and item.last_at:
            person = str(item.last_actor)
            yield Piece(history.case_id, person, item.offered_at, item.started_at, item.last_at)


def _apart(waits: Sequence[Wait], n: int) -> list[Wait]:
    """Return up to `n` waits in which no project comes twice, nor a person at one time."""
    found: list[Wait] = []
    for wait in waits:
        if len(found) < n and not any(_meet(wait, other) for other in found):
            found.append(wait)
    return found


def _meet(one: Wait, other: Wait) -> bool:
    cases = [{piece.case_id for piece in (wait.piece, wait.behind) if piece} for wait in (one, other)]
    at_once = one.piece.person == other.piece.person and one.since < other.until and other.since < one.until
    return at_once or bool(cases[0] & cases[1])


def _after_days_off(ready: date) -> datetime | None:
    """Return the morning after days off in a row that make up most of the time from a day on, if any do."""
    for n_working in range(LEAST_OFF):
        first = day = ready + timedelta(days=n_working)
        while not day_kind(day).working:
            day += timedelta(days=1)
        if (day - first).days >= max(LEAST_OFF, 2 * n_working):
            return _morning(day)
    return None


def _morning(day: date) -> datetime:
    """Return ten o'clock of a day, or of the next on which offices work."""
    while not day_kind(day).working:
        day += timedelta(days=1)
    return datetime.combine(day, time(10), OFFICE_ZONE)
