"""The worklist kept in memory says what the view over all events says."""

from datetime import timedelta
from pathlib import Path

from lift_play import LOG, MONDAY, Play

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows import projects, worklist
from flows.history import day_of
from flows.listing import WorkRow, work_list
from flows.timers import tick
from flows.worklist import Hold
from flows.worklist_index import worklist_index


def by_the_view(ledger: DuckDBLedger) -> list[WorkRow]:
    with ledger.reading() as connection:
        return work_list(connection, LOG, MONDAY).work_items


def by_the_index(ledger: DuckDBLedger) -> list[WorkRow]:
    return worklist_index(ledger, LOG).ask(ledger, MONDAY).work_items


def test_after_every_kind_of_turn_index_and_view_agree(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    ledger.create_log(LOG)
    assert by_the_index(ledger) == []
    one, other = Play(ledger, case_id="a"), Play(ledger, case_id="b", city="上海")
    one.start()
    other.start()
    item = "a/publicise_policy/1"
    for deed in (
        lambda: worklist.claim(ledger, LOG, item, one.by(actor="li")),
        lambda: worklist.hand_over(ledger, LOG, item, "wang", one.by(actor="li")),
        lambda: worklist.hold(ledger, LOG, item, Hold("season", day_of(MONDAY)), one.by()),
        lambda: tick(ledger, LOG, MONDAY + timedelta(days=60)),
        lambda: one.until("vote_on_installation"),
        lambda: projects.hold(ledger, LOG, "b", Hold("money"), other.by()),
        lambda: projects.abandon(ledger, LOG, "b", "shelved", other.by("waits")),
        lambda: projects.reopen(ledger, LOG, "b", other.by("goes on")),
    ):
        deed()
        assert by_the_index(ledger) == by_the_view(ledger)
    few = worklist_index(ledger, LOG).ask(ledger, MONDAY, limit=1)
    assert (len(few.work_items), few.total) == (1, len(by_the_view(ledger)))
    assert "--limit" in few.as_text()
    ledger.close()
