"""The time of an update in seconds, estimated before the run begins."""

from ..cells import CELLS
from .experiment import Experiment
from .memory_budget import FLOAT_BYTES, parameter_bytes, tape_bytes

# Measured on one core of a server of 2024, with one thread; within a factor of two from a small GRU on
# names to eight layers in two directions. Times measured in the run itself replace the estimate.
UPDATE_SECONDS = 1e-3  # of the smallest network
STEP_SECONDS = 2e-5  # for each time step of each layer and direction
OPERATIONS_PER_SECOND = 5e10  # multiplications and additions
TAPE_BYTES_PER_SECOND = 4e9
MAX_EVALUATION_SECONDS = 2.0  # a network that takes longer is evaluated on fewer sequences
MIN_SEQUENCES = 32  # of each kind in an evaluation


def update_seconds(experiment: Experiment) -> float:
    """The estimated seconds of one update."""
    e = experiment
    cell, task = CELLS[e.cell](**e.cell_options), e.make_task()
    sequences = e.batch_size + 1
    weights = parameter_bytes(e, cell, task) / FLOAT_BYTES
    # each weight is used once forward and twice backward at each step: multiplied and added
    arithmetic = 6 * sequences * task.length * weights
    steps = task.length * e.num_layers * (1 + e.bidirectional)
    tape = sequences * tape_bytes(e, cell, task)
    return (
        UPDATE_SECONDS
        + STEP_SECONDS * steps
        + arithmetic / OPERATIONS_PER_SECOND
        + tape / TAPE_BYTES_PER_SECOND
    )


def sequences_to_evaluate(experiment: Experiment) -> int:
    """The number of sequences of each kind to evaluate: all, or as many as MAX_EVALUATION_SECONDS allow.

    A function of the experiment alone, so that its run can be repeated exactly.
    """
    task = experiment.make_task()
    forward_seconds = (
        update_seconds(experiment) / 3 / (experiment.batch_size + 1)
    )  # of one sequence
    sequences = task.held_out.B + task.train_eval.B
    if sequences * forward_seconds <= MAX_EVALUATION_SECONDS:
        return sequences
    return max(MIN_SEQUENCES, int(MAX_EVALUATION_SECONDS / forward_seconds / 2))
