import json
from pathlib import Path

import pytest
from played_logs import Step, played
from running import ran

from mining.nets.alignment_answers import alignment_answer, case_alignment
from mining.nets.petri_net import ModelRefusedError, PetriNet, Transition
from mining.nets.replay_answers import precision_answer, replay_answer
from mining.nets.traces import Traces, grouped_traces, traces_of

LINEAR = PetriNet(
    ("p", "q", "r"),
    (Transition("t", "a", {"p": 1}, {"q": 1}), Transition("u", "b", {"q": 1}, {"r": 1})),
    {"p": 1},
    {"r": 1},
)
PNML = """
<pnml xmlns="http://www.pnml.org/version-2009/grammar/pnml"><net id="n"><page id="g">
<place id="p"><initialMarking><text>1</text></initialMarking></place><place id="q"/><place id="r"/>
<transition id="t"><name><text>a</text></name></transition>
<transition id="u"><name><text>b</text></name></transition>
<arc id="1" source="p" target="t"/><arc id="2" source="t" target="q"/>
<arc id="3" source="q" target="u"/><arc id="4" source="u" target="r"/>
</page></net></pnml>
"""
CASES: dict[str, list[Step | str]] = {
    "good": [Step("a", 1, attributes={"city": "x"}), "b"],
    "also": [Step("a", 1, attributes={"city": "y"}), "b"],
    "half": [Step("a", 1, attributes={"city": "y"})],
    "nowhere": ["b"],
}


def test_the_traces_of_a_prepared_log_are_those_of_its_cases(tmp_path: Path) -> None:
    with played(tmp_path, {"1": "ab", "2": "ab", "3": "ba", "4": "c"}) as log:
        read = traces_of(log)
    expected = Traces.of(["ab", "ab", "ba", "c"])
    assert {read.trace(n): int(read.counts[n]) for n in range(len(read))} == {
        expected.trace(n): int(expected.counts[n]) for n in range(len(expected))
    }


def test_groups_have_their_own_cases_and_figures(tmp_path: Path) -> None:
    with played(tmp_path, CASES) as log:
        whole = alignment_answer(log, LINEAR, 60, by="city")
        assert {value: int(counts.sum()) for value, counts in grouped_traces(log, "city")[1].items()} == {
            "x": 1,
            "y": 2,
            None: 1,
        }
    assert (whole.cases, whole.fitting_cases, whole.cost) == (4, 2, 2)
    assert [(one.group, one.cases, one.fitting_cases) for one in whole.groups] == [
        ("x", 1, 1),
        ("y", 2, 1),
        (None, 1, 0),
    ]
    assert whole.groups[0].interval is None  # one case has no spread
    x, y = whole.groups[0], whole.groups[1]
    assert x.log_fitness == 1
    assert y.log_fitness == pytest.approx(1 - 1 / 7)
    assert y.interval is not None
    assert y.interval[0] <= 1 - 1 / 7 <= y.interval[1]


def test_one_case_is_shown_with_its_moves(tmp_path: Path) -> None:
    with played(tmp_path, CASES) as log:
        shown = case_alignment(log, LINEAR, "half")
        assert [(move.kind, move.activity) for move in shown.moves] == [("synchronous", "a"), ("model", "b")]
        with pytest.raises(ModelRefusedError, match="no case elsewhere"):
            case_alignment(log, LINEAR, "elsewhere")


def test_replay_and_precision_speak_of_all_cases(tmp_path: Path) -> None:
    with played(tmp_path, CASES) as log:
        replayed = replay_answer(log, LINEAR, 60)
        assert (replayed.cases, replayed.fitting_cases, replayed.missing) == (4, 2, 2)
        assert precision_answer(log, LINEAR).precision == 1
        with pytest.raises(ModelRefusedError, match="cannot be replayed on the model within 1e-09 seconds"):
            replay_answer(log, LINEAR, 1e-9)


def test_the_commands_answer_in_both_languages_and_as_json(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "net.pnml"
    file.write_text(PNML, "utf-8")
    with played(data, CASES):
        pass
    status, out, _ = ran(f"mine align played --model {file} --json", data)
    answer = json.loads(out)
    assert status == 0
    assert answer["log_fitness"] == pytest.approx(1 - 2 / (4 + 4 + 3 + 3))
    assert {"cases", "fitting_cases", "average_trace_fitness", "cost"} <= answer.keys()
    assert "2 of 4 cases of played fit" in ran(f"mine align played --model {file} --lang en", data)[1]
    assert "仅模型" in ran(f"mine align played --model {file} --case half --lang zh", data)[1]
    assert "缺少 2" in ran(f"mine replay played --model {file} --lang zh", data)[1]
    assert "precision 1.0000" in ran(f"mine precision played --model {file} --lang en", data)[1]
    missing = tmp_path / "none.pnml"
    assert ran(f"mine align played --model {missing} --lang en", data)[::2] == (
        1,
        f"{missing}: there is no such file\n",
    )
