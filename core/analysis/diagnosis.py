"""What is the matter with this run, in one sentence with its number, and what helps.

The thresholds, all in one place, and why they are where they are:
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np

from ..cells import CELLS
from ..layers.trace import Quantity, Trace
from ..training.divergence import remedy, usual
from ..training.events import Step
from ..training.experiment import FIELDS, Experiment

WINDOW = 50  # updates looked back: long enough for a share, short enough to follow what happens
GROWTH = 100  # exploding: the largest norm of the latest 10 updates over the window's median
CLIPPED = 0.9  # clipped all the time: this share of updates; now and then is what clipping is for
VANISHED = 1e-4  # the first step's gradient over the largest: 1 in 10 000 drowns in batch noise
HORIZON = 0.01  # a step is reached while its gradient is at least a hundredth of the largest
SATURATED = 0.8  # share of a gate's values below 0.1 or above 0.9 (Karpathy et al. 2015), where the
LOW, HIGH = 0.1, 0.9  # slope y (1 - y) is below 0.09, about a third of its best
TANH_FLAT = 0.95  # |h| of a tanh network beyond which the slope 1 - h^2 is below 0.1
DEAD = 0.5  # share of units that are 0 at every step: a relu that is never on learns nothing
LEAST_STEPS = 3  # a probe must be that long before its first and last step can be compared
SLOWER = 3  # a remedy divides the learning rate by that: half a decade, the least that shows
RADIUS = 0.5  # of the recurrent weights, for states that are to stay where the slope is large
ROOM = 2  # times the usual norm: clipping there cuts what is unusual, and nothing else

SENTENCES = {
    "waiting": "Nothing has been learnt yet: press play.",
    "diverged": "Update {update}: the numbers left the finite, so it was not applied.",
    "exploding": "The gradient explodes: its norm reached {number:.3g}, {times:.0f} times the usual of "
    "the last {window} updates.",
    "clipped": "{percent:.0f} % of the last {window} updates were clipped: the gradient's norm is "
    "usually {number:.3g}, cut to {limit:.3g}. The updates keep its direction but no longer its size.",
    "dead": "{percent:.0f} % of the units are 0 at every step of this sequence: no gradient passes them.",
    "vanished": "The gradient vanishes: at the first step it is {number:.1e} of its largest. Only the "
    "{horizon} steps nearest to the loss still teach.",
    "saturated": "{percent:.0f} % of the values of {name} are near their limits, where the slope is "
    "almost 0: little gradient passes.",
    "healthy": "The gradient reaches the first step with {number:.2g} of its largest size; its norm is "
    "{norm:.2g}.",
    "steady": "The gradient's norm is {number:.2g}, and steady.",
}


class Norms(NamedTuple):
    """What is looked at of the updates before the newest; their recordings need not be kept."""

    grad_norm: float
    grad_norm_clipped: float


@dataclass(frozen=True)
class Diagnosis:
    """kind: a key of SENTENCES. number: the measure behind it. values: what the sentence names."""

    kind: str
    number: float
    values: dict[str, Any]

    @property
    def template(self) -> str:
        """The sentence with places for `values`, for translators."""
        return SENTENCES[self.kind]

    @property
    def sentence(self) -> str:
        return self.template.format(number=self.number, **self.values)


@dataclass(frozen=True)
class Remedy:
    """What may help: changes of the experiment.

    template: what it does, in words, with places for `changes`, for translators. rewind: the run goes
    on from an earlier state; else it begins anew, because the first weights are others.
    """

    template: str
    changes: Mapping[str, Any]
    rewind: bool = False

    @property
    def words(self) -> str:
        return self.template.format(**self.changes)


def diagnose(steps: Sequence[Step | Norms], at: str = "last") -> Diagnosis:
    """The most serious thing that can be said of the latest steps (the last is the newest, a Step).

    Serious first: diverged, exploding, clipped, dead, vanished, saturated; else healthy.
    at: where the task's loss is. With a loss at every step each step has a gradient of its own, and
    whether the far ones arrive cannot be seen in the sum; "vanished" is said of at="last" only.
    """
    if not steps:
        return Diagnosis("waiting", 0.0, {})
    newest = cast(Step, steps[-1])
    if not newest.finite:
        return Diagnosis("diverged", newest.grad_norm, {"update": newest.index})
    return _of_norms(steps[-WINDOW:]) or _of_states(newest) or _of_flow(newest, at) or _well(newest)


def _of_norms(steps: Sequence[Step | Norms]) -> Diagnosis | None:
    norms = np.array([step.grad_norm for step in steps])
    usual, top, window = float(np.median(norms)), float(norms[-10:].max()), len(steps)
    if window >= 10 and top > GROWTH * usual:
        times = top / usual if usual else np.inf
        return Diagnosis("exploding", top, {"times": times, "window": window})
    cut = np.array([step.grad_norm_clipped < step.grad_norm for step in steps])
    if window >= WINDOW and cut.mean() >= CLIPPED:
        limit = float(np.median([step.grad_norm_clipped for step in steps]))
        values = {"percent": 100 * cut.mean(), "window": window, "limit": limit}
        return Diagnosis("clipped", usual, values)
    return None


def _of_states(step: Step) -> Diagnosis | None:
    """Dead units, saturated gates: in the worst layer and direction."""
    L, recording = len(step.symbols), step.recording
    dead, flat, name = 0.0, 0.0, ""
    for key in recording.layers:
        trace = cast(Trace, recording[key])
        h = trace["h"].values[:L]
        dead = max(dead, float((h == 0).all(axis=(0, 1)).mean()))
        shares = {}
        for gate in recording.cell.gates:
            values = trace[gate].values[:L]
            shares[gate] = float(((values < LOW) | (values > HIGH)).mean())
        cell = recording.cell
        if cell.plain and cell.options["activation"] == "tanh":  # gated cells mix their states
            shares["h"] = float((np.abs(h) > TANH_FLAT).mean())
        for quantity, share in shares.items():
            if share > flat:
                flat, name = share, quantity
    if dead >= DEAD:
        return Diagnosis("dead", dead, {"percent": 100 * dead})
    if flat >= SATURATED:
        return Diagnosis("saturated", flat, {"percent": 100 * flat, "name": name})
    return None


def _of_flow(step: Step, at: str) -> Diagnosis | None:
    sizes = gradient_sizes(step)
    if at != "last" or len(sizes) < LEAST_STEPS or not sizes.max() > 0:
        return None
    ratio = float(sizes[0] / sizes.max())
    if ratio >= VANISHED:
        return None
    horizon = int((sizes >= HORIZON * sizes.max()).sum())
    return Diagnosis("vanished", ratio, {"horizon": horizon})


def _well(step: Step) -> Diagnosis:
    sizes = gradient_sizes(step)
    if not sizes.max() > 0:
        return Diagnosis("steady", step.grad_norm, {})
    return Diagnosis("healthy", float(sizes[0] / sizes.max()), {"norm": step.grad_norm})


def gradient_sizes(step: Step) -> np.ndarray:
    """||dL/dh_t|| [L] for the probe, in the first layer's forward direction; zeros without gradients."""
    grads, L = cast(Quantity, step.recording["h"]).grads, len(step.symbols)
    return np.zeros(L) if grads is None else np.linalg.norm(grads[:L, 0].astype(np.float64), axis=1)


