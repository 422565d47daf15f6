"""What staff are told once something is recorded: that it is, what came of it, and what is to be done now."""

from collections.abc import Iterator

from dashboards.refusal import ended
from eventlogs.language import say
from eventlogs.vocabulary import label
from flows.policies.tally import told_tally
from flows.process.order import sentence_of
from flows.project.advance import Advance
from flows.project.answers import Recorded
from flows.words import name_of


def recorded_words(made: Advance) -> str:
    """Return sentences about an advance, a line each."""
    return "\n".join(map(ended, (*_begun(made), *_sentences(Recorded.of(made)))))


def _begun(made: Advance) -> Iterator[str]:
    """Yield that it is recorded; of a correction, of what step, and what is no longer to be done."""
    first = made.recorded[0] if made.recorded else None
    if first is None or first.corrects is None:
        yield say("It is recorded")
        return
    step = name_of(first.activity)
    yield (
        say("“{step}” is taken out", step=step)
        if first.correction == "void"
        else say("“{step}” is put right", step=step)
    )
    gone = [one for one in made.recorded if one.lifecycle == "withdraw" and one.corrects is None]
    names = [one.activity for one in gone if made.history.open_item(one.activity) is None]
    if names:
        steps = say(", ").join(map(name_of, dict.fromkeys(names)))
        yield say("No longer to be done: {steps}", steps=steps)


def _sentences(made: Recorded) -> Iterator[str]:
    if "approval_heads" in made.results:
        yield told_tally(made.results)
    if made.results.get("gap_yuan"):
        yield say("{yuan:.2f} yuan are missing", yuan=made.results["gap_yuan"])
    if made.deputy:
        yield say("{person} is away; {deputy} has it", person=made.deputy[0], deputy=made.deputy[1])
    for rule in made.warnings:
        yield say("Out of the model's order: “{sentence}”", sentence=sentence_of(rule))
    if made.offered:
        steps = dict.fromkeys(name_of(item.rsplit("/", 2)[1]) for item in made.offered)
        yield say("Now to be done: {steps}", steps=say(", ").join(steps))
    if made.outcome:
        yield say("The project is over: {outcome}", outcome=label("outcomes", made.outcome))
