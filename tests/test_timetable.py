"""The timetable that stands in for Prefect does what is due, once, and goes on after a failure."""

from datetime import datetime, timedelta
from pathlib import Path

from lift_play import LOG, MONDAY, Play

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.hosting.timetable import TIMETABLE, Deed, back_up, do_what_is_due, notify
from flows.notices.settings import FILE

MONDAY_LATER = MONDAY + timedelta(weeks=10)


def test_what_is_due_is_done_and_due_again_later(ledger: DuckDBLedger, tmp_path: Path) -> None:
    play = Play(ledger)
    play.start()
    play.complete("assess_feasibility")
    due = dict.fromkeys(TIMETABLE, MONDAY_LATER)
    (tmp_path / FILE).write_text(
        f'[[channel]]\nname = "f"\nkind = "file"\nfolder = "{tmp_path}/told"\n', "utf-8"
    )
    pilot = Play(ledger, log="pilot")
    pilot.start()
    do_what_is_due(due, ledger, tmp_path, MONDAY_LATER)
    assert (tmp_path / "analyses" / f"{MONDAY_LATER:%Y-%m-%d}" / "pilot" / "describe.json").exists()
    assert pilot.open()["raise_lift_wish"].escalated_to == "coordinator"
    item = play.history.open_item("raise_lift_wish")
    assert item is not None
    assert item.escalated_to == "coordinator"
    assert len(list((tmp_path / "told").iterdir())) == 2  # a message for each log
    assert len(list((tmp_path / "backups").iterdir())) == 1
    assert (tmp_path / "analyses" / f"{MONDAY_LATER:%Y-%m-%d}" / LOG / "variants.json").exists()
    assert set(due.values()) == {MONDAY_LATER + timedelta(minutes=15), MONDAY_LATER + timedelta(days=1)}
    do_what_is_due(due, ledger, tmp_path, MONDAY_LATER + timedelta(minutes=1))
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_a_deed_that_is_refused_stops_no_other(ledger: DuckDBLedger, tmp_path: Path) -> None:
    Play(ledger).start()
    (tmp_path / FILE).write_text("colour = 1", "utf-8")
    due: dict[Deed, datetime] = {notify: MONDAY_LATER, back_up: MONDAY_LATER}
    do_what_is_due(due, ledger, tmp_path, MONDAY_LATER)
    assert len(list((tmp_path / "backups").iterdir())) == 1
