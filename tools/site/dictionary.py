"""The data dictionary, made from the schema files: tables, views, their grain, columns, types and meanings.

The words are the comments of the schema itself. A column without a comment of its own means what the last
column of that name above it means; the Chinese of each comment stands in `meanings.zh.toml`.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from eventlogs.shape import MICROSECOND, trace_event_table
from eventlogs.sql_files import sql
from tools.site.staging import ROOT

PAGES = {"en": ROOT / "docs/data_dictionary.md", "zh": ROOT / "docs/data_dictionary.zh.md"}
MEANINGS = Path(__file__).parent / "meanings.zh.toml"
_TABLE = re.compile(
    r"^CREATE TABLE (?:IF NOT EXISTS )?(?:prepared\.)?(\w+) \(\n(.*?)^\)", re.MULTILINE | re.DOTALL
)
_VIEW = re.compile(r"^CREATE (?:OR REPLACE )?VIEW (\w+) AS\n((?:-- .*\n)+)", re.MULTILINE)
_OWN = re.compile(r"^--   (\w+): (.*)$", re.MULTILINE)
_COLUMN = re.compile(r"^    ([a-z_]+) ([A-Z]\w*(?:\([^)]*\))?(?:\[\])?)[^\n]*?(?:-- +(.*))?$", re.MULTILINE)


@dataclass(frozen=True)
class Column:
    """A column and what it means; empty where only its name says so."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """A table or view and what one of its rows is."""

    name: str
    kind: str
    grain: str
    columns: tuple[Column, ...]


def event_log() -> tuple[Table, ...]:
    """Return the tables and views of the event log; a view made anew by a later migration counts."""
    known: dict[str, str] = {}
    found: dict[str, Table] = {}
    with duckdb.connect() as connection:
        for migration in sorted((ROOT / "eventlogs/schema").glob("*.sql")):
            schema = migration.read_text("utf-8")
            connection.execute(schema)
            found |= {table.name: table for table in _tables(schema, known)}
            for name, told in _VIEW.findall(schema):
                grain = " ".join(line[3:] for line in told.splitlines() if not line.startswith("--   "))
                known |= {f"{name}.{column}": said for column, said in _OWN.findall(told)}
                rows = connection.execute(f"DESCRIBE {name}").fetchall()
                columns = (Column(it[0], it[1], known.get(f"{name}.{it[0]}") or known[it[0]]) for it in rows)
                found[name] = Table(name, "view", grain, tuple(columns))
    return tuple(found.values())


def prepared_log() -> tuple[Table, ...]:
    """Return the tables of a log prepared for mining, and of the register of those."""
    known: dict[str, str] = {}
    statements = (sql("prepared/registry"), trace_event_table(MICROSECOND), sql("prepared/tables"))
    return tuple(table for statement in statements for table in _tables(statement, known))


def beside_the_log() -> tuple[Table, ...]:
    """Return the tables of the small databases beside it: access, and the views analysts keep."""
    known: dict[str, str] = {}
    files = (ROOT / "dashboards/sql/access/schema.sql", ROOT / "dashboards/sql/views/schema.sql")
    return tuple(table for file in files for table in _tables(file.read_text("utf-8"), known))


def _tables(schema: str, known: dict[str, str]) -> Iterator[Table]:
    for name, body in _TABLE.findall(schema):
        grain = re.search(r"^    -- (One row per .*)$", body, re.MULTILINE)
        assert grain is not None, name
        columns = []
        for column, kind, said in _COLUMN.findall(body):
            known[column] = said.strip() or known.get(column, "")
            columns.append(Column(column, kind, known[column]))
        yield Table(name, "table", grain[1], tuple(columns))


def pages() -> dict[str, str]:
    """Return the pages by their language."""
    return {lang: _page(lang) for lang in PAGES}


def _page(lang: str) -> str:
    words = tomllib.loads(MEANINGS.read_text("utf-8"))
    heads = words["page"][lang]
    other = PAGES["zh" if lang == "en" else "en"].name
    lines = [f"# {heads['title']}", "", f"{heads['other']}[{other}]({other})", "", heads["about"], ""]
    for part, tables in (
        ("log", event_log()),
        ("prepared", prepared_log()),
        ("beside", beside_the_log()),
    ):
        lines += [f"## {heads[part]}", "", heads[f"{part}_about"], ""]
        for table in tables:
            lines += _told(table, heads, {} if lang == "en" else words["meaning"])
    return "\n".join(lines).rstrip() + "\n"


def _told(table: Table, heads: dict[str, str], words: dict[str, str]) -> Iterator[str]:
    yield from (f"### `{table.name}` ({heads[table.kind]})", "", words.get(table.grain, table.grain), "")
    yield from (f"| {heads['column']} | {heads['type']} | {heads['meaning']} |", "|---|---|---|")
    for column in table.columns:
        meaning = words.get(column.meaning, column.meaning).replace("|", "\\|")
        yield f"| `{column.name}` | `{column.type}` | {meaning} |"
    yield ""


def write() -> None:
    """Write the pages."""
    for lang, text in pages().items():
        PAGES[lang].write_text(text, "utf-8")
