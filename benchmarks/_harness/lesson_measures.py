"""What the effects of lessons measure, by name; any other name is that of a metric, "accuracy" of held-out data.

Each takes a trained run of claims.py, or for what is not trained its experiment, and the arguments that stand with
the effect in lesson.yaml.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, cast

import numpy as np
import torch

from benchmarks._harness import lesson_gradient_measures
from benchmarks._harness.claims import Run
from core.analysis.gates import valid_values
from core.analysis.parameters import count_parameters
from core.analysis.untrained import UntrainedSetting, measure_layer
from core.layers.interventions import Clamp, Intervention
from core.layers.recording_facts import gradient_sizes
from core.training.intervention_log import interventions_of, set_interventions
from core.training.trainer import Experiment, Trainer

SEQUENCES = 100  # held-out ones, for the values of gates
TAIL = 100  # updates, over which the loss is averaged
TIMED_UPDATES = 200
Measure = Callable[..., float]


def metric(run: Run, name: str) -> float:
    """A held-out metric after the last update; "train NAME": on a sample of the training data."""
    evaluation = run.evaluations[run.trainer.index]
    values = evaluation.train if name.startswith("train ") else evaluation.held_out
    name = name.removeprefix("train ").removeprefix("held-out ")
    if name not in values:
        raise LookupError(
            f"measure: expected one of {', '.join([*MEASURES, *values])}, got {name!r}."
        )
    return values[name]


def headline(run: Run) -> float:
    """The held-out headline metric."""
    return run.score


def baseline(run: Run, name: str) -> float:
    """What a naive predictor of the task reaches, by its name."""
    known = run.trainer.task.baselines
    if name not in known:
        raise LookupError(f"name: expected one of {', '.join(known)}, got {name!r}.")
    return run.baseline(name)


def loss(run: Run) -> float:
    """The mean loss of the last TAIL batches."""
    return statistics.fmean(run.losses[-TAIL:])


def jitter(run: Run) -> float:
    """Root mean square distance of a batch's loss from its running mean, second half."""
    return run.jitter


def weight_size(run: Run, name: str = "weight_hh_l0", unit: int | None = None) -> float:
    """The largest absolute value of a parameter, or of the row of one unit."""
    state = run.trainer.model.state_dict()
    matches = [key for key in state if key == name or key.endswith(f".{name}")]
    if not matches:
        raise LookupError(f"name: expected one of {', '.join(state)}, got {name!r}.")
    values = state[matches[0]]
    return float((values if unit is None else values[unit]).abs().max())


def first_update(run: Run, reaches: float, metric: str = "") -> float:
    """The first evaluation at which the metric is as good as that; one more than were trained: never."""
    task = run.trainer.task
    name = metric or task.headline
    for index, evaluation in sorted(run.evaluations.items()):
        value = evaluation.held_out[name]
        if value >= reaches if task.higher_is_better else value <= reaches:
            return float(index)
    return float(run.trainer.index + 1)


def steadily_from(run: Run, reaches: float, metric: str = "") -> float:
    """As first_update, of the evaluation from which on it stays as good."""
    task = run.trainer.task
    name, first = metric or task.headline, float(run.trainer.index + 1)
    for index, evaluation in sorted(run.evaluations.items(), reverse=True):
        value = evaluation.held_out[name]
        if not (value >= reaches if task.higher_is_better else value <= reaches):
            break
        first = float(index)
    return first


def _sizes(run: Run) -> np.ndarray:
    look = run.trainer.look()
    recording = look.recording
    return gradient_sizes(recording[recording.layers[0]], len(look.probe.symbols))


def gradient_share(run: Run, step: int = 1) -> float:
    """The size of the gradient of the watched sequence at a step, of its peak."""
    sizes = _sizes(run)
    return float(sizes[step - 1] / sizes.max())


def gradient_curve(run: Run) -> tuple[list[float], list[float]]:
    """(steps, sizes of the gradient of the watched sequence, of their peak)."""
    sizes = _sizes(run)
    return [float(t) for t in range(1, len(sizes) + 1)], list(map(float, sizes / sizes.max()))


def _gate(run: Run, gate: str, layer: int = 0) -> np.ndarray:
    task, model = run.trainer.task, run.trainer.model
    batch = task.held_out.subset(slice(0, SEQUENCES), task.at)
    recurrent = cast(Any, model.recurrent)
    recurrent.record, before = "values", recurrent.record
    with torch.no_grad():
        model(batch.x, batch.lengths)
    trace = recurrent.recording[layer, "forward"]
    values = valid_values(trace, gate)
    recurrent.record = before
    return values


def gate_share(run: Run, gate: str, below: float = 0.1, above: float = 0.9) -> float:
    """The share of a gate's values on held-out sequences that are below or above these."""
    values = _gate(run, gate)
    return float(((values < below) | (values > above)).mean())


def gate_mean(run: Run, gate: str) -> float:
    """The mean value of a gate on held-out sequences."""
    return float(_gate(run, gate).mean())


