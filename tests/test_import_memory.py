"""An import holds a batch of its file, however long the file is."""

import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from exchanged_logs import MadeEvent, exported, imported, ledger_in, make_log
from made_logs import MONDAY

from eventlogs import parted_events, sequences
from eventlogs.exchange import compressed, file_source, log_writer, remembered
from eventlogs.exchange.ocel import reader as ocel_reader
from eventlogs.exchange.ocel import stage as ocel_stage
from eventlogs.exchange.tables import batches, csv_dialect, csv_reader, own_rows, own_table, parquet_reader
from eventlogs.exchange.xes import stream
from eventlogs.ledger.duckdb_ledger import DuckDBLedger

FIRST, SHORT, LONG = 400, 2_000, 6_000  # events, of each of which a text of its own is kept
TEXT = 600  # characters of it
BATCH = 300
BLOCK = 1 << 15  # bytes
SIZES = (
    (log_writer, "_BATCH", BATCH),
    (remembered, "_ROOM", BATCH),
    (parted_events, "_PART", BATCH),
    (parted_events, "_MOST_HELD", BATCH),
    (sequences, "_MOST_HELD", BATCH),
    (file_source, "_BLOCK", BLOCK),
    (compressed, "_BLOCK", BLOCK),
    (stream, "_CHUNK", BLOCK),
    (csv_dialect, "_BLOCK", BLOCK),
    (csv_reader, "_BLOCK", BLOCK),
    (parquet_reader, "_ROWS", BATCH),
    (batches, "_ROWS", BATCH),
    (own_rows, "_BATCH", BATCH),
    (own_table, "_BATCH", BATCH),
    (own_table, "_MANY", BATCH),
    (ocel_stage, "_BATCH", BATCH),
    (ocel_reader, "_BATCH", BATCH),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of three logs in each format, the last one thrice as long as the second."""
    folder = tmp_path_factory.mktemp("files")
    with ledger_in(tmp_path_factory.mktemp("logs")) as ledger:
        for n_events in (FIRST, SHORT, LONG):
            events = [
                MadeEvent(
                    f"c{nth // 50}",
                    f"a{nth % 7}",
                    MONDAY + timedelta(minutes=nth),
                    {"remark": f"{nth:0{TEXT}}"},
                )
                for nth in range(n_events)
            ]
            make_log(ledger, events, name=f"{n_events}")
            for ending in ("xes", "csv", "xlsx", "parquet", "json", "xml", "sqlite"):
                exported(ledger, folder / f"{n_events}.{ending}", f"{n_events}")
    return folder


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[DuckDBLedger]:
    with ledger_in(tmp_path) as opened:
        yield opened


def most_held(ledger: DuckDBLedger, path: Path) -> int:
    """Return the most bytes that Python, numpy and Arrow held at a time while a file was imported."""
    before, pool = pa.default_memory_pool(), pa.proxy_memory_pool(pa.default_memory_pool())
    pa.set_memory_pool(pool)
    tracemalloc.start()
    try:
        imported(ledger, path, path.name)
        of_arrow: int = pool.max_memory()
        return tracemalloc.get_traced_memory()[1] + of_arrow
    finally:
        tracemalloc.stop()
        pa.set_memory_pool(before)


@pytest.mark.parametrize("ending", ["xes", "csv", "xlsx", "parquet", "json", "xml", "sqlite"])
def test_an_import_holds_a_batch_and_not_the_file(
    ledger: DuckDBLedger, files: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    for module, name, size in SIZES:
        monkeypatch.setattr(module, name, size)
    imported(ledger, files / f"{FIRST}.{ending}")  # what is loaded once is not of the file
    short, long = (most_held(ledger, files / f"{n}.{ending}") for n in (SHORT, LONG))
    assert long < short * 1.35
