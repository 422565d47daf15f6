"""Working days with China's holidays and make-up working days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from eventlogs.language import speaking
from eventlogs.working_calendar import day_kind, working_days_after, working_days_between

DAYS = st.dates(date(2005, 1, 1), date(2035, 12, 31))


def test_national_day_week_is_free_and_the_weekend_before_may_be_worked() -> None:
    assert working_days_after(date(2024, 9, 30), 1).date == date(2024, 10, 8)
    assert day_kind(date(2024, 9, 29)).working  # a Sunday
    assert not day_kind(date(2024, 10, 1)).working


def test_beyond_the_announced_years_only_weekends_count_and_it_says_so() -> None:
    term = working_days_after(date(2035, 9, 28), 3)
    assert (term.date, term.confirmed) == (date(2035, 10, 3), False)
    assert "not announced" in term.as_text()
    with speaking("zh"):
        assert "尚未公布" in term.as_text()
    assert working_days_after(date(2024, 3, 4), 3).as_text() == "2024-03-07"


@given(DAYS, st.integers(1, 60))
def test_a_term_ends_on_a_working_day_and_has_that_many(start: date, days: int) -> None:
    term = working_days_after(start, days)
    assert day_kind(term.date).working
    assert working_days_between(start, term.date).count == days
    assert working_days_between(start, term.date - timedelta(days=1)).count == days - 1


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_terms_add_up(start: date, one: int, other: int) -> None:
    there = working_days_after(start, one).date
    assert working_days_after(there, other).date == working_days_after(start, one + other).date
