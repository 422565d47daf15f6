"""A Petri net written as PNML with its final marking, for this engine, pm4py and ProM to read."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from mining.nets.petri_net import INVISIBLE, PetriNet

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<pnml>
<net id="net" type="http://www.pnml.org/version-2009/grammar/pnmlcoremodel">
"""


def pnml(net: PetriNet, name: str) -> str:
    """Return the net as PNML."""
    parts = [_HEAD, f"<name><text>{escape(name)}</text></name>\n", '<page id="page">']
    parts += (_place(place, net.initial.get(place, 0)) for place in net.places)
    for step in net.transitions:
        silent = (
            ""
            if step.label is not None
            else f'<toolspecific tool="ProM" version="6.4" activity="{INVISIBLE}"/>'
        )
        label = step.name if step.label is None else step.label
        name_element = f"<name><text>{escape(label)}</text></name>"
        parts.append(f"<transition id={quoteattr(step.name)}>{name_element}{silent}</transition>")
    parts += _arcs(net)
    final = "".join(
        f"<place idref={quoteattr(place)}><text>{n}</text></place>" for place, n in net.final.items()
    )
    parts.append(f"</page>\n<finalmarkings><marking>{final}</marking></finalmarkings>\n</net>\n</pnml>\n")
    return "\n".join(parts)


def _place(place: str, tokens: int) -> str:
    marked = f"<initialMarking><text>{tokens}</text></initialMarking>" if tokens else ""
    return f"<place id={quoteattr(place)}><name><text>{escape(place)}</text></name>{marked}</place>"


def _arcs(net: PetriNet) -> Iterator[str]:
    pairs = [
        (source, target, weight)
        for step in net.transitions
        for source, target, weight in (
            *((place, step.name, weight) for place, weight in step.takes.items()),
            *((step.name, place, weight) for place, weight in step.gives.items()),
        )
    ]
    for number, (source, target, weight) in enumerate(pairs):
        ends = f"source={quoteattr(source)} target={quoteattr(target)}"
        told = f"<inscription><text>{weight}</text></inscription>" if weight != 1 else ""
        yield f'<arc id="a{number}" {ends}>{told}</arc>'
