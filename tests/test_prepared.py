"""The prepared log says the same as the events, however it came to be."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventlogs.compilation import compile_afresh
from eventlogs.errors import EventLogError
from eventlogs.events import Event, ObjectChange, ObjectLink
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.ledger.log_deletion import delete
from eventlogs.prepared import PreparedLog, prepare

MONDAY = datetime(2024, 3, 4, 9, tzinfo=UTC)

EVENTS = """
    SELECT
        case_id, pos, seq, a.name, r.name, x.name, l.name, occurred_at, b.name, role_edge IS NULL, wait, occ
    FROM trace_event
    JOIN trace USING (case_no)
    JOIN activity_code AS a ON a.code = activity
    JOIN lifecycle_code AS l ON l.code = lifecycle
    LEFT JOIN role_code AS r ON r.code = role
    LEFT JOIN actor_code AS x ON x.code = actor
    LEFT JOIN activity_code AS b ON b.code = edge % (SELECT stride FROM shape)
    ORDER BY case_id, pos
"""
ROLE_PAIRS = """
    SELECT r.name, s.name, count(*)
    FROM trace_event
    LEFT JOIN role_code AS r ON r.code = role_edge // (SELECT role_stride FROM shape)
    LEFT JOIN role_code AS s ON s.code = role_edge % (SELECT role_stride FROM shape)
    WHERE role_edge IS NOT NULL GROUP BY ALL ORDER BY ALL
"""
TRACES = """
    WITH step AS (
        SELECT variant, n_cases, n_events AS n, unnest(activities) AS code,
            generate_subscripts(activities, 1) AS pos
        FROM variant
    )
    SELECT case_id, start_at, end_at, duration, n_events, n, n_cases, list(name ORDER BY pos)
    FROM trace JOIN step USING (variant) JOIN activity_code USING (code)
    GROUP BY ALL
    ORDER BY case_id
"""
VARIANTS = "SELECT n_cases, n_events, len(activities) FROM variant ORDER BY ALL"
CITIES = """
    SELECT case_id, value FROM trace LEFT JOIN (case_attribute JOIN attribute_value USING (attribute, code))
    USING (case_no) ORDER BY case_id
"""
ARCS = "FROM arc ORDER BY ALL"
COUNTED_ARCS = """
    SELECT 0, 0, edge, count(*) FROM trace_event GROUP BY ALL
    UNION ALL
    SELECT attribute, code, edge, count(*) FROM trace_event JOIN case_attribute USING (case_no) GROUP BY ALL
    ORDER BY ALL
"""
ADD_EVENT = """
    INSERT INTO event BY NAME
    SELECT
        $seq AS seq, currval('log_number') AS log_id, $seq::VARCHAR AS event_key, $case AS case_id,
        $activity AS activity, 'complete' AS lifecycle, $moment AS occurred_at, now() AS recorded_at,
        '{}' AS attributes, '{}' AS evidence, [] AS objects, [] AS changes, ''::BLOB AS chain_hash
