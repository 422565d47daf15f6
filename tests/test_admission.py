"""What may be recorded in a live log, and what is refused with all that came beside it."""

from datetime import datetime, timedelta, tzinfo
from typing import Any, get_args

import pytest
from small_store import MONDAY, event

from eventlogs.errors import EventLogError
from eventlogs.events import Event, Lifecycle, ObjectChange, ObjectLink
from eventlogs.ledger.duckdb_ledger import DuckDBLedger


@pytest.fixture
def ledger(ledger: DuckDBLedger) -> DuckDBLedger:
    ledger.create_log("live")
    return ledger


class Nowhere(tzinfo):
    """A zone that cannot say how far it is from UTC."""

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        return None

    dst = utcoffset

    def tzname(self, _: datetime | None) -> str | None:
        return None


@pytest.mark.parametrize("moment", [MONDAY.replace(tzinfo=None), MONDAY.replace(tzinfo=Nowhere())])
def test_a_moment_of_no_known_zone_is_refused(ledger: DuckDBLedger, moment: datetime) -> None:
    with pytest.raises(EventLogError, match="names no time zone"):
        ledger.append("live", [Event("k", "A", "visit", moment)])


@pytest.mark.parametrize("lifecycle", get_args(Lifecycle))
def test_every_transition_of_the_standard_is_taken(ledger: DuckDBLedger, lifecycle: str) -> None:
    assert ledger.append("live", [event("k", lifecycle=lifecycle)]).new == ("k",)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"objects": (ObjectLink("x", ""),)}, "without an id or a type"),
        ({"objects": (ObjectLink("y", "house"), ObjectLink("", "house"))}, "without an id or a type"),
        ({"changes": (ObjectChange("A", "", 1),)}, "which it does not link"),
        ({"changes": (ObjectChange("A", "x", 1), ObjectChange("B", "x", 1))}, "'x' of object 'B'"),
        ({"correction": "undo", "corrects": "k"}, "half a correction"),
        ({"correction": "void", "corrects": "other"}, "belongs to case B; correct it there"),
        ({"correction": "void", "corrects": "gone"}, "corrects gone, which is not in the log"),
        ({"correction": "replace", "corrects": "void"}, "is a correction itself"),
        ({"correction": "void", "corrects": "twin"}, "corrects twin, which is not in the log"),
    ],
)
def test_what_makes_no_sense_is_refused_wherever_it_stands(
    ledger: DuckDBLedger, wrong: dict[str, Any], sentence: str
) -> None:
    ledger.create_log("elsewhere")
    ledger.append("elsewhere", [event("twin")])
    good = [event("k"), event("other", "B"), event("void", correction="void", corrects="k")]
    with pytest.raises(EventLogError, match=sentence):
        ledger.append("live", [*good, event("wrong", **wrong)])
    assert ledger.since(0, log="live") == []
    ledger.append("live", good)
    with pytest.raises(EventLogError, match=sentence):
        ledger.append("live", [event("wrong", **wrong)])
    assert len(ledger.since(0, log="live")) == 3


def test_a_correction_may_come_with_or_before_what_it_corrects(ledger: DuckDBLedger) -> None:
    ledger.append("live", [event("v", correction="void", corrects="k"), event("k")])
    ledger.append("live", [event("r", correction="replace", corrects="k")])
    assert [one.event.correction for one in ledger.since(0)] == ["void", None, "replace"]
