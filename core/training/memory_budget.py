"""The memory of a run in bytes, estimated before anything is allocated."""

from typing import Any, Protocol

from ..cells import CELLS, Cell
from ..common.messages import say
from ..tasks import Task

FLOAT_BYTES = 4
MAX_RUN_BYTES = 512 * 2**20  # bytes of one run, because thirty students share a machine
# Bytes of tape for one chunk of an evaluation. Larger chunks are hardly faster, except for a wide network:
# its weights are read from memory at each step, once for all sequences of the chunk.
CHUNK_BYTES, WIDE_CHUNK_BYTES, WIDE_SEQUENCES = 8 * 2**20, 64 * 2**20, 32
PARAMETER_COPIES = 10  # parameters, gradient, two moments of Adam, and two snapshots of all three


class RunSizes(Protocol):
    """The settings of an experiment that decide how much memory its run takes."""

    @property
    def cell(self) -> str:
        """The name of the cell."""
        ...

    @property
    def cell_options(self) -> dict[str, Any]:
        """The options of the cell, name -> value."""
        ...

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of hidden units of each layer."""
        ...

    @property
    def bidirectional(self) -> bool:
        """Whether each layer reads in both directions."""
        ...

    @property
    def window(self) -> int:
        """How many inputs each layer reads side by side."""
        ...

    @property
    def normalization(self) -> str:
        """How the input projections are normalised."""
        ...

    @property
    def embedding(self) -> int:
        """The size of the embedding; 0: one-hot vectors."""
        ...

    @property
    def batch_size(self) -> int:
        """The number of sequences of an update."""
        ...

    def make_task(self) -> Task:
        """The task with its data."""
        ...


def tape_bytes(experiment: RunSizes, cell: Cell, task: Task) -> int:
    """The bytes of one sequence on the tapes of all layers: everything recorded at all T steps."""
    input_size, rows = experiment.embedding or task.input_size, 0
    directions = 1 + experiment.bidirectional
    for H in experiment.sizes:
        read = input_size * experiment.window
        if (
            experiment.normalization != "off"
        ):  # three copies of the projection are kept beside the tape
            rows += directions * (read + 3 * cell.blocks * H)
            read = cell.blocks * H
        size = cell.layout(read, H).size
        recorded = size["records"] + size["scratch"]
        rows += directions * (recorded + 3 * H + read)
        input_size = directions * H
    return (task.length + 1) * rows * FLOAT_BYTES


def parameter_bytes(experiment: RunSizes, cell: Cell, task: Task) -> int:
    """The bytes of one copy of the parameters."""
    input_size, directions = experiment.embedding or task.input_size, 1 + experiment.bidirectional
    count = experiment.embedding * task.input_size
    for H in experiment.sizes:
        count += directions * cell.blocks * H * (input_size * experiment.window + H + 2)
        if experiment.normalization != "off":  # the unit matrix, and its gradient
            count += directions * (cell.blocks * H) ** 2
        input_size = directions * H
    return (count + input_size * task.output_size) * FLOAT_BYTES


def evaluation_chunk(experiment: RunSizes) -> int:
    """The number of sequences to evaluate at a time."""
    cell = CELLS[experiment.cell](**experiment.cell_options)
    sequence_bytes = tape_bytes(experiment, cell, experiment.make_task())
    return max(
        1,
        min(
            512,
            max(CHUNK_BYTES, min(WIDE_CHUNK_BYTES, WIDE_SEQUENCES * sequence_bytes))
            // sequence_bytes,
        ),
    )


def run_bytes(experiment: RunSizes, cell: Cell, task: Task) -> int:
    """The bytes of a run: tapes and outputs of a batch and the probe, and the parameters' copies."""
    outputs = (task.length if task.at == "every" else 1) * task.output_size * 4 * FLOAT_BYTES
    need = (experiment.batch_size + 1) * (tape_bytes(experiment, cell, task) + outputs)
    return need + PARAMETER_COPIES * parameter_bytes(experiment, cell, task)


def check_memory(experiment: RunSizes, cell: Cell, task: Task) -> None:
    """ValueError with the estimate and the bound when a run would take too much memory."""
    need = run_bytes(experiment, cell, task)
    if need > MAX_RUN_BYTES:
        raise ValueError(
            say(
                "hidden_size, num_layers, batch_size, length: expected a run of at most {most:.0f} MiB, "
                "got about {got:,.0f} MiB. Make one of them smaller.",
                most=MAX_RUN_BYTES / 2**20,
                got=need / 2**20,
            )
        )
