"""The order rules that everybody checks on the same log: which of two activities has to come first."""

PAIRS = tuple((f"activity {number}", f"activity {number + 3}") for number in range(0, 32, 4))
ORDER_RULES = tuple((template, *pair) for template in ("precedence", "response") for pair in PAIRS)[:15]
