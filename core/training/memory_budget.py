"""How much memory a run will take, judged before anything is allocated."""

from typing import Any, Protocol

from ..cells import CELLS, Cell
from ..tasks import Task

FLOAT = 4  # bytes
MOST = 512 * 2**20  # bytes of one run: thirty students share a machine, and one must not fill it
# Bytes of tape for one part of an evaluation. Larger ones are hardly faster, but for a wide network: its
# weights come from memory at each step, once for all sequences of the part, so it reads some together.
EVALUATION, WIDE, TOGETHER = 8 * 2**20, 64 * 2**20, 32
COPIES = 10  # of the parameters: themselves, gradient, two of Adam's, and two snapshots of three


class Described(Protocol):
    """What of an experiment decides how much memory it takes."""

    @property
    def cell(self) -> str: ...
    @property
    def cell_options(self) -> dict[str, Any]: ...
    @property
    def sizes(self) -> tuple[int, ...]: ...
    @property
    def bidirectional(self) -> bool: ...
    @property
    def embedding(self) -> int: ...
    @property
    def batch_size(self) -> int: ...
    def make_task(self) -> Task: ...


def tape_bytes(experiment: Described, cell: Cell, task: Task) -> int:
    """What one sequence takes on the tapes of all layers: everything recorded at all T steps."""
    inputs, rows = experiment.embedding or task.input_size, 0
    directions = 1 + experiment.bidirectional
    for H in experiment.sizes:
        size = cell.layout(inputs, H).size
        kept = size["records"] + size["scratch"]
        rows += directions * (kept + 3 * H + inputs)
        inputs = directions * H
    return (task.length + 1) * rows * FLOAT


def parameter_bytes(experiment: Described, cell: Cell, task: Task) -> int:
    """One copy of the parameters."""
    inputs, directions = experiment.embedding or task.input_size, 1 + experiment.bidirectional
    number = experiment.embedding * task.input_size
    for H in experiment.sizes:
        number += directions * cell.blocks * H * (inputs + H + 2)
        inputs = directions * H
    return (number + inputs * task.output_size) * FLOAT


def evaluation_part(experiment: Described) -> int:
    """How many sequences to evaluate at a time."""
    cell = CELLS[experiment.cell](**experiment.cell_options)
    each = tape_bytes(experiment, cell, experiment.make_task())
    return max(1, min(512, max(EVALUATION, min(WIDE, TOGETHER * each)) // each))


def run_bytes(experiment: Described, cell: Cell, task: Task) -> int:
    """What one run takes: the tapes and outputs of a batch with its probe, and the parameters' copies."""
    outputs = (task.length if task.at == "every" else 1) * task.output_size * 4 * FLOAT
    need = (experiment.batch_size + 1) * (tape_bytes(experiment, cell, task) + outputs)
    return need + COPIES * parameter_bytes(experiment, cell, task)


def check_memory(experiment: Described, cell: Cell, task: Task) -> None:
    """ValueError with the estimate and the bound when a run would take too much memory."""
    need = run_bytes(experiment, cell, task)
    if need > MOST:
        raise ValueError(
            f"hidden_size, num_layers, batch_size, length: expected a run of at most {MOST / 2**20:.0f} MiB, "
            f"got about {need / 2**20:,.0f} MiB. Make one of them smaller."
        )
