"""A data directory moves from one machine to PostgreSQL with its live logs unchanged."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from running import ran

from eventlogs.console import TerminalConsole
from eventlogs.data_directory import open_ledger
from eventlogs.errors import EventLogError
from eventlogs.events import Event, ObjectChange, ObjectLink
from eventlogs.ledger.verification import verification
from eventlogs.outgrown.outgrowing import Moved, outgrow
from eventlogs.outgrown.postgres_connections import Connections
from eventlogs.storage_settings import SETTINGS, SharedLedger

MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
EXAMPLE = """case,activity,time
1,visit,2025-01-01T08:00:00Z
1,vote,2025-01-02T08:00:00Z
2,visit,2025-01-03T08:00:00Z
"""


def event(number: int) -> Event:
    household = f"H-{number % 3}"
    return Event(
        f"k{number}",
        f"SH-{number % 5}",
        "拜访",
        MONDAY + timedelta(hours=number),
        attributes={"n": number, "seen": MONDAY, "text": "a\x1fb"},
        objects=(ObjectLink(household, "household", "owner"),),
        changes=(ObjectChange(household, "wish", number),),
    )


def moved(data: Path, address: str, lake: str | None = None) -> Moved:
    return outgrow(data, SharedLedger(address, lake), TerminalConsole(StringIO(), StringIO()))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Lend a data directory of one machine with a live and an imported log."""
    data = tmp_path / "data"
    (tmp_path / "example.csv").write_text(EXAMPLE)
    assert ran(f"log import {tmp_path}/example.csv --log example", data)[0] == 0
    with closing(open_ledger(data)) as ledger:
        ledger.create_log("live")
        ledger.append("live", [event(number) for number in range(40)])
    return data


def test_live_logs_move_with_number_and_hash_and_go_on_there(
    data: Path, postgres: str, tmp_path: Path
) -> None:
    with closing(open_ledger(data)) as ledger:
        before = ledger.since(0, log="live")
    made = moved(data, postgres, str(tmp_path / "lake"))
    assert (made.logs, made.events) == (1, 40)
    assert (data / SETTINGS).stat().st_mode & 0o777 == 0o600
    with closing(open_ledger(data)) as ledger:
        assert ledger.since(0) == before
        known = ledger.append("live", [event(39), event(40)])
        assert (known.new, known.known) == (("k40",), ("k39",))
        with ledger.reading() as connection:
            assert verification(connection).intact
            assert connection.execute("SELECT count(*) FROM event").fetchall() == [(44,)]


@pytest.mark.timeout(
    60
)  # numbers go on far above those of the file: who asks for each of them never comes to an end
@pytest.mark.parametrize("ending", ["csv", "xes"])
def test_a_log_that_goes_on_after_the_move_is_exported(
    data: Path, postgres: str, tmp_path: Path, ending: str
) -> None:
    moved(data, postgres)
    with closing(open_ledger(data)) as ledger:
        ledger.append("live", [event(40)])
    status, out, _ = ran(f"log export live {tmp_path}/live.{ending} --json", data)
    assert (status, '"events":41' in out) == (0, True)


def test_what_is_imported_and_mined_works_there_too(data: Path, postgres: str, tmp_path: Path) -> None:
    moved(data, postgres, str(tmp_path / "lake"))
    assert ran(f"log import {tmp_path}/example.csv --log again --json", data)[0] == 0
    assert '"events":40' in ran("log describe live --json", data)[1]
    assert '"cases":2' in ran("log describe example --json", data)[1]
    assert ran("mine variants live --json", data)[0] == 0
    assert "40 events were new in the lake" in ran("storage drain", data)[1]
    assert '"undrained":0' in ran("storage show --json", data)[1]


def test_a_move_begun_again_finds_what_has_moved(data: Path, postgres: str) -> None:
    moved(data, postgres)
    (data / SETTINGS).unlink()  # as if the process had ended before it was written
    assert moved(data, postgres).events == 0
    with closing(open_ledger(data)) as ledger:
        assert len(ledger.since(0)) == 40


def test_another_directory_joins_and_one_with_live_logs_of_its_own_is_refused(
    data: Path, postgres: str, tmp_path: Path
) -> None:
    moved(data, postgres)
    assert moved(tmp_path / "joining", postgres).logs == 0
    with closing(open_ledger(tmp_path / "joining")) as ledger, ledger.reading() as connection:
        assert verification(connection).logs[0].events == 40
    with closing(open_ledger(tmp_path / "other")) as ledger:
        ledger.create_log("other")
    with pytest.raises(EventLogError, match=r"has logs already \(live\)"):
        moved(tmp_path / "other", postgres)
    assert not (tmp_path / "other" / SETTINGS).exists()
    with pytest.raises(EventLogError, match="uses PostgreSQL already"):
        moved(data, postgres)


def test_a_lake_is_added_by_asking_again_with_it(data: Path, postgres: str, tmp_path: Path) -> None:
    moved(data, postgres)
    lake = str(tmp_path / "new" / "lake")
    assert moved(data, postgres, lake) == Moved(data, Connections(postgres).shown, lake, 0, 0)
    assert ran("storage drain --json", data)[0] == 0
    shown = json.loads(ran("storage show --json", data)[1])
    assert shown["lake"] == lake
    assert list(Path(lake).rglob("*.parquet"))
    with pytest.raises(EventLogError, match="uses PostgreSQL already"):
        moved(data, postgres, str(tmp_path / "another"))


def test_live_logs_left_behind_are_not_hidden(data: Path, postgres: str, tmp_path: Path) -> None:
    moved(tmp_path / "first", postgres)
    (tmp_path / "first" / SETTINGS).replace(data / SETTINGS)  # written by hand, without moving
    assert "live logs that are not in PostgreSQL: live" in ran("log list", data)[2]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[ledger]\nurl = 'sqlite:///x'", "must begin with postgresql://"),
        ("[ledger]\nurl = 'postgresql://x'\nlake = 3", "must name a directory"),
        ("[ledger]\nport = 3", "may hold only `url` and `lake`"),
        ("ledger = 3", "may hold only `url` and `lake`"),
        ("[ledger", "cannot be read"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / SETTINGS).write_text(text)
    with pytest.raises(EventLogError, match=sentence):
        open_ledger(tmp_path)
