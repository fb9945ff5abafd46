"""Diagnosis of a run in one sentence with its number, and remedies that may help.

The constants below are the thresholds, each with its reason.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np

from ..cells import CELLS
from ..layers.trace import Quantity, Trace
from ..training.divergence import suggest_remedy, task_default
from ..training.events import Update
from ..training.experiment import FIELDS, Experiment

WINDOW_UPDATES = 50  # the latest updates: enough for a share, few enough to follow changes
EXPLODING_FACTOR = (
    100  # exploding: the largest norm of the latest 10 updates over the window's median
)
CLIPPED_SHARE = 0.9  # of the updates; clipping now and then is normal
VANISHED_RATIO = (
    1e-4  # the first step's gradient over the largest: 1 in 10 000 drowns in batch noise
)
HORIZON_SHARE = 0.01  # a step is reached while its gradient is at least a hundredth of the largest
SATURATED_SHARE = (
    0.8  # share of a gate's values below 0.1 or above 0.9 (Karpathy et al. 2015), where the
)
LOW, HIGH = 0.1, 0.9  # slope y (1 - y) is below 0.09, about a third of its best
TANH_FLAT = 0.95  # |h| of a tanh network beyond which the slope 1 - h^2 is below 0.1
DEAD_SHARE = 0.5  # share of units that are 0 at every step: a relu that is never on learns nothing
MIN_STEPS = 3  # of a probe, before its first and last step can be compared
SLOWER_FACTOR = 3  # a remedy divides the learning rate by this: half a decade, the least that has a visible effect
SMALL_RADIUS = (
    0.5  # spectral radius of recurrent weights whose states stay where the slope is large
)
CLIP_ROOM = 2  # times the usual norm: clipping there cuts unusual gradients only

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
    """The gradient norms of an update, for updates whose recordings are gone."""

    grad_norm: float
    grad_norm_clipped: float


@dataclass(frozen=True)
class Diagnosis:
    """kind: a key of SENTENCES. number: the measure behind it. values: the numbers in the sentence."""

    kind: str
    number: float
    values: dict[str, Any]

    @property
    def template(self) -> str:
        """The sentence with placeholders for `number` and `values`, for translators."""
        return SENTENCES[self.kind]

    @property
    def sentence(self) -> str:
        """The diagnosis in English."""
        return self.template.format(number=self.number, **self.values)


@dataclass(frozen=True)
class Remedy:
    """Changes of the experiment that may help.

    template: the advice in words, with placeholders for `changes`, for translators. rewind: the run goes
    on from an earlier state; else it starts again, because the first weights change.
    """

    template: str
    changes: Mapping[str, Any]
    rewind: bool = False

    @property
    def words(self) -> str:
        """The advice in English."""
        return self.template.format(**self.changes)


def diagnose(updates: Sequence[Update | Norms], at: str = "last") -> Diagnosis:
    """The most serious diagnosis of the latest updates, the newest (a Step) last.

    In this order: diverged, exploding, clipped, dead, saturated, vanished; else healthy or steady.
    at: where the task's loss is. With a loss at every step the recorded gradient is a sum over losses, in
    which a vanished one cannot be seen; so "vanished" is diagnosed for at="last" only.
    """
    if not updates:
        return Diagnosis("waiting", 0.0, {})
    newest = cast(Update, updates[-1])
    if not newest.finite:
        return Diagnosis("diverged", newest.grad_norm, {"update": newest.index})
    return (
        _of_norms(updates[-WINDOW_UPDATES:])
        or _of_states(newest)
        or _of_flow(newest, at)
        or _well(newest)
    )


def _of_norms(updates: Sequence[Update | Norms]) -> Diagnosis | None:
    norms = np.array([update.grad_norm for update in updates])
    median_norm, largest, window = float(np.median(norms)), float(norms[-10:].max()), len(updates)
    if window >= 10 and largest > EXPLODING_FACTOR * median_norm:
        times = largest / median_norm if median_norm else np.inf
        return Diagnosis("exploding", largest, {"times": times, "window": window})
    clipped = np.array([update.grad_norm_clipped < update.grad_norm for update in updates])
    if window >= WINDOW_UPDATES and clipped.mean() >= CLIPPED_SHARE:
        limit = float(np.median([update.grad_norm_clipped for update in updates]))
        values = {"percent": 100 * clipped.mean(), "window": window, "limit": limit}
        return Diagnosis("clipped", median_norm, values)
    return None


def _of_states(update: Update) -> Diagnosis | None:
    """Dead units or saturated gates, in the worst layer and direction."""
    L, recording = len(update.symbols), update.recording
    dead, saturated, name = 0.0, 0.0, ""
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
            if share > saturated:
                saturated, name = share, quantity
    if dead >= DEAD_SHARE:
        return Diagnosis("dead", dead, {"percent": 100 * dead})
    if saturated >= SATURATED_SHARE:
        return Diagnosis("saturated", saturated, {"percent": 100 * saturated, "name": name})
    return None


def _of_flow(update: Update, at: str) -> Diagnosis | None:
    norms = gradient_sizes(update)
    if at != "last" or len(norms) < MIN_STEPS or not norms.max() > 0:
        return None
    ratio = float(norms[0] / norms.max())
    if ratio >= VANISHED_RATIO:
        return None
    horizon = int((norms >= HORIZON_SHARE * norms.max()).sum())
    return Diagnosis("vanished", ratio, {"horizon": horizon})


def _well(update: Update) -> Diagnosis:
    norms = gradient_sizes(update)
    if not norms.max() > 0:
        return Diagnosis("steady", update.grad_norm, {})
    return Diagnosis("healthy", float(norms[0] / norms.max()), {"norm": update.grad_norm})


def gradient_sizes(update: Update) -> np.ndarray:
    """||dL/dh_t|| [L] for the probe, in the first layer's forward direction; zeros without gradients."""
    grads, L = cast(Quantity, update.recording["h"]).grads, len(update.symbols)
    return np.zeros(L) if grads is None else np.linalg.norm(grads[:L, 0].astype(np.float64), axis=1)


