"""How long an update of a run will take, judged before it begins."""

from ..cells import CELLS
from .experiment import Experiment
from .memory_budget import FLOAT, parameter_bytes, tape_bytes

# Measured on one core of a server of 2024, with one thread; within a factor of two from a small GRU on
# names to eight layers in two directions. What is measured in a run itself replaces it.
UPDATE = 1e-3  # seconds, however small the network
STEP = 2e-5  # seconds for each time step of each layer and direction
ARITHMETIC = 5e10  # multiplications and additions a second
WRITING = 4e9  # bytes of tape a second
EVALUATION = (
    2.0  # seconds that judging a network may take; a very large one is judged on fewer sequences
)
FEWEST = 32  # but on no fewer than these


def update_seconds(experiment: Experiment) -> float:
    """About how many seconds one update takes."""
    e = experiment
    cell, task = CELLS[e.cell](**e.cell_options), e.make_task()
    sequences = e.batch_size + 1
    weights = parameter_bytes(e, cell, task) / FLOAT
    # each weight is used once forward and twice backward at each step: multiplied and added
    arithmetic = 6 * sequences * task.length * weights
    steps = task.length * e.num_layers * (1 + e.bidirectional)
    tape = sequences * tape_bytes(e, cell, task)
    return UPDATE + STEP * steps + arithmetic / ARITHMETIC + tape / WRITING


def judged(experiment: Experiment) -> int:
    """How many sequences of each kind to judge a network on: all, where that takes up to EVALUATION.

    A function of the experiment alone, so that its run can be repeated exactly.
    """
    task = experiment.make_task()
    forward = update_seconds(experiment) / 3 / (experiment.batch_size + 1)  # of one sequence
    both = task.held_out.B + task.train_eval.B
    if both * forward <= EVALUATION:
        return both
    return max(FEWEST, int(EVALUATION / forward / 2))
