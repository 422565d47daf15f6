"""Attribute values survive storage with their types."""

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventlogs.attributes import Identifier, decode, decode_value, encode, encode_value
from eventlogs.errors import EventLogError

texts = st.text(st.characters(exclude_categories=["Cs"]))
names = texts | st.sampled_from(["$time", "$id", "$float", "$int", "$map", "$"])
zones = st.sampled_from([None, UTC, timezone(timedelta(hours=8)), timezone(timedelta(minutes=-210))])
values = st.recursive(
    texts
    | texts.map(Identifier)
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.booleans()
    | st.none()
    | st.datetimes(timezones=zones),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


def with_types(value: Any) -> object:
    """Return a value in a form whose equality also compares types, offsets and signs of zero."""
    if isinstance(value, dict):
        return {name: with_types(member) for name, member in value.items()}
    if isinstance(value, list):
        return [with_types(item) for item in value]
    if isinstance(value, float):
        return (float, "nan" if math.isnan(value) else value.hex())
    if isinstance(value, datetime):
        return (datetime, value.isoformat())
    return (type(value), value)


@given(st.dictionaries(names, values, max_size=4))
def test_attributes_come_back_as_they_went_in(attributes: dict[str, Any]) -> None:
    """The round trip keeps values, types, names and their order."""
    again = decode(encode(attributes))
    assert with_types(again) == with_types(attributes)
    assert list(again) == list(attributes)


@given(values)
def test_one_value_comes_back_as_it_went_in(value: Any) -> None:
    """The round trip of a single value keeps it too."""
    assert with_types(decode_value(encode_value(value))) == with_types(value)


def test_whole_numbers_and_decimals_stay_apart() -> None:
    """A 1 is not a 1.0 in storage, nor a truth value."""
    assert encode({"a": 1, "b": 1.0, "c": True}) == '{"a":1,"b":1.0,"c":true}'


def test_a_value_that_no_log_can_hold_is_refused() -> None:
    """Values outside the attribute types are refused in one sentence."""
    with pytest.raises(EventLogError, match="an attribute value cannot be kept"):
        encode({"a": {1, 2}})  # type: ignore[dict-item]
    with pytest.raises(EventLogError, match="an attribute value cannot be kept"):
        encode({"a": "\ud800"})
