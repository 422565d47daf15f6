"""How long people have a piece of work in hand before it is done, and thus when they took it up."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from math import log
from random import Random
from typing import Any
from zlib import crc32

from eventlogs.working_calendar import OFFICE_ZONE, day_kind
from flows.process.history import day_of
from flows.simulation.calibration import calibration
from flows.simulation.people import RESIDENTS
from flows.simulation.scene import Scene

SOONEST = timedelta(minutes=1)  # after the last deed
AFTERNOON = 16
WEDNESDAY = 2
TURN, PLACES = timedelta(minutes=5), 60  # of one project in a meeting, and how many can be taken up there


def taken_up(
    scene: Scene, activity: str, role: str | None, moment: datetime, given: Mapping[str, Any]
) -> datetime:
    """Return when a step that is done at a moment was taken up: after the last deed, in its people's hours.

    What is entered as the first day of a term or of works tells it. No deed hangs on its chances.
    """
    if "start" in given:
        begun = datetime.combine(date.fromisoformat(given["start"]), moment.timetz())
    else:
        rng = Random(f"{scene.script.seed}/{scene.script.case_id}/{activity}/{scene.times(activity)}")
        service = calibration().service
        median = service.medians.get(activity, service.default)
        begun = moment - timedelta(hours=rng.lognormvariate(log(median), service.spread))
    return min(max(_in_hours(begun, role), scene.last + SOONEST), moment)


def on_meeting_day(scene: Scene, activity: str, weeks: int) -> tuple[datetime, datetime]:
    """Return when a step is taken up and done next, if offices meet for it every so many weeks.

    They meet from nine o'clock on Wednesdays of weeks counted from the first of the calendar, or on the next
    working day, and take up what was ready by the evening before, one project after another.
    """
    day = day_of(scene.last) + timedelta(days=1)
    while not _meets(day, weeks):
        day += timedelta(days=1)
    place = crc32(f"{scene.script.case_id}/{activity}/{scene.times(activity)}".encode()) % PLACES
    begun = datetime.combine(day, time(9), OFFICE_ZONE) + place * TURN
    return begun, begun + TURN


def _meets(day: date, weeks: int) -> bool:
    wednesday = day - timedelta(days=day.weekday()) + timedelta(days=WEDNESDAY)
    if day < wednesday or (wednesday.toordinal() // 7) % weeks or not day_kind(day).working:
        return False
    before = (wednesday + timedelta(days=n) for n in range((day - wednesday).days))
    return not any(day_kind(one).working for one in before)


def _in_hours(begun: datetime, role: str | None) -> datetime:
    begun = begun.astimezone(OFFICE_ZONE).replace(second=0, microsecond=0)
    if begun.hour < 9:
        begun = begun.replace(hour=9)
    while role not in RESIDENTS and not day_kind(day_of(begun)).working:
        begun = begun.replace(hour=AFTERNOON) - timedelta(days=1)
    return begun if role in RESIDENTS or begun.hour <= AFTERNOON else begun.replace(hour=AFTERNOON)
