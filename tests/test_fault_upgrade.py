"""What an engine of the first schema and process has written is opened, migrated, carried on and finished."""

import gzip
import json
import re
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lift_play import LOG, Play, good_data
from running import ran

from eventlogs.data_directory import open_ledger
from eventlogs.ledger.backup_ledger import open_backup
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.migrations import Migration, migrations
from eventlogs.ledger.verification import verification
from flows.process.history import day_of
from flows.project.advance import Advance, read_case
from flows.worklist.work_item import WorkItem

OLD = Path(__file__).parent / "data" / "upgrade" / "schema-002-process-1.duckdb.gz"
EVENTS = {"p-early": 16, "p-middle": 36, "p-late": 71}
CITIES = {"p-early": "harbin", "p-middle": "tianjin", "p-late": "shanghai"}
TOMORROW = Migration(migrations()[-1].version + 1, "next.sql", "ALTER TABLE log ADD COLUMN colour VARCHAR")
A_DAY = timedelta(days=1)
LATER = datetime(2024, 12, 2, 2, 0, tzinfo=UTC)


class PlayOfThen(Play):
    """A play whose households are called as they were then: h1a for 1A."""

    def complete_item(self, item: WorkItem, reason: str | None, data: Mapping[str, Any]) -> Advance:
        entered = json.dumps(data or good_data(item.activity, day_of(self.now + A_DAY), self.city))
        of_then = re.sub(r'"(\d)([AB])"', lambda name: f'"h{name[1]}{name[2].lower()}"', entered)
        return super().complete_item(item, reason, json.loads(of_then))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data directory as the engine of then left it."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "events.duckdb").write_bytes(gzip.decompress(OLD.read_bytes()))
    return tmp_path / "data"


def held(ledger: DuckDBLedger) -> dict[str, int]:
    with ledger.reading() as connection:
        assert verification(connection).intact
    return {case: len(ledger.case(LOG, case)) for case in EVENTS}


def test_an_old_log_is_opened_and_verified(data: Path) -> None:
    status, out, err = ran("log verify --json", data)
    assert (status, json.loads(out)["logs"][0]["events"]) == (0, sum(EVENTS.values())), err


def test_an_old_log_is_migrated_after_a_copy_of_it_was_kept(data: Path) -> None:
    with closing(DuckDBLedger(data / "events.duckdb", [*migrations(), TOMORROW])) as ledger:
        assert held(ledger) == EVENTS
        assert ledger.kept_copy is not None
    with closing(DuckDBLedger(ledger.kept_copy)) as kept:
        assert held(kept) == EVENTS


@pytest.mark.parametrize("case", EVENTS)
def test_an_old_project_goes_on_where_it_stood_and_is_finished(data: Path, case: str) -> None:
    with closing(DuckDBLedger(data / "events.duckdb")) as ledger:
        before = [it.event.key for it in ledger.case(LOG, case)]
        PlayOfThen(ledger, case_id=case, city=CITIES[case], now=LATER, reason="so it was").to_the_end()
        assert read_case(ledger, LOG, case).outcome == "completed"
        assert [it.event.key for it in ledger.case(LOG, case)][: len(before)] == before
        assert {name: n for name, n in held(ledger).items() if name != case} == {
            name: n for name, n in EVENTS.items() if name != case
        }


def test_an_old_backup_is_looked_at_and_restored(data: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.duckdb"
    backup.write_bytes((data / "events.duckdb").read_bytes())
    with closing(open_backup(backup)) as ledger:
        assert len(ledger.since(0)) == sum(EVENTS.values())
    status, _, err = ran(f"log restore {backup}", tmp_path / "new")
    assert status == 0, err
    with closing(open_ledger(tmp_path / "new")) as restored:
        assert len(restored.since(0)) == sum(EVENTS.values())


def test_an_old_log_is_mined_and_exported(data: Path, tmp_path: Path) -> None:
    status, out, err = ran(f"mine variants {LOG} --json", data)
    assert status == 0, err
    assert len(json.loads(out)["variants"]) == len(EVENTS)
    assert ran(f"log export {LOG} {tmp_path / 'it.xes'}", data)[0] == 0
    assert ran(f"log import {tmp_path / 'it.xes'} --log back", data)[0] == 0
