"""The checks of a log's quality: what each counts, what it means and what to do about it."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["events", "cases", "names", "attributes"]


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
        "events without a time",
        "They cannot be put in order or measured; add the times where the data comes from and import again.",
    ),
    Check(
        "future_times",
        "events",
        "events in the future",
        "Nothing can have happened later than now; look for swapped day and month, planned dates, or a wrong "
        "time zone (--timezone).",
    ),
    Check(
        "implausible_times",
        "events",
        "events far from all others in time",
        "Times such as 1900, 1970 or decades away from the rest are usually placeholders or typing errors "
        "and spoil every duration; correct or remove them before measuring.",
    ),
    Check(
        "out_of_order_times",
        "events",
        "events earlier than one recorded before them in the case",
        "The file's order and its times contradict each other; times count for mining. Staff may have "
        "recorded late, or the file is not sorted.",
    ),
    Check(
        "equal_times",
        "events",
        "events at the very moment of the one before in their case",
        "Only the recorded order tells which came first; do not trust the sequence or the zero waiting time "
        "between them.",
    ),
    Check(
        "date_only_times",
        "events",
        "events with a date but no time of day",
        "Their order within a day is unknown and waiting times are only good to a day; their activities are "
        "recorded by date.",
    ),
    Check(
        "date_only_columns",
        "attributes",
        "attributes that are dates without a time of day",
        "Measure with them in whole days only.",
    ),
    Check(
        "crowded_moments",
        "events",
        "events of many cases at one moment",
        "A batch run or an import stamped them; the moment tells when they were entered, not when they "
        "happened.",
    ),
    Check(
        "suspicious_gaps",
        "events",
        "events after a gap far longer than usual in the log",
        "Events may be missing between, or the case rested; the rule is the outer fence of the logarithms of "
        "all gaps, and more than a day.",
    ),
    Check(
        "duplicates",
        "events",
        "repeated events: same case, activity, transition, time and resource",
        "They were probably recorded twice and inflate every count; keep one of each, or find out what tells "
        "them apart.",
    ),
    Check(
        "single_event_cases",
        "cases",
        "cases of one event only",
        "They have no sequence and no duration; they may have just begun, or their other events are missing.",
    ),
    Check(
        "caseless_events",
        "events",
        "events that belong to no case",
        "They are not in any trace; choose another column or object type as the case, or leave them out.",
    ),
    Check(
        "unknown_activities",
        "events",
        "events whose activity is not in the vocabulary",
        "The rules and the process model do not see them; translate them with --mapping when importing.",
    ),
    Check(
        "placeholder_names",
        "names",
        "names that look like a missing value",
        "Is it a real name, such as a case called NA, or a gap in the data? As it stands it counts as a name "
        "like any other.",
    ),
    Check(
        "almost_equal_names",
        "names",
        "names that differ only in capitals, width, spaces or hyphens",
        "They count as different cases, activities or people; if they are the same, make them one in the "
        "source.",
    ),
    Check(
        "encoding_damage",
        "events",
        "events with text that was read in a wrong encoding",
        "The file was once read as another encoding than it was written in; export it again as UTF-8 from "
        "where it comes.",
    ),
)
