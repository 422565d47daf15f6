"""pm4py's check of the same order rules, by its Declare conformance."""

from collections import Counter
from typing import Any

from benchmarks.workers.order_rules import ORDER_RULES

_SURE = {"support": 1.0, "confidence": 1.0}


def ruled(frame: Any) -> Any:
    """Check the rules on every case."""
    import pm4py

    model: dict[str, dict[tuple[str, str], dict[str, float]]] = {}
    for template, first, second in ORDER_RULES:
        model.setdefault(template, {})[first, second] = _SURE
    return pm4py.conformance_declare(frame, model)


def told(found: Any) -> dict[str, int]:
    """Return how many cases break each rule."""
    broken = Counter((template, *pair) for case in found for template, pair in map(tuple, case["deviations"]))
    return {" ".join(rule): broken[rule] for rule in ORDER_RULES}
