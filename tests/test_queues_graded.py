"""The reckoning by which the scoreboard grades causes of waits: what a person had in hand in every hour."""

from datetime import UTC, datetime, timedelta

from benchmarks.scoreboard.queues import Piece, batched, fitting, hours

START = datetime(2024, 3, 4, tzinfo=UTC)  # a Monday without days off for three weeks but weekends
DAY = timedelta(days=1)


def piece(case: str, ready: float, begun: float, done: float, step: str = "joint_review") -> Piece:
    """Return work of one person, its moments in days."""
    return Piece(case, step, "Li", *(START + day * DAY for day in (ready, begun, done)))


def test_every_hour_of_a_wait_is_put_down_to_what_the_person_had_in_hand() -> None:
    waits = piece("waits", 1, 11, 12)
    before = [piece("earlier", 0, 0, 3, "assess_feasibility"), piece("later", 2, 4, 8, "register_lift_use")]
    # March 9 and 10, days 5 and 6, are a weekend, in which the person has the later work in hand
    assert hours(waits, before) == {
        "contention": 2 * DAY,
        "prioritisation": 4 * DAY,
        "unavailability": timedelta(),
        "nothing": 4 * DAY,
    }
    assert hours(waits, [])["unavailability"] == 2 * DAY


def test_a_long_wait_fits_the_cause_that_most_of_it_is_put_down_to() -> None:
    own = [piece("busy", 0, 0, 40, "register_lift_use"), piece("waits", 1, 41, 42)]
    assert set(fitting({"Li": own})) == {("waits", "joint_review", "contention")}
    short = [piece("busy", 0, 0, 20, "register_lift_use"), piece("waits", 1, 21, 22)]
    assert set(fitting({"Li": short})) == set()


def test_the_same_work_done_one_after_another_when_both_were_ready_is_a_batch() -> None:
    one, other = piece("one", 0, 30, 31), piece("other", 29, 31, 32)
    assert set(batched({"Li": [one, other]})) == {("one", "joint_review"), ("other", "joint_review")}
    assert set(batched({"Li": [one, piece("late", 30.5, 31, 32)]})) == set()
