"""Objects are kept as they first came, and what changes of them is kept beside them."""

from datetime import datetime

import pytest
from small_store import MANY, MONDAY, event, objects, verified

from eventlogs.errors import EventLogError
from eventlogs.events import ObjectChange, ObjectLink
from eventlogs.ledger.duckdb_ledger import DuckDBLedger


@pytest.fixture
def ledger(ledger: DuckDBLedger) -> DuckDBLedger:
    ledger.create_log("live")
    return ledger


def changes(ledger: DuckDBLedger) -> list[tuple[str, str, str, datetime, int]]:
    with ledger.reading() as connection:
        return connection.execute(
            "SELECT object_id, name, value::VARCHAR, changed_at, seq FROM object_change ORDER BY seq, name"
        ).fetchall()


@pytest.mark.parametrize("n", [1, 3, 4, MANY])
def test_objects_start_with_what_arrives_with_them_and_change_after(ledger: DuckDBLedger, n: int) -> None:
    links = tuple(ObjectLink(f"H{one}", "house") for one in range(n))

    def told(value: int) -> tuple[ObjectChange, ...]:
        return tuple(ObjectChange(f"H{one}", "floor", value + one) for one in range(n))

    ledger.append(
        "live", [event("k", objects=links, changes=told(1)), event("l", objects=links, changes=told(2))]
    )
    ledger.append("live", [event("m", objects=links, changes=told(3))])
    assert objects(ledger) == {"A": ("project", "{}")} | {
        f"H{one}": ("house", f'{{"floor":{1 + one}}}') for one in range(n)
    }
    second, third = (one.seq for one in ledger.since(0)[1:])
    found = changes(ledger)
    assert sorted(found) == sorted(
        (f"H{one}", "floor", str(value + one), MONDAY, seq)
        for value, seq in ((2, second), (3, third))
        for one in range(n)
    )
    assert verified(ledger).intact


def test_of_two_values_that_arrive_with_an_object_the_last_is_its_first(ledger: DuckDBLedger) -> None:
    twice = (ObjectChange("A", "city", "x"), ObjectChange("A", "city", "y"), ObjectChange("A", "floor", None))
    ledger.append("live", [event("k", changes=twice)])
    assert objects(ledger)["A"] == ("project", '{"city":"y","floor":null}')
    assert changes(ledger) == []
    assert verified(ledger).intact


def test_an_object_is_of_one_type_in_a_log_and_of_another_elsewhere(ledger: DuckDBLedger) -> None:
    ledger.create_log("other", case_type="person")
    ledger.append("live", [event("k", objects=(ObjectLink("x", "house"),))])
    ledger.append("other", [event("k", objects=(ObjectLink("x", "firm"),))])
    with ledger.reading() as connection:
        found = connection.execute(
            "SELECT log_id, object_id, object_type FROM object ORDER BY ALL"
        ).fetchall()
    assert found == [(1, "A", "project"), (1, "x", "house"), (2, "A", "person"), (2, "x", "firm")]
    with pytest.raises(EventLogError, match="event l links object A as house, but it is known as project"):
        ledger.append("live", [event("l", objects=(ObjectLink("A", "house"),))])
    with pytest.raises(EventLogError, match="links object y as firm, but it is known as house"):
        ledger.append("live", [event("m", objects=(ObjectLink("y", "house"), ObjectLink("y", "firm")))])
    assert len(ledger.since(0)) == 2
    assert ledger.append("live", [event("n", objects=(ObjectLink("A", "project", "itself"),))]).new == ("n",)
    assert verified(ledger).intact
