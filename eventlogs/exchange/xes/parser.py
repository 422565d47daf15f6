"""The thorough way through XES: every element of any depth, by a parser that is fed piece by piece."""

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.xes.head_reader import XesHeader
from eventlogs.exchange.xes.text import plain_name
from eventlogs.exchange.xes.values import ATTRIBUTE_TAGS, Element, ValueFaultError, attributes_of
from eventlogs.system_faults import LibraryFault

_INSIDE = {
    "": {"log"},
    "log": {"extension", "global", "classifier", "trace", "event"},
    "trace": {"event"},
}
_INVALID = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
_HOLDS_ATTRIBUTES = {"log", "trace", "event", "global"}
_UNCLOSED = frozenset({expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]}) | {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
}


@dataclass
class RawEvent:
    """An event as it stands in the file."""

    line: int
    elements: list[Element] = field(default_factory=list)


@dataclass
class RawTrace:
    """A trace as it stands in the file; one without a line holds an event that stands outside of traces."""

    line: int | None
    elements: list[Element] = field(default_factory=list)
    events: list[RawEvent] = field(default_factory=list)


class XesParser:
    """Reads a file that is fed to it in order; whole traces may be left out."""

    def __init__(self, file: Path, timezone: str) -> None:
        self.header = XesHeader()
        self.lines_left_out = 0
        self._file, self._timezone = file, timezone
        self._stack = [""]  # the open elements that are no attributes
        self._open: list[Element] = []  # the open attributes
        self._holder: list[Element] = []  # where a finished attribute belongs
        self._scope = ""
        self._finished = False
        self._globals: list[Element] = []
        self._log: list[Element] = []
        self._trace: RawTrace | None = None
        self._event: RawEvent | None = None
        self._done: list[RawTrace] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse_entity
        self._parser.ExternalEntityRefHandler = self._refuse_entity

    @property
    def between_traces(self) -> bool:
        """Whether what was fed so far ends inside `<log>` but in no other element."""
        return self._stack == ["", "log"] and not self._open

    def feed(self, data: bytes, *, last: bool = False) -> None:
        """Read a further part of the file; nothing is left to read after the `last`."""
        if self._finished:
            return
        self._finished = last
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise self._not_xml(error, data) from None

    def take(self) -> list[RawTrace]:
        """Return the traces that ended since the last time."""
        done, self._done = self._done, []
        return done

    def finish_header(self) -> None:
        """Give the header the log's attributes read so far."""
        try:
            self.header.attributes = attributes_of(self._log, self._timezone)
        except ValueFaultError as fault:
            raise self._value_fault(fault) from None

    def _start(self, name: str, marks: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        inside = self._stack[-1]
        if self._open or tag not in _INSIDE.get(inside, ()):
            self._start_attribute(tag, marks, inside)
            return
        self._stack.append(tag)
        if tag == "log":
            self.header.version = marks
            self._holder = self._log
        elif tag == "trace":
            self._trace = RawTrace(self._line)
            self._holder = self._trace.elements
        elif tag == "event":
            self._event = RawEvent(self._line)
            self._holder = self._event.elements
        else:
            self._declare(tag, marks)

    def _start_attribute(self, tag: str, marks: dict[str, str], inside: str) -> None:
        allowed = ATTRIBUTE_TAGS | ({"values"} if self._open and self._open[-1].tag == "list" else set())
        if tag not in allowed or not (self._open or inside in _HOLDS_ATTRIBUTES):
            raise self._refusal(
                "{file}, line {line}: <{tag}> stands where XES has no such element; expected are {expected}",
                tag=tag,
                expected=", ".join(sorted(_INSIDE.get(inside, set()) | allowed)),
            )
        if tag == "values":
            self._open.append(Element(tag, "", "", self._line))
            return
        needed = ("key",) if tag in ("list", "container") else ("key", "value")
        for mark in needed:
            if mark not in marks:
                raise self._refusal(
                    '{file}, line {line}: <{tag}> has no {mark}; write <{tag} key="…" value="…"/>',
                    tag=tag,
                    mark=mark,
                )
        key = plain_name(marks["key"]) if self.header.own else marks["key"]
        self._open.append(Element(tag, key, marks.get("value", ""), self._line))

    def _end(self, _: str) -> None:
        if self._open:
            element = self._open.pop()
            (self._open[-1].children if self._open else self._holder).append(element)
            return
        tag = self._stack.pop()
        if tag == "event":
            self._end_event()
        elif tag == "trace" and self._trace is not None:
            self._done.append(self._trace)
            self._trace, self._holder = None, self._log
        elif tag == "global":
            self._end_global()

    def _end_event(self) -> None:
        assert self._event is not None
        if self._trace is None:
            self._done.append(RawTrace(None, events=[self._event]))
            self._holder = self._log
        else:
            self._trace.events.append(self._event)
            self._holder = self._trace.elements
        self._event = None

    def _declare(self, tag: str, marks: dict[str, str]) -> None:
        if tag == "extension":
            self.header.extensions.append(dict(marks))
        elif tag == "classifier":
            name = marks.get("name", "")
            name = plain_name(name) if self.header.own else name
            self.header.classifiers[name] = marks.get("keys", "")
        else:
            self._scope, self._holder = marks.get("scope", "event"), self._globals

    def _end_global(self) -> None:
        target = self.header.trace_globals if self._scope == "trace" else self.header.event_globals
        try:
            target.update(attributes_of(self._globals, self._timezone))
        except ValueFaultError as fault:
            raise self._value_fault(fault) from None
        self._globals.clear()
        self._holder = self._log

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self.lines_left_out

    def _refusal(self, text: str, **values: object) -> ImportRefusedError:
        return ImportRefusedError(text, file=self._file, line=self._line, **values)

    def _value_fault(self, fault: ValueFaultError) -> ImportRefusedError:
        element = fault.element
        return ImportRefusedError(
            fault.text,
            file=self._file,
            unit="line",
            place=element.line,
            column=element.key,
            value=repr(element.raw),
        )

    def _not_xml(self, error: expat.ExpatError, data: bytes) -> ImportRefusedError:
        line = error.lineno + self.lines_left_out
        if error.code == _INVALID and not _is_utf8(data):
            return ImportRefusedError(
                "{file}, line {line}: the bytes are not UTF-8 as the file says; save it as UTF-8, "
                "or name its true encoding in the first line",
                file=self._file,
                line=line,
            )
        if error.code in _UNCLOSED:
            return ImportRefusedError(
                "{file} breaks off in line {line}, before </log>; get the whole file and import that",
                file=self._file,
                line=line,
            )
        return ImportRefusedError(
            "{file}, line {line}, column {column}: this is not well-formed XML ({reason}); "
            "mend the file there",
            file=self._file,
            line=line,
            column=error.offset + 1,
            reason=LibraryFault(expat.ErrorString(error.code)),
        )

    def _refuse_entity(self, name: str, *_: object) -> int:
        raise self._refusal(
            "{file}, line {line}: the file declares or calls the entity {name}, which no event log needs and "
            "which may harm; take the DOCTYPE out of the file",
            name=name,
        )


def _is_utf8(data: bytes) -> bool:
    try:
        data[:-3].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end > len(data) - 6  # a character cut by the end of the part
    return True
