import gzip
import re
from collections import Counter
from itertools import pairwise
from xml.etree import ElementTree

from eventlogs.sample.__main__ import FILE, xes
from eventlogs.sample.play import SEEN_UNTIL, projects
from eventlogs.vocabulary import activity, terms


def test_the_shipped_log_is_what_the_play_yields() -> None:
    assert gzip.decompress(FILE.read_bytes()) == xes()


def test_the_shipped_log_says_that_it_is_simulated() -> None:
    log = ElementTree.fromstring(xes())  # our own bytes
    marks = log.findall("boolean[@key='retrofit:simulated'][@value='true']")
    assert len(marks) == 1
    assert (
        len(log.findall("trace/boolean[@key='simulated'][@value='true']")) == len(log.findall("trace")) == 60
    )
    assert all(
        re.search("示例", name.get("value", "")) for name in log.findall("trace/string[@key='estate']")
    )


def test_every_act_is_one_of_the_vocabulary_with_its_role_and_tool() -> None:
    for project in projects():
        assert project.city in terms("cities")
        assert project.outcome is None or project.outcome in terms("outcomes")
        for act in project.acts:
            assert (act.role, act.tool) in {(done.role, done.tool) for done in activity(act.activity).by}


def test_projects_go_forward_in_time_and_only_running_ones_lack_an_outcome() -> None:
    for project in projects():
        moments = [act.occurred_at for act in project.acts]
        assert moments == sorted(moments)
        assert moments[-1] <= SEEN_UNTIL
        finished = project.acts[-1].activity in {"handover_maintenance", "abandon_project"}
        assert finished <= (project.outcome is not None)


def test_the_four_cities_have_successes_failures_and_running_projects() -> None:
    ends = Counter(project.outcome for project in projects())
    assert {project.city for project in projects()} == set(terms("cities"))
    assert ends["completed"] > 20
    assert ends[None] > 5
    assert ends["objection_unresolved"] + ends["vote_lost"] >= 1


def test_another_seed_is_another_play_and_the_same_seed_the_same() -> None:
    assert projects(1) == projects(1)
    assert projects(1) != projects(2)


def test_the_play_has_a_few_faults_to_find() -> None:
    played = projects()
    assert sum(one == other for project in played for one, other in pairwise(project.acts)) == 2
    assert sum(len(project.acts) == 1 for project in played) == 1
