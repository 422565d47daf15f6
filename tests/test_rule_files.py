"""Rule files: what is read of each key, and what is refused with a sentence."""

from datetime import timedelta
from pathlib import Path

import pytest

from mining.rules.file import Condition, Rule, RuleRefusedError, read_rules

WHOLE = """
[[rule]]
template = "response"
activity_a = ["ask", "write"]
activity_b = "answer"
within = "5 days"
after = "1.5 hours"
where_a = { amount = { least = 100, most = 200.5 }, channel = "letter" }
where_b = { urgent = true, colour = ["red", 3] }
where_case = { city = { not = "上海" } }
same = "resource"
different = ["room", "day"]
source = "a letter"
may_be_unknown = true

[[rule]]
template = "existence"
activity_a = "ask"
n = 3

[[rule]]
name = "no letter"
template = "absence"
where_a = { channel = { not = ["letter", 1] } }
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "rules.toml"
    file.write_text(text, "utf-8")
    return file


def test_every_key_is_read_and_a_rule_without_a_name_has_its_number(tmp_path: Path) -> None:
    assert read_rules(written(tmp_path, WHOLE)) == [
        Rule(
            "1",
            "response",
            ("ask", "write"),
            ("answer",),
            within=timedelta(days=5),
            after=timedelta(minutes=90),
            where_a=(Condition("amount", least=100, most=200.5), Condition("channel", ("letter",))),
            where_b=(Condition("urgent", (True,)), Condition("colour", ("red", 3))),
            where_case=(Condition("city", ("上海",), negated=True),),
            same=("resource",),
            different=("room", "day"),
            source="a letter",
            may_be_unknown=True,
        ),
        Rule("2", "existence", ("ask",), n=3),
        Rule("no letter", "absence", where_a=(Condition("channel", ("letter", 1), negated=True),)),
    ]


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("2 seconds", timedelta(seconds=2)),
        ("1 minute", timedelta(minutes=1)),
        ("2.5hours", timedelta(minutes=150)),
        (" 3 day ", timedelta(days=3)),
        ("1 week", timedelta(days=7)),
    ],
)
def test_a_duration_is_read_in_every_unit(tmp_path: Path, text: str, duration: timedelta) -> None:
    lines = f'[[rule]]\ntemplate = "response"\nactivity_a = "a"\nactivity_b = "b"\nwithin = "{text}"\n'
    assert read_rules(written(tmp_path, lines))[0].within == duration


RULE = '[[rule]]\ntemplate = "response"\nactivity_a = "a"\nactivity_b = "b"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"there is no \[\[rule\]\] in it"),
        ("rule = []", r"there is no \[\[rule\]\] in it"),
        ("rule = 3", r"there is no \[\[rule\]\] in it"),
        ("rule = ", "not TOML"),
        (f"{RULE}[other]", "unknown key 'other'; a rule file holds"),
        (f'{RULE}name = "x"\n' * 2, "two rules are named 'x'"),
        (f'{RULE}name = "2"\n{RULE}', "two rules are named '2'"),
        (f"{RULE}nam = 1", "rule '1' has an unknown key 'nam'; known are activity_a, activity_b, after"),
        (
            RULE.replace('"response"', '"xxxxxxx"'),
            "'template' is 'xxxxxxx'; right would be: existence, absence",
        ),
        (RULE.replace('"response"', '"responce"'), "'template' is 'responce'; right would be: response$"),
        (RULE.replace('"response"', "3"), "'template' is 3;"),
        (RULE.replace('"response"', '["response"]'), r"'template' is \['response'\];"),
        (RULE.replace('"response"', '"exclusive"'), "right would be: exclusive_choice$"),
        (RULE.replace('"response"', '"precedenc"'), "right would be: precedence$"),
        (f"{RULE}n = 2", "response takes no 'n'"),
        (RULE.replace("response", "init"), "init takes no 'activity_b'"),
        ('[[rule]]\ntemplate = "init"\nactivity_a = "a"\nwhere_b = { n = 1 }', "init takes no 'where_b'"),
        ('[[rule]]\ntemplate = "init"\nactivity_a = "a"\nsame = "room"', "init takes no 'same'"),
        ('[[rule]]\ntemplate = "init"\nactivity_a = "a"\nwithin = "1 day"', "init takes no 'within'"),
        ('[[rule]]\ntemplate = "init"\nactivity_a = "a"\nafter = "1 day"', "init takes no 'after'"),
        (
            '[[rule]]\ntemplate = "absence"\nactivity_a = "a"\nn = 0',
            "'n' is 0; right would be: a whole number",
        ),
        ('[[rule]]\ntemplate = "absence"\nactivity_a = "a"\nn = true', "'n' is True"),
        ('[[rule]]\ntemplate = "absence"\nactivity_a = "a"\nn = 1.5', "'n' is 1.5"),
        (RULE.replace('"a"', "{ a = 1 }"), "'activity_a' is {'a': 1}; right would be: a text or a list of"),
        (RULE.replace('"b"', "3"), "'activity_b' is 3; right would be: a text or a list of texts"),
        (f"{RULE}within = 5", "'within' is 5; right would be: such as"),
        (f'{RULE}after = "5 moons"', "'after' is '5 moons'"),
        (f'{RULE}after = "in 5 days"', "'after' is 'in 5 days'"),
        (f'{RULE}after = "5 days or so"', "'after' is '5 days or so'"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(RuleRefusedError, match=sentence):
        read_rules(written(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleRefusedError, match="cannot be read"):
        read_rules(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("template", "taken"),
    [("separation_of_duties", True), ("response", False)],
)
def test_only_duties_may_hold_one_activity_against_itself(tmp_path: Path, template: str, taken: bool) -> None:
    file = written(tmp_path, RULE.replace("response", template).replace('"b"', '"a"'))
    if taken:
        assert read_rules(file) == [Rule("1", template, ("a",), ("a",))]
    else:
        with pytest.raises(RuleRefusedError, match="another than activity_a"):
            read_rules(file)


def test_the_same_activity_may_stand_on_both_sides_under_another_condition(tmp_path: Path) -> None:
    text = RULE.replace('"b"', '"a"') + "where_b = { n = 1 }\n"
    assert read_rules(written(tmp_path, text))[0].where_b == (Condition("n", (1,)),)


def test_a_condition_alone_may_choose_the_events_of_either_side(tmp_path: Path) -> None:
    text = '[[rule]]\ntemplate = "response"\nwhere_a = { n = 1 }\nwhere_b = { n = 2 }\n'
    assert read_rules(written(tmp_path, text)) == [
        Rule("1", "response", where_a=(Condition("n", (1,)),), where_b=(Condition("n", (2,)),))
    ]
