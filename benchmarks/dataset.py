"""The data that everybody is measured on, made once per size: Parquet, CSV, XES and our ledger's file."""

from importlib.resources import files
from pathlib import Path

import duckdb

from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import prepare

EVENTS_PER_CASE = 23.33  # of what dataset.sql makes
N_REGIONS = 20  # that the 40 cities lie in
IMPORT_LIMIT = 1_000_000  # larger logs are written as CSV and XES only for those who ask for their import

_WRITE_PARQUET = "COPY (FROM event ORDER BY place) TO $file (FORMAT parquet)"
_WRITE_CSV = "COPY (SELECT * EXCLUDE (place) FROM event ORDER BY place) TO $file (FORMAT csv)"
_WRITE_XES = "COPY ({query}) TO $file (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01')"
_ADD_LOG = """
    INSERT INTO log (name, kind, case_type, simulated, timezone, created_at)
    VALUES ('bench', 'imported', 'case', true, 'UTC', now())
"""
_ADD_EVENTS = """
    INSERT INTO event BY NAME
    SELECT
        nextval('event_number') AS seq, 1 AS log_id, place::VARCHAR AS event_key, case_id, activity,
        'complete' AS lifecycle, role, actor, time AS occurred_at, now() AS recorded_at, '{}' AS attributes,
        '{}' AS evidence, [] AS objects, [] AS changes, ''::BLOB AS chain_hash
    FROM (FROM read_parquet($file) ORDER BY place)
"""
_ADD_CASES = """
    INSERT INTO object
    SELECT 1, case_id, 'case', json_object('city', city, 'region', 'region ' || number % $n_regions)
    FROM (
        SELECT case_id, any_value(city) AS city,
            try_cast(split_part(any_value(city), ' ', 2) AS INTEGER) AS number
        FROM read_parquet($file)
        GROUP BY case_id
    )
"""


def dataset(place: Path, n_events: int) -> Path:
    """Return the directory with a log of about `n_events` events; make it where there is none yet."""
    data = place / f"{n_events}"
    if (data / "made").is_file():
        return data
    data.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        text = (files("benchmarks") / "dataset.sql").read_text("utf-8")
        connection.execute(text, {"n_cases": round(n_events / EVENTS_PER_CASE)})
        connection.execute(_WRITE_PARQUET, {"file": str(data / "log.parquet")})
    fill_ledger(data)
    (data / "made").touch()
    return data


def with_texts(data: Path) -> Path:
    """Return the directory after its log has been written as CSV and XES, unless it was."""
    if not (data / "log.xes").is_file():
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.read_parquet(str(data / "log.parquet")).create_view("event")
            connection.execute(_WRITE_CSV, {"file": str(data / "log.csv")})
            query = (files("benchmarks") / "xes.sql").read_text("utf-8")
            connection.execute(_WRITE_XES.format(query=query), {"file": str(data / "log.xes")})
    return data


def counts(data: Path) -> tuple[int, int, int]:
    """Return how many events, cases and variants the log has."""
    with duckdb.connect(str(data / "ledger.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "SELECT sum(n_events)::BIGINT, count(*), count(DISTINCT variant) FROM prepared_1.trace"
        ).fetchall()[0]
    return found[0], found[1], found[2]


def fill_ledger(data: Path) -> None:
    """Load the events into a ledger and prepare them; their chain hashes stay empty, unread by mining."""
    draft = data / "draft.duckdb"
    draft.unlink(missing_ok=True)
    ledger = DuckDBLedger(draft)
    with ledger.writing() as connection:
        connection.execute(_ADD_LOG)
        file = {"file": str(data / "log.parquet")}
        connection.execute(_ADD_EVENTS, file)
        connection.execute(_ADD_CASES, file | {"n_regions": N_REGIONS})
    prepare(ledger, "bench").attribute("city")
    ledger.close()
    draft.rename(data / "ledger.duckdb")
