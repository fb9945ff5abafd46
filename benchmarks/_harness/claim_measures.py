"""What claims about single examples measure, each of a trained run."""

from collections.abc import Callable

import numpy as np

from benchmarks._harness.claims import Run, train
from core.layers.interventions import Clamp, Intervention
from core.training.intervention_log import set_interventions
from core.training.presets import PRESETS


def cell_gradient(run: Run) -> float:
    """The gradient at step 1 over its largest, along the cell state alone, at the last update."""
    assert run.newest is not None
    recording = run.newest.recording
    grads = recording[recording.layers[0]]["c"].grads
    sizes = np.linalg.norm(grads[:, 0].astype(np.float64), axis=1)
    return float(sizes[0] / sizes.max())


def openness(run: Run) -> tuple[float, float]:
    """Mean z at the two marked steps of 100 held-out sequences, and at all others."""
    task, model = run.trainer.task, run.trainer.model
    x = task.held_out.x[:, :100]
    layer = model.parts[""]
    layer.record, before = "values", layer.record
    model(x)
    z = layer.recording[0, "forward"]["z"].values.mean(2)
    layer.record = before
    marked = x[:, :, 1].numpy() > 0
    return float(z[marked].mean()), float(z[~marked].mean())


def openness_difference(run: Run) -> float:
    """How much larger mean z is where no number is marked."""
    marked, others = openness(run)
    return others - marked


def right_at_second_letter(run: Run) -> float:
    """The share of 100 held-out sequences whose class is right as soon as the second letter is read."""
    task, model = run.trainer.task, run.trainer.model
    batch, right = task.held_out.subset(slice(0, 100), task.at), 0
    for k in range(batch.B):
        second = int((batch.x[:, k] < 2).nonzero()[-1])
        output = model(batch.x[: second + 1, k : k + 1], None)
        right += int(output.argmax() == batch.y[k])
    return right / batch.B


def attention_peak(run: Run) -> float:
    """The largest weight of each word that is written for the probe, in the mean."""
    run.trainer.look()
    weights = (
        np.array(run.trainer.task.panel_extras(run.trainer.model, run.trainer.probe)["attention"])
        / 100
    )
    return float(weights.max(1).mean())


def panel(name: str) -> Callable[[Run], float]:
    """A number of the task's own picture."""
    return lambda run: float(getattr(run.evaluations[run.trainer.index].panel_data, name))


def best_correlation(run: Run) -> float:
    """Of the unit that goes with the borrow, without its sign."""
    picture = run.evaluations[run.trainer.index].panel_data
    return float(np.abs(picture.correlations).max())


def far_from_chance(run: Run) -> float:
    """The mean distance of the accuracy at a row of distances from one half."""
    picture = train(run.trainer.experiment, 250).evaluations[250].panel_data
    return float(np.abs(np.array(picture.accuracies) - 0.5).mean())


def lowest_score(run: Run) -> float:
    """The lowest held-out accuracy of all evaluations."""
    return min(e.held_out["accuracy"] for e in run.evaluations.values())


def last_letter(label: str) -> Callable[[Run], float]:
    """By how much the last letter of the watched name raises the chance of this label."""

    def measure(run: Run) -> float:
        trainer = run.trainer
        trainer.set_probe(PRESETS["names"].reads)
        output = np.asarray(trainer.look().output, dtype=float)
        trainer.set_probe(None)
        chances = output.reshape(-1, trainer.task.output_size)[:, trainer.task.labels.index(label)]
        return float(chances[-1] - chances[-2])

    return measure


def held(gate: str, value: float) -> Callable[[Run], float]:
    """The held-out metric while a gate is held."""

    def measure(run: Run) -> float:
        model = run.trainer.model
        set_interventions(
            model.parts, dict.fromkeys(model.parts, Intervention(clamps=(Clamp(gate, value),)))
        )
        evaluation = run.trainer.evaluate()
        set_interventions(model.parts, {})
        return evaluation.held_out[run.trainer.task.headline]

    return measure
