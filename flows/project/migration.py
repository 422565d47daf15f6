"""Moving open projects to another version of their process: told first, logged, moved back the same way."""

from collections.abc import Sequence
from dataclasses import dataclass

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
            lines.append(say("{n} projects moved; --to with the old version moves them back", n=len(lines)))
        else:
            lines.append(say("nothing was changed; --apply does it"))
        return "\n".join(lines)


def _names(steps: Sequence[str]) -> str:
    return say(", ").join(name_of(step) for step in steps) or "–"


def moves(ledger: Ledger, log: str, case_id: str | None, to: int | None) -> list[Move]:
    """Return what moving one project, or all open ones, to a version would change; None is the newest."""
    found = [_move(read_project(ledger, log, one), to) for one in _cases(ledger, log, case_id)]
    return [move for move in found if move is not None]


def migrate(ledger: Ledger, log: str, planned: Sequence[Move], by: By) -> list[Advance]:
    """Move projects as planned and log each move."""
    return [_moved(ledger, log, move, by) for move in planned]


def _moved(ledger: Ledger, log: str, move: Move, by: By) -> Advance:
    def decide(history: CaseHistory) -> Decision:
        now_at = int(history.facts["process_version"])
        if now_at != move.from_version:
            raise ProjectError(
                "{project} follows version {version} by now; look again", project=move.project, version=now_at
            )
        values = {"process_version": move.to_version, "from_version": move.from_version}
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


def _cases(ledger: Ledger, log: str, case_id: str | None) -> list[str]:
    if case_id is not None:
        return [case_id]
    with ledger.reading() as connection:
        return [row[0] for row in connection.execute(_OPEN_CASES, {"log": log}).fetchall()]
