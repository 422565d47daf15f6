"""Logs of lift projects: some projects are played, and copied under other names until there are enough."""

from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

from benchmarks.dataset import fill_ledger
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import prepare
from eventlogs.sql_files import sql
from flows.simulation.cohort import Script, scripts
from flows.simulation.in_bulk import play_in_bulk
from flows.simulation.planting import Plants
from mining.cases.case_endings import CaseAttributes, fill_cases
from mining.conformance.verdicts import judged
from mining.nets.pnml_writer import pnml
from mining.normative.chain_net import chain_net
from mining.normative.file import lift_model
from mining.outlook.case_curves import OTHERWISE

if TYPE_CHECKING:
    import pyarrow as pa

LOG = "bench"
CITIES = ("shanghai", "tianjin", "dalian", "harbin")
PLAYED = 2400  # projects at the most, hardly two alike; the copies of one differ in how long they last
LEAST_PLAYED, EVENTS_OF_ONE = 240, 400  # one is played for so many events
STRETCH = 0.05
BEGUN, BEGUN_EVENTS = 48, 25  # of projects played for those that are still open, and how far they have come

_ATTACH = "ATTACH '{file}' AS played (READ_ONLY)"
_LONG = "SELECT case_id FROM event GROUP BY case_id HAVING count(*) > $n ORDER BY case_id"
_ROLE_WORDS = (
    "CREATE OR REPLACE TEMP TABLE role_word AS SELECT unnest($marks) AS mark, unnest($roles) AS role"
)
_EVENTS = """
    SELECT row_number() OVER (ORDER BY case_no, pos) AS place, trace.case_id, activity_code.name AS activity,
        trace_event.occurred_at AS time, json_extract_string(object.attributes, '$.city') AS city
    FROM trace_event
    JOIN trace USING (case_no)
    JOIN activity_code ON activity_code.code = trace_event.activity
    JOIN main.object ON object.object_id = trace.case_id
"""
_SPANS = """
    SELECT grp, days, cause FROM (
        SELECT
            grp,
            greatest(epoch_us(if(state IN ('completed', 'failed', 'ended'), end_at, last_at) - start_at), 0)
                / 86400e6 AS days,
            CASE state WHEN 'completed' THEN 1 WHEN 'failed' THEN 2 WHEN 'ended' THEN $other ELSE 0 END
                AS cause
        FROM norm_case JOIN trace USING (case_no), (SELECT max(end_at) AS last_at FROM trace)
    ) ORDER BY ALL
"""


def cohort(n_projects: int) -> list[Script]:
    """Return the scripts of a cohort in all cities."""
    return scripts(CITIES, n_projects, 7, Plants())


def played_log(place: Path, n_events: int) -> Path:
    """Return the directory with a log of at least `n_events` events of whole projects; make it if need be.

    Beside it lie what the peers read: the chains' roles of every case as a log of its own with the chains
    as a net, and how long each project has gone on.
    """
    data = place / f"played-{n_events}"
    if (data / "made").is_file():
        return data
    data.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place) as draft:
        base = DuckDBLedger(Path(draft) / "base.duckdb")
        _, n_played = play_in_bulk(base, LOG, cohort(_n_played(n_events)))
        base.close()
        _copied(base.file, data / "ledger.duckdb", -(-n_events // n_played), STRETCH)
    ledger = DuckDBLedger(data / "ledger.duckdb")
    _write_for_peers(ledger, data)
    ledger.close()
    (data / "made").touch()
    return data


def _n_played(n_events: int) -> int:
    return min(PLAYED, max(LEAST_PLAYED, n_events // EVENTS_OF_ONE))


def open_projects(place: Path, n_projects: int) -> Path:
    """Return the directory with a log of `n_projects` open projects or a few more; make it if need be."""
    data = place / f"open-{n_projects}"
    if (data / "made").is_file():
        return data
    data.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place) as draft:
        whole = DuckDBLedger(Path(draft) / "whole.duckdb")
        play_in_bulk(whole, LOG, cohort(BEGUN))
        begun = DuckDBLedger(Path(draft) / "begun.duckdb")
        begun.create_log(LOG, simulated=True)
        with whole.reading() as connection:
            found = connection.execute(_LONG, {"n": BEGUN_EVENTS + 5}).fetchall()
        for (case_id,) in found:
            begun.append(LOG, [one.event for one in whole.case(LOG, case_id)[:BEGUN_EVENTS]])
        for ledger in (whole, begun):
            ledger.close()
        _copied(begun.file, data / "ledger.duckdb", -(-n_projects // len(found)), 0)
    (data / "made").touch()
    return data


def _copied(base: Path, file: Path, n_copies: int, stretch: float) -> None:
    """Make a ledger that holds every project of another so many times."""
    file.unlink(missing_ok=True)
    DuckDBLedger(file).close()
    with duckdb.connect(str(file)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(_ATTACH.format(file=str(base).replace("'", "''")))
        values = {"n_copies": n_copies, "stretch": stretch}
        for statement in connection.extract_statements(
            (files("benchmarks") / "copies.sql").read_text("utf-8")
        ):
            asked = {name: values[name] for name in statement.named_parameters}
            connection.execute(statement, asked)


def _write_for_peers(ledger: DuckDBLedger, data: Path) -> None:
    model = lift_model()
    prepared = prepare(ledger, LOG)
    (data / "roles").mkdir(exist_ok=True)
    with judged(prepared, model, "city") as verdicts:
        words = verdicts.tables.role_of_mark()
        marks = {"marks": list(words), "roles": list(words.values())}
        verdicts.connection.execute(_ROLE_WORDS, marks)
        verdicts.connection.execute(sql("conformance/role_sequences", "mining"))
        found = verdicts.connection.execute((files("benchmarks") / "roles.sql").read_text("utf-8"))
        roles = found.to_arrow_table()
        verdicts.connection.execute("DROP TABLE temp.role_word")
    _write(roles, data / "roles" / "log.parquet")
    fill_ledger(data / "roles")
    with prepared.reading() as connection:
        _write(connection.execute(_EVENTS).to_arrow_table(), data / "log.parquet")
        fill_cases(connection, prepared, model.ending, CaseAttributes.of(prepared, "city"))
        _write(connection.execute(_SPANS, {"other": OTHERWISE}).to_arrow_table(), data / "spans.parquet")
    (data / "chains.pnml").write_text(pnml(chain_net(model.chains), "chains"), "utf-8")


def _write(table: "pa.Table", file: Path) -> None:
    import pyarrow.parquet as parquet

    parquet.write_table(table, file)
