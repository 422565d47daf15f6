from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from declare_by_hand import activating, deviating
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from played_logs import Step, Trace, played
from running import ran

from eventlogs.events import Attribute
from mining.rules.checking import check_rules
from mining.rules.file import Condition, Rule, RuleRefusedError, read_rules
from mining.rules.outcome import RuleOutcome
from mining.rules.templates import TEMPLATES

DECLARE = [name for name, template in TEMPLATES.items() if template.activated_by != "pair"]
FOREVER = timedelta(days=10_000)


def check(directory: Path, rule: Rule, cases: Mapping[str, Trace]) -> RuleOutcome:
    with played(directory, cases) as log:
        return check_rules(log, [rule]).rules[0]


def broken(outcome: RuleOutcome) -> list[tuple[str, int | None]]:
    return [(deviation.case_id, deviation.position) for deviation in outcome.deviations]


@pytest.fixture
def outcomes(tmp_path: Path) -> Callable[..., RuleOutcome]:
    return lambda rule, **cases: check(tmp_path, rule, cases)


def _rule(template: str, n: int = 1, within: timedelta | None = None) -> Rule:
    b = ("b",) if TEMPLATES[template].takes_b else ()
    return Rule(template, template, ("a",), b, n=n, within=within, may_be_unknown=True)


@given(st.integers(0, 2**32), st.integers(1, 3))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_template_means_what_its_sentence_says(
    tmp_path_factory: pytest.TempPathFactory, seed: int, n: int
) -> None:
    random = Random(seed)
    words = ["".join(random.choices("abc", k=random.randint(1, 7))) for _ in range(25)]
    cases = {str(number): word for number, word in enumerate(words)}
    # a window that never closes makes the same rule run on events instead of variants
    rules = [_rule(name, n) for name in DECLARE]
    rules += [_rule(name, n, FOREVER) for name in DECLARE if TEMPLATES[name].takes_window]
    with played(tmp_path_factory.mktemp("log"), cases) as log:
        report = check_rules(log, rules, n_deviations=10_000)
    for outcome in report.rules:
        wrong = {(case, i) for case, word in cases.items() for i in deviating(outcome.template, word, n)}
        tests = {(case, i) for case, word in cases.items() for i in activating(outcome.template, word)}
        assert set(broken(outcome)) == wrong, outcome.template
        assert outcome.activations == len(tests)
        assert outcome.violated_cases == len({case for case, _ in wrong})
        assert outcome.vacuous_cases == len(cases) - len({case for case, _ in tests})
        assert outcome.satisfied_cases + outcome.violated_cases + outcome.vacuous_cases == len(cases)
        assert outcome.fulfilments + outcome.violations == outcome.activations


def test_a_response_in_time_keeps_the_rule_and_a_late_one_breaks_it(
    outcomes: Callable[..., RuleOutcome],
) -> None:
    rule = Rule("in time", "response", ("a",), ("b",), within=timedelta(hours=2))
    outcome = outcomes(rule, kept=["a", "c", "b"], late=["a", "c", "c", "b"], never=["a", "c"], vacuous=["b"])
    assert broken(outcome) == [("late", 0), ("never", 0)]
    assert (outcome.satisfied_cases, outcome.vacuous_cases) == (1, 1)


def test_a_precedence_may_ask_for_time_to_pass(outcomes: Callable[..., RuleOutcome]) -> None:
    rule = Rule("not at once", "precedence", ("a",), ("b",), after=timedelta(hours=5))
    outcome = outcomes(rule, hasty=["a", "b"], kept=["a", Step("b", hours=9)])
    assert broken(outcome) == [("hasty", 1)]


def test_conditions_choose_events_by_their_attributes(outcomes: Callable[..., RuleOutcome]) -> None:
    rule = Rule(
        "large ones are answered",
        "response",
        ("ask",),
        ("answer",),
        where_a=(Condition("amount", least=100), Condition("channel", ("letter", "mail"))),
        where_b=(Condition("role", ("clerk",)),),
    )

    def ask(amount: float, channel: str) -> Step:
        return Step("ask", attributes={"amount": amount, "channel": channel})

    outcome = outcomes(
        rule,
        small=[ask(99, "letter")],
        by_phone=[ask(100, "phone")],
        unanswered=[ask(100, "mail")],
        wrong_role=[ask(100.5, "letter"), Step("answer", role="guard")],
        kept=[ask(1000, "letter"), Step("answer", role="clerk")],
    )
    assert broken(outcome) == [("unanswered", 0), ("wrong_role", 0)]
    assert (outcome.activations, outcome.vacuous_cases) == (3, 2)


def test_an_unwanted_value_is_turned_away_and_a_missing_one_is_not_it(
    outcomes: Callable[..., RuleOutcome],
) -> None:
    rule = Rule("r", "absence", ("a",), where_a=(Condition("kind", ("x", True, 3), negated=True),))
    kinds: dict[str, dict[str, Attribute]] = {
        "x": {"kind": "x"},
        "yes": {"kind": True},
        "three": {"kind": 3},
        "none": {},
        "other": {"kind": "y"},
    }
    outcome = outcomes(rule, **{case: [Step("a", attributes=kind)] for case, kind in kinds.items()})
    assert broken(outcome) == [("none", 0), ("other", 0)]


