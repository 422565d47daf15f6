"""Raw traces of the thorough way as events and cases, the same as `batches` makes of plain pieces."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from eventlogs.attributes import encode
from eventlogs.events import Attribute
from eventlogs.exchange.classifiers import JOINED_BY
from eventlogs.exchange.faults import NO_ACTIVITY, NO_MOMENT, Faults
from eventlogs.exchange.lifecycles import our_lifecycle
from eventlogs.exchange.staging import CHANGE, LINK, MOMENT
from eventlogs.exchange.xes.batches import Piece
from eventlogs.exchange.xes.head_reader import XesPlan
from eventlogs.exchange.xes.own_extension import change_rows, evidence_json, link_rows
from eventlogs.exchange.xes.parser import RawEvent, RawTrace
from eventlogs.exchange.xes.values import Element, ValueFaultError, attributes_of, moment

_TYPES = {"occurred_at": MOMENT, "objects": pa.list_(LINK), "changes": pa.list_(CHANGE)}
_NESTED = {"evidence": evidence_json, "objects": link_rows, "changes": change_rows}
_Row = dict[str, object]
_OUTSIDE = -1


def raw_piece(traces: list[RawTrace], plan: XesPlan, faults: Faults) -> Piece:
    """Return raw traces as a piece; faulty events go to `faults`."""
    rows: list[_Row] = []
    owners: list[int] = []
    names: list[str | None] = []
    attributes: list[str] = []
    for trace in traces:
        if trace.line is not None:
            names.append(_raw(trace.elements, plan.case))
            attributes.append(_case_attributes(trace, plan, faults))
        kept = [row for event in trace.events if (row := _event_row(event, plan, faults)) is not None]
        rows += kept
        owners += [_OUTSIDE if trace.line is None else len(names) - 1] * len(kept)
    return Piece(
        pa.array(names, pa.string()),
        pa.array(attributes, pa.string()),
        _table(rows, plan),
        np.array(owners, int),
    )


def _case_attributes(trace: RawTrace, plan: XesPlan, faults: Faults) -> str:
    """Return a case's attributes; without those that are faulty and set aside."""
    given: dict[str, Attribute] = {}
    try:
        given = attributes_of([it for it in trace.elements if _kept(it, {plan.case})], plan.timezone)
    except ValueFaultError as fault:
        _meet(faults, fault)
    return encode(_with_defaults(given, trace.elements, plan, plan.trace_defaults, {plan.case}))


def _event_row(event: RawEvent, plan: XesPlan, faults: Faults) -> _Row | None:
    """Return an event's columns; None if it is faulty and set aside."""
    taken = {*plan.columns, *(plan.activity if len(plan.activity) == 1 else ())}
    try:
        row = _columns(event, plan)
        row["activity"] = _activity(event, plan)
        given = attributes_of([it for it in event.elements if _kept(it, taken)], plan.timezone)
    except ValueFaultError as fault:
        _meet(faults, fault)
        return None
    attributes = _with_defaults(given, event.elements, plan, plan.event_defaults, {*plan.columns, *taken})
    return row | {"attributes": encode(attributes)}


def _columns(event: RawEvent, plan: XesPlan) -> _Row:
    row: _Row = {}
    for key, column in plan.columns.items():
        element = next((it for it in event.elements if it.key == key), None)
        default = plan.event_defaults.get(key)
        if element is not None:
            row[column] = _column(column, element, plan.timezone)
        elif default is not None and column != "occurred_at" and column not in _NESTED:
            row[column] = str(default)
    if "lifecycle" in row:
        row["lifecycle"] = our_lifecycle(str(row["lifecycle"]))
    return row


def _column(column: str, element: Element, timezone: str) -> object:
    if column in _NESTED:
        return _NESTED[column](element, timezone)
    if column != "occurred_at":
        return element.raw
    found = moment(element.raw, timezone)
    if found is None:
        raise ValueFaultError(NO_MOMENT, element)
    return found


def _activity(event: RawEvent, plan: XesPlan) -> str:
    parts = []
    for key in plan.activity:
        part = _raw(event.elements, key)
        default = plan.event_defaults.get(key)
        if part is None and default is None:
            raise ValueFaultError(NO_ACTIVITY, Element("event", key, "", event.line))
        parts.append(str(default) if part is None else part)
    return JOINED_BY.join(parts)


def _kept(element: Element, taken: set[str]) -> bool:
    """Tell whether an element is an attribute; a column's element is one too if it has children."""
    return element.key not in taken or (bool(element.children) and element.tag not in ("list", "container"))


def _with_defaults(
    given: dict[str, Attribute],
    elements: list[Element],
    plan: XesPlan,
    defaults: Mapping[str, Attribute],
    undefaulted: set[str],
) -> dict[str, Attribute]:
    renamed = {plan.names.get(key, key): value for key, value in given.items()}
    present = {element.key for element in elements}
    for key, default in defaults.items():
        if key not in present and key not in undefaulted:
            renamed[plan.names.get(key, key)] = default
    return renamed


def _raw(elements: list[Element], key: str) -> str | None:
    return next((element.raw for element in elements if element.key == key), None)


def _meet(faults: Faults, fault: ValueFaultError) -> None:
    element = fault.element
    faults.meet(fault.text, place=element.line, column=element.key, value=element.raw)


def _table(rows: list[_Row], plan: XesPlan) -> pa.Table:
    columns = ["activity", "attributes", *dict.fromkeys(plan.columns.values())]
    present = [name for name in dict.fromkeys(columns) if any(name in row for row in rows)]
    return pa.table(
        {
            name: pa.array([row.get(name) for row in rows], _TYPES.get(name, pa.string()))
            for name in present or ["activity"]
        }
    )
