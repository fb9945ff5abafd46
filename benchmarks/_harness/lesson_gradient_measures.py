"""What the lessons on counting, backpropagation, vanishing and exploding measure; see lesson_measures."""

import statistics

import numpy as np

from benchmarks._harness.claims import Run
from core.analysis.error_cliff import descend
from core.analysis.inspection import inspect_trainer
from core.analysis.parameters import library_counts
from core.analysis.truncation import compare_truncation, gradient_terms
from core.layers.recording_facts import gradient_sizes
from core.training.trainer import Experiment, Trainer


def gradient_factor(run: Run) -> float:
    """The factor of one step back: the geometric mean from the last step of the watched sequence to the first."""
    look = run.trainer.look()
    recording = look.recording
    sizes = gradient_sizes(recording[recording.layers[0]], len(look.probe.symbols))
    return float((sizes[0] / sizes[-1]) ** (1 / (len(sizes) - 1)))


def median_norm(run: Run) -> float:
    """The median norm of the gradients, before clipping."""
    return statistics.median(before for before, _after in run.norms)


def largest_norm(run: Run) -> float:
    """The largest norm of the gradients, before clipping."""
    return max(before for before, _after in run.norms)


def term_share(experiment: Experiment, step: int) -> float:
    """Of the sizes of all terms of the untrained network's dW_hh the share of this step's."""
    reading = inspect_trainer(Trainer(experiment)).read()
    recording = reading.recording
    (terms,) = gradient_terms(recording[recording.layers[0]])
    sizes = np.linalg.norm(terms, axis=(1, 2))
    return float(sizes[step - 1] / sizes.sum())


def truncation_angle(experiment: Experiment, chunk: int) -> float:
    """The angle in degrees by which truncation turns the untrained network's dW_hh."""
    return compare_truncation(inspect_trainer(Trainer(experiment)), chunk).angle


def library_parameters(
    experiment: Experiment, inputs: int, units: int, library: str = "torch"
) -> float:
    """The parameters of one layer of the experiment's cell with biases, as a library counts them."""
    return float(library_counts(experiment.cell, inputs, units)[library])


def cliff_loss(experiment: Experiment, clip_at: float | None = None) -> float:
    """The loss at the end of the path on the error cliff; clip_at: its limit, none without clipping."""
    return descend(clip_at=clip_at).losses[-1]


OF_RUNS = {
    "gradient_factor": gradient_factor,
    "median_norm": median_norm,
    "largest_norm": largest_norm,
}
OF_EXPERIMENTS = {
    "term_share": term_share,
    "truncation_angle": truncation_angle,
    "library_parameters": library_parameters,
    "cliff_loss": cliff_loss,
}