def remedies(found: Diagnosis, experiment: Experiment) -> tuple[Remedy, ...]:
    """What may help against it, the likeliest first; nothing where nothing is the matter.

    Each changes something, and the experiment accepts it.
    """
    advice = REMEDIES.get(found.kind, _none)(found, experiment)
    return tuple(each for each in advice if each.rewind or _accepted(experiment, each.changes))


def _accepted(experiment: Experiment, changes: Mapping[str, Any]) -> bool:
    try:
        return experiment.but(**changes) != experiment
    except ValueError:  # as a wider cell that would not fit into memory
        return False


def _none(found: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    yield from ()


def _when_vanished(found: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """A state that is added to instead of multiplied, or recurrent weights that keep lengths.

    Bounded states squash all the same: orthogonal weights alone help least where the slope is small.
    """
    bias = {"forget_bias": 1.0} if e.bias else {}
    if CELLS[e.cell]().carry_gate is None:
        for name, make in CELLS.items():
            if (cell := make()).carry_gate is not None:
                given = bias if "forget_bias" in cell.options else {}
                words = (
                    f"Take {_article(cell.title)} {cell.title}"
                    + " with forget bias {forget_bias:g}" * bool(given)
                )
                yield Remedy(words, {"cell": name, **given})
        if e.cell_options.get("activation") == "sigmoid":
            yield Remedy("Take tanh: its slope is up to 1, that of sigmoid up to 1/4", _TANH)
    elif bias and "forget_bias" in e.cell_options and (e.cell_options["forget_bias"] or 0) < 1:
        yield Remedy("Begin with forget bias {forget_bias:g}", bias)
    yield Remedy("Begin with orthogonal recurrent weights", {"initialization": "orthogonal"})
    if e.initialization == "spectral" and e.spectral_radius < 1:
        yield Remedy("Begin with spectral radius {spectral_radius:g}", {"spectral_radius": 1.0})


def _article(title: str) -> str:
    """Of an acronym, whose letters are said one by one."""
    return "an" if title[0] in "AEFHILMNORSX" else "a"


def _when_exploding(found: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """Clipping by norm; where that is on, below what is usual, then smaller updates."""
    if e.clipping != "norm":
        changes = {"clipping": "norm", "clip_at": usual(e, "clip_at")}
        yield Remedy("Clip the gradient's norm at {clip_at:g}", changes)
    common = _within("clip_at", ROOM * found.number / found.values["times"])
    if e.clipping == "norm" and common < e.clip_at:
        yield Remedy("Clip at {clip_at:g}, twice the usual norm", {"clip_at": common})
    yield _slower(e)


def _when_clipped(found: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """Shorter steps on purpose instead of by accident, or room for the usual gradient."""
    room = _within("clip_at", ROOM * found.number)
    if e.clipping == "norm" and room > e.clip_at:
        yield Remedy("Clip at {clip_at:g}, twice the usual norm", {"clip_at": room})
    elif e.clipping == "value":
        yield Remedy("Clip the norm, which keeps the direction", {"clipping": "norm"})
    yield _slower(e)


def _when_saturated(found: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """Smaller weights to begin with, and smaller steps away from them."""
    if e.initialization != "spectral" or e.spectral_radius > RADIUS:
        changes = {"initialization": "spectral", "spectral_radius": RADIUS}
        yield Remedy("Begin with spectral radius {spectral_radius:g}", changes)
    yield _slower(e)


def _when_dead(found: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    if e.cell_options.get("activation") == "relu":
        yield Remedy("Take tanh: its slope is nowhere 0", _TANH)
    yield _slower(e)


def _when_diverged(found: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    changes = remedy(e)
    told = ", ".join(f"{name.replace('_', ' ')} {{{name}}}" for name in changes)
    yield Remedy(f"Go back, with {told}", changes, rewind=True)


def _slower(e: Experiment) -> Remedy:
    rate = _within("learning_rate", e.learning_rate / SLOWER)
    return Remedy("Learning rate {learning_rate:g}", {"learning_rate": rate})


def _within(field: str, value: float) -> float:
    """The value with two digits, inside what the field allows."""
    value = float(f"{value:.2g}") if np.isfinite(value) else FIELDS[field].high
    return min(max(value, FIELDS[field].low), FIELDS[field].high)


_TANH = {"activation": "tanh"}
REMEDIES: dict[str, Callable[[Diagnosis, Experiment], Iterator[Remedy]]] = {
    "vanished": _when_vanished,
    "exploding": _when_exploding,
    "clipped": _when_clipped,
    "saturated": _when_saturated,
    "dead": _when_dead,
    "diverged": _when_diverged,
}
