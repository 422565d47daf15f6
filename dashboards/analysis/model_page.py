"""A model found in the chosen cases: drawn, measured by its four qualities, and to take away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboards.analysis.choice import Choice
from dashboards.analysis.found_models import MINERS, NOISES, AskedModel, asked_model, found_model
from dashboards.analysis.head import BASE, Head, Link, head_of
from dashboards.analysis.studied import Analyst, studied
from dashboards.analysis.study import Study
from dashboards.page import Page
from dashboards.sentences import Sentence, counted
from dashboards.tables import Column, Table, Value
from eventlogs.amounts import number_text, share_text
from eventlogs.language import say, sayable
from mining.cases.levels import Level
from mining.discovery.discovered_model import ALGORITHM_NAMES, DiscoveredModel
from mining.discovery.model_pictures import model_bpmn, model_svg
from mining.discovery.model_quality import ModelQuality
from mining.nets.pnml_writer import pnml

router = APIRouter()
PATH = f"{BASE}/model"
_LEVELS: Mapping[Level, str] = {
    "activity": sayable("Steps of the process"),
    "role": sayable("Roles"),
    "tool": sayable("Tools of leadership"),
}
Ending = Literal["bpmn", "pnml", "svg"]
_KINDS: Mapping[Ending, str] = {
    "bpmn": "application/xml",
    "pnml": "application/xml",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True)
class ModelPage(Page):
    """A discovered model with its qualities, drawn as `svg`."""

    template: ClassVar[str] = "analysis/model.html"
    head: Head
    answer: Sentence
    quality: ModelQuality
    svg: str
    levels: tuple[Link, ...]
    miners: tuple[Link, ...]
    noises: tuple[Link, ...]

    @property
    def qualities(self) -> tuple[tuple[str, str, str], ...]:
        """The four qualities: name, value, what it means."""
        return tuple((name, _share(value), meaning) for name, value, meaning in self._qualities())

    def _qualities(self) -> Iterator[tuple[str, float | None, str]]:
        quality = self.quality
        yield say("Fitness"), quality.fitness, say("how much of what happened the model allows")
        yield say("Precision"), quality.precision, say("how much of what the model allows happened")
        yield say("Generalisation"), quality.generalisation, say("how often each part of it was used")
        yield say("Simplicity"), quality.simplicity, say("how few ways lead through each of its places")

    def tables(self) -> Sequence[Table]:
        """Return the qualities."""
        columns = [Column(say("Quality")), Column(say("Value"), "share"), Column(say("Meaning"))]
        rows: list[list[Value]] = [[name, value, meaning] for name, value, meaning in self._qualities()]
        return (Table("qualities", say("Qualities"), columns, rows),)


@router.get(PATH)
def model_route(request: Request, visitor: Analyst) -> Response:
    """Show a discovered model; `?format=bpmn`, `pnml` or `svg` is the model as a file."""

    def made(study: Study) -> Page | Response:
        asked = asked_model(request.query_params)
        found = found_model(study, asked)
        ending = next((one for one in _KINDS if one == request.query_params.get("format")), None)
        if ending is None:
            return model_page(request, study, asked, found)
        headers = {"content-disposition": f'attachment; filename="model.{ending}"'}
        return Response(_written(found, ending), headers=headers, media_type=_KINDS[ending])

    return studied(request, visitor, made)


def model_page(request: Request, study: Study, asked: AskedModel, found: DiscoveredModel) -> ModelPage:
    """Return the page of a model."""
    own = dict(asked.pairs())

    def links(name: str, values: Mapping[str, str]) -> Iterator[Link]:
        for value, text in values.items():
            pairs = (own | {name: value}).items()
            yield Link(text, study.choice.address(PATH, pairs), value == own[name])

    return ModelPage(
        head=head_of(request, study),
        answer=Sentence(_answer(found, asked, study.choice)),
        quality=found.quality,
        svg=study.kept_in_words(("model svg", asked), lambda _: _written(found, "svg")),
        levels=tuple(links("level", {one: say(text) for one, text in _LEVELS.items()})),
        miners=tuple(links("miner", {one: say(ALGORITHM_NAMES[one]) for one in MINERS})),
        noises=tuple(links("noise", {str(one): f"{one:.0%}" for one in NOISES})),
    )


def _written(found: DiscoveredModel, ending: Ending) -> str:
    if ending == "bpmn":
        return model_bpmn(found.graph, found.title)
    return pnml(found.net, found.title) if ending == "pnml" else model_svg(found.graph, found.title)


def _answer(found: DiscoveredModel, asked: AskedModel, choice: Choice) -> str:
    steps = {step.label for step in found.net.transitions if step.label}
    quality = found.quality
    if quality.fitness is None:
        return say(
            "A model of {steps} steps; how many of {all} cases fit is not known, since none could be aligned "
            "with it; precision {precision}.",
            steps=number_text(len(steps)),
            all=counted(found.cases, choice.cases()),
            precision=_share(quality.precision),
        )
    sentence = say(
        "A model of {steps} steps, of which {n} of {all} cases fit as they are; fitness {fitness}, precision "
        "{precision}.",
        steps=number_text(len(steps)),
        n=counted(quality.fitting_cases, choice.cases(("fits", "model"), *asked.pairs())),
        all=counted(found.cases, choice.cases()),
        fitness=_share(quality.fitness),
        precision=_share(quality.precision),
    )
    if not quality.unaligned_cases:
        return sentence
    return sentence + say(
        " {n} cases could not be aligned in time and are left out of the fitness.",
        n=number_text(quality.unaligned_cases),
    )


def _share(value: float | None) -> str:
    return say("not known") if value is None else share_text(value)
