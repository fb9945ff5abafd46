"""The number of parameters of a recurrent layer, gate by gate, as torch and Keras count them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..cells import CELLS, Cell
from ..common.messages import as_sentence, say
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
        """The number of parameters in this block."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    @property
    def formula(self) -> str:
        """ "64 x 26 + 64 x 64 + 64 + 64"."""
        return " + ".join(" x ".join(map(str, shape)) for shape in self.shapes.values())


def count_parameters(experiment: Experiment) -> int:
    """The number of trained parameters, as torch counts them (two biases for each gate)."""
    return sum(block.count for block in parameter_blocks(experiment))


def parameter_blocks(experiment: Experiment) -> list[Block]:
    """All parameters of the experiment's network; the counts sum to `sum(p.numel())`."""
    return blocks_of_sizes(experiment, experiment.sizes)


def blocks_of_sizes(e: Experiment, sizes: Sequence[int]) -> list[Block]:
    """As `parameter_blocks`, with other hidden sizes, one for each layer; no network is made."""
    task, inputs, H = e.make_task(), e.embedding, sizes[-1]
    cell, network_blocks = CELLS[e.cell](**e.cell_options), []
    if inputs:
        network_blocks.append(
            Block(say("input"), say("embedding"), {"weight": (task.input_size, inputs)})
        )
    inputs = inputs or task.input_size
    for part in ("encoder", "decoder") if task.network == "seq2seq" else ("",):
        network_blocks += blocks_of_layer(
            *(cell, inputs, sizes, e.bidirectional, e.bias, part),
            *(e.recurrence, e.window, e.normalization != "off"),
        )
    if task.network == "seq2seq" and e.task_options["attention"]:
        network_blocks.append(Block(say("attention"), say("score"), {"weight": (H, H)}))
        network_blocks.append(Block(say("attention"), say("combine"), _linear(2 * H, H, e.bias)))
    width = H * (2 if e.bidirectional and e.combine == "concat" else 1)
    network_blocks.append(Block(say("head"), "y", _linear(width, task.output_size, e.bias)))
    return network_blocks


def _linear(inputs: int, outputs: int, bias: bool) -> dict[str, tuple[int, ...]]:
    return {"weight": (outputs, inputs)} | ({"bias": (outputs,)} if bias else {})


def blocks_of_layer(  # noqa: PLR0913 (a layer's settings, by their names)
    cell: Cell,
    inputs: int,
    sizes: Sequence[int],
    both: bool,
    bias: bool,
    part: str = "",
    recurrence: bool = True,
    window: int = 1,
    normalized: bool = False,
) -> list[Block]:
    """The blocks of some layers, gate by gate in torch's order; a peephole counts to the gate that uses it.

    inputs: the size of the first layer's input. both: whether the layers read in both directions. Without recurrence
    no recurrent weight is trained; a window multiplies what each layer reads; a normalised input projection has a scale.
    """
    gate_blocks = []
    for index, H in enumerate(sizes):
        for direction in ("forward", "reverse") if both else ("forward",):
            where = _place(part, index + 1, direction if both else "")
            for gate in cell.block_names:
                shapes = {}
                for name, shape in parameter_shapes(cell, inputs * window, H, bias).items():
                    if name == "weight_hh" and not recurrence:
                        continue
                    if name != "weight_peephole":
                        shapes[name] = (H, *shape[1:])
                    elif gate in cell.peepholes:
                        shapes[name] = (H,)
                if normalized:
                    shapes["scale"] = (H,)
                gate_blocks.append(Block(where, gate, shapes))
        inputs = H * (1 + both)
    return gate_blocks


def _place(part: str, layer: int, direction: str) -> str:
    """Where a block stands: "layer 1", "encoder layer 2, reverse"."""
    values = {"part": as_sentence(part), "n": layer, "direction": as_sentence(direction)}
    if part and direction:
        return say("{part} layer {n}, {direction}", **values)
    if part:
        return say("{part} layer {n}", **values)
    return say("layer {n}, {direction}", **values) if direction else say("layer {n}", **values)


def library_counts(cell: str, inputs: int, hidden: int) -> dict[str, int]:
    """Program -> its number of parameters for one layer with biases.

    Keras has one bias for each gate, torch two (their sum is all that matters, except in a GRU whose
    reset gate acts after the product). So Keras's GRU has two as well, unless reset_after=False.
    """
    made = CELLS[cell]()
    gates = made.blocks
    weights = gates * hidden * (inputs + hidden)
    counts = {"torch": weights + 2 * gates * hidden, "Keras": weights + gates * hidden}
    if made.options.get("reset") == "after":
        counts["Keras"] = weights + 2 * gates * hidden
        counts["Keras, reset_after=False"] = weights + gates * hidden
    return counts
