"""Some of a log's cases, chosen by what they are and what happened in them, mined like a log of their own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from eventlogs.amounts import number_text
from eventlogs.compilation import drop_temporary, in_schema
from eventlogs.errors import EventLogError
from eventlogs.language import say
from eventlogs.prepared import Connection, PreparedLog
from eventlogs.shape import shape_of
from eventlogs.sql_files import sql
from eventlogs.words import activity_label, attribute_label, labelled_attribute, value_label
from mining.cases.case_endings import ENDING_TABLES, CaseAttributes, fill_cases
from mining.cases.derived_log import DerivedLog, derived_fields, kept_or_made
from mining.cases.filter_words import (
    activity_codes,
    attribute_codes,
    attribute_key,
    standing_label,
    standing_word,
    variant_numbers,
)
from mining.normative.file import read_model

OUTCOME = "outcome"

_COUNT = "SELECT count(*) FROM trace"
_ARCS_OF = """
    CREATE OR REPLACE TEMP MACRO arcs_of(sequence, stride) AS list_transform(
        range(1, len(sequence)), lambda place: sequence[place]::BIGINT * stride + sequence[place + 1]
    )
"""
_NO_STANDING = "CREATE OR REPLACE TEMP TABLE norm_case (case_no INTEGER, word VARCHAR, state VARCHAR)"
_TEMPORARY = (*ENDING_TABLES, "chosen_case")


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What cases must be to be looked at; words by their key or their Chinese or English label.

    `where` pairs attributes with values: several values of one attribute mean any of them, '' none at all.
    The attribute `outcome` also understands completed, failed, halted, running, ended and silent. The first
    event of a case lies between the days `started_from` and `started_to`, both included. `variants` are
    numbers as the variants of the whole log are listed.
    """

    where: tuple[tuple[str, str], ...] = ()
    started_from: date | None = None
    started_to: date | None = None
    with_activities: tuple[str, ...] = ()
    without_activities: tuple[str, ...] = ()
    with_arcs: tuple[tuple[str, str], ...] = ()
    without_arcs: tuple[tuple[str, str], ...] = ()
    variants: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return self != CaseFilter()

    def as_text(self) -> str:
        """Return the conditions in one line."""
        return say("; ").join(self._conditions())

    def _conditions(self) -> Iterator[str]:
        for name, pairs in groupby(sorted(self.where), key=lambda pair: pair[0]):
            values = say(" or ").join(_value_text(name, value) for _, value in pairs)
            yield f"{attribute_label(name)} {values}"
        if self.started_from:
            yield say("started on {day} or later", day=self.started_from)
        if self.started_to:
            yield say("started on {day} or earlier", day=self.started_to)
        yield from (say("with {activity}", activity=activity_label(name)) for name in self.with_activities)
        yield from (
            say("without {activity}", activity=activity_label(name)) for name in self.without_activities
        )
        yield from (say("with {activity}", activity=_arc_text(arc)) for arc in self.with_arcs)
        yield from (say("without {activity}", activity=_arc_text(arc)) for arc in self.without_arcs)
        if self.variants:
            yield say("variants {numbers}", numbers=say(", ").join(map(str, self.variants)))


@dataclass(frozen=True, slots=True)
class FilteredLog(DerivedLog):
    """The chosen cases of the prepared log `whole`, read as if there were no others."""

    case_filter: CaseFilter
    n_cases: int
    n_all_cases: int

    def as_text(self) -> str:
        """Say what was chosen and how many of how many cases that is."""
        return say(
            "only: {conditions} ({n} of {all} cases)",
            conditions=self.case_filter.as_text(),
            n=number_text(self.n_cases),
            all=number_text(self.n_all_cases),
        )


class NoCaseFitsError(EventLogError):
    """A filter leaves no case."""


def filtered(prepared: PreparedLog, case_filter: CaseFilter) -> PreparedLog:
    """Return a `FilteredLog` of the cases that fit; the log itself if the filter asks for nothing.

    Raises `UnknownAttributeError`, `UnknownFilterWordError` and `NoCaseFitsError`.
    """
    if not case_filter:
        return prepared
    numbers = {name: attribute_key(prepared, name) for name, _ in case_filter.where if not _is_outcome(name)}
    with prepared.reading() as connection:
        asked, parameters = _Resolving(prepared, connection, numbers).resolved(case_filter)
        (n_all,) = connection.execute(_COUNT).fetchall()[0]
    chosen = orjson.dumps(parameters, option=orjson.OPT_SORT_KEYS).decode()
    made = kept_or_made(prepared, chosen, partial(_choose, prepared, parameters))
    if not made.n_cases:
        raise NoCaseFitsError(
            "no case of the log {log} fits: {conditions}", log=prepared.log.name, conditions=asked.as_text()
        )
    return FilteredLog(*derived_fields(prepared, made), asked, made.n_cases, n_all)


