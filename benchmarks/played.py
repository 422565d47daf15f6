"""Logs of lift projects: some projects are played, and copied under other names until there are enough."""

import json
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from benchmarks.dataset import fill_ledger
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.prepared import Connection, prepare
from eventlogs.sql_files import sql
from eventlogs.vocabulary import Outcome, terms
from flows.simulation.cohort import Script, scripts
from flows.simulation.in_bulk import play_in_bulk
from flows.simulation.planting import Plants
from mining.cases.case_endings import ENDINGS, CaseAttributes, fill_cases
from mining.cases.log_clock import time_in
from mining.conformance.verdicts import judged
from mining.nets.petri_net import PetriNet, Transition
from mining.nets.pnml_writer import pnml
from mining.normative.chain_net import chain_net
from mining.normative.file import lift_model
from mining.normative.model import NormativeModel
from mining.normative.performances import usual_performance
from mining.outlook.case_curves import OTHERWISE
from mining.stalls.limits import hold_overdue_by, stall_limits
from mining.stalls.reasons import hold_places, regulated

if TYPE_CHECKING:
    import pyarrow as pa

LOG = "bench"
CITIES = ("shanghai", "tianjin", "dalian", "harbin")
PLAYED = 10_000  # projects at the most, so that a million events are played, and more are copies of these
LEAST_PLAYED, EVENTS_OF_ONE = 240, 100  # one is played for so many events
STRETCH = 0.05
BEGUN, BEGUN_EVENTS = 48, 25  # of projects played for those that are still open, and how far they have come

_ATTACH = "ATTACH '{file}' AS played (READ_ONLY)"
_LONG = "SELECT case_id FROM event GROUP BY case_id HAVING count(*) > $n ORDER BY case_id"
_USUAL = ("activities", "own_roles", "roles", "tools")
_USUAL_PERFORMANCE = """
    CREATE OR REPLACE TEMP TABLE usual_performance AS
    SELECT
        unnest($activities::VARCHAR[]) AS activity, unnest($own_roles::VARCHAR[]) AS own_role,
        unnest($roles::VARCHAR[]) AS role, unnest($tools::VARCHAR[]) AS tool
"""
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
    if (data / "made").is_file() and (data / "norm.json").is_file():
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
    net = chain_net(model.chains)
    (data / "chains.pnml").write_text(pnml(net, "chains"), "utf-8")
    (data / "chains_so_far.pnml").write_text(pnml(_left_anywhere(net, model), "chains"), "utf-8")
    with ledger.reading() as connection:
        _write(_work(connection, model), data / "work.parquet")
    (data / "norm.json").write_text(json.dumps(_norm(model, time_in(prepared))), "utf-8")


def _left_anywhere(net: PetriNet, model: NormativeModel) -> PetriNet:
    """Return the net with a silent step from every place of a chain to its end, for cases on their way."""
    ends = tuple(f"{chain.key} left" for chain in model.chains)
    leaving = tuple(
        Transition(f"leave {chain.key} at {n}", None, {f"{chain.key} {n}": 1}, {end: 1})
        for chain, end in zip(model.chains, ends, strict=True)
        for n in range(len(chain.roles) + 1)
    )
    return PetriNet((*net.places, *ends), (*net.transitions, *leaving), net.initial, dict.fromkeys(ends, 1))


def _work(connection: Connection, model: NormativeModel) -> "pa.Table":
    """Return every event with what it says, a column each, and with its usual role and tool."""
    gate = next(rule.forbidden_while for rule in model.rules if rule.forbidden_while)
    pairs = connection.execute("SELECT DISTINCT activity, role FROM event").fetchall()
    usual = [(activity, own, *usual_performance(activity, own)) for activity, own in pairs]
    connection.execute(
        _USUAL_PERFORMANCE, dict(zip(_USUAL, map(list, zip(*usual, strict=True)), strict=True))
    )
    asked = {"gated_type": gate.object_type, "resolved_by": "/" + gate.resolved_by}
    return connection.execute((files("benchmarks") / "work.sql").read_text("utf-8"), asked).to_arrow_table()


def _norm(model: NormativeModel, now: datetime) -> dict[str, Any]:
    """Return what a peer needs to know of the model and of the vocabulary."""
    rules = [asdict(rule) for rule in model.rules]
    for rule in rules:
        rule["gate"] = rule.pop("forbidden_while") is not None
        for side in ("before", "after"):
            rule[side] = rule[side] and [rule[side]["layer"], rule[side]["keys"]]
    outcomes = {key: one.ending for key, one in terms("outcomes").items() if isinstance(one, Outcome)}
    marks = [
        mark for rule in model.rules for mark in (rule.before, rule.after) if mark and len(mark.keys) == 1
    ]
    performed = {("role", role) for role in model.chain_of}
    performed |= {("tool", mark.keys[0]) for mark in marks if mark.layer == "tool"}
    ends = ((model.ending.success, "completed"), (model.ending.failure, "failed"))
    return {
        "chains": [asdict(chain) for chain in model.chains],
        "rules": rules,
        "loops": [asdict(loop) for loop in model.loops],
        "same_persons": [[same.key, same.roles] for same in model.same_persons],
        "outcomes": {key: ENDINGS[ending] for key, ending in outcomes.items()},
        "ending_activities": {activity: state for activities, state in ends for activity in activities},
        "performed_marks": sorted(performed),
        "gated": [step for rule in model.rules if rule.forbidden_while for step in rule.after.keys],
        "regulated": list(regulated(model)),
        "activities": list(terms("activities")),
        "hold_places": hold_places(),
        "false_alarms": stall_limits().false_alarms,
        "overdue": hold_overdue_by(now).isoformat(),
    }


def _write(table: "pa.Table", file: Path) -> None:
    import pyarrow.parquet as parquet

    parquet.write_table(table, file)
