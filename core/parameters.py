"""How many parameters a recurrent layer has, gate by gate, and why books print different numbers."""

from dataclasses import dataclass

from core.cells import CELLS
from core.experiment import Experiment
from core.recurrent import Recurrent


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
        total = 0
        for shape in self.shapes.values():
            size = 1
            for n in shape:
                size *= n
            total += size
        return total

    @property
    def formula(self) -> str:
        """ "64 x 26 + 64 x 64 + 64 + 64"."""
        return " + ".join(" x ".join(map(str, shape)) for shape in self.shapes.values())


def blocks(experiment: Experiment) -> list[Block]:
    """All parameters of the experiment's network; their counts add up to `sum(p.numel())`."""
    e, task = experiment, experiment.make_task()
    inputs, found = e.embedding or task.input_size, []
    if e.embedding:
        found.append(Block("input", "embedding", {"weight": (task.input_size, e.embedding)}))
    parts = ("encoder", "decoder") if task.network == "seq2seq" else ("",)
    for part in parts:
        layer = Recurrent(
            *(e.cell, inputs, e.hidden_size),
            num_layers=e.num_layers,
            bias=e.bias,
            bidirectional=e.bidirectional,
            **e.cell_options,
        )
        found += layer_blocks(layer, part)
    H = e.hidden_size
    if task.network == "seq2seq" and e.task_options["attention"]:
        found.append(Block("attention", "score", {"weight": (H, H)}))
        found.append(Block("attention", "combine", _linear(2 * H, H, e.bias)))
    width = H * (2 if e.bidirectional and e.combine == "concat" else 1)
    found.append(Block("head", "y", _linear(width, task.output_size, e.bias)))
    return found


def _linear(inputs: int, outputs: int, bias: bool) -> dict[str, tuple[int, ...]]:
    return {"weight": (outputs, inputs)} | ({"bias": (outputs,)} if bias else {})


def layer_blocks(layer: Recurrent, part: str = "") -> list[Block]:
    """Gate by gate, in torch's order; a peephole belongs to the gate that looks through it."""
    found = []
    for index in range(layer.num_layers):
        for direction in layer.directions:
            where = f"{part} layer {index + 1}".strip()
            if layer.bidirectional:
                where += f", {direction}"
            for gate in layer.cell.block_names:
                shapes = {}
                for name, p in layer.weights(index, direction).items():
                    if name == "weight_peephole":
                        if gate in ("i", "f", "o"):
                            shapes[name] = (layer.hidden_size,)
                    else:
                        shapes[name] = (len(p) // layer.cell.blocks, *p.shape[1:])
                found.append(Block(where, gate, shapes))
    return found


def library_counts(cell: str, inputs: int, hidden: int) -> dict[str, int]:
    """What other programs count for one layer with biases, and what torch does.

    Keras has one bias for each gate, torch two (their sum is all that matters, except in a GRU whose
    reset gate acts after the product). So Keras's GRU has two as well, unless reset_after=False.
    """
    gates = CELLS[cell]().blocks
    weights = gates * hidden * (inputs + hidden)
    found = {"torch": weights + 2 * gates * hidden, "Keras": weights + gates * hidden}
    if cell == "gru":
        found["Keras"] = weights + 2 * gates * hidden
        found["Keras, reset_after=False"] = weights + gates * hidden
    return found
