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
    before, after = list(trace[:i]), list(trace[i + 1 :])
    other = "b" if trace[i] == "a" else "a"
    match template:
        case "responded_existence" | "coexistence":
            return other in trace
        case "not_responded_existence" | "not_coexistence":
            return other not in trace
        case "response":
            return "b" in after
        case "not_response":
            return "b" not in after
        case "alternate_response":
            return "b" in (after[: after.index("a")] if "a" in after else after)
        case "chain_response":
            return after[:1] == ["b"]
        case "not_chain_response":
            return after[:1] != ["b"]
        case "precedence":
            return "a" in before
        case "not_precedence":
            return "a" not in before
        case "alternate_precedence":
            since = before[::-1]
            return "a" in (since[: since.index("b")] if "b" in since else since)
        case "chain_precedence":
            return before[-1:] == ["a"]
        case "not_chain_precedence":
            return before[-1:] != ["a"]
    raise AssertionError(template)


def _case_deviations(template: str, trace: Sequence[str], n: int) -> Positions:
    found = sorted(i for i in _of(trace, "a") if i is not None)
    others = sorted(i for i in _of(trace, "b") if i is not None)
    match template:
        case "existence":
            return set() if len(found) >= n else {None}
        case "absence":
            return set(found[n - 1 :])
        case "exactly":
            return set(found[n:]) if len(found) >= n else {None}
        case "init":
            return set() if trace[0] == "a" else {0}
        case "last":
            return set() if trace[-1] == "a" else {len(trace) - 1}
        case "choice":
            return set() if found or others else {None}
        case "exclusive_choice":
            if not found and not others:
                return {None}
            later = max((found, others), key=lambda side: side[0] if side else -1)
            return set(later) if found and others else set()
    raise AssertionError(template)
