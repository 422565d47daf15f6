"""The conformance report: the same log gives the same report, whole in one file, in both languages."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from found_browser import running_browser
from running import ran

from dashboards.report.answer import answer
from dashboards.report.browsers import installed_browser
from dashboards.report.contents import Report, report
from dashboards.report.pdf import with_font
from dashboards.report.writing import html
from eventlogs.errors import EventLogError
from eventlogs.language import speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import prepare
from flows.simulation.cohort import scripts
from flows.simulation.in_bulk import play_in_bulk
from flows.simulation.planting import Plants
from mining.comparison.log_comparison import Choices
from mining.normative.file import lift_model
from mining.outlook.case_curves import COMPLETED, FAILED, case_curves

pytestmark = pytest.mark.xdist_group("report")

CITIES = ("上海", "天津", "大连", "哈尔滨")
LOG, N = "cohort", 60
PLANTS = Plants.model_validate({"deviation": [{"rule": "S4", "projects": 2}]})


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBLedger]:
    opened = DuckDBLedger(tmp_path_factory.mktemp("report") / "events.duckdb")
    play_in_bulk(opened, LOG, scripts(CITIES, N, 5, PLANTS), processes=1)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def made(ledger: DuckDBLedger) -> Report:
    return report(prepare(ledger, LOG), lift_model(), Choices("city"))


def test_the_answer_is_five_sentences_that_say_what_the_log_says(made: Report) -> None:
    with speaking("en"):
        seen, groups, model, stalled, running = answer(made)
    assert seen.startswith(f"{N} projects from 2021-")
    assert f"{made.completed} were completed, {made.failed} failed" in seen
    assert "may be chance" in groups
    assert "most often S4 in 2 projects" in model
    assert stalled.startswith(f"{made.failed} projects failed or were shelved")
    assert made.running
    assert str(made.running) in running
    with speaking("zh"):
        assert all(re.search(r"[\u4e00-\u9fff]", sentence) for sentence in answer(made))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_file_needs_nothing_else_and_says_that_it_is_simulated(made: Report, language: str) -> None:
    page = html(made, language)  # type: ignore[arg-type]
    assert not re.search(r'(?:src|href)="|<script|@import|url\(', page)
    assert ("模拟数据" if language == "zh" else "Simulated.") in page
    assert ("停在哪一步" if language == "zh" else "Where projects stalled") in page
    assert made.comparison.rerun.digest in page
    assert page.count("<svg") == 4


def test_the_same_log_gives_the_same_report(ledger: DuckDBLedger, made: Report) -> None:
    again = report(prepare(ledger, LOG), lift_model(), Choices("city"))
    assert html(again, "zh") == html(made, "zh")


def test_small_groups_are_told_of_by_no_number(ledger: DuckDBLedger) -> None:
    few = report(prepare(ledger, LOG), lift_model(), Choices("city", min_cases=100))
    with speaking("en"):
        assert "nothing can be compared" in answer(few)[1]
    assert html(few, "en").count("too few") >= len(CITIES)


def test_the_curves_count_each_project_once_by_how_it_ended(ledger: DuckDBLedger, made: Report) -> None:
    assert made.conformance is not None
    prepared, states = prepare(ledger, LOG), made.conformance.whole.states
    (whole,) = case_curves(prepared, lift_model().ending)
    ended = whole.curve.ended.sum(axis=1).tolist()
    assert (whole.group, whole.cases, int(whole.curve.at_risk[0])) == (None, N, N)
    assert (ended[COMPLETED - 1], ended[FAILED - 1]) == (states.completed, states.failed)
    assert sum(ended) == N - states.running
    assert (made.completed, made.failed, made.running) == (states.completed, states.failed, states.running)
    by_city = case_curves(prepared, lift_model().ending, by="city")
    assert {one.group for one in by_city} == {"shanghai", "tianjin", "dalian", "harbin"}
    assert sum(one.cases for one in by_city) == N


def test_the_command_writes_both_forms_and_refuses_others(tmp_path: Path) -> None:
    data = tmp_path / "data"
    status, _, err = ran("simulate --projects 4 --seed 3 --log few --fast --until 2025-09-30", data)
    assert status == 0, err
    assert installed_browser() is not None, "no Chromium, Chrome or Edge is on this machine"
    for name in ("report.html", "report.pdf"):
        status, out, err = ran(f"report few -o {tmp_path / name} --json", data)
        assert status == 0, err
        told = json.loads(out)
        assert told["file"] == str(tmp_path / name)
        assert len(told["sentences"]) == 5
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    status, _, err = ran(f"report few -o {tmp_path / 'report.doc'}", data)
    assert status == 1
    assert "ends in .html or .pdf" in err
    status, _, err = ran(f"report few -o {tmp_path / 'nowhere' / 'report.html'}", data)
    assert status == 1
    assert "no directory" in err
    status, _, err = ran(f"report few --by moon -o {tmp_path / 'report.html'}", data)
    assert status == 1
    assert "moon" in err


def test_what_is_printed_finds_the_vendored_chinese_font(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(with_font("<html><head></head><body>梯</body></html>"), "utf-8")
    with running_browser() as browser:
        page = browser.new_page()
        page.goto(file.as_uri())
        load = "async () => (await document.fonts.load(\"16px 'Noto Sans SC Variable'\", '梯')).length"
        assert page.evaluate(load) == 1


def test_a_project_is_called_by_its_name_in_the_answer_and_the_tables(made: Report) -> None:
    ids = [one.case_id for one in made.stalls.stalls]
    assert all(made.called(one) not in {one, ""} for one in ids)
    told = html(made, "zh").partition("<code>")[0]
    assert made.called(ids[0]) in told
    assert not [one for one in ids if one in told]
    idle = replace(made.stalls.stalls[0], state="running")
    running = replace(made, stalls=replace(made.stalls, stalls=(idle,)))
    assert made.called(ids[0]) in answer(running)[4]


def test_without_a_browser_a_pdf_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboards.report import browsers, pdf

    monkeypatch.setattr(browsers, "NAMES", ())
    monkeypatch.setattr(browsers, "PLACES", ())
    with pytest.raises(EventLogError, match=r"write the report as \.html"):
        pdf.print_pdf("<p>", tmp_path / "report.pdf")
