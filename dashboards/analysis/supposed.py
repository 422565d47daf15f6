"""What is supposed of a log that tells of no end, with numbers that lead to the cases."""

from dashboards.analysis.choice import Choice
from dashboards.sentences import Sentence, leading
from mining.cases.supposed_ends import SupposedEnds


def supposed_sentence(supposed: SupposedEnds | None, choice: Choice) -> Sentence | None:
    """Return the sentence; None of a log that tells of ends."""
    return None if supposed is None else Sentence(supposed_marked(supposed, choice))


def supposed_marked(supposed: SupposedEnds, choice: Choice) -> str:
    """Return it as part of a sentence, its numbers marked."""
    return supposed.as_text(
        lambda text, state: leading(text, None if text == "0" else choice.cases(("stands", state)))
    )