def test_cases_out_of_scope_do_not_count(outcomes: Callable[..., RuleOutcome]) -> None:
    rule = Rule("r", "existence", ("b",), where_case=(Condition("city", ("上海",)),))
    here, there = Step("a", attributes={"city": "上海"}), Step("a", attributes={"city": "天津"})
    outcome = outcomes(rule, one=[here], two=[there], three=[here, "b"])
    assert (outcome.cases, broken(outcome)) == (2, [("one", None)])


def test_events_may_have_to_share_an_attribute_or_not(outcomes: Callable[..., RuleOutcome]) -> None:
    same = Rule("r", "response", ("a",), ("b",), same=("room",))
    other = Rule("r", "response", ("a",), ("b",), different=("room",))
    first, second = Step("a", attributes={"room": 1}), Step("b", attributes={"room": 2})
    assert broken(outcomes(same, x=[first, second])) == [("x", 0)]
    assert broken(outcomes(other, y=[first, second, Step("b", attributes={"room": 1})])) == []


def test_one_person_doing_both_breaks_the_separation_of_duties(outcomes: Callable[..., RuleOutcome]) -> None:
    rule = Rule("r", "separation_of_duties", ("a",), ("b",))
    outcome = outcomes(
        rule,
        kept=[Step("a", actor="li"), Step("b", actor="wu")],
        same=[Step("a", actor="li"), "c", Step("b", actor="li"), Step("b", actor="wu")],
        unknown=["a", Step("b", actor="li")],
        half=[Step("a", actor="li")],
    )
    assert broken(outcome) == [("same", 0), ("same", 2)]
    assert (outcome.satisfied_cases, outcome.vacuous_cases) == (1, 2)


def test_two_persons_break_the_binding_of_duties(outcomes: Callable[..., RuleOutcome]) -> None:
    rule = Rule("r", "binding_of_duties", ("a",), ("b",))
    outcome = outcomes(
        rule,
        kept=[Step("a", actor="li"), Step("b", actor="li")],
        handed_over=[Step("a", actor="li"), Step("b", actor="wu")],
    )
    assert broken(outcome) == [("handed_over", 0), ("handed_over", 1)]


def test_nobody_may_do_one_thing_twice(outcomes: Callable[..., RuleOutcome]) -> None:
    rule = Rule("four eyes", "separation_of_duties", ("check",), ("check",))
    twice = [Step("check", actor="li"), Step("check", actor="li")]
    assert outcomes(rule, twice=twice, once=[Step("check", actor="li")]).violated_cases == 1


def test_an_activity_the_log_does_not_know_is_refused(outcomes: Callable[..., RuleOutcome]) -> None:
    with pytest.raises(RuleRefusedError, match="'aproved' is not in the log; known are approved"):
        outcomes(Rule("r", "existence", ("aproved",)), x=["approved", "paid"])


FILE = """
[[rule]]
name = "answered"
template = "response"
activity_a = "ask"
activity_b = ["answer", "refuse"]
within = "5 days"
where_a = { amount = { least = 100 } }
"""


def test_a_rule_file_is_read_as_written(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(FILE, "utf-8")
    assert read_rules(file) == [
        Rule(
            "answered",
            "response",
            ("ask",),
            ("answer", "refuse"),
            within=timedelta(days=5),
            where_a=(Condition("amount", least=100),),
        )
    ]


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ('"response"', '"respons"', "'template' is 'respons'; right would be: response"),
        ('"5 days"', '"soon"', "'within' is 'soon'"),
        ("within", "witin", "unknown key 'witin'; known are activity_a"),
        ('activity_a = "ask"', "", "'activity_b'|'activity_a'|any"),
        ("[[rule]]", "[rules]", "unknown key 'rules'"),
        ("least = 100", 'least = "many"', "'where_a.amount' is"),
        ('template = "response"', 'template = "init"', "init takes no 'activity_b'"),
        ('"ask"', "7", "'activity_a' is 7"),
        ("=", "==", "not TOML"),
    ],
)
def test_a_wrong_rule_file_is_refused_with_what_would_be_right(
    tmp_path: Path, wrong: str, right: str, sentence: str
) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(FILE.replace(wrong, right), "utf-8")
    if sentence.endswith("any"):
        assert read_rules(file)[0].activity_a == ()  # the condition chooses
        return
    with pytest.raises(RuleRefusedError, match=sentence):
        read_rules(file)


def test_the_command_answers_in_both_languages(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(FILE.replace("where_a", "#"), "utf-8")
    with played(tmp_path / "data", {"x": ["ask", "answer", "refuse"], "y": ["ask"]}):
        pass
    line = f"mine rules played --rules '{file}'"
    status, out, _ = ran(line + " --lang en", tmp_path / "data")
    assert status == 0
    assert "case y: event 1, ask" in out
    assert "案例 y：第 1 个事件" in ran(line + " --lang zh", tmp_path / "data")[1]


def test_every_template_has_its_query_and_its_line_in_the_docs() -> None:
    root = Path(__file__).parent.parent
    queries = {file.stem for file in (root / "mining/sql/rules").glob("*.sql")}
    page = (root / "docs/methods/conformance.md").read_text("utf-8")
    assert queries == set(TEMPLATES)
    assert [name for name in TEMPLATES if f"| `{name}` |" not in page] == []


def test_an_event_that_is_both_breaks_an_exclusive_choice(outcomes: Callable[..., RuleOutcome]) -> None:
    rule = Rule("r", "exclusive_choice", ("a", "x"), ("b", "x"), may_be_unknown=True)
    assert broken(outcomes(rule, one="cx", other="xa", third="a")) == [("one", 1), ("other", 0)]
