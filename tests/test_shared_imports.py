"""A log imported in one data directory is there in every other that follows the same database."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from outgrown import opened
from running import ran

from eventlogs.console import TerminalConsole
from eventlogs.data_directory import open_file, open_ledger
from eventlogs.describe import describe
from eventlogs.errors import EventLogError
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.importing import import_log
from eventlogs.ledger.verification import verification
from eventlogs.ledger.whole_logs import delete_log, rename_log
from eventlogs.outgrown.outgrowing import outgrow
from eventlogs.outgrown.postgres_ledger import PostgresLedger
from eventlogs.prepared import prepare
from eventlogs.storage_settings import SharedLedger

ROWS = "项目,环节,时间,城市\nA,签约,2024-03-04,大连\nA,公示,2024-03-06,大连\nB,签约,2024-03-05,上海\n"
CHOICES = ImportChoices(case="项目", activity="环节", time="时间", city="城市")


@pytest.fixture
def two(postgres: str, tmp_path: Path) -> Iterator[tuple[PostgresLedger, PostgresLedger]]:
    with opened(postgres, tmp_path, "one") as one, opened(postgres, tmp_path, "other") as other:
        yield one, other


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "加梯.csv"
    written.write_text(ROWS, "utf-8")
    return written


def imported(ledger: PostgresLedger, file: Path, name: str = "加梯", rejects: Path | None = None) -> bool:
    return import_log(ledger, file, name, CHOICES, TerminalConsole(), rejects=rejects).new


def names(ledger: PostgresLedger) -> list[str]:
    with ledger.reading() as connection:
        return [name for (name,) in connection.execute("SELECT name FROM log ORDER BY name").fetchall()]


def test_an_imported_log_is_mined_elsewhere_as_it_is_here(
    two: tuple[PostgresLedger, PostgresLedger], file: Path
) -> None:
    one, other = two
    assert imported(one, file)
    assert names(other) == ["加梯"]
    told = [describe(prepare(ledger, "加梯")) for ledger in two]
    assert told[0] == told[1]
    assert told[0].cases == 2
    assert prepare(other, "加梯").attribute("city")
    assert not imported(other, file, "anything else")
    with other.reading() as connection:
        assert verification(connection, "加梯").intact


def test_a_log_that_came_late_is_there_for_who_opens_later(
    two: tuple[PostgresLedger, PostgresLedger], file: Path, postgres: str, tmp_path: Path
) -> None:
    file.write_text(ROWS + "B,公示,tomorrow,上海\n", "utf-8")
    assert imported(two[0], file, rejects=tmp_path / "rejects.csv")
    with opened(postgres, tmp_path, "late") as late:
        assert describe(prepare(late, "加梯")).events == 3


def test_renaming_and_deleting_it_reach_everyone(
    two: tuple[PostgresLedger, PostgresLedger], file: Path
) -> None:
    one, other = two
    imported(one, file)
    assert names(other) == ["加梯"]
    rename_log(other, "加梯", "大连")
    assert names(one) == names(other) == ["大连"]
    delete_log(one, "大连")
    assert names(one) == names(other) == []
    assert imported(other, file)
    assert names(one) == ["加梯"]


def test_of_two_files_of_one_name_the_second_is_refused_to_be_shared(
    two: tuple[PostgresLedger, PostgresLedger], file: Path, postgres: str, tmp_path: Path
) -> None:
    one, other = two
    one.create_log("live")
    with pytest.raises(EventLogError, match="already a log named live"):
        imported(other, file, "live")
    imported(one, file)
    file.write_text(ROWS.replace("大连", "厦门"), "utf-8")
    with pytest.raises(EventLogError, match="already a log named"):
        imported(other, file)


def test_the_command_line_says_where_imported_logs_are(postgres: str, tmp_path: Path, file: Path) -> None:
    with opened(postgres, tmp_path, "one"):
        pass
    answer = ran("storage show --lang en", tmp_path / "one")
    assert "imported logs are kept in PostgreSQL as well" in answer[1]


def test_logs_imported_before_the_move_are_shared_without_their_files(
    postgres: str, tmp_path: Path, file: Path
) -> None:
    data = tmp_path / "old"
    with closing(open_file(data)) as alone:
        import_log(alone, file, "加梯", CHOICES, TerminalConsole())
        told = describe(prepare(alone, "加梯"))
    file.unlink()
    outgrow(data, SharedLedger(postgres, None), TerminalConsole())
    status, answer, narrated = ran("storage share --lang en", data)
    assert (status, answer.strip()) == (0, "加梯 is now there for all who follow the database"), narrated
    with opened(postgres, tmp_path, "new") as new:
        assert names(new) == ["加梯"]
        assert describe(prepare(new, "加梯")) == told
    assert ran("storage share --lang en", data)[1].strip() == "every imported log is shared already"
    with closing(open_ledger(data)) as old:
        assert isinstance(old, PostgresLedger)
        assert names(old) == ["加梯"]
