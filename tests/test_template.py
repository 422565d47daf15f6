"""The Excel template for offices: filled in by hand, it is imported without options, in both languages."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from exchanged_logs import events_of, ledger_in, objects_of
from running import ran

from eventlogs.exchange.tables.template import template_columns
from eventlogs.language import Language
from eventlogs.vocabulary import terms

WORDS = {
    "zh": ("提出加梯意愿", "业主表决", "意见领袖", "行动领袖", "上海", "建成投用"),
    "en": (
        "Raise the wish for a lift",
        "Owners vote on the lift",
        "Opinion leader",
        "Action leader",
        "Shanghai",
        "Completed",
    ),
}


def template(data: Path, lang: str) -> Path:
    file = data / "fill.xlsx"
    assert ran(f"--lang {lang} log template {file}", data)[0] == 0
    return file


def fill(file: Path, *rows: tuple[Any, ...]) -> None:
    book = openpyxl.load_workbook(file)
    for row in rows:
        book.worksheets[0].append(row)
    book.save(file)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_filled_template_is_imported_without_options(lang: str, tmp_path: Path) -> None:
    wish, vote, opinion, action, city, completed = WORDS[lang]
    file = template(tmp_path, lang)
    fill(
        file,
        ("007", wish, date(2024, 3, 1), "居委会甲", opinion, city, "普陀区", 6, completed, None),
        ("007", vote, "2024-05-17 15:30", "居委会甲", action, city, "普陀区", 6, completed, "第二次"),
        ("008", "自己的步骤", "2024年6月1日", None, None, city, "静安区", 7, None, None),
    )
    status, _, narration = ran(f"--lang {lang} log import {file}", tmp_path)
    assert status == 0, narration
    assert file.name in narration
    with ledger_in(tmp_path) as ledger:
        events = events_of(ledger, "fill")
        cases = {case: attributes for case, _, attributes in objects_of(ledger, "fill")}
    assert [event[2] for event in events] == ["raise_lift_wish", "vote_on_installation", "自己的步骤"]
    assert [event[4] for event in events] == ["opinion_leader", "action_leader", None]
    assert [event[7].isoformat()[:10] for event in events] == ["2024-02-29", "2024-05-17", "2024-05-31"]
    assert (cases["007"]["outcome"], cases["007"]["city"]) == ("completed", city)
    assert cases["008"].get("outcome") is None


def test_a_template_that_is_not_filled_in_is_refused(tmp_path: Path) -> None:
    status, _, narration = ran(f"--lang en log import {template(tmp_path, 'en')}", tmp_path)
    assert (status, "no events under it" in narration) == (1, True)


def test_a_template_explains_every_column_and_shows_an_example(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template(tmp_path, "zh"))
    rows = list(book.worksheets[1].iter_rows(values_only=True))
    columns = template_columns("zh")
    assert [row[0] for row in rows[1 : len(columns) + 1]] == [column.header for column in columns]
    assert all(row[2] and row[3] for row in rows[1 : len(columns) + 1])
    assert list(rows[-1][: len(columns)]) == [column.example for column in columns]
    assert book.worksheets[2].sheet_state == "veryHidden"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_example_of_a_template_can_be_taken_as_it_stands(lang: Language, tmp_path: Path) -> None:
    for column in template_columns(lang):
        if column.kind is not None:
            assert column.example in {term.label(lang) for term in terms(column.kind).values()}
    file = template(tmp_path, lang)
    fill(file, tuple(column.example for column in template_columns(lang)))
    assert ran(f"--lang {lang} log import {file}", tmp_path)[0] == 0


def test_a_template_leaves_other_files_alone(tmp_path: Path) -> None:
    file = template(tmp_path, "en")
    was = file.read_bytes()
    status, _, narration = ran(f"--lang en log template {file}", tmp_path)
    assert (status, "is there already" in narration, file.read_bytes() == was) == (1, True, True)
    assert "must end in .xlsx" in ran(f"--lang en log template {tmp_path / 'x.csv'}", tmp_path)[2]
