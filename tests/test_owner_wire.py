from datetime import UTC

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventlogs.events import Event, ObjectChange, ObjectLink
from eventlogs.owner.wire import event_from_wire, event_to_wire

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | TEXTS
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


EVENTS = st.builds(
    Event,
    key=TEXTS,
    case_id=TEXTS,
    activity=TEXTS,
    occurred_at=st.datetimes(timezones=st.just(UTC)),
    actor=st.none() | TEXTS,
    attributes=st.dictionaries(TEXTS, VALUES, max_size=3),
    evidence=st.dictionaries(TEXTS, TEXTS, max_size=2),
    objects=st.lists(st.builds(ObjectLink, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
    changes=st.lists(st.builds(ObjectChange, TEXTS, TEXTS, VALUES), max_size=2).map(tuple),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(EVENTS)
def test_an_event_crosses_to_the_owner_unchanged(event: Event) -> None:
    assert event_from_wire(event_to_wire(event)) == event
