"""Why started work waited, inferred from who was busy with what in the meantime.

Source: Lashkevich, Milani, Chapela-Campa, Suvorau and Dumas, "Why am I waiting? Data-driven analysis of
waiting times in business processes" (2023). A wait, from when work could begin to its start, is parted:

- *batching*: until the last of a batch could begin, and while others of the batch are done first; a batch is
  done by one person one after another, the same activity, all of it ready before the first begins;
- *prioritisation*: the person is busy with work that was ready later; *contention*: with what was ready
  earlier;
- *unavailability*: nothing is under way and it is a day off; *extraneous*: all the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

CAUSES = ("batching", "prioritisation", "contention", "unavailability", "extraneous")


@dataclass(frozen=True, slots=True)
class Work:
    """What one person did: ready, started and completed, in microseconds; ready None is not known."""

    activity: int
    ready: int | None
    started: int
    completed: int


def batches(works: Sequence[Work]) -> list[int]:
    """Return the number of the batch that each of a person's works, ordered by start, belongs to."""
    numbers: list[int] = []
    first = None
    for work in works:
        joins = (
            first is not None
            and work.activity == first.activity
            and work.ready is not None
            and work.ready <= first.started
        )
        if not joins:
            first = work
        numbers.append(numbers[-1] + (not joins) if numbers else 0)
    return numbers


def latest_ends(works: Sequence[Work]) -> list[int]:
    """Return, for each work, the latest completion of it and all begun before it."""
    return list(accumulate((work.completed for work in works), max))


def parted(
    place: int,
    works: Sequence[Work],
    numbers: Sequence[int],
    ends: Sequence[int],
    days_off: Callable[[int, int], int],
) -> dict[str, int]:
    """Return how long the work at `place` waited for each cause.

    `numbers` are the `batches` and `ends` the `latest_ends` of one person's works; `days_off` measures
    how much of a span is days off.
    """
    work = works[place]
    spent = dict.fromkeys(CAUSES, 0)
    if work.ready is None or work.ready >= work.started:
        return spent
    begin = min(work.started, max(work.ready, _full(place, works, numbers)))
    spent["batching"] += begin - work.ready
    busy = []
    for other in range(place - 1, -1, -1):
        if ends[other] <= begin:
            break
        if works[other].completed > begin and works[other].started < work.started:
            busy.append((works[other], numbers[other] == numbers[place]))
    for low, high in _pieces(begin, work.started, [one for one, _ in busy]):
        under_way = [(one, mate) for one, mate in busy if one.started <= low and one.completed >= high]
        cause = _cause(work.ready, under_way)
        off = days_off(low, high) if cause is None else 0
        spent["unavailability"] += off
        spent[cause or "extraneous"] += high - low - off
    return spent


def _full(place: int, works: Sequence[Work], numbers: Sequence[int]) -> int:
    """Return when the last of a work's batch could begin; its mates stand beside it."""
    first = last = place
    while first > 0 and numbers[first - 1] == numbers[place]:
        first -= 1
    while last + 1 < len(works) and numbers[last + 1] == numbers[place]:
        last += 1
    return max(one.ready or 0 for one in works[first : last + 1])


def _pieces(begin: int, end: int, works: Sequence[Work]) -> Iterator[tuple[int, int]]:
    """Yield the spans between which nothing begins or ends."""
    bounds = {begin, end}
    bounds |= {bound for work in works for bound in (work.started, work.completed) if begin < bound < end}
    ordered = sorted(bounds)
    yield from pairwise(ordered)


def _cause(ready: int, under_way: Sequence[tuple[Work, bool]]) -> str | None:
    if any(mate for _, mate in under_way):
        return "batching"
    if any(one.ready is not None and one.ready > ready for one, _ in under_way):
        return "prioritisation"
    return "contention" if under_way else None
