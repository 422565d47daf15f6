"""A small log to be mined, with all that makes mining hard."""

import random
from datetime import UTC, datetime, timedelta

from eventlogs.events import Event, ObjectChange

OURS = [
    "raise_lift_wish",
    "hold_owners_assembly",
    "vote_on_installation",
    "sign_lift_agreement",
    "install_lift",
]
CITIES = ["上海", "无锡", None]


def cohort(activities: list[str], seed: int, n_cases: int = 80) -> list[Event]:
    """Return cases with loops, skips and equal times, recorded out of order."""
    rng = random.Random(seed)
    events = []
    for number in range(n_cases):
        case, moment = (
            f"case {number}",
            datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=rng.randrange(500)),
        )
        city = rng.choice(CITIES)
        for step in range(rng.randint(1, 9)):
            moment += timedelta(
                minutes=rng.choice([0, 0, 7, 90, 3000]), seconds=rng.randrange(60) * (step % 2)
            )
            changes = (ObjectChange(case, "city", city),) if city else ()
            events.append(
                Event(
                    f"{case}/{step}",
                    case,
                    rng.choice(activities),
                    moment,
                    actor=rng.choice(["Li", "Wu", None]),
                    changes=changes,
                )
            )
    rng.shuffle(events)
    return events