def suggest_remedies(diagnosis: Diagnosis, experiment: Experiment) -> tuple[Remedy, ...]:
    """The remedies that may help, the likeliest first; none for a healthy run.

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
    """A gated cell, whose state is added to instead of multiplied, or weights that preserve lengths.

    Orthogonal weights alone help least where the slope of the activation is small.
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


def _when_exploding(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """Clipping by norm; where that is on, a lower bound; and a smaller learning rate."""
    if e.clipping != "norm":
        changes = {"clipping": "norm", "clip_at": task_default(e, "clip_at")}
        yield Remedy("Clip the gradient's norm at {clip_at:g}", changes)
    twice_usual = _within("clip_at", CLIP_ROOM * diagnosis.number / diagnosis.values["times"])
    if e.clipping == "norm" and twice_usual < e.clip_at:
        yield Remedy("Clip at {clip_at:g}, twice the usual norm", {"clip_at": twice_usual})
    yield _slower(e)


def _when_clipped(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """A bound above the usual norm, or a smaller learning rate."""
    twice_usual = _within("clip_at", CLIP_ROOM * diagnosis.number)
    if e.clipping == "norm" and twice_usual > e.clip_at:
        yield Remedy("Clip at {clip_at:g}, twice the usual norm", {"clip_at": twice_usual})
    elif e.clipping == "value":
        yield Remedy("Clip the norm, which keeps the direction", {"clipping": "norm"})
    yield _slower(e)


def _when_saturated(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    """Smaller first weights, and a smaller learning rate."""
    if e.initialization != "spectral" or e.spectral_radius > SMALL_RADIUS:
        changes = {"initialization": "spectral", "spectral_radius": SMALL_RADIUS}
        yield Remedy("Begin with spectral radius {spectral_radius:g}", changes)
    yield _slower(e)


def _when_dead(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    if e.cell_options.get("activation") == "relu":
        yield Remedy("Take tanh: its slope is nowhere 0", _TANH)
    yield _slower(e)


def _when_diverged(diagnosis: Diagnosis, e: Experiment) -> Iterator[Remedy]:
    changes = suggest_remedy(e)
    settings = ", ".join(f"{name.replace('_', ' ')} {{{name}}}" for name in changes)
    yield Remedy(f"Go back, with {settings}", changes, rewind=True)


def _slower(e: Experiment) -> Remedy:
    rate = _within("learning_rate", e.learning_rate / SLOWER_FACTOR)
    return Remedy("Learning rate {learning_rate:g}", {"learning_rate": rate})


def _within(field: str, value: float) -> float:
    """The value with two digits, within the bounds of the field."""
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
