"""Random block-structured nets with silent steps, loops and repeated labels, and random traces on them."""

from dataclasses import replace
from random import Random

from mining.nets.petri_net import PetriNet, Transition

LABELS = "abcdef"


def random_net(random: Random, n_refinements: int = 8) -> PetriNet:
    """Return a sound net: one step, refined again and again into a block of two or three."""
    steps = [Transition("t0", "a", {"start": 1}, {"end": 1})]
    places = ["start", "end"]
    for number in range(random.randint(1, n_refinements)):
        step = steps.pop(random.randrange(len(steps)))
        steps.extend(_refined(random, step, number, places))
    return PetriNet(tuple(places), tuple(steps), {"start": 1}, {"end": 1})


def random_trace(random: Random, net: PetriNet, n_edits: int = 3) -> tuple[str, ...]:
    """Return a run of `net`, cut at 20 steps, with some events put in, left out or swapped."""
    trace = _run(random, net)
    for _ in range(random.randint(0, n_edits)):
        place = random.randrange(len(trace) + 1)
        match random.choice(["insert", "delete", "swap", "strange"]):
            case "insert":
                trace.insert(place, random.choice(LABELS))
            case "delete":
                del trace[place : place + 1]
            case "swap":
                trace[place : place + 2] = trace[place : place + 2][::-1]
            case "strange":
                trace.insert(place, "z")
    return tuple(trace)


def _run(random: Random, net: PetriNet) -> list[str]:
    tokens = dict(net.initial)
    trace: list[str] = []
    for _ in range(20):
        enabled = [
            step for step in net.transitions if all(tokens.get(p, 0) >= n for p, n in step.takes.items())
        ]
        if not enabled:
            break
        step = random.choice(enabled)
        for place, weight in step.takes.items():
            tokens[place] -= weight
        for place, weight in step.gives.items():
            tokens[place] = tokens.get(place, 0) + weight
        if step.label is not None:
            trace.append(step.label)
    return trace


def _label(random: Random) -> str | None:
    return None if random.random() < 0.25 else random.choice(LABELS)


def _refined(random: Random, step: Transition, number: int, places: list[str]) -> list[Transition]:
    def new(name: str, label: str | None, takes: dict[str, int], gives: dict[str, int]) -> Transition:
        places.extend(p for p in (*takes, *gives) if p not in places)
        return Transition(f"{name}{number}", label, takes, gives)

    p, q, r, s = (f"{name}{number}" for name in "pqrs")
    before, after = dict(step.takes), dict(step.gives)
    match random.choice(["sequence", "choice", "parallel", "loop", "skip"]):
        case "sequence":
            return [new("u", step.label, before, {p: 1}), new("v", _label(random), {p: 1}, after)]
        case "choice":
            return [replace(step, name=f"u{number}"), new("v", _label(random), before, after)]
        case "skip":
            return [replace(step, name=f"u{number}"), new("v", None, before, after)]
        case "loop":
            return [
                new("i", None, before, {p: 1}),
                new("u", step.label, {p: 1}, {q: 1}),
                new("v", _label(random), {q: 1}, {p: 1}),
                new("o", None, {q: 1}, after),
            ]
        case _:
            return [
                new("i", None, before, {p: 1, r: 1}),
                new("u", step.label, {p: 1}, {q: 1}),
                new("v", _label(random), {r: 1}, {s: 1}),
                new("o", None, {q: 1, s: 1}, after),
            ]
