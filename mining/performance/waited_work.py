"""Which work waited before a person started it, and mainly why, as far as that can be inferred."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from eventlogs.prepared import PreparedLog
from mining.performance.begun_work import begun_work
from mining.performance.waiting_causes import days_off
from mining.performance.waiting_inference import batches, latest_ends, parted


@dataclass(frozen=True, slots=True)
class WaitedWork:
    """A piece of work, the cause that most of its wait is put down to, and how much that is."""

    case_id: str
    activity: str
    cause: str
    time: timedelta


def waited_work(prepared: PreparedLog) -> Iterator[WaitedWork]:
    """Yield the work that waited for a person; the log prepared with all transitions."""
    off = days_off(ZoneInfo(prepared.log.timezone))
    for own in begun_work(prepared):
        works = [one.work for one in own]
        numbers, ends = batches(works), latest_ends(works)
        for place, one in enumerate(own):
            spent = parted(place, works, numbers, ends, off)
            cause = max(spent, key=lambda name: spent[name])
            if spent[cause]:
                yield WaitedWork(one.case_id, one.activity, cause, timedelta(microseconds=spent[cause]))
