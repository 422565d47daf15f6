"""Moving open projects to another version of their process: told first, logged, moved back the same way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eventlogs.events import Attribute
from eventlogs.language import say
from eventlogs.storage import Ledger
from flows.errors import ProjectError
from flows.process.history import CaseHistory
from flows.process.processes import policy_of, process_named, process_of, process_version
from flows.process.replay import plan_of
from flows.project.acts import By
from flows.project.advance import Advance, Decision, read_project, record
from flows.project.whole import about_project
from flows.words import name_of
from flows.worklist.asked import index_asked

_OPEN_CASES = """
    SELECT case_id FROM case_state JOIN log USING (log_id)
    WHERE log.name = $log AND outcome IS NULL ORDER BY case_id
"""


@dataclass(frozen=True)
class Move:
    """What moving one project would change: the version, and which steps it would ask for or no longer."""

    project: str
    process: str
    from_version: int
    to_version: int
    newly_asked_for: tuple[str, ...]
    no_longer_asked_for: tuple[str, ...]


@dataclass(frozen=True)
class Migration:
    """What a migration did, or would do."""

    moves: list[Move]
    done: bool

    def as_text(self) -> str:
        """Return a line for each project."""
        if not self.moves:
            return say("no open project follows another version")
        lines = [
            say(
                "{project}: {process} {old} → {new}; asked for anew: {more}; no longer: {less}",
                project=move.project,
                process=process_named(move.process).title,
                old=move.from_version,
                new=move.to_version,
                more=_names(move.newly_asked_for),
                less=_names(move.no_longer_asked_for),
            )
            for move in self.moves
        ]
        if self.done:
            lines.append(say("{n} projects moved; --undo takes it back", n=len(lines)))
        else:
            lines.append(say("nothing was changed; --apply does it"))
        return "\n".join(lines)


def _names(steps: Sequence[str]) -> str:
    return say(", ").join(name_of(step) for step in steps) or "–"


def moves(
    ledger: Ledger, log: str, case_id: str | None, to: int | None, retrofit: str | None = None
) -> list[Move]:
    """Return what moving one project, or all open ones of a type, to a version would change.

    None as the version is the newest of each type, None as the type is all of them.
    """
    if retrofit is not None:
        process_version(retrofit, to)  # refused also where no project is of it
    asked_for = [
        history
        for history in _open(ledger, log, case_id)
        if retrofit in (None, str(history.facts["retrofit"]))
    ]
    found = [_move(history, to) for history in asked_for]
    return [move for move in found if move is not None]


def moves_back(ledger: Ledger, log: str, case_id: str | None, retrofit: str | None = None) -> list[Move]:
    """Return what moving back would change, for each open project that a migration has moved."""
    found = [
        _move(history, moved_from)
        for history in _open(ledger, log, case_id)
        if retrofit in (None, str(history.facts["retrofit"])) and (moved_from := _moved_from(history))
    ]
    return [move for move in found if move is not None]


def migrate(
    ledger: Ledger, log: str, planned: Sequence[Move], by: By, *, undoing: bool = False
) -> list[Advance]:
    """Move projects as planned and log each move; `undoing` logs it as one that takes another back."""
    return [_moved(ledger, log, move, by, undoing) for move in planned]


def _moved(ledger: Ledger, log: str, move: Move, by: By, undoing: bool) -> Advance:
    def decide(history: CaseHistory) -> Decision:
        now_at = int(history.facts["process_version"])
        if now_at != move.from_version:
            raise ProjectError(
                "{project} follows version {version} by now; look again", project=move.project, version=now_at
            )
        values: dict[str, Attribute] = {
            "process_version": move.to_version,
            "from_version": move.from_version,
        }
        if by.reason:
            values["reason"] = by.reason
        if undoing:
            values["undoes"] = True
        return Decision([about_project(history, "unknown", values, by)], since=by.now)

    return record(ledger, log, move.project, by.now, decide)


def _move(history: CaseHistory, to: int | None) -> Move | None:
    key, recorded = str(history.facts["retrofit"]), int(history.facts["process_version"])
    target = process_version(key, to)
    if history.outcome or target.version == recorded:
        return None
    policy = policy_of(history)
    before = plan_of(process_of(history), policy, history).offers
    after = plan_of(target, policy, history).offers
    return Move(
        history.case_id,
        key,
        recorded,
        target.version,
        tuple(step for step in after if step not in before),
        tuple(step for step in before if step not in after),
    )


def _moved_from(history: CaseHistory) -> int | None:
    """Return the version that a project was moved from last; None if that was undone, or never was."""
    moved = [event.attributes for event in history.events if "from_version" in event.attributes]
    if not moved or "undoes" in moved[-1]:
        return None
    return int(str(moved[-1]["from_version"]))


def _open(ledger: Ledger, log: str, case_id: str | None) -> Iterator[CaseHistory]:
    if case_id is not None:
        yield read_project(ledger, log, case_id)
        return
    index_asked(ledger, log)  # which refuses a log that is not there
    with ledger.reading() as connection:
        cases = [row[0] for row in connection.execute(_OPEN_CASES, {"log": log}).fetchall()]
    for case in cases:
        yield read_project(ledger, log, case)