"""


def contents(prepared: PreparedLog) -> dict[str, Any]:
    with prepared.reading() as connection:
        assert connection.execute(ARCS).fetchall() == connection.execute(COUNTED_ARCS).fetchall()
        return {
            query: connection.execute(query).fetchall()
            for query in (EVENTS, ROLE_PAIRS, TRACES, VARIANTS, CITIES)
        }


def contents_afresh(prepared: PreparedLog) -> dict[str, Any]:
    with prepared.ledger.writing() as connection:
        compile_afresh(connection, prepared.state.schema_name, prepared.choice)
    return contents(prepared)


def traces(prepared: PreparedLog) -> dict[str, list[str]]:
    with prepared.reading() as connection:
        found: dict[str, list[str]] = {}
        for case_id, _, _, activity, *_ in connection.execute(EVENTS).fetchall():
            found.setdefault(case_id, []).append(activity)
        return found


def event(case: str, activity: str, hour: float = 0, /, key: str | None = None, **values: Any) -> Event:
    moment = MONDAY + timedelta(hours=hour)
    return Event(key or f"{case}/{activity}/{hour}", case, activity, moment, **values)


HOURS = st.sampled_from([0, 1, 2, 3, 4, 5, 1 / 7])  # the last one is not of whole seconds
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("event"),
            st.sampled_from(["A", "B", "C"]),
            st.sampled_from(["apply", "vote", "build", "accept"]),
            HOURS,
            st.sampled_from(["complete", "complete", "start"]),
            st.sampled_from([None, "coordinator", "witness"]),
            st.sampled_from([None, "Shanghai", "Wuxi"]),
            st.sampled_from(["", "H", "J", "HJ"]),  # the households it is about
        ),
        st.tuples(
            st.sampled_from(["void", "replace"]),
            st.integers(0, 30),
            st.sampled_from(["apply", "object"]),
            HOURS,
        ),
        st.just(("prepare",)),
    ),
    min_size=2,
    max_size=25,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_bringing_up_to_date_equals_compiling_afresh(
    steps: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ledger = DuckDBLedger(tmp_path_factory.mktemp("ledger") / "events.duckdb")
    ledger.create_log("streets")
    of_a_household = (ObjectLink("H", "household"),)
    in_wuxi = (ObjectChange("A", "city", "Wuxi"), ObjectChange("H", "city", "Wuxi"))
    first = event("A", "apply", changes=in_wuxi, objects=of_a_household)
    ledger.append("streets", [first])
    prepare(ledger, "streets").attribute("city")
    prepare(ledger, "streets", object_type="household").attribute("city")
    recorded = [first]
    for number, step in enumerate(steps):
        match step:
            case ("event", case, activity, hour, lifecycle, role, city, households):
                told = {"lifecycle": lifecycle, "role": role}
                told["changes"] = tuple(ObjectChange(it, "city", city) for it in case + households if city)
                told["objects"] = tuple(ObjectLink(it, "household") for it in households)
                made = event(case, activity, hour, key=f"n{number}", **told)
                recorded.append(made)
                ledger.append("streets", [made])
            case ("void" | "replace" as correction, index, activity, hour):
                wrong = recorded[index % len(recorded)]
                right = event(
                    wrong.case_id, activity, hour, key=f"n{number}", correction=correction, corrects=wrong.key
                )
                ledger.append("streets", [right])
            case _:
                prepare(ledger, "streets")
                prepare(ledger, "streets", object_type="household")
    try:
        for object_type in (None, "household"):
            prepared = prepare(ledger, "streets", object_type=object_type)
            assert contents(prepared) == contents_afresh(prepared)
    finally:
        ledger.close()


def test_events_are_ordered_by_time_and_equal_times_by_recorded_order(ledger: DuckDBLedger) -> None:
    ledger.create_log("streets")
    ledger.append("streets", [event("A", "vote", 2), event("A", "apply", 1), event("A", "object", 2)])
    assert traces(prepare(ledger, "streets")) == {"A": ["apply", "vote", "object"]}


def test_a_void_event_leaves_the_trace_and_a_replacing_one_stands_in_its_place(ledger: DuckDBLedger) -> None:
    ledger.create_log("streets")
    ledger.append("streets", [event("A", "apply"), event("A", "vote"), event("A", "build")])
    prepare(ledger, "streets")
    ledger.append(
        "streets",
        [
            event("A", "poll", key="c1", correction="replace", corrects="A/vote/0"),
            event("A", "build", key="c2", correction="void", corrects="A/build/0"),
        ],
    )
    assert traces(prepare(ledger, "streets")) == {"A": ["apply", "poll"]}
    ledger.append("streets", [event("A", "apply", key="c3", correction="void", corrects="A/apply/0")])
    ledger.append("streets", [event("A", "apply", key="c4", correction="void", corrects="A/vote/0")])
    assert traces(prepare(ledger, "streets")) == {}


def test_a_live_log_is_traced_by_completions_unless_chosen_otherwise(ledger: DuckDBLedger) -> None:
    ledger.create_log("streets")
    ledger.append("streets", [event("A", "vote", 1, key="s", lifecycle="start"), event("A", "vote", 2)])
    assert traces(prepare(ledger, "streets")) == {"A": ["vote"]}
    every = prepare(ledger, "streets", lifecycles=["all"])
    assert traces(every) == {"A": ["vote", "vote"]}
    assert every.state.schema_name == "prepared_1_1"
    assert traces(prepare(ledger, "streets", lifecycles=["start"])) == {"A": ["vote"]}


def test_any_object_type_can_be_the_case(ledger: DuckDBLedger) -> None:
    ledger.create_log("streets")
    both = (
        ObjectLink("H1", "household", "asked"),
        ObjectLink("H2", "household"),
        ObjectLink("H2", "household"),
    )
    ledger.append(
        "streets",
        [event("A", "ask", 1, objects=both), event("B", "vote", 2, objects=both[:1]), event("B", "build", 3)],
    )
    assert traces(prepare(ledger, "streets", "household")) == {"H1": ["ask", "vote"], "H2": ["ask"]}
    ledger.append("streets", [event("B", "move", 4, objects=both[1:2])])
    assert traces(prepare(ledger, "streets", "household")) == {"H1": ["ask", "vote"], "H2": ["ask", "move"]}
    with pytest.raises(EventLogError, match="no objects of type car; its types are: household, project"):
        prepare(ledger, "streets", "car")


def test_more_activities_than_the_stride_holds_compile_everything_afresh(ledger: DuckDBLedger) -> None:
    ledger.create_log("streets")
    ledger.append("streets", [event("A", "activity 0", 0)])
    prepare(ledger, "streets")
    ledger.append("streets", [event("A", f"activity {n}", n) for n in range(1, 300)])
    prepared = prepare(ledger, "streets")
    assert traces(prepared) == {"A": [f"activity {n}" for n in range(300)]}
    successors = [row[8] for row in contents(prepared)[EVENTS]]
    assert successors == [*(f"activity {n}" for n in range(1, 300)), None]


def test_an_attribute_nobody_has_is_refused_with_those_there_are(ledger: DuckDBLedger) -> None:
    ledger.create_log("streets")
    ledger.append("streets", [event("A", "apply", changes=(ObjectChange("A", "city", "Wuxi"),))])
    with pytest.raises(EventLogError, match=r"attribute colour; there are: city$"):
        prepare(ledger, "streets").attribute("colour")
    with pytest.raises(EventLogError, match=r"attribute 办理人; there are: city$"):
        prepare(ledger, "streets").attribute("办理人")
    ledger.append("streets", [event("A", "vote", actor="wang", role="witness")])
    with pytest.raises(EventLogError, match=r"attribute colour; there are: city, role, actor$"):
        prepare(ledger, "streets").attribute("colour")


def test_who_acted_may_be_asked_for_by_every_name_it_has(ledger: DuckDBLedger) -> None:
    ledger.create_log("streets")
    ledger.append("streets", [event("A", "apply", actor="wang")])
    prepared = prepare(ledger, "streets")
    assert {
        prepared.attribute(word) for word in ("actor", "resource", "办理人", "Resource", "org:resource")
    } == {1}


def test_a_case_attribute_may_be_named_as_exported_tables_name_it(ledger: DuckDBLedger) -> None:
    ledger.create_log("streets")
    ledger.append("streets", [event("A", "apply", changes=(ObjectChange("A", "city", "Wuxi"),))])
    prepared = prepare(ledger, "streets")
    assert prepared.attribute("case:city") == prepared.attribute("city")
    with pytest.raises(EventLogError, match="attribute colour"):
        prepared.attribute("case:colour")


def test_what_is_prepared_survives_the_process_and_is_not_made_again(tmp_path: Path) -> None:
    ledger = DuckDBLedger(tmp_path / "events.duckdb")
    ledger.create_log("streets")
    ledger.append("streets", [event("A", "apply")])
    made = prepare(ledger, "streets").state
    ledger.close()
    again = DuckDBLedger(tmp_path / "events.duckdb")
    assert prepare(again, "streets").state == made
    again.close()


def test_an_unknown_log_is_refused(ledger: DuckDBLedger) -> None:
    with pytest.raises(EventLogError, match="no log named streets"):
        prepare(ledger, "streets")


def imported(connection: duckdb.DuckDBPyConnection, rows: list[tuple[str, str, datetime | None]]) -> None:
    connection.execute(
        "INSERT INTO log (name, kind, case_type, simulated, timezone, created_at) "
        "VALUES ('file', 'imported', 'case', false, 'UTC', now())"
    )
    for number, (case, activity, moment) in enumerate(rows, start=1):
        connection.execute(
            ADD_EVENT,
            {"seq": number, "case": case, "activity": activity, "moment": moment},
        )


def test_events_without_a_time_stay_at_their_place_in_the_file(ledger: DuckDBLedger) -> None:
    at = [MONDAY + timedelta(hours=n) for n in range(5)]
    with ledger.writing() as connection:
        imported(
            connection,
            [
                ("A", "lost", None),
                ("A", "b", at[1]),
                ("A", "c", None),
                ("", "none", at[0]),
                ("A", "d", at[3]),
                ("A", "early", at[0]),
            ],
        )
    prepared = prepare(ledger, "file")
    assert traces(prepared) == {"A": ["lost", "early", "b", "c", "d"]}
    with prepared.reading() as connection:
        waits = connection.execute("SELECT wait FROM trace_event ORDER BY pos").fetchall()
        times = connection.execute("SELECT occurred_at FROM trace_event ORDER BY pos").fetchall()
    assert waits == [(None,), (3_600_000_000,), (None,), (None,), (None,)]
    assert [moment for (moment,) in times] == [None, at[0], at[1], None, at[3]]


def test_deleting_a_log_drops_what_was_prepared_of_it(ledger: DuckDBLedger) -> None:
    with ledger.writing() as connection:
        imported(connection, [("A", "apply", MONDAY)])
    prepare(ledger, "file", lifecycles=["complete"])
    prepare(ledger, "file")
    with ledger.writing() as connection:
        delete(connection, "file")
    with ledger.reading() as connection:
        left = connection.execute(
            "SELECT schema_name FROM duckdb_schemas() WHERE schema_name LIKE 'prepared_%'"
        )
        assert left.fetchall() == []


def test_tables_of_another_format_are_made_anew(ledger: DuckDBLedger) -> None:
    ledger.create_log("streets")
    ledger.append("streets", [event("A", "apply", changes=(ObjectChange("A", "city", "Wuxi"),))])
    for lifecycles in (None, ["all"]):
        before = prepare(ledger, "streets", lifecycles=lifecycles)
        before.attribute("city")
        with ledger.writing() as connection:
            connection.execute("UPDATE prepared.prepared_log SET format = 0")
        after = prepare(ledger, "streets", lifecycles=lifecycles)
        assert after.state.schema_name == before.state.schema_name
        assert contents(after)[CITIES] == [("A", '"Wuxi"')]
