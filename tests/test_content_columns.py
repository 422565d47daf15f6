"""What a batch of events says is, byte for byte, what its events say one by one."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventlogs.events import Event, ObjectChange, ObjectLink
from eventlogs.ledger.chain import batch_contents, content
from eventlogs.ledger.content_columns import contents
from eventlogs.ledger.rows import Row, arrow_table, row_of

WORDS = st.sampled_from(
    ["a", "", "步", 'say "x"', "back\\slash", "a\x01\x1fb", "\\u00ff", "tab\t\n", "\x7f", "\\", '"']
)
PERHAPS = st.none() | WORDS
FIRST_DAY = datetime(2024, 5, 1, tzinfo=UTC)
FIRST, LAST = datetime(1905, 1, 1), datetime(2099, 1, 1)  # noqa: DTZ001 - hypothesis sets the zone
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC)) | st.just(datetime(2024, 5, 1, tzinfo=UTC))


@st.composite
def batches(draw: st.DrawFn) -> list[Row]:
    """Draw rows, each column of which says one thing, few things, or nothing."""

    def column(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
        return st.just(draw(values)) if draw(st.booleans()) else values

    columns = [
        *(column(st.integers(1, 3)) for _ in range(2)),
        *(column(WORDS) for _ in range(4)),
        *(column(PERHAPS) for _ in range(3)),
        column(st.none() | MOMENTS) if draw(st.booleans()) else st.sampled_from([None, FIRST_DAY]),
        column(MOMENTS),
        *(column(WORDS) for _ in range(2)),
        *(st.just([]) for _ in range(2)),
        *(column(PERHAPS) for _ in range(2)),
        st.just(b""),
    ]
    return [Row(*row) for row in draw(st.lists(st.tuples(*columns), min_size=1, max_size=6))]


@settings(max_examples=40, deadline=None)
@given(rows=batches())
def test_a_batch_says_what_its_events_say(rows: list[Row]) -> None:
    written = contents(arrow_table(rows))
    assert written is not None
    assert written.to_pylist() == [content(row) for row in rows]


@pytest.mark.parametrize("links", [(), (ObjectLink("h1", "household"),)])
def test_a_batch_hashes_to_what_its_events_hash_to(links: tuple[ObjectLink, ...]) -> None:
    events = [Event(f"c/{word}/1", "c", word, FIRST_DAY, objects=links) for word in "ab"]
    rows = [row_of(one, seq=n, log_id=1, recorded_at=FIRST_DAY) for n, one in enumerate(events, 1)]
    said, is_hashed = batch_contents(arrow_table(rows))
    assert is_hashed == bool(links)  # what columns can say is hashed where it is linked
    hashes = said.to_pylist() if is_hashed else [sha256(one).digest() for one in said.to_pylist()]
    assert hashes == [sha256(content(row)).digest() for row in rows]


@pytest.mark.parametrize(
    "beside", [{"objects": (ObjectLink("h1", "household"),)}, {"changes": (ObjectChange("c", "floors", 6),)}]
)
def test_a_batch_with_anything_beside_the_cases_is_said_event_by_event(beside: dict[str, Any]) -> None:
    events = [Event("c/a/1", "c", "a", FIRST_DAY), Event("c/b/1", "c", "b", FIRST_DAY, **beside)]
    rows = [row_of(one, seq=n, log_id=1, recorded_at=FIRST_DAY) for n, one in enumerate(events, 1)]
    assert contents(arrow_table(rows[:1])) is not None
    assert contents(arrow_table(rows)) is None
