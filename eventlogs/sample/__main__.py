"""The writing of the simulated log as a file: `python -m eventlogs.sample`."""

import gzip
from pathlib import Path
from xml.etree import ElementTree

from eventlogs.sample.play import Project, projects

FILE = Path(__file__).parent / "simulated_lift_projects.xes.gz"
EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Retrofit", "retrofit", "urn:retrofit:event-log:xesext"),
)


def xes() -> bytes:
    """Return the play as an XES document."""
    log = ElementTree.Element("log", {"xes.version": "1849.2016", "xes.features": "nested-attributes"})
    for name, prefix, uri in EXTENSIONS:
        ElementTree.SubElement(log, "extension", {"name": name, "prefix": prefix, "uri": uri})
    ElementTree.SubElement(log, "classifier", {"name": "Activity", "keys": "concept:name"})
    _attributes(log, {"concept:name": "simulated_lift_projects", "retrofit:simulated": True})
    for project in projects():
        _trace(log, project)
    ElementTree.indent(log, " ")
    document: bytes = ElementTree.tostring(log, encoding="utf-8", xml_declaration=True)
    return document


def _trace(log: ElementTree.Element, project: Project) -> None:
    trace = ElementTree.SubElement(log, "trace")
    told = {"concept:name": project.case_id, "city": project.city, "estate": project.estate}
    _attributes(
        trace, {**told, "floors": project.floors, "households": project.households, "simulated": True}
    )
    if project.outcome:
        _attributes(trace, {"outcome": project.outcome})
    for act in project.acts:
        event = ElementTree.SubElement(trace, "event")
        _attributes(event, {"concept:name": act.activity, "lifecycle:transition": "complete"})
        ElementTree.SubElement(event, "date", key="time:timestamp", value=act.occurred_at.isoformat())
        _attributes(event, {"org:resource": act.actor, "org:role": act.role})
        if act.tool:
            _attributes(event, {"retrofit:tool": act.tool})


def _attributes(parent: ElementTree.Element, values: dict[str, str | int]) -> None:
    kinds = {str: "string", int: "int", bool: "boolean"}
    for key, value in values.items():
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        ElementTree.SubElement(parent, kinds[type(value)], {"key": key, "value": shown})


if __name__ == "__main__":
    FILE.write_bytes(gzip.compress(xes(), mtime=0))
