"""The Declare templates as plain sentences over one trace: slow, obvious, and independent of the queries.

`deviating(template, trace, n)` returns the positions, or None, that break the rule on `a` and `b`, and
`activating(template, trace)` those that test it.
"""

from collections.abc import Sequence

Positions = set[int | None]


def activating(template: str, trace: Sequence[str]) -> Positions:
    """Return the positions that test the rule; {None} where the case as a whole does."""
    match _activated_by(template):
        case "case":
            return {None}
        case "a":
            return _of(trace, "a")
        case "b":
            return _of(trace, "b")
        case _:
            return _of(trace, "a") | _of(trace, "b")


def deviating(template: str, trace: Sequence[str], n: int = 1) -> Positions:
    """Return the positions that break the rule."""
    if template in _SHARED:
        return set().union(*(deviating(part, trace) for part in _SHARED[template]))
    if _activated_by(template) == "case":
        return _case_deviations(template, trace, n)
    return {i for i in activating(template, trace) if i is not None and not _holds(template, trace, i)}


_SHARED = {
    "succession": ("response", "precedence"),
    "alternate_succession": ("alternate_response", "alternate_precedence"),
    "chain_succession": ("chain_response", "chain_precedence"),
    "not_succession": ("not_response", "not_precedence"),
    "not_chain_succession": ("not_chain_response", "not_chain_precedence"),
}


def _activated_by(template: str) -> str:
    if template in {"existence", "absence", "exactly", "init", "last", "choice", "exclusive_choice"}:
        return "case"
    if template.endswith("precedence"):
        return "b"
    return "both" if template in _SHARED or "coexistence" in template else "a"


def _of(trace: Sequence[str], activity: str) -> Positions:
    return {i for i, happened in enumerate(trace) if happened == activity}


def _holds(template: str, trace: Sequence[str], i: int) -> bool:
    other = "b" if trace[i] == "a" else "a"
    if template.startswith("not_"):
        return not _holds(template.removeprefix("not_"), trace, i)
    if template in ("responded_existence", "coexistence"):
        return other in trace
    # seen from b, a precedence is a response in the trace read backwards
    ahead = list(trace[i + 1 :]) if template.endswith("response") else list(trace[:i])[::-1]
    if template.startswith("alternate"):
        return other in (ahead[: ahead.index(trace[i])] if trace[i] in ahead else ahead)
    return ahead[:1] == [other] if template.startswith("chain") else other in ahead


def _case_deviations(template: str, trace: Sequence[str], n: int) -> Positions:
    found = sorted(i for i in _of(trace, "a") if i is not None)
    others = sorted(i for i in _of(trace, "b") if i is not None)
    later = max((found, others), key=lambda side: side[0] if side else -1)
    neither: Positions = set() if found or others else {None}
    end = len(trace) - 1
    deviations: dict[str, Positions] = {
        "existence": set() if len(found) >= n else {None},
        "absence": set(found[n - 1 :]),
        "exactly": set(found[n:]) if len(found) >= n else {None},
        "init": set() if 0 in found else {0},
        "last": set() if end in found else {end},
        "choice": neither,
        "exclusive_choice": set(later) if found and others else neither,
    }
    return deviations[template]
