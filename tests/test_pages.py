import csv
import io
import re
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from page_stage import browsing, pages
from running import ran

from dashboards.downloads import download
from dashboards.engine import Engine
from dashboards.refusal import as_sentence
from dashboards.serving import pages_served
from dashboards.static_files import FOLDER
from dashboards.tables import Column, Table
from dashboards.templating import templates, written
from eventlogs.errors import EventLogError
from eventlogs.language import Language, speaking
from eventlogs.ledger.duckdb_ledger import DuckDBLedger


def test_the_language_is_chosen_on_the_page_and_remembered(tmp_path: Path) -> None:
    with browsing(tmp_path) as reader:
        assert "Glossary" in reader.get("/glossary", "en")
        assert "术语表" in reader.get("/glossary", "zh-CN,zh;q=0.9,en;q=0.5")
        assert "术语表" in reader.get("/glossary?lang=zh", "en")
        assert "术语表" in reader.get("/glossary", "en")


def test_a_page_links_to_itself_in_the_other_language(tmp_path: Path) -> None:
    with browsing(tmp_path) as reader:
        page = reader.get("/glossary?a=1&lang=zh")
        assert 'href="/glossary?a=1&amp;lang=en"' in page
        assert '<html lang="zh-CN">' in page


def test_a_page_says_the_same_to_machines(tmp_path: Path) -> None:
    with browsing(tmp_path) as reader:
        chapters = reader.told("/glossary")["chapters"]
        assert isinstance(chapters, list)
        assert {"roles", "tools", "activities"} <= {chapter["kind"] for chapter in chapters}


def test_a_word_explains_itself_with_the_sentence_it_rests_on(tmp_path: Path) -> None:
    with browsing(tmp_path) as reader:
        note = reader.get("/glossary/roles/coordinator")
        assert "多方关系协调者" in note
        assert "empowerment and emotional governance" in note
        assert reader.client.get("/glossary/roles/nobody").status_code == 404


def test_a_stranger_sees_no_page(tmp_path: Path) -> None:
    with pages(tmp_path) as client:
        assert client.get("/glossary").status_code in {303, 401}


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/leave?a=1", "/leave?a=1"),
        ("http://elsewhere/leave", None),
        ("http://testserver//elsewhere/", None),
        ("http://testserver/nothing", None),
    ],
)
def test_a_fault_leads_back_to_the_page_of_ours_that_asked(
    tmp_path: Path, came_from: str, back: str | None
) -> None:
    with browsing(tmp_path) as reader:
        page = reader.client.get("/nothing", headers={"accept": "text/html", "referer": came_from}).text
    main = page.partition("<main")[2].partition("</main>")[0]
    assert re.findall(r'href="(.*?)"', main) == ([back, "/"] if back else ["/"])


def test_a_fault_is_a_page_for_people_and_a_problem_for_machines(tmp_path: Path) -> None:
    with browsing(tmp_path) as reader:
        page = reader.client.get("/nothing", headers={"accept": "text/html"})
        problem = reader.client.get("/nothing", headers={"accept": "application/json"})
    assert (page.status_code, problem.status_code) == (404, 404)
    assert "<h1>" in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 404


@pytest.mark.parametrize(
    ("lang", "text", "told"),
    [
        ("en", "sign in to go on", "Sign in to go on."),
        ("zh", "sign in to go on", "请先登录。"),
        ("en", "{name} is no user here; the administrator lets people in", "li is no user here; the"),
    ],
)
def test_a_refusal_is_a_sentence_on_a_page(lang: Language, text: str, told: str) -> None:
    with speaking(lang):
        assert as_sentence(EventLogError(text, name="li")).startswith(told)


def test_pages_ask_no_other_host_and_carry_no_inline_script_or_style() -> None:
    for name in templates().list_templates(filter_func=lambda name: name != "report/file.html"):
        text = (FOLDER.parent / "templates" / name).read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?://", text), name
    for sheet in FOLDER.rglob("*.css"):
        named = re.findall(r"url\(([^)]*)\)|@import ([^;]*)", sheet.read_text("utf-8"))
        assert not [one for one in named if "//" in one[0].replace("http://www.w3.org/2000/svg", "")], sheet


def test_what_others_made_stands_with_its_licence() -> None:
    made = [folder for folder in (FOLDER / "vendor").iterdir() if folder.is_dir()]
    assert len(made) >= 3
    told = (FOLDER / "vendor" / "README.txt").read_text("utf-8")
    for folder in made:
        assert (folder / "LICENSE.txt").is_file(), folder
        assert f"{folder.name}/LICENSE.txt" in told


def test_files_may_be_kept_by_browsers_as_long_as_they_are_the_same(tmp_path: Path) -> None:
    with browsing(tmp_path) as reader:
        sheet = re.search(r'href="(/static/app.css\?v=\w+)"', reader.get("/glossary"))
        assert sheet is not None
        assert "immutable" in reader.client.get(sheet[1]).headers["cache-control"]


TABLE = Table(
    "waits",
    "等待时间",
    [
        Column("项目"),
        Column("n", "number"),
        Column("share", "share"),
        Column("day", "day"),
        Column("at", "moment"),
    ],
    [
        ["=1+1", 1234, 0.25, date(2024, 5, 1), datetime(2024, 5, 1, 4, tzinfo=UTC)],
        ["甲", None, None, None, None],
    ],
)


def test_a_table_leaves_as_csv_that_spreadsheets_read_and_do_not_carry_out() -> None:
    answer = download(TABLE, "csv")
    text = bytes(answer.body).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["项目", "n", "share", "day", "at"],
        ["'=1+1", "1234", "0.25", "2024-05-01", "2024-05-01 12:00:00"],
        ["甲", "", "", "", ""],
    ]
    assert bytes(answer.body).startswith(b"\xef\xbb\xbf")
    assert "filename*=UTF-8''%E7%AD%89" in answer.headers["content-disposition"]


def test_a_table_leaves_as_excel_with_real_numbers_and_days() -> None:
    import openpyxl

    content = bytes(download(TABLE, "xlsx").body)
    assert "xl/workbook.xml" in ZipFile(io.BytesIO(content)).namelist()
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1] == ("=1+1", 1234, 0.25, datetime(2024, 5, 1), datetime(2024, 5, 1, 12))  # noqa: DTZ001
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [(1234, "number", "1,234"), (0.125, "share", "12.5 %"), (None, "number", "–"), (True, "text", "是")],
)
def test_values_are_written_for_people(value: object, kind: str, text: str) -> None:
    with speaking("zh"):
        assert written(value, kind) == text  # type: ignore[arg-type]


def test_pages_are_served_at_an_address_and_a_busy_port_is_explained(
    tmp_path: Path, ledger: DuckDBLedger
) -> None:
    engine = Engine(ledger, tmp_path)
    with pages_served(engine, port=0) as served:
        assert served.address == f"http://127.0.0.1:{served.port}"
        with (
            pytest.raises(EventLogError, match=f"cannot have port {served.port}"),
            pages_served(engine, port=served.port),
        ):
            pass
    with pages_served(engine, port=served.port):
        pass


def test_a_backup_that_is_none_is_not_served(tmp_path: Path) -> None:
    status, _, told = ran(f"serve --read-only {tmp_path / 'none.duckdb'}", tmp_path)
    assert status == 1
    assert "there is no file" in told
