"""Remedies for what a diagnosis found: changes of the experiment that may help."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..cells import CELLS
from ..common.messages import Sentence, as_sentence, listing, say
from ..training.divergence import suggest_remedy, task_default
from ..training.experiment import FIELDS, Experiment
from .diagnosis import Diagnosis

SLOWER_FACTOR = 3  # half a decade, the least that has a visible effect
SMALL_RADIUS = 0.5  # of recurrent weights whose states stay where the slope is large
# Of a run that diverged, what it goes on with: setting -> how it is said.
SETTINGS = {
    "clipping": say("clipping {clipping}"),
    "clip_at": say("clip at {clip_at}"),
    "learning_rate": say("learning rate {learning_rate}"),
}
CLIP_ROOM = 2  # times the usual norm: clipping there cuts unusual gradients only


@dataclass(frozen=True)
class Remedy:
    """Changes of the experiment that may help.

    template: the advice in words, with placeholders for `changes` and for `values`, what else it names. rewind: the
    run goes on from an earlier state; else it starts again, because the first weights change.
    """

    template: str
    changes: Mapping[str, Any]
    rewind: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> Sentence:
        """The advice."""
        return say(self.template, **self.changes, **self.values)


def suggest_remedies(diagnosis: Diagnosis, experiment: Experiment) -> tuple[Remedy, ...]:
    """The remedies that may help, the likeliest first; none where nothing is the matter.

    Each of them changes the experiment, and the experiment accepts it.
    """
    candidates = REMEDIES.get(diagnosis.kind, _none)(diagnosis, experiment)
    return tuple(
        advice for advice in candidates if advice.rewind or _accepted(experiment, advice.changes)
    )


def _accepted(experiment: Experiment, changes: Mapping[str, Any]) -> bool:
    try:
        return experiment.but(**changes) != experiment
    except ValueError:  # e.g. a cell with more gates that does not fit into memory
        return False


def _none(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    yield from ()


def _when_vanished(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """A gated cell, where the task is known to need memory; or weights that preserve lengths.

    Orthogonal weights alone help least where the slope of the activation is small.
    """
    span = diagnosis.measures.get("span", 0)
    if 0 < e.truncate <= span:
        yield Remedy("Do not truncate the gradient", {"truncate": 0})
    bias = {"forget_bias": 1.0} if e.bias else {}
    if CELLS[e.cell]().carry_gate is None:
        if span:
            yield from _gated_cells(bias)
        if e.cell_options.get("activation") == "sigmoid":
            yield Remedy("Take tanh: its slope is up to 1, that of sigmoid up to 1/4", _TANH)
    elif bias and "forget_bias" in e.cell_options and (e.cell_options["forget_bias"] or 0) < 1:
        yield Remedy("Begin with forget bias {forget_bias:g}", bias)
    yield Remedy("Begin with orthogonal recurrent weights", {"initialization": "orthogonal"})
    if e.initialization == "spectral" and e.spectral_radius < 1:
        yield Remedy("Begin with spectral radius {spectral_radius:g}", {"spectral_radius": 1.0})


def _when_blind(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """Recurrence, or a window that holds all that is to be remembered."""
    yield Remedy("Turn recurrence on", {"recurrence": True})
    if diagnosis.measures["span"] < FIELDS["window"].high:
        window = {"window": int(diagnosis.measures["span"]) + 1}
        yield Remedy("Read windows of {window} inputs", window)


def _gated_cells(bias: Mapping[str, float]) -> Iterator[Remedy]:
    """Cells whose state is added to instead of multiplied."""
    for name, make in CELLS.items():
        if (cell := make()).carry_gate is not None:
            given = bias if "forget_bias" in cell.options else {}
            title = {"title": as_sentence(cell.title)}
            yield Remedy(_taking(cell.title, bool(given)), {"cell": name, **given}, values=title)


def _taking(title: str, with_bias: bool) -> str:
    """The template with the article of an acronym, whose letters are said one by one."""
    if title[0] in "AEFHILMNORSX":
        bare, biased = (
            say("Take an {title}"),
            say("Take an {title} with forget bias {forget_bias:g}"),
        )
    else:
        bare, biased = say("Take a {title}"), say("Take a {title} with forget bias {forget_bias:g}")
    return biased if with_bias else bare


def _when_exploding(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """Clipping by norm; where that is on, a lower bound; weights that preserve lengths; smaller updates."""
    if e.clipping != "norm":
        changes = {"clipping": "norm", "clip_at": task_default(e, "clip_at")}
        yield Remedy("Clip the gradient's norm at {clip_at:g}", changes)
    twice_usual = _within("clip_at", CLIP_ROOM * diagnosis.measures["usual"])
    if e.clipping == "norm" and twice_usual < e.clip_at:
        yield Remedy("Clip at {clip_at:g}, twice the usual norm", {"clip_at": twice_usual})
    if diagnosis.key == "exploding, backwards" and e.initialization != "orthogonal":
        yield Remedy("Begin with orthogonal recurrent weights", {"initialization": "orthogonal"})
    yield _slower(e)


def _when_clipped(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """A bound above the usual norm, or a smaller learning rate."""
    twice_usual = _within("clip_at", CLIP_ROOM * diagnosis.measures["usual"])
    if e.clipping == "norm" and twice_usual > e.clip_at:
        yield Remedy("Clip at {clip_at:g}, twice the usual norm", {"clip_at": twice_usual})
    elif e.clipping == "value":
        yield Remedy("Clip the norm, which keeps the direction", {"clipping": "norm"})
    yield _slower(e)


def _when_saturated(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """What opens the way that is closed, and a smaller learning rate."""
    if diagnosis.key == "saturated, kept" and "forget_bias" in e.cell_options and e.bias:
        yield Remedy("Begin with forget bias {forget_bias:g}", {"forget_bias": 1.0})
    if diagnosis.key == "saturated, flat" and (
        e.initialization != "spectral" or e.spectral_radius > SMALL_RADIUS
    ):
        changes = {"initialization": "spectral", "spectral_radius": SMALL_RADIUS}
        yield Remedy("Begin with spectral radius {spectral_radius:g}", changes)
    yield _slower(e)


def _when_dead(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    if e.cell_options.get("activation") == "relu":
        yield Remedy("Take tanh: its slope is nowhere 0", _TANH)
    yield _slower(e)


def _when_diverged(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    changes = suggest_remedy(e)
    settings = listing(say(SETTINGS[name], **{name: value}) for name, value in changes.items())
    yield Remedy("Go back, with {settings}", changes, rewind=True, values={"settings": settings})


def _slower(e: Experiment) -> Remedy:
    rate = _within("learning_rate", e.learning_rate / SLOWER_FACTOR)
    return Remedy("Learning rate {learning_rate:g}", {"learning_rate": rate})


def _within(field: str, value: float) -> float:
    """The value with two digits, within the bounds of the field."""
    value = float(f"{value:.2g}") if np.isfinite(value) else FIELDS[field].high
    return min(max(value, FIELDS[field].low), FIELDS[field].high)


_TANH = {"activation": "tanh"}
REMEDIES: dict[str, Callable[[Diagnosis, Experiment], Iterator[Remedy]]] = {
    "blind": _when_blind,
    "vanished": _when_vanished,
    "exploding": _when_exploding,
    "clipped": _when_clipped,
    "saturated": _when_saturated,
    "dead": _when_dead,
    "diverged": _when_diverged,
}