def held(run: Run, gate: str, value: float, metric: str = "") -> float:
    """The held-out metric while a gate of the trained network is held at a value."""
    return held_accuracy(run, {gate: value}, metric=metric)


def held_accuracy(
    run: Run, hold: Mapping[str, float], while_training: bool = False, metric: str = ""
) -> float:
    """The held-out metric while gates are held. while_training: they were so while it was trained, too."""
    model = run.trainer.model
    before = interventions_of(model)
    hold_gates(run.trainer, hold)
    evaluation = run.trainer.evaluate()
    set_interventions(model.parts, before)
    return evaluation.held_out[metric or run.trainer.task.headline]


def hold_gates(trainer: Trainer, hold: Mapping[str, float]) -> None:
    """Holds gates of the whole network at these values from now on."""
    clamps = tuple(Clamp(gate, float(value)) for gate, value in hold.items())
    parts = trainer.model.parts
    set_interventions(parts, dict.fromkeys(parts, Intervention(clamps=clamps)))


def clip_share(run: Run) -> float:
    """The share of updates whose gradient was clipped."""
    return statistics.fmean(after < 0.999 * before for before, after in run.norms)


def diverged_at(run: Run) -> float:
    """The update at which loss or gradient was no finite number; 0: never."""
    return float(run.trainer.index + 1) if run.trainer.diverged else 0.0


def cosine(run: Run, a: str, b: str) -> float:
    """The cosine of the vectors of two words in the embedding."""
    symbols = list(cast(Any, run.trainer.task).labels)
    vectors = cast(Any, run.trainer.model).embedding.weight.detach().double()
    one, other = (vectors[symbols.index(word)] for word in (a, b))
    return float(torch.cosine_similarity(one, other, dim=0))


def panel(run: Run, name: str) -> float:
    """A number of the task's own picture; of several the largest without its sign."""
    values = getattr(run.evaluations[run.trainer.index].panel_data, name)
    return float(np.abs(np.asarray(values, dtype=float)).max())


def rise_at_end(run: Run) -> float:
    """By how much the last evaluation's headline is above the one half-way."""
    scores = [e.held_out[run.trainer.task.headline] for _, e in sorted(run.evaluations.items())]
    return scores[-1] - scores[len(scores) // 2]


def seconds_per_update(run: Run) -> float:
    """The median time of an update, over TIMED_UPDATES further ones. Depends on the machine."""
    twin = Trainer(run.trainer.experiment)  # the run may be measured for other effects, too
    twin.load_state_dict(run.trainer.state_dict())
    moments = [time.perf_counter()]
    for update in twin:
        moments.append(time.perf_counter())
        if not update.finite or len(moments) > TIMED_UPDATES:
            break
    return statistics.median(after - before for before, after in pairwise(moments))


def parameters(experiment: Experiment) -> float:
    """The number of parameters, as torch counts them; nothing is trained."""
    return float(count_parameters(experiment))


def _untrained(experiment: Experiment, **settings: Any) -> UntrainedSetting:
    radius = settings.pop("spectral_radius", 1.0)
    settings["spectral_radius"] = None if radius == "off" else radius
    return UntrainedSetting(**{"cell": experiment.cell, "seed": experiment.seed} | settings)


def bench_left(experiment: Experiment, **settings: Any) -> float:
    """What is left at step 1 of a gradient of 1 at the last step, untrained: see core.analysis.untrained.

    settings: of UntrainedSetting; spectral_radius: off leaves the weights as they were drawn.
    """
    return float(measure_layer(_untrained(experiment, **settings)).norms[0])


def bench_factor(experiment: Experiment, **settings: Any) -> float:
    """By how much that gradient changes in one step."""
    return float(measure_layer(_untrained(experiment, **settings)).factor)


def bench_curve(experiment: Experiment, **settings: Any) -> tuple[list[float], list[float]]:
    """(steps, what is left at each of a gradient of 1 at the last step)."""
    norms = measure_layer(_untrained(experiment, **settings)).norms
    return [float(t) for t in range(1, len(norms) + 1)], list(map(float, norms))


UNTRAINED: Mapping[str, Measure] = {
    "parameters": parameters,
    "bench_left": bench_left,
    "bench_factor": bench_factor,
    **lesson_gradient_measures.OF_EXPERIMENTS,
}
MEASURES: Mapping[str, Measure] = {
    **UNTRAINED,
    **lesson_gradient_measures.OF_RUNS,
    "headline": headline,
    "baseline": baseline,
    "loss": loss,
    "jitter": jitter,
    "weight_size": weight_size,
    "first_update": first_update,
    "steadily_from": steadily_from,
    "gradient_share": gradient_share,
    "gate_share": gate_share,
    "gate_mean": gate_mean,
    "held": held,
    "held_accuracy": held_accuracy,
    "clip_share": clip_share,
    "diverged_at": diverged_at,
    "cosine": cosine,
    "panel": panel,
    "rise_at_end": rise_at_end,
    "seconds_per_update": seconds_per_update,
}
