"""Cases selected by something that is no filter of all pages: a phase, or what they did with a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.analysis.study import Study
from dashboards.analysis.words import rule_answer_word
from eventlogs.language import say
from eventlogs.vocabulary import Activity, label, terms
from mining.levels import LEVELS, Level, at_level
from mining.normative_file import read_model
from mining.normative_text import rule_words
from mining.rule_cases import RULE_ANSWERS, cases_of_rule
from mining.variant_states import cases_of_variant


@dataclass(frozen=True, slots=True)
class Selection:
    """What an address selects: its part of the address, in words, and how the cases are found."""

    pairs: tuple[tuple[str, str], ...] = ()
    text: str = ""
    any_of: tuple[str, ...] = ()
    rule: str = ""
    answer: str = ""
    level: Level = "activity"
    collapsed: bool = False
    rank: int = 0

    def case_ids(self, study: Study) -> Sequence[str] | None:
        """Return the ids of the cases where a rule or a variant selects them."""
        if self.rank:
            return study.kept(
                ("cases of variant", self.level, self.collapsed, self.rank),
                lambda log: cases_of_variant(at_level(log, self.level, collapsed=self.collapsed), self.rank),
            )
        if not self.rule:
            return None
        return study.kept(
            ("cases of rule", self.rule, self.answer),
            lambda log: cases_of_rule(log, read_model(None), self.rule, self.answer),
        )


def selection_of(parameters: Mapping[str, str]) -> Selection:
    """Return what an address selects; all where it names nothing known."""
    phase = parameters.get("phase", "")
    if phase in terms("phases"):
        activities = tuple(
            name
            for name, one in terms("activities").items()
            if isinstance(one, Activity) and one.phase == phase
        )
        words = say("reached the phase {phase}", phase=label("phases", phase))
        return Selection((("phase", phase),), words, any_of=activities)
    if (rank := parameters.get("rank", "")).isdecimal():
        return _by_variant(parameters, int(rank))
    return _by_rule(parameters.get("rule", ""), parameters.get("did", ""))


def _by_variant(parameters: Mapping[str, str], rank: int) -> Selection:
    level: Level = next((one for one in LEVELS if one == parameters.get("level")), "activity")
    collapsed = parameters.get("runs") == "one"
    names = ("level", "runs", "rank")
    pairs = tuple((name, parameters[name]) for name in names if name in parameters)
    words = say("went the way of variant {rank}", rank=rank)
    return Selection(pairs, words, level=level, collapsed=collapsed, rank=rank)


def _by_rule(key: str, answer: str) -> Selection:
    rule = next((one for one in read_model(None).rules if one.key == key), None)
    if rule is None or answer not in RULE_ANSWERS:
        return Selection()
    words = say(
        "{answer} the rule {rule}: {sentence}",
        answer=rule_answer_word(answer),
        rule=key,
        sentence=rule_words(rule),
    )
    return Selection((("rule", key), ("did", answer)), words, rule=key, answer=answer)
