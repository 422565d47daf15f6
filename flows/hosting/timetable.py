"""What must happen from time to time where Prefect does not run, done by a thread with a clock."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from eventlogs.errors import EventLogError
from eventlogs.storage import Ledger
from flows.notices.telling import tell
from flows.routines import housekeeping
from flows.routines.analysis import NIGHTLY, REPORT, analysed, analyses
from flows.routines.sweeping import sweep
from flows.worklist.live_logs import for_each, live_logs

LOOK_EVERY = 60.0  # seconds
LEAVE = 10.0
KEEP = 14

logger = logging.getLogger(__name__)

Deed = Callable[[Ledger, Path, datetime], object]


def tick(ledger: Ledger, data: Path, now: datetime) -> object:
    """Do what a tick does, carry on what was left behind, and make the papers that are missing."""
    return for_each(live_logs(ledger), lambda log: sweep(ledger, data, log, now))


def notify(ledger: Ledger, data: Path, now: datetime) -> object:
    """Tell people what is to be told."""
    return for_each(live_logs(ledger), lambda log: tell(ledger, data, log, now))


def back_up(ledger: Ledger, data: Path, now: datetime) -> object:
    """Back all logs up."""
    return housekeeping.back_up(ledger, data, now, keep=KEEP)


def analyse(ledger: Ledger, data: Path, now: datetime) -> object:
    """Carry out the analyses, on Mondays the reports too."""
    kinds = (NIGHTLY, REPORT) if now.weekday() == 0 else (NIGHTLY,)
    asked = [one for kind in kinds for one in analyses(kind)]
    return for_each(live_logs(ledger), lambda log: [analysed(one, ledger, data, log, now) for one in asked])


TIMETABLE: dict[Deed, timedelta] = {
    tick: timedelta(minutes=15),
    notify: timedelta(minutes=15),
    back_up: timedelta(days=1),
    analyse: timedelta(days=1),
}


@contextmanager
def keeping_time(ledger: Ledger, data: Path, stopped: Event) -> Iterator[None]:
    """Do what is due inside the block, from a thread of its own."""

    def work() -> None:
        # what is daily waits a day after a start, so that starting often does not do it often
        due = {
            deed: datetime.now(UTC) + (every if every.days else timedelta())
            for deed, every in TIMETABLE.items()
        }
        while True:
            do_what_is_due(due, ledger, data, datetime.now(UTC))
            if stopped.wait(LOOK_EVERY):
                return

    thread = Thread(target=work, name="timetable", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(LEAVE)


def do_what_is_due(due: dict[Deed, datetime], ledger: Ledger, data: Path, now: datetime) -> None:
    """Do each deed whose time has come, once, and note when it is due again."""
    for deed, moment in list(due.items()):
        if moment <= now:
            due[deed] = now + TIMETABLE[deed]
            try:
                deed(ledger, data, now)
            except (EventLogError, OSError) as error:
                logger.warning("%s: %s", deed.__name__, error)
