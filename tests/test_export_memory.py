"""An export holds a batch of the log, however long the log is."""

import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from exchanged_logs import MadeEvent, exported, ledger_in, make_log
from made_logs import MONDAY

from eventlogs.exchange import stored_log
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

SHORT, LONG = 1_200, 3_600  # events, of each of which a text of its own is kept
BATCH = 300


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBLedger]:
    with ledger_in(tmp_path_factory.mktemp("logs")) as opened:
        for n_events in (SHORT, LONG):
            events = [
                MadeEvent(f"c{nth // 8}", "a", MONDAY + timedelta(minutes=nth), {"remark": f"{nth:0400}"})
                for nth in range(n_events)
            ]
            make_log(opened, events, name=f"{n_events}")
        yield opened


def most_held(ledger: DuckDBLedger, path: Path, name: str) -> int:
    """Return the most bytes that Python and Arrow held at a time while a log was exported."""
    before, pool = pa.default_memory_pool(), pa.proxy_memory_pool(pa.default_memory_pool())
    pa.set_memory_pool(pool)
    tracemalloc.start()
    try:
        exported(ledger, path, name)
        of_arrow: int = pool.max_memory()
        return tracemalloc.get_traced_memory()[1] + of_arrow
    finally:
        tracemalloc.stop()
        pa.set_memory_pool(before)


@pytest.mark.parametrize("ending", ["xes", "csv", "xlsx", "parquet", "json", "sqlite"])
def test_an_export_holds_a_batch_and_not_the_log(
    ledger: DuckDBLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    for size in ("_WINDOW", "_BATCH", "_COLUMN_BATCH"):
        monkeypatch.setattr(stored_log, size, BATCH)
    exported(ledger, tmp_path / f"first.{ending}", f"{SHORT}")  # what is loaded once is not of the log
    short, long = (most_held(ledger, tmp_path / f"{n}.{ending}", f"{n}") for n in (SHORT, LONG))
    assert long < short * 1.3
