"""English that counts one thing speaks of one."""

import pytest

from eventlogs.language import say, speaking
from eventlogs.singular import agreeing


@pytest.mark.parametrize(
    ("written", "values", "said"),
    [
        ("{n} days overdue", {"n": 1}, "1 day overdue"),
        ("{n} days overdue", {"n": 2}, "2 days overdue"),
        ("{n} cases are held", {"n": "1"}, "1 case is held"),
        ("{n} of {all} cases fit", {"n": 1, "all": 3}, "1 of 3 cases fit"),
        ("{log}: {n} events, {m} activities", {"log": 1, "n": 1, "m": 1}, "1: 1 event, 1 activity"),
        ("{n} running ones are stalled", {"n": 1}, "1 running one is stalled"),
        ("{n} objects that are no cases", {"n": 1}, "1 object that is no cases"),
        ("{n} cases", {"n": True}, "True cases"),
        ("{n} cases", {"n": 11}, "11 cases"),
        ("{n} cases", {"n": "0.1"}, "0.1 cases"),
    ],
)
def test_one_is_singular_and_all_else_as_written(written: str, values: dict[str, object], said: str) -> None:
    assert agreeing(written, values).format(**values) == said


def test_a_number_that_leads_somewhere_counts_like_any_other() -> None:
    from dashboards.sentences import Sentence, counted

    with speaking("en"):
        assert Sentence(say("{n} cases are held", n=counted(1, "/cases"))) == "1 case is held"


def test_chinese_knows_no_plural() -> None:
    with speaking("zh"):
        assert say("{n} cases", n=1) == "1 个案例"
