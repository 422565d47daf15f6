"""What our report on stalls says, in the shape in which a peer's is compared with it."""

from collections import Counter
from typing import Any

from mining.stalls.finding import Stall, StallReport


def told(report: StallReport) -> dict[str, Any]:
    """Return all but sentences and their confidence."""
    return {
        "cases": report.cases,
        "running": report.running,
        "stalls": {one.case_id: _stall(one) for one in report.stalls},
        "watched": {
            one.case_id: [one.idle.total_seconds(), one.slow.total_seconds()] for one in report.watched
        },
        "idle_steps": {one.activity: [one.idle, one.running] for one in report.idle_steps},
        "halts": dict(Counter(one.cause for one in report.halts)),
    }


def _stall(one: Stall) -> list[Any]:
    normal = one.normal
    return [
        one.state,
        one.group,
        one.last_activity,
        one.idle.total_seconds(),
        normal and normal.n,
        normal and normal.limit.total_seconds(),
        one.percentile,
        one.place,
        one.cause,
        sorted(one.open_steps),
        one.objections,
        sorted({*one.missing_roles, *one.missing_tools}),
        {place.chain: [place.role, place.activity] for place in one.chains},
        [follower.share for follower in one.followers],
    ]
