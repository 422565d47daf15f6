"""The pages that are made from the code: they are as the code is, and whole."""

import re
import tomllib

import duckdb
import pytest

from eventlogs.language import Language
from eventlogs.shape import MICROSECOND, Shape, take_shape
from tools.site import decisions
from tools.site.dictionary import MEANINGS, PAGES, beside_the_log, event_log, pages, prepared_log
from tools.site.staging import ROOT

TABLES = (*event_log(), *prepared_log(), *beside_the_log())


@pytest.mark.parametrize("lang", PAGES)
def test_the_data_dictionary_is_as_the_schema_is(lang: str) -> None:
    assert PAGES[lang].read_text("utf-8") == pages()[lang], "run: make docs"


def test_every_table_has_a_grain_and_every_column_a_meaning_in_both_languages() -> None:
    words = tomllib.loads(MEANINGS.read_text("utf-8"))["meaning"]
    said = {table.grain for table in TABLES} | {it.meaning for table in TABLES for it in table.columns}
    assert "" not in said
    assert said == set(words)


def test_the_dictionary_has_every_table_and_column_of_a_ledger() -> None:
    with duckdb.connect() as connection:
        for file in sorted((ROOT / "eventlogs/schema").glob("*.sql")):
            connection.execute(file.read_text("utf-8"))
        rows = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'main'"
        ).fetchall()
    assert set(rows) == {(table.name, it.name) for table in event_log() for it in table.columns}


def test_the_dictionary_has_every_table_and_column_of_a_prepared_log() -> None:
    with duckdb.connect() as connection:
        for file in ("registry", "tables"):
            connection.execute((ROOT / f"eventlogs/sql/prepared/{file}.sql").read_text("utf-8"))
        take_shape(connection, Shape(64, 64, MICROSECOND))
        rows = connection.execute("SELECT table_name, column_name FROM information_schema.columns").fetchall()
    assert set(rows) == {(table.name, it.name) for table in prepared_log() for it in table.columns}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_list_of_decisions_has_every_decision(lang: Language) -> None:
    named = re.findall(r"^- \[.*\]\(([^)]+)\)$", decisions.listed(lang), re.MULTILINE)
    every = (path.name for path in decisions.FOLDER.glob("[0-9]*.md"))
    assert named == sorted(name for name in every if name.endswith(".zh.md") == (lang == "zh"))
