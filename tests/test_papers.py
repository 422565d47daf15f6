"""Papers are made from what a project recorded, in both languages, and stand beside their step once."""

from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from counted import Count
from killing import lives_of
from lift_play import LOG, MONDAY, Play, ballots

from eventlogs.events import Event
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from flows.papers.kept import FOLDER, place_of
from flows.papers.making import due_papers, make_missing_papers, make_papers

WORKER = Path(__file__).parent / "papers_worker.py"
TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


@pytest.fixture
def play(ledger: DuckDBLedger) -> Play:
    play = Play(ledger, reason="so it was")
    play.start()
    for step in ("set_cost_sharing", "calculate_cost_shares"):
        play.until("vote_on_installation", step)
        play.complete(step)
    return play


def papers(play: Play) -> dict[tuple[str, str], Event]:
    """Return the events that put papers beside steps, by paper and language; none stands there twice."""
    found = [event for event in play.history.events if "paper" in event.attributes]
    by = {(str(one.attributes["paper"]), str(one.attributes["language"])): one for one in found}
    assert len(by) == len(found)
    return by


def words(data: Path, event: Event) -> list[str]:
    """Return the texts of a paper, its content checked against the event's fingerprint."""
    place = place_of(data, event.evidence["sha256"])
    assert sha256(place.read_bytes()).hexdigest() == event.evidence["sha256"]
    with ZipFile(place) as archive:
        return [
            one.text or "" for one in ElementTree.fromstring(archive.read("word/document.xml")).iter(TEXT)
        ]


def test_a_carried_vote_has_its_sheet_and_its_notice_in_both_languages(play: Play, tmp_path: Path) -> None:
    play.complete("vote_on_installation", ballots=ballots(**{"1A": "abstain", "2B": "absent"}))
    made = make_papers(play.ledger, tmp_path, LOG, "p-1", play.now)
    assert make_papers(play.ledger, tmp_path, LOG, "p-1", play.now) == []
    found = papers(play)
    assert {key for key in found if key[0] in {"vote", "publicity"}} == {
        (paper, language) for paper in ("vote", "publicity") for language in ("zh", "en")
    }
    assert len(made) == len(found) == len(due_papers(play.history)) + len(made)
    zh, en = words(tmp_path, found["vote", "zh"]), words(tmp_path, found["vote", "en"])
    assert {"表决结果登记表", "1A", "弃权", "未表决", "通过", "哈尔滨"} <= set(zh)
    took_part = "91.7% of area, 91.7% of owners; 2/3 of area, 2/3 of owners needed"
    assert {"Result of the vote", "abstains", "carried", took_part} <= set(en)
    posted = words(tmp_path, found["publicity", "zh"])
    assert "表决结果公示" in posted
    assert not any(text.startswith("h1") for text in posted)
    assert found["vote", "zh"].evidence["document"] == "p-1 表决结果登记表.docx"


def test_a_lost_vote_is_not_posted_and_shares_have_their_sheets(play: Play, tmp_path: Path) -> None:
    play.complete("vote_on_installation", ballots=ballots(**{f"{n}A": "against" for n in range(1, 7)}))
    make_papers(play.ledger, tmp_path, LOG, "p-1", play.now)
    found = papers(play)
    assert ("publicity", "zh") not in found
    assert {("shares", "zh"), ("amounts", "en")} <= set(found)
    assert {"6.67 %", "33.33 %", "合计", "100.00 %"} <= set(words(tmp_path, found["shares", "zh"]))
    assert {"Amounts of all households", "350,000.00", "500,000.00", "In all"} <= set(
        words(tmp_path, found["amounts", "en"])
    )


def test_papers_change_nothing_in_the_process_and_simulated_projects_have_none(
    play: Play, tmp_path: Path
) -> None:
    play.complete("vote_on_installation")
    before = {name: item.state for name, item in play.open().items()}
    make_papers(play.ledger, tmp_path, LOG, "p-1", play.now)
    assert {name: item.state for name, item in play.open().items()} == before
    play.ledger.create_log("played", simulated=True)
    assert make_missing_papers(play.ledger, tmp_path, "played", MONDAY) == []
    assert make_missing_papers(play.ledger, tmp_path, LOG, MONDAY) == []


def test_killed_at_any_instruction_every_paper_stands_there_once(
    play: Play, tmp_path: Path, kill_seed: int, count: Count
) -> None:
    play.complete("vote_on_installation")
    assert isinstance(play.ledger, DuckDBLedger)
    play.ledger.close()
    died = lives_of(WORKER, tmp_path, kill_seed)
    assert died >= 3
    play.ledger = DuckDBLedger(tmp_path / "events.duckdb")
    found = papers(play)
    assert len(found) == 8
    for event in found.values():
        assert words(tmp_path, event)
    kept = {one.name for one in (tmp_path / FOLDER).glob("*/????????*") if not one.name.startswith("tmp")}
    assert {event.evidence["sha256"] for event in found.values()} == kept
    play.ledger.close()
    count(fault="kill -9 while papers are made", times=died)
