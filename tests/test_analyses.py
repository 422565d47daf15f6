"""Every nightly analysis and the weekly report, of a simulated cohort and of a log that has nothing yet."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lift_play import LOG, Play

from dashboards.report import weekly
from eventlogs.errors import EventLogError
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.routines.analysis import FOLDER, NIGHTLY, REPORT, analysed, analyses
from flows.simulation.cohort import scripts
from flows.simulation.in_bulk import play_in_bulk
from flows.simulation.planting import Plants

NOW = datetime(2026, 1, 5, tzinfo=UTC)
NAMES = ["comparison", "completeness", "conformance", "describe", "map", "stalls", "variants"]


def test_all_are_known_by_name_and_one_that_is_not_is_refused() -> None:
    assert [one.name for one in analyses(NIGHTLY)] == NAMES
    assert [one.work for one in analyses(REPORT)] == [weekly.conformance_report]
    assert [one.name for one in analyses(NIGHTLY, ["map"])] == ["map"]
    with pytest.raises(EventLogError, match="no analysis tea; known are comparison"):
        analyses(NIGHTLY, ["tea"])


def test_each_writes_for_machines_and_for_people_in_both_languages(
    ledger: DuckDBLedger, tmp_path: Path
) -> None:
    play_in_bulk(ledger, LOG, scripts(("天津", "哈尔滨"), 14, 5, Plants()), processes=1)
    for one in (*analyses(NIGHTLY), *analyses(REPORT)):
        assert analysed(one, ledger, tmp_path, LOG, NOW)
    folder = tmp_path / FOLDER / "2026-01-05" / LOG
    for name in NAMES:
        assert "refused" not in json.loads((folder / f"{name}.json").read_text("utf-8"))
        assert (folder / f"{name}.en.txt").read_text("utf-8") != (folder / f"{name}.zh.txt").read_text(
            "utf-8"
        )
    assert "<svg" in (folder / "map.zh.svg").read_text("utf-8")
    assert "哈尔滨" in (folder / "conformance-report.zh.html").read_text("utf-8")


def test_a_log_that_has_nothing_yet_says_so_in_the_files(ledger: DuckDBLedger, tmp_path: Path) -> None:
    Play(ledger).start()
    for one in (*analyses(NIGHTLY), *analyses(REPORT)):
        assert analysed(one, ledger, tmp_path, LOG, NOW)
    (found,) = tmp_path.glob(f"{FOLDER}/*/*/conformance.json")
    refused = json.loads(found.read_text("utf-8"))["refused"]
    assert "the model 'lift' speaks of" in refused["en"] or "attribute city" in refused["en"]
    assert refused["zh"] != refused["en"]
