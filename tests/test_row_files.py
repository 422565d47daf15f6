"""A vote or wishes of a whole house come as a file: looked at row by row, recorded only when confirmed."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lift_play import LOG, REGISTER, Play, intake
from lxml import html
from page_stage import Browser
from running import ran
from town_stage import Town

from eventlogs.errors import EventLogError
from eventlogs.language import LANGUAGES, Language, speaking
from flows.errors import RowSheetError
from flows.forms.row_files import lines_of
from flows.forms.row_sheet import RowSheet
from flows.project.advance import read_case
from flows.project.intake import Intake
from flows.steps.decision import VoteOnInstallation

pytestmark = pytest.mark.xdist_group("neighbourhood")
pytest_plugins = ("town_stage",)
VOTE = "/todo/harbin-001/vote_on_installation/1"
ABSENT = [row | {"choice": "absent"} for row in REGISTER]
CHOICES = ("for", "against", "abstain", "absent")


def as_csv(lines: Sequence[Any], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode(encoding)


def sent(browser: Browser, address: str, content: bytes, **fields: str) -> tuple[int, Any]:
    answer = browser.client.post(
        address, data={"csrf": browser.csrf, **fields}, files={"file": ("票.csv", content, "text/csv")}
    )
    return answer.status_code, html.fromstring(answer.text)


def chosen(page: Any) -> Mapping[str, str]:
    return {one.get("name"): one.get("value") for one in page.xpath("//input[@type='radio'][@checked]")}


@settings(max_examples=40)
@given(
    st.permutations(range(len(REGISTER))),
    st.lists(st.sampled_from(CHOICES), min_size=len(REGISTER), max_size=len(REGISTER)),
    st.sampled_from(LANGUAGES),
)
def test_a_filled_in_sheet_says_what_was_filled_in_in_any_order_and_language(
    order: list[int], choices: list[str], language: Language
) -> None:
    with speaking(language):
        sheet = RowSheet.of(VoteOnInstallation, "ballots", ABSENT)
        words = next(one.choices for one in sheet.columns if one.name == "choice")
        rows = [[*list(sheet.filled())[n][:3], words[choices[n]]] for n in order]
        heads = [one.title for one in sheet.columns]
    with speaking("en"):
        read = RowSheet.of(VoteOnInstallation, "ballots", ABSENT).read([["一"], heads, *rows])  # type: ignore[list-item]
    assert (read.faults, read.untold) == ((), ())
    assert [one["choice"] for one in read.whole()] == choices
    assert all(read.rows[n] == order.index(n) + 3 for n in order)


def test_each_faulty_row_is_told_by_its_number() -> None:
    lines = [
        ["户", "说明"],
        ["household", "floor", "choice"],
        ["1A", "1", "赞成"],
        ["1B", "1", "maybe"],
        ["9Z", "9", "for"],
        ["2A", "3", "for"],
        ["", "", ""],
        ["1A", "1", "against"],
        ["", "4", "for"],
    ]
    read = RowSheet.of(VoteOnInstallation, "ballots", ABSENT).read(lines)
    assert [one.row for one in read.faults] == [4, 5, 6, 8, 9]
    assert "Row 4: 'maybe' is not a choice; right is in favour, against" in read.faults[0].as_text()
    assert read.faults[2].fault.place == "ballots.2.floor"
    assert read.whole()[0]["choice"] == "for"
    assert "3B" in read.untold


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_may_be_written_as_spreadsheets_write_it(encoding: str) -> None:
    assert lines_of("票.csv", as_csv([["住户", "意见"], ["1A", "赞成"]], encoding)) == [
        ["住户", "意见"],
        ["1A", "赞成"],
    ]


def test_a_text_that_is_no_table_is_refused_in_a_sentence_also_after_an_import_of_long_cells() -> None:
    usual = csv.field_size_limit(1 << 30)
    with pytest.raises(EventLogError, match="is no table of cells"):
        lines_of("票.csv", b'a,b\n"' + b"a" * 200_000)
    csv.field_size_limit(usual)


def test_a_file_without_the_columns_is_refused_in_a_sentence() -> None:
    with pytest.raises(RowSheetError, match="Household, Floor, Exclusive area"):
        RowSheet.of(Intake, "households").read([["a", "b"], ["1", "2"]])


def test_the_file_to_fill_in_has_every_household_and_offers_the_choices(staff: Browser) -> None:
    content = staff.client.get(f"{VOTE}?table=rows&format=xlsx").content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == ["Household", "Floor", "Exclusive area", "Choice"]
    assert [row[0] for row in rows[1:]] == [row["household"] for row in REGISTER]
    assert "in favour,against" in sheet.data_validations.dataValidation[0].formula1


def test_a_sent_file_fills_in_the_form_and_records_nothing(staff: Browser, town: Town) -> None:
    before = town[1].head(LOG, "harbin-001")
    lines = [["住户", "意见"], *([row["household"], "赞成"] for row in REGISTER[:-1])]
    status, page = sent(staff, f"{VOTE}/rows", as_csv(lines, "gb18030"), note="由楼长收齐")
    assert status == 200
    assert set(list(chosen(page).values())[:-1]) == {"for"}
    assert list(chosen(page).values())[-1] == "absent"
    told = page.get_element_by_id("from-file-told").text_content()
    assert "11 rows of 票.csv are filled in below." in told
    assert "6B" in told
    assert page.get_element_by_id("f-note").text == "由楼长收齐"
    assert "carried" in page.find_class("so-far-verdict")[0].text_content()
    assert town[1].head(LOG, "harbin-001") == before


def test_faulty_rows_are_told_and_marked_and_the_rest_is_filled_in(staff: Browser, town: Town) -> None:
    before = town[1].head(LOG, "harbin-001")
    lines = [["Household", "Choice"], ["1A", "yes!"], ["1B", "against"], ["7C", "for"]]
    status, page = sent(staff, f"{VOTE}/rows", as_csv(lines))
    told = [one.text for one in page.xpath("//*[@id='from-file-told']//li")]
    assert status == 422
    assert [one.split(":")[0] for one in told] == ["Row 2", "Row 4"]
    assert "ballots.0.choice" not in chosen(page)
    assert chosen(page)["ballots.1.choice"] == "against"
    assert town[1].head(LOG, "harbin-001") == before


def test_a_sum_that_is_wrong_is_told_before_anything_is_recorded(staff: Browser) -> None:
    lines = [["楼层", "比例（%）"], *([str(n), "10"] for n in range(1, 7))]
    status, page = sent(staff, "/todo/shanghai-001/set_cost_sharing/1/rows", as_csv(lines))
    assert status == 422
    assert "The shares sum to 60 %" in page.get_element_by_id("f-shares").text_content()


def test_a_number_in_a_format_of_per_cent_is_read_as_it_is_seen(staff: Browser) -> None:
    book, parts, text = openpyxl.Workbook(), (0.05, 0.07, 0.13, 0.2, 0.25, 0.3), '0.00" %"'
    sheet = book.worksheets[0]
    sheet.append(["Floor", "Share in per cent"])
    for floor, part in enumerate(parts, 1):
        sheet.append([floor, part if floor > 1 else 5])
        sheet.cell(floor + 1, 2).number_format = "0.0%" if floor > 1 else text
    file = io.BytesIO()
    book.save(file)
    status, page = sent(staff, "/todo/shanghai-001/set_cost_sharing/1/rows", file.getvalue())
    values = page.xpath("//input[starts-with(@name, 'shares.')][contains(@name, '.percent')]/@value")
    assert (status, values) == (200, ["5", "7", "13", "20", "25", "30"])
    told = page.get_element_by_id("from-file-told").text_content()
    assert "5 numbers have a sign of per cent and are read as hundredths" in told
    lines = [
        ["Floor", "Share in per cent"],
        *([str(n), f"{round(100 * part)} %"] for n, part in enumerate(parts, 1)),
    ]
    _, page = sent(staff, "/todo/shanghai-001/set_cost_sharing/1/rows", as_csv(lines))
    assert "6 numbers have a sign of per cent" in page.get_element_by_id("from-file-told").text_content()


def test_a_step_without_households_takes_no_file(staff: Browser) -> None:
    status, page = sent(staff, "/projects/harbin-001/acts/publicise_policy/rows", b"a,b")
    assert status == 422
    assert "asks for no list" in page.text_content()


def test_the_register_of_a_new_project_comes_from_a_file(staff: Browser) -> None:
    lines = [["住户", "楼层", "专有面积"], ["101", "1", "60.5"], ["102", "一", "61"]]
    status, page = sent(staff, "/projects/new/rows", as_csv(lines), name="新楼", city="harbin", floors="6")
    assert status == 422
    assert "Row 3" in page.get_element_by_id("from-file-told").text_content()
    assert page.get_element_by_id("f-households-0-area").get("value") == "60.5"
    assert page.get_element_by_id("f-name").get("value") == "新楼"


def test_a_command_takes_the_rows_or_refuses_the_file_by_its_rows(tmp_path: Path) -> None:
    begun, rows = tmp_path / "intake.json", tmp_path / "wishes.csv"
    begun.write_text(json.dumps(intake(), ensure_ascii=False), "utf-8")
    ran(f"project start --data-file {begun} --actor wang --at 2024-03-04", tmp_path)
    act = f"project act harbin-001 survey_household_wishes --rows {rows} --actor wang --reason early"
    rows.write_text("住户,意愿态度\n1A,反对\n1B,也许\n", "utf-8")
    status, _, err = ran(f"{act} --lang zh", tmp_path)
    assert (status, "第 3 行：'也许' 不在可选范围内" in err) == (1, True)
    rows.write_bytes(as_csv([["住户", "意愿态度"], *([row["household"], "同意"] for row in REGISTER)], "gbk"))
    status, _, err = ran(act, tmp_path)
    assert (status, err) == (0, "")


def test_recording_what_a_file_filled_in_is_what_completes_the_step(staff: Browser, town: Town) -> None:
    play = Play(town[1], "rows-1")
    play.start(name="名册里1号楼")
    address = "/projects/rows-1/acts/survey_household_wishes"
    lines = [["住户", "意愿态度", "顾虑"], *([row["household"], "反对", "采光"] for row in REGISTER)]
    _, page = sent(staff, f"{address}/rows", as_csv(lines))
    (form,) = [one for one in page.forms if one.get("id") == "step"]
    answer = staff.client.post(address, data={**dict(form.form_values()), "reason": "simulated"})
    assert answer.status_code == 303
    done = read_case(town[1], LOG, "rows-1").latest("survey_household_wishes")
    assert done is not None
    assert {(one["wish"], one["concern"]) for one in done.entered["wishes"]} == {("opposes", "light")}
