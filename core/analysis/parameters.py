"""How many parameters a recurrent layer has, gate by gate, and why books print different numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..cells import CELLS, Cell
from ..layers.torch_weights import parameter_shapes
from ..training.experiment import Experiment


@dataclass(frozen=True)
class Block:
    """The parameters of one gate (or of the candidate, or the head).

    where: layer and direction. shapes: name -> shape of this block's part of each parameter.
    """

    where: str
    name: str
    shapes: dict[str, tuple[int, ...]]

    @property
    def count(self) -> int:
        return sum(math.prod(shape) for shape in self.shapes.values())

    @property
    def formula(self) -> str:
        """ "64 x 26 + 64 x 64 + 64 + 64"."""
        return " + ".join(" x ".join(map(str, shape)) for shape in self.shapes.values())


def count(experiment: Experiment) -> int:
    """The number of trained parameters, as torch counts them (two biases for each gate)."""
    return sum(block.count for block in blocks(experiment))


def blocks(experiment: Experiment) -> list[Block]:
    """All parameters of the experiment's network; their counts add up to `sum(p.numel())`."""
    return sized_blocks(experiment, experiment.sizes)


def sized_blocks(e: Experiment, sizes: Sequence[int]) -> list[Block]:
    """The same with other hidden sizes, one for each layer; no network is made."""
    task, inputs, H = e.make_task(), e.embedding, sizes[-1]
    cell, found = CELLS[e.cell](**e.cell_options), []
    if inputs:
        found.append(Block("input", "embedding", {"weight": (task.input_size, inputs)}))
    inputs = inputs or task.input_size
    for part in ("encoder", "decoder") if task.network == "seq2seq" else ("",):
        found += layer_blocks(cell, inputs, sizes, e.bidirectional, e.bias, part)
    if task.network == "seq2seq" and e.task_options["attention"]:
        found.append(Block("attention", "score", {"weight": (H, H)}))
        found.append(Block("attention", "combine", _linear(2 * H, H, e.bias)))
    width = H * (2 if e.bidirectional and e.combine == "concat" else 1)
    found.append(Block("head", "y", _linear(width, task.output_size, e.bias)))
    return found


def _linear(inputs: int, outputs: int, bias: bool) -> dict[str, tuple[int, ...]]:
    return {"weight": (outputs, inputs)} | ({"bias": (outputs,)} if bias else {})


def layer_blocks(
    cell: Cell, inputs: int, sizes: Sequence[int], both: bool, bias: bool, part: str = ""
) -> list[Block]:
    """Gate by gate, in torch's order; a peephole belongs to the gate that looks through it."""
    found = []
    for index, H in enumerate(sizes):
        for direction in ("forward", "reverse") if both else ("forward",):
            where = f"{part} layer {index + 1}".strip() + (f", {direction}" if both else "")
            for gate in cell.block_names:
                shapes = {}
                for name, shape in parameter_shapes(cell, inputs, H, bias).items():
                    if name != "weight_peephole":
                        shapes[name] = (H, *shape[1:])
                    elif gate in cell.peepholes:
                        shapes[name] = (H,)
                found.append(Block(where, gate, shapes))
        inputs = H * (1 + both)
    return found


def library_counts(cell: str, inputs: int, hidden: int) -> dict[str, int]:
    """What other programs count for one layer with biases, and what torch does.

    Keras has one bias for each gate, torch two (their sum is all that matters, except in a GRU whose
    reset gate acts after the product). So Keras's GRU has two as well, unless reset_after=False.
    """
    made = CELLS[cell]()
    gates = made.blocks
    weights = gates * hidden * (inputs + hidden)
    found = {"torch": weights + 2 * gates * hidden, "Keras": weights + gates * hidden}
    if made.options.get("reset") == "after":
        found["Keras"] = weights + 2 * gates * hidden
        found["Keras, reset_after=False"] = weights + gates * hidden
    return found
