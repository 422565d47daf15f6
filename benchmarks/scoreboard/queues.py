"""Long waits for a person in cohorts in which some were planted, or none: which are true, which are found.

A wait is true if it was planted, or if it fits the cause by itself: every hour of it is looked at, and what
the person had in hand then, as the ledger has it; nothing of the inference is used. Work done in a batch is
left out, as it is graded by itself. The cohorts are of seeds that no test and no method was made with.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from random import Random

from planted_cohorts import PlantedLog, planted_log

from eventlogs.prepared import prepare
from eventlogs.storage import Ledger
from eventlogs.working_calendar import OFFICE_ZONE, day_kind
from flows.simulation.planting import PlantRefusedError, Plants, QueuePlant
from mining.stalls.grading import LONG, Fact, long_waits

CAUSES = ("contention", "prioritisation", "unavailability")
CITY = ("上海",)  # one, so that projects meet at the desk of a person
SIZE = 80
ATTEMPTS = 40  # draws of steps until projects can wait at each
HOUR = timedelta(hours=1)
WITHIN = timedelta(hours=3)  # of a limit or of another cause, either answer is right: looks are an hour apart
STEPS: dict[
    str, tuple[tuple[str, str | None], ...]
] = {  # which waits, behind which; those projects often come to
    "contention": (
        ("mediate_dispute", "convene_joint_meeting"),
        ("publicise_policy", "convene_joint_meeting"),
        ("create_owner_chat_group", "draft_lift_rules"),
        ("establish_party_lift_group", "recruit_group_members"),
        ("apply_pilot_listing", "negotiate_low_floor_subsidy"),
        ("joint_review", "assess_feasibility"),
    ),
    "prioritisation": (
        ("joint_review", "grant_permit_or_filing"),
        ("joint_review", "register_lift_use"),
        ("create_owner_chat_group", "draft_lift_rules"),
        ("draft_lift_rules", "convene_joint_meeting"),
        ("assess_feasibility", "inspect_and_accept"),
        ("apply_pilot_listing", "negotiate_low_floor_subsidy"),
    ),
    "unavailability": (
        ("publicise_policy", None),
        ("assess_feasibility", None),
        ("establish_party_lift_group", None),
        ("create_owner_chat_group", None),
        ("draft_lift_rules", None),
    ),
}


@dataclass(frozen=True)
class Piece:
    """A piece of work: ready, taken up by a person, done."""

    case_id: str
    step: str
    person: str
    ready: datetime
    begun: datetime
    done: datetime


@dataclass
class Found:
    """How many long waits were planted and found again, and how many were put down rightly and wrongly."""

    planted: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    amiss: list[Fact] = field(default_factory=list)


def queues_found(ledger: Ledger, directory: Path, seeds: Iterable[int], n_planted: int) -> Found:
    """Grade the inference on cohorts in which so many projects wait for each cause."""
    sums = Found()
    for seed in seeds:
        log = _played(ledger, directory, seed, n_planted)
        projects = json.loads(log.truth.read_text("utf-8"))["projects"]
        told = {(one["project"], wait["step"], wait["cause"]) for one in projects for wait in one["queued"]}
        pieces = _pieces(ledger, log.name)
        in_batches, true = set(batched(pieces)), set(fitting(pieces))
        long = long_waits(prepare(ledger, log.name), _kinds())
        planted, found = ({one for one in facts if one[:2] not in in_batches} for facts in (told, long))
        right = found & (planted | true)
        counts = {"planted": planted, "again": planted & found, "right": right, "wrong": found - right}
        for name, facts in counts.items():
            getattr(sums, name).update(str(cause) for *_, cause in facts)
        sums.amiss += sorted((planted - found) | (found - right), key=str)
    return sums


def _kinds() -> set[tuple[str, str]]:
    steps = {step for pairs in STEPS.values() for step, _ in pairs}
    return {(step, cause) for step in steps for cause in CAUSES}


def _played(ledger: Ledger, directory: Path, seed: int, n_planted: int) -> PlantedLog:
    """Play a cohort with the first queues drawn that it has room for."""
    if not n_planted:
        return planted_log(ledger, directory, seed, SIZE, Plants(), CITY)
    refused: PlantRefusedError | None = None
    for queues in islice(_drawn(seed, n_planted), ATTEMPTS):
        try:
            return planted_log(ledger, directory, seed, SIZE, Plants(queue=queues), CITY)
        except PlantRefusedError as refusal:
            refused = refusal
    assert refused is not None
    raise refused


def _drawn(seed: int, n_planted: int) -> Iterator[tuple[QueuePlant, ...]]:
    rng = Random(seed)
    while True:
        drawn = [(cause, *rng.choice(STEPS[cause])) for cause in CAUSES]
        yield tuple(
            QueuePlant(step=step, cause=cause, behind=behind, projects=n_planted)  # type: ignore[arg-type]
            for cause, step, behind in drawn
        )


def _pieces(ledger: Ledger, log: str) -> dict[str, list[Piece]]:
    """Return each person's work that was offered, taken up and done, by when it was taken up."""
    turns: dict[str, dict[str, datetime]] = defaultdict(dict)
    who: dict[str, tuple[str, str, str]] = {}
    for one in ledger.since(0, log=log, limit=10_000_000):
        item = next((link.object_id for link in one.event.objects if link.object_type == "work_item"), None)
        moment = one.event.occurred_at
        if item is not None and moment is not None:
            turns[item].setdefault(one.event.lifecycle, moment)
            if one.event.lifecycle in ("start", "complete"):
                who[item] = (one.event.case_id, one.event.activity, one.event.actor or "")
    found: dict[str, list[Piece]] = defaultdict(list)
    for item, own in turns.items():
        if {"schedule", "start", "complete"} <= own.keys():
            case_id, step, person = who[item]
            found[person].append(Piece(case_id, step, person, own["schedule"], own["start"], own["complete"]))
    return {person: sorted(own, key=lambda one: one.begun) for person, own in found.items()}


def batched(pieces: Mapping[str, Sequence[Piece]]) -> Iterator[Fact]:
    """Yield the work of a person who did the same for another project right before, when both were ready."""
    for own in pieces.values():
        for one, other in pairwise(own):
            if one.step == other.step and other.ready <= one.begun:
                yield one.case_id, one.step
                yield other.case_id, other.step


def fitting(pieces: Mapping[str, Sequence[Piece]]) -> Iterator[Fact]:
    """Yield the waits that fit a cause for long, and mainly, as far as an hour's look can tell."""
    for own in pieces.values():
        for place, piece in enumerate(own):
            spent = hours(piece, own[:place])
            most = max(spent.values(), default=timedelta())
            for cause in CAUSES:
                if spent[cause] + WITHIN >= max(LONG[cause], most):
                    yield piece.case_id, piece.step, cause


def hours(piece: Piece, before: Sequence[Piece]) -> dict[str, timedelta]:
    """Return how long a piece waited with what in its person's hand, looked at in the midst of every hour."""
    spent = dict.fromkeys((*CAUSES, "nothing"), timedelta())
    in_hand = [one for one in before if one.done > piece.ready]
    moment = piece.ready + HOUR / 2
    while moment < piece.begun:
        now = [one for one in in_hand if one.begun <= moment < one.done]
        if any(one.ready > piece.ready for one in now):
            cause = "prioritisation"
        elif now:
            cause = "contention"
        else:
            day = moment.astimezone(OFFICE_ZONE).date()
            cause = "nothing" if day_kind(day).working else "unavailability"
        spent[cause] += HOUR
        moment += HOUR
    return spent