class _Resolving:
    """The words of a filter put into those of a log, and into codes."""

    def __init__(
        self, prepared: PreparedLog, connection: Connection, numbers: Mapping[str, tuple[str, int]]
    ) -> None:
        self._prepared = prepared
        self._connection = connection
        self._numbers = numbers
        self._activity = activity_codes(prepared, connection)
        self._stride = shape_of(connection).stride

    def resolved(self, asked: CaseFilter) -> tuple[CaseFilter, dict[str, Any]]:
        """Return the filter in the log's own words, and the parameters of `filters/chosen_cases`."""
        where, attributes, codes, standing = self._where(asked.where)
        with_activities, with_codes = self._activities(asked.with_activities)
        without_activities, without_codes = self._activities(asked.without_activities)
        with_arcs, with_edges = self._arcs(asked.with_arcs)
        without_arcs, without_edges = self._arcs(asked.without_arcs)
        ranks = tuple(sorted(set(asked.variants)))
        numbers = variant_numbers(self._prepared, self._connection, ranks) if ranks else None
        own_words = CaseFilter(
            where,
            asked.started_from,
            asked.started_to,
            with_activities,
            without_activities,
            with_arcs,
            without_arcs,
            ranks,
        )
        after_last = asked.started_to and asked.started_to + timedelta(days=1)
        return own_words, {
            "stride": self._stride,
            "attributes": attributes,
            "codes": codes,
            "standing": standing,
            "started_from": self._midnight(asked.started_from),
            "started_before": self._midnight(after_last),
            "with_activities": with_codes,
            "without_activities": without_codes,
            "with_arcs": with_edges,
            "without_arcs": without_edges,
            "variants": numbers,
        }

    def _where(
        self, where: Sequence[tuple[str, str]]
    ) -> tuple[tuple[tuple[str, str], ...], list[int], list[int], list[str] | None]:
        found: list[tuple[str, str]] = []
        wanted: list[tuple[int, int]] = []
        standing: list[str] = []
        outcomes = [value for name, value in where if _is_outcome(name)]
        if outcomes:
            _fill_standing(self._connection, self._prepared)
            standing = [standing_word(self._connection, value) for value in outcomes]
            found += [(OUTCOME, word) for word in standing]
        for name, typed in where:
            if _is_outcome(name):
                continue
            key, number = self._numbers[name]
            value, codes = attribute_codes(self._connection, key, number, typed)
            found.append((key, value))
            wanted += [(number, code) for code in codes]
        wanted = sorted(set(wanted))
        numbers, codes = [number for number, _ in wanted], [code for _, code in wanted]
        return tuple(sorted(set(found))), numbers, codes, sorted(set(standing)) or None

    def _activities(self, typed: Sequence[str]) -> tuple[tuple[str, ...], list[int]]:
        found = sorted({self._activity(word) for word in typed})
        return tuple(name for name, _ in found), [code for _, code in found]

    def _arcs(self, typed: Sequence[tuple[str, str]]) -> tuple[tuple[tuple[str, str], ...], list[int]]:
        found = sorted({(self._activity(source), self._activity(target)) for source, target in typed})
        edges = [source * self._stride + target for (_, source), (_, target) in found]
        return tuple((source, target) for (source, _), (target, _) in found), edges

    def _midnight(self, day: date | None) -> datetime | None:
        return None if day is None else datetime.combine(day, time(), ZoneInfo(self._prepared.log.timezone))


def _choose(prepared: PreparedLog, parameters: dict[str, Any], connection: Connection, schema: str) -> None:
    """Fill `schema` with the chosen cases."""
    whole = prepared.state.schema_name
    with in_schema(connection, whole):
        connection.execute(_NO_STANDING)
        if parameters["standing"] is not None:
            _fill_standing(connection, prepared)
        connection.execute(_ARCS_OF)
        connection.execute(sql("filters/chosen_cases", "mining"), parameters)
    with in_schema(connection, schema):
        connection.execute(sql("filters/narrowed", "mining").format(whole=whole))
        connection.execute(sql("prepared/derived_arcs"))
    drop_temporary(connection, _TEMPORARY)


def _fill_standing(connection: Connection, prepared: PreparedLog) -> None:
    fill_cases(connection, prepared, read_model(None).ending, CaseAttributes(None, None))


def _is_outcome(name: str) -> bool:
    return labelled_attribute(name) == OUTCOME


def _value_text(attribute: str, value: str) -> str:
    if not value:
        return say("(none)")
    return standing_label(value) if attribute == OUTCOME else value_label(attribute, value)


def _arc_text(arc: tuple[str, str]) -> str:
    return " → ".join(map(activity_label, arc))
