"""Each check finds what was planted, as often as it was planted, and nothing in a sound log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from exchanged_logs import MadeEvent, ledger_in, make_log
from running import ran

from eventlogs.errors import UnknownLogError
from eventlogs.ledger.duckdb_ledger import DuckDBLedger
from eventlogs.quality.checks import CHECKS
from eventlogs.quality.encoding_damage import is_damaged
from eventlogs.quality.findings import Quality, quality

NOW = datetime(2024, 12, 1, tzinfo=UTC)
MONDAY = datetime(2024, 3, 4, 9, 30, 15, tzinfo=UTC)
VOCABULARY = frozenset({"apply", "survey", "vote", "approve"})
STEPS = ("apply", "survey", "vote", "approve")


def sound() -> list[MadeEvent]:
    """Return forty cases of four events without any fault."""
    return [
        MadeEvent(
            f"SH-{case:02}",
            step,
            MONDAY + timedelta(days=case, hours=7 * place + case % 5, seconds=case * 61 + place),
            {"note": "材料齐全", "cost": case, "due": MONDAY + timedelta(days=case, seconds=case)},
            actor="王主任",
        )
        for case in range(40)
        for place, step in enumerate(STEPS)
    ]


def checked(ledger: DuckDBLedger, events: list[MadeEvent]) -> Quality:
    """Make a log of the events and check it."""
    make_log(ledger, events)
    with ledger.reading() as connection:
        return quality(connection, "made", now=NOW, vocabulary=VOCABULARY)


def event(case: str, activity: str, moment: datetime | None, **attributes: object) -> MadeEvent:
    """Return an event of the resource of the sound ones."""
    return MadeEvent(case, activity, moment, {**attributes}, actor="王主任")  # type: ignore[dict-item]


LATER = MONDAY + timedelta(days=60)  # after every sound event
MIDNIGHT = datetime(2024, 5, 5, 16, tzinfo=UTC)  # in Shanghai
PLANTED: list[tuple[str, int, Callable[[], list[MadeEvent]]]] = [
    ("missing_times", 2, lambda: [event("SH-01", "vote", None), event("SH-02", "vote", None)]),
    ("future_times", 1, lambda: [event("SH-01", "vote", NOW + timedelta(seconds=1))]),
    (
        "implausible_times",
        2,
        lambda: [
            event("SH-00", "vote", datetime(1948, 1, 1, 3, 4, 5, tzinfo=UTC)),
            event("SH-01", "vote", datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),
        ],
    ),
    ("out_of_order_times", 1, lambda: [event("SH-01", "vote", MONDAY)]),
    ("equal_times", 1, lambda: [event("SH-01", "vote", LATER), event("SH-01", "apply", LATER)]),
    (
        "date_only_times",
        3,
        lambda: [event(f"SH-0{n}", "survey day", MIDNIGHT + timedelta(days=n)) for n in range(3)],
    ),
    ("date_only_columns", 1, lambda: [event("SH-01", "vote", LATER, deadline=MIDNIGHT)]),
    ("crowded_moments", 20, lambda: [event(f"SH-{n:02}", "vote", LATER) for n in range(20)]),
    ("suspicious_gaps", 1, lambda: [event("SH-01", "vote", LATER + timedelta(days=150))]),
    (
        "duplicates",
        2,
        lambda: [event("SH-01", "vote", LATER), event("SH-01", "vote", LATER), event("SH-01", "vote", LATER)],
    ),
    ("single_event_cases", 1, lambda: [event("SH-99", "apply", LATER)]),
    ("caseless_events", 1, lambda: [event("", "apply", LATER)]),
    ("unknown_activities", 1, lambda: [event("SH-01", "dance", LATER)]),
    ("placeholder_names", 2, lambda: [event("NA", "apply", LATER), event("SH-01", "未知", LATER)]),
    ("almost_equal_names", 1, lambda: [event("ｓｈ 01", "apply", LATER)]),
    (
        "encoding_damage",
        3,
        lambda: [
            event("SH-01", "vote", LATER, note="锟斤拷"),
            event("SH-02", "vote", LATER, note="æ\u008d"),
            event("SH-03", "vote", LATER, note="å\u0082¬å\u008a\u009e"),
        ],
    ),
]


def test_a_sound_log_has_no_finding(ledger: DuckDBLedger) -> None:
    found = checked(ledger, sound())
    assert [finding.check for finding in found.findings] == []
    assert found.checks_passed == tuple(check.key for check in CHECKS)
    assert (found.events, found.cases) == (160, 40)


@pytest.mark.parametrize(("check", "n", "planted"), PLANTED, ids=[check for check, _, _ in PLANTED])
def test_what_is_planted_is_found_as_often(
    ledger: DuckDBLedger, check: str, n: int, planted: Callable[[], list[MadeEvent]]
) -> None:
    found = {finding.check: finding for finding in checked(ledger, [*sound(), *planted()]).findings}
    assert found[check].count == n
    assert found[check].examples
    assert 0 < found[check].share <= 1


def test_every_check_has_its_test() -> None:
    assert [check for check, _, _ in PLANTED] == [check.key for check in CHECKS] or {
        check for check, _, _ in PLANTED
    } == {check.key for check in CHECKS}


def test_examples_name_case_event_and_value(ledger: DuckDBLedger) -> None:
    found = checked(ledger, [*sound(), event("SH-01", "vote", NOW + timedelta(days=1))])
    example = next(it for it in found.findings if it.check == "future_times").examples[0]
    assert (example.case, example.event, example.value) == ("SH-01", "161", "2024-12-02 08:00:00")


def test_a_foreign_log_is_not_held_against_our_vocabulary_and_says_so(ledger: DuckDBLedger) -> None:
    foreign = [
        event("1", name, MONDAY + timedelta(hours=n)) for n, name in enumerate(("open", "close", "apply"))
    ]
    found = checked(ledger, foreign)
    assert [it.check for it in found.checks_left_out] == ["unknown_activities"]
    assert "unknown_activities" not in found.checks_passed
    assert "Not checked: whether activities are in the vocabulary, as only 1 of 3 are" in found.as_text()


def test_dates_of_another_zone_are_known_by_their_two_times_of_the_day(ledger: DuckDBLedger) -> None:
    dates = [
        event(f"SH-{n:02}", "trip", datetime(2024, 5, 1, 22 + n % 2, tzinfo=UTC) + timedelta(days=n))
        for n in range(12)
    ]
    found = {it.check: it.count for it in checked(ledger, [*sound(), *dates]).findings}
    assert found["date_only_times"] == 12


@pytest.mark.parametrize(
    "text", ["加装电梯", "Café’s “Œuvre”", "naïve", "联通", "涓滴之恩", "Ñandú", '{"a":"鍋氶"}']
)
def test_good_text_is_not_called_damaged(text: str) -> None:
    assert not is_damaged(text)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "gbk"])
@pytest.mark.parametrize("text", ["加装电梯", "居民意见征询会"])
def test_text_read_in_a_wrong_encoding_is_called_damaged(text: str, encoding: str) -> None:
    assert is_damaged(text.encode().decode(encoding, "replace"))


def test_the_command_answers_in_both_languages(tmp_path: Path) -> None:
    with ledger_in(tmp_path) as ledger:
        make_log(ledger, [*sound(), event("SH-01", "vote", None)])
    status, out, _ = ran("log check made --lang en", tmp_path)
    assert (status, out.splitlines()[0]) == (
        0,
        "log made: 161 events, 40 cases; 1 of 15 checks found something",
    )
    assert "case SH-01, event 161" in out
    status, out, _ = ran("log check made --lang zh", tmp_path)
    assert "没有时间的事件：161 个事件中有 1 个" in out
    status, out, _ = ran("log check made --json", tmp_path)
    assert '"check":"missing_times"' in out
    assert '"share":0.0062' in out


def test_an_unknown_log_is_refused(ledger: DuckDBLedger) -> None:
    with ledger.reading() as connection, pytest.raises(UnknownLogError):
        quality(connection, "other", now=NOW, vocabulary=VOCABULARY)
