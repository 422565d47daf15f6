"""Logs made up for exports: any events that could be recorded, and a few by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from exchanged_logs import MadeEvent
from hypothesis import strategies as st

from eventlogs.attributes import Identifier
from eventlogs.events import Attribute

MONDAY = datetime(2024, 3, 4, 9, 30, 15, 123456, tzinfo=UTC)

FIRST, LAST = (datetime.fromisoformat(text) for text in ("1905-01-01", "2099-01-01"))  # without a zone
names = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=8
)
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
scalars: st.SearchStrategy[Attribute] = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "'",
            "'quoted",
            "=1+1",
            "+86 21",
            "-",
            "@home",
            "\tTab",
            "007",
            "true",
            "加装电梯",
            "a\nb",
            "_x0041_",
        ]
    ),
    st.integers(-(2**70), 2**70),
    st.integers(-5, 5),
    st.floats(),
    st.booleans(),
    moments,
    st.none(),
    names.map(Identifier),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=4,
)
attributes = st.dictionaries(
    st.sampled_from(["楼层", "cost", "total items", "note", "org:role"]) | names, values, max_size=4
)
events = st.builds(
    MadeEvent,
    case_id=st.sampled_from(["SH-01", "案件 2", "NA", "=3"]),
    activity=st.sampled_from(["提交申请", "vote", "+sign"]) | names,
    occurred_at=moments,
    attributes=attributes,
    lifecycle=st.sampled_from(["complete", "start"]),
    role=st.none() | names,
    tool=st.none() | names,
    actor=st.none() | names,
    evidence=st.dictionaries(names, names, max_size=2),
)

SOME = [
    MadeEvent(
        "SH-01",
        "提交申请",
        MONDAY,
        {"楼层": 6, "cost": 12.5, "city": "上海"},
        actor="王主任",
        role="street_office",
    ),
    MadeEvent(
        "SH-02", "提交申请", MONDAY, {"楼层": 5, "cost": 1.0, "seen": MONDAY}, actor="李工", lifecycle="start"
    ),
    MadeEvent(
        "SH-01",
        "vote",
        MONDAY + timedelta(microseconds=1),
        {"floors": [1, 2], "by": {"name": "A", "n": None}},
    ),
]
CASES: dict[str, dict[str, Attribute]] = {
    "SH-01": {"district": "静安", "total households": 24},
    "SH-02": {"district": "徐汇"},
}


def same(value: Any) -> Any:
    """Return a value in which a number that is none equals itself, and 1, 1.0 and true differ."""
    if isinstance(value, dict):
        return {name: same(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [same(item) for item in value]
    return value if isinstance(value, datetime) else (type(value).__name__, repr(value))
