"""The checks of a log's quality: what each counts, what it means and what to do about it."""

from dataclasses import dataclass
from typing import Literal

from eventlogs.language import sayable

Unit = Literal["events", "cases", "names", "attributes"]


UNIT_NAMES = (sayable("events"), sayable("cases"), sayable("names"), sayable("attributes"))


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `sql/quality/{key}.sql` finds what is wrong; `unit` is what it counts."""

    key: str
    unit: Unit
    title: str
    means: str


CHECKS = (
    Check(
        "missing_times",
        "events",
        sayable("events without a time"),
        sayable(
            "They cannot be put in order or measured; add the times where the data comes from and import "
            "again."
        ),
    ),
    Check(
        "future_times",
        "events",
        sayable("events in the future"),
        sayable(
            "Nothing can have happened later than now; look for swapped day and month, planned dates, or a "
            "wrong "
            "time zone (--timezone)."
        ),
    ),
    Check(
        "implausible_times",
        "events",
        sayable("events far from all others in time"),
        sayable(
            "Times such as 1900, 1970 or decades away from the rest are usually placeholders or typing "
            "errors "
            "and spoil every duration; correct or remove them before measuring."
        ),
    ),
    Check(
        "out_of_order_times",
        "events",
        sayable("events earlier than one recorded before them in the case"),
        sayable(
            "The file's order and its times contradict each other; times count for mining. Staff may have "
            "recorded late, or the file is not sorted."
        ),
    ),
    Check(
        "equal_times",
        "events",
        sayable("events at the very moment of the one before in their case"),
        sayable(
            "Only the recorded order tells which came first; do not trust the sequence or the zero waiting "
            "time "
            "between them."
        ),
    ),
    Check(
        "date_only_times",
        "events",
        sayable("events with a date but no time of day"),
        sayable(
            "Their order within a day is unknown and waiting times are only good to a day; their activities "
            "are "
            "recorded by date."
        ),
    ),
    Check(
        "date_only_columns",
        "attributes",
        sayable("attributes that are dates without a time of day"),
        sayable("Measure with them in whole days only."),
    ),
    Check(
        "crowded_moments",
        "events",
        sayable("events of many cases at one moment"),
        sayable(
            "A batch run or an import stamped them; the moment tells when they were entered, not when they "
            "happened."
        ),
    ),
    Check(
        "suspicious_gaps",
        "events",
        sayable("events after a gap far longer than usual in the log"),
        sayable(
            "Events may be missing between, or the case rested; the rule is the outer fence of the "
            "logarithms of "
            "all gaps, and more than a day."
        ),
    ),
    Check(
        "duplicates",
        "events",
        sayable("repeated events: same case, activity, transition, time and resource"),
        sayable(
            "They were probably recorded twice and inflate every count; keep one of each, or find out what "
            "tells "
            "them apart."
        ),
    ),
    Check(
        "single_event_cases",
        "cases",
        sayable("cases of one event only"),
        sayable(
            "They have no sequence and no duration; they may have just begun, or their other events are "
            "missing."
        ),
    ),
    Check(
        "caseless_events",
        "events",
        sayable("events that belong to no case"),
        sayable(
            "They are not in any trace; choose another column or object type as the case, or leave them out."
        ),
    ),
    Check(
        "unknown_activities",
        "events",
        sayable("events whose activity is not in the vocabulary"),
        sayable(
            "The rules and the process model do not see them; translate them with --mapping when importing."
        ),
    ),
    Check(
        "placeholder_names",
        "names",
        sayable("names that look like a missing value"),
        sayable(
            "Is it a real name, such as a case called NA, or a gap in the data? As it stands it counts as a "
            "name "
            "like any other."
        ),
    ),
    Check(
        "almost_equal_names",
        "names",
        sayable("names that differ only in capitals, width, spaces or hyphens"),
        sayable(
            "They count as different cases, activities or people; if they are the same, make them one in the "
            "source."
        ),
    ),
    Check(
        "encoding_damage",
        "events",
        sayable("events with text that was read in a wrong encoding"),
        sayable(
            "The file was once read as another encoding than it was written in; export it again as UTF-8 "
            "from "
            "where it comes."
        ),
    ),
)
