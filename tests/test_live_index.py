"""Projects and worklist kept in memory say what the views over all events say."""

from datetime import timedelta
from pathlib import Path

from lift_play import LOG, MONDAY, Play

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.process.history import day_of
from flows.project import projects
from flows.routines.timers import tick
from flows.worklist import worklist
from flows.worklist.listing import ProjectRow, WorkRow
from flows.worklist.live_index import LiveIndex, Narrowing, live_index
from flows.worklist.worklist import Hold


def work_by_the_view(ledger: DuckDBLedger) -> list[WorkRow]:
    """Return what an index says that has just read the views."""
    return LiveIndex(ledger, LOG).work(ledger, MONDAY).work_items


def work_by_the_index(ledger: DuckDBLedger) -> list[WorkRow]:
    return live_index(ledger, LOG).work(ledger, MONDAY).work_items


def projects_by_the_view(ledger: DuckDBLedger) -> list[ProjectRow]:
    return LiveIndex(ledger, LOG).projects(ledger, MONDAY).projects


def projects_by_the_index(ledger: DuckDBLedger) -> list[ProjectRow]:
    return live_index(ledger, LOG).projects(ledger, MONDAY).projects


def test_after_every_kind_of_turn_index_and_view_agree(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    ledger.create_log(LOG)
    assert work_by_the_index(ledger) == []
    assert projects_by_the_index(ledger) == []
    one, other = Play(ledger, case_id="a"), Play(ledger, case_id="b", city="上海")
    one.start()
    other.start()
    item = "a/publicise_policy/1"
    for deed in (
        lambda: worklist.claim(ledger, LOG, item, one.by(actor="li")),
        lambda: worklist.hand_over(ledger, LOG, item, "wang", one.by(actor="li")),
        lambda: worklist.hold(
            ledger, LOG, item, Hold("season", day_of(MONDAY) + timedelta(days=1)), one.by()
        ),
        lambda: tick(ledger, LOG, MONDAY + timedelta(days=60)),
        lambda: one.until("vote_on_installation"),
        lambda: projects.hold(ledger, LOG, "b", Hold("money"), other.by()),
        lambda: projects.abandon(ledger, LOG, "b", "shelved", other.by("waits")),
        lambda: projects.reopen(ledger, LOG, "b", other.by("goes on")),
    ):
        deed()
        assert work_by_the_index(ledger) == work_by_the_view(ledger)
        assert projects_by_the_index(ledger) == projects_by_the_view(ledger)
    of_one = LiveIndex(ledger, LOG, "b")
    assert of_one.work(ledger, MONDAY).work_items == [
        row for row in work_by_the_view(ledger) if row.project == "b"
    ]
    assert [row.project for row in of_one.projects(ledger, MONDAY).projects] == ["b"]
    few = live_index(ledger, LOG).work(ledger, MONDAY, limit=1)
    assert (len(few.work_items), few.total) == (1, len(work_by_the_view(ledger)))
    assert "--limit" in few.as_text()
    ledger.close()


def test_projects_and_work_are_found_by_place_state_and_words(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    here, there = Play(ledger, case_id="a"), Play(ledger, case_id="b", city="上海")
    here.start()
    there.start()
    projects.abandon(ledger, LOG, "b", "shelved", there.by("waits"))
    index, later = live_index(ledger, LOG), MONDAY + timedelta(days=400)

    def found(**asked: object) -> list[str]:
        return [row.project for row in index.projects(ledger, later, Narrowing(**asked)).projects]  # type: ignore[arg-type]

    def steps(**asked: object) -> set[str]:
        return {row.activity for row in index.work(ledger, later, Narrowing(**asked)).work_items}  # type: ignore[arg-type]

    assert found() == ["a", "b"]
    assert found(outcome="open") == found(overdue=True) == found(search=" A") == ["a"]
    assert found(cities=("shanghai",)) == found(outcome="shelved") == ["b"]
    assert found(cities=()) == found(districts=("nowhere",)) == []
    assert steps(search="加梯政策") == steps(search="lift POLICY") == {"publicise_policy"}
    assert steps(cities=("shanghai",)) == set()
    beyond = index.projects(ledger, later, limit=1, offset=5)
    assert (beyond.projects, beyond.total) == ([], 2)
    assert [row.project for row in index.projects(ledger, later, limit=1, offset=1).projects] == ["b"]
    ledger.close()
