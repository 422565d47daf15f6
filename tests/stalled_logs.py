"""Small logs of projects that stand still, and what they show of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from played_logs import START, Step, Trace, played

from eventlogs.events import Attribute, ObjectLink
from mining.normative.file import lift_model
from mining.stalls.evidence import evidence
from mining.stalls.facts import CaseEvidence, Evidence

DAY = 24.0
WISH, MONEY, DRAW, VOTE = "raise_lift_wish", "raise_funds", "design_drawings", "vote_on_installation"


def found(
    directory: Path, cases: Mapping[str, Trace], *, day: float = 100, by: str | None = None
) -> Evidence:
    """Return what a log of `cases` shows of those to tell of, some days after its start."""
    with played(directory, cases) as log:
        return evidence(log, lift_model(), by, START + timedelta(days=day))


def of_case(directory: Path, trace: Trace, *, day: float = 100) -> CaseEvidence:
    """Return what is known of one case of that trace, beside one that went well."""
    with played(directory, {"it": trace, "good": [WISH, ended("completed")]}) as log:
        (case,) = evidence(log, lift_model(), None, START + timedelta(days=day), "it").cases
    return case


def ended(outcome: str, day: float = 1) -> Step:
    """Return a step by which a case ends."""
    return Step("mediate_dispute", day * DAY, attributes={"outcome": outcome})


def item(number: int, activity: str, lifecycle: str, day: float, **more: Attribute) -> Step:
    """Return a step of the work item of that number."""
    role = more.pop("acting_as", None)
    return Step(
        activity,
        day * DAY,
        lifecycle=lifecycle,
        role=None if role is None else str(role),
        attributes=more,
        objects=(ObjectLink("doc", "document"), ObjectLink(f"item {number}", "work_item")),
    )


def at(day: float) -> datetime:
    """Return the moment some days after the start of the log."""
    return START + timedelta(days=day)
